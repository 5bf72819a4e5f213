"""This site as others know it: by the address that its settings give it, whatever name a request calls it by."""

from urllib.parse import urlsplit

from core.under_way import application


def outside(path: str) -> str:
    """The full address of a path, for use outside this site.

    What a request calls this site is anybody's word: a link in a mail never follows it.
    """
    return f"{_address().rstrip('/')}{path}"


def site_name() -> str:
    """The host of this site, by which calendars tell its entries from those of others."""
    return urlsplit(_address()).netloc


def _address() -> str:
    return str(application().config["BASE_URL"])
