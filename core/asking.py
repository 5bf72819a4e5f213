"""Requests to other machines over HTTP or HTTPS: limited in time and length, and following no redirects."""

import ssl
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPException
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

PATIENCE: Final = 20.0
"""Seconds until a connection, or a pause within an answer, counts as lost."""
LONGEST_ANSWER: Final = 1 << 20
"""Bytes; what follows them is not read."""


class _NoDetour(HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_given: object) -> None:
        """Follow none: the answer is the redirect itself, which is an error."""
        return


def opener(ca: Path | None, *, direct: bool = False) -> OpenerDirector:
    """An opener that trusts these issuers, or the system's; `direct` ignores proxies of the environment."""
    trust = ssl.create_default_context(cafile=str(ca) if ca else None)
    return build_opener(HTTPSHandler(context=trust), _NoDetour, *([ProxyHandler({})] if direct else []))


def is_https(url: str) -> bool:
    """Whether nobody on the way can read what is sent to this address."""
    with suppress(ValueError):
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname)
    return False


def is_this_machine(url: str) -> bool:
    """Whether the address is on this machine, so that nothing travels."""
    with suppress(ValueError):
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    return False


def post(asking: OpenerDirector, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """The answer to a POST; OSError where there is none, ValueError for a secret that would travel in the open."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(url)
    if "Authorization" in headers and not (is_https(url) or is_this_machine(url)):
        message = "a secret goes over https only"
        raise ValueError(message)
    try:
        with asking.open(Request(url, body, dict(headers)), timeout=PATIENCE) as answer:  # noqa: S310 - looked at above
            return bytes(answer.read(LONGEST_ANSWER))
    except HTTPException as error:  # what answered speaks no HTTP, or stopped in the middle
        raise OSError(type(error).__name__) from None
