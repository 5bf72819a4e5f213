"""A browser of few words: one person's cookies, pages, and forms that are sent again until they are answered."""

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.client import HTTPException
from http.cookiejar import CookieJar

from registry.accounts import DEMONSTRATION_PASSWORD

PATIENCE = 300.0
"""Seconds in which a form must be answered while processes go on being killed, on a busy machine."""
BROKEN = 500


class NotAnswered(Exception):  # noqa: N818
    """Nobody answered, or only to say that something is away."""


class Forms(HTMLParser):
    """The forms of a page: where each is sent, and what its fields hold."""

    def __init__(self, page: str) -> None:
        """Read the page."""
        super().__init__()
        self.sent: dict[str, dict[str, list[str]]] = {}
        self._fields: dict[str, list[str]] = {}
        self._text: list[str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form begins, or a field of it."""
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = self.sent.setdefault(said.get("action", ""), {})
        elif tag == "textarea":
            self._text = []
            self._fields.setdefault(said.get("name", ""), self._text)
        elif tag == "input" and said.get("name"):
            chosen = said.get("type") not in {"checkbox", "radio"} or "checked" in said
            if chosen and said.get("type") not in {"submit", "file"}:
                self._fields.setdefault(said["name"], []).append(said.get("value", ""))

    def handle_data(self, data: str) -> None:
        """The text of a long field."""
        if self._text is not None:
            self._text[:] = ["".join([*self._text, data])]

    def handle_endtag(self, tag: str) -> None:
        """A long field ends."""
        if tag == "textarea":
            self._text = None


class Browser:
    """One person at the site."""

    def __init__(self, address: str) -> None:
        """A window without cookies."""
        self.address = address
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open

    def get(self, path: str) -> bytes:
        """A page or a file; asked again until it is answered."""
        return self._until_answered(path, None)[1]

    def post(self, path: str, fields: dict[str, list[str]]) -> int:
        """Send a form until it is answered, always with the same key; the status of the page it led to."""
        return self._until_answered(path, urllib.parse.urlencode(fields, doseq=True).encode())[0]

    def _until_answered(self, path: str, body: bytes | None) -> tuple[int, bytes]:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self.ask(path, body)
            except NotAnswered:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def ask(self, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Ask once."""
        asked = urllib.request.Request(self.address + path, body, {"Referer": self.address + path})  # noqa: S310
        try:
            with self._open(asked, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            if error.code >= BROKEN:
                raise NotAnswered(path) from error
            return error.code, error.read()
        except (OSError, HTTPException) as error:
            raise NotAnswered(path) from error

    def sign_in(self, mail: str) -> "Browser":
        """Mail and password; for staff the code that a demonstration shows."""
        page = self.get("/sign-in/").decode()
        self.post("/sign-in/", _of(page) | {"mail": [mail], "password": [DEMONSTRATION_PASSWORD]})
        page = self.get("/sign-in/code").decode()
        if shown := re.search(r'id="demonstration-code">(\d+)<', page):
            self.post("/sign-in/code", _of(page) | {"code": [shown[1]]})
        return self


def _of(page: str) -> dict[str, list[str]]:
    """What the form with a key of its own holds."""
    return next(fields for fields in Forms(page).sent.values() if "key" in fields)
