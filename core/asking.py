"""Asking another machine over HTTP or HTTPS: within its time and length, following nobody elsewhere."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

PATIENCE: Final = 20.0
LONGEST_ANSWER: Final = 1 << 20


class _NoDetour(HTTPRedirectHandler):
    """Whoever is asked answers himself."""

    def redirect_request(self, *_given: object) -> None:
        """Nowhere."""
        return


def opener(ca: Path | None) -> OpenerDirector:
    """Speaks HTTP and HTTPS, follows nobody elsewhere, and trusts these issuers, or the system's."""
    trust = ssl.create_default_context(cafile=str(ca) if ca else None)
    return build_opener(HTTPSHandler(context=trust), _NoDetour)


def post(asking: OpenerDirector, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """What the other side answers, within its time and length."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(url)
    with asking.open(Request(url, body, dict(headers)), timeout=PATIENCE) as answer:  # noqa: S310 - looked at above
        return bytes(answer.read(LONGEST_ANSWER))
