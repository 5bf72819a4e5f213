"""Asking another machine over HTTP or HTTPS: within its time and length, following nobody elsewhere."""

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
LONGEST_ANSWER: Final = 1 << 20


class _NoDetour(HTTPRedirectHandler):
    """Whoever is asked answers himself."""

    def redirect_request(self, *_given: object) -> None:
        """Nowhere."""
        return


def opener(ca: Path | None, *, direct: bool = False) -> OpenerDirector:
    """Speaks HTTP and HTTPS, follows nobody elsewhere, trusts these issuers or the system's; by no proxy if told."""
    trust = ssl.create_default_context(cafile=str(ca) if ca else None)
    return build_opener(HTTPSHandler(context=trust), _NoDetour, *([ProxyHandler({})] if direct else []))


def is_https(url: str) -> bool:
    """Whether what is said there is hidden from everybody on the way."""
    with suppress(ValueError):
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname)
    return False


def is_this_machine(url: str) -> bool:
    """Whether it goes no way at all."""
    with suppress(ValueError):
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    return False


def post(asking: OpenerDirector, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """What the other side answers, within its time and length."""
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
