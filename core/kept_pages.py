"""Pages for many readers: rendered once for each address and language, and given out until what they show changes.

It stands in front of the application. Before each answer the version of what is shown is asked of the database, in one
statement outside any transaction: what was withdrawn a moment ago is never given out, and where the database is away
the application itself says so. Whoever has a session is answered by the application.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import psycopg
from flask import Flask
from sqlalchemy.engine import make_url
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_cookie

from core.i18n import COOKIE, preferred
from core.pooled import LOST

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Start = Callable[..., Any]

MOST_PAGES = 2000
MOST_BYTES = 48 * 1024 * 1024
LARGEST = 512 * 1024
LONGEST_QUERY = 200
REMEMBERED = (COOKIE, "theme")
"""Cookies that change how a page looks, and say nothing of who reads it."""
THEMES = {"dark", "light"}


@dataclass(frozen=True)
class Page:
    """One answer as the application gave it."""

    version: str
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    tag: str


class Shelf:
    """The pages kept; those that nobody asked for lately make room for new ones."""

    def __init__(self) -> None:
        """With nothing on it."""
        self._pages: OrderedDict[tuple[str, ...], Page] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, key: tuple[str, ...], version: str) -> Page | None:
        """The page of this version."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.version != version:
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: tuple[str, ...], page: Page) -> None:
        """Keep it, in place of any other version."""
        with self._lock:
            before = self._pages.pop(key, None)
            self._bytes += len(page.body) - (len(before.body) if before else 0)
            self._pages[key] = page
            while len(self._pages) > MOST_PAGES or self._bytes > MOST_BYTES:
                _key, gone = self._pages.popitem(last=False)
                self._bytes -= len(gone.body)


class Version:
    """Asks the database for the version of what is shown: one connection for each thread, and no transaction."""

    def __init__(self, url: str, question: str) -> None:
        """`question` is one statement that gives one word."""
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._question = question
        self._mine = threading.local()

    def __call__(self) -> str | None:
        """The word; None where the database does not answer."""
        for _turn in range(2):
            try:
                return self._ask()
            except psycopg.Error:
                self._hang_up()
        return None

    def _ask(self) -> str | None:
        at = getattr(self._mine, "at", None)
        if at is None:
            told = LOST | {"connect_timeout": 2}
            at = self._mine.at = psycopg.connect(self._url, autocommit=True, prepare_threshold=None, **told)
        row = at.execute(self._question).fetchone()
        return str(row[0]) if row else None

    def _hang_up(self) -> None:
        at, self._mine.at = getattr(self._mine, "at", None), None
        if at is not None:
            at.close()


class KeptPages:
    """The application, with the shelf in front of it."""

    def __init__(
        self,
        inner: Callable[[Environ, Start], Iterable[bytes]],
        *,
        version: Callable[[], str | None],
        paths: str,
        names: frozenset[str],
        session_cookie: str,
    ) -> None:
        """`paths` is a pattern of the addresses, `names` what their queries may hold."""
        self._inner, self._version, self._shelf = inner, version, Shelf()
        self._paths, self._names, self._cookie = re.compile(paths), names, session_cookie

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer from the shelf where that is right, else as the application does."""
        key = self._key(environ)
        version = self._version() if key else None
        if key is None or version is None:
            return self._inner(environ, start)
        page = self._shelf.find(key, version) or self._made(environ, key, version)
        return _given(page, environ, start)

    def _key(self, environ: Environ) -> tuple[str, ...] | None:
        """Under what a page is kept; none for what is not for everybody alike."""
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or not self._paths.fullmatch(path):
            return None
        if len(query) > LONGEST_QUERY or not {name for name, _value in parse_qsl(query)} <= self._names:
            return None
        cookies = _cookies(environ)
        if cookies is None or self._cookie in cookies:
            return None
        squeezed = parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING", ""), Accept)["gzip"] > 0
        language = preferred(cookies.get(COOKIE, ""), environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        theme = cookies.get("theme", "")
        looks = (language, theme if theme in THEMES else "")
        return (path, query, environ["wsgi.url_scheme"], "gzip" if squeezed else "", *looks)

    def _made(self, environ: Environ, key: tuple[str, ...], version: str) -> Page:
        """As the application makes it now; kept where it is a whole page that everybody may have.

        Of what a browser says of itself the application hears only what the page is kept under.
        """
        *_address, squeezed, language, theme = key
        asked = {name: value for name, value in environ.items() if not name.startswith("HTTP_") or name == "HTTP_HOST"}
        asked |= {"REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": squeezed, "HTTP_ACCEPT_LANGUAGE": language}
        asked["HTTP_COOKIE"] = f"theme={theme}" if theme else ""
        said: list[Any] = []

        def note(status: str, headers: Headers, _exc_info: object = None) -> Callable[[bytes], None]:
            said[:] = [status, headers]
            return lambda _chunk: None

        answer = self._inner(asked, note)
        try:
            body = b"".join(answer)
        finally:
            if (close := getattr(answer, "close", None)) is not None:
                close()
        status, headers = said
        known = {name.lower(): value for name, value in headers}
        page = Page(version, status, tuple(headers), body, _bare(known.get("etag", "")))
        if status.startswith("200") and len(body) <= LARGEST and _for_everybody(headers):
            self._shelf.put(key, page)
        return page


_OF_A_BODY = {"content-length", "content-type", "content-encoding"}


def _for_everybody(headers: Headers) -> bool:
    """Whether an answer sets no cookies except those that the address itself chose."""
    cookies = [value for name, value in headers if name.lower() == "set-cookie"]
    return all(value.partition("=")[0] in REMEMBERED for value in cookies)


def _given(page: Page, environ: Environ, start: Start) -> list[bytes]:
    """The page, or 304 if the browser has it."""
    if page.tag and page.status.startswith("200") and page.tag in _tags(environ.get("HTTP_IF_NONE_MATCH", "")):
        start("304 NOT MODIFIED", [each for each in page.headers if each[0].lower() not in _OF_A_BODY])
        return []
    start(page.status, list(page.headers))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]


def _tags(said: str) -> set[str]:
    return {_bare(each) for each in said.split(",")} if said else set()


def _bare(tag: str) -> str:
    return tag.strip().removeprefix("W/")


def _cookies(environ: Environ) -> dict[str, str] | None:
    """The cookies by name, as the application itself reads them; None where it cannot, and may say so."""
    try:
        return parse_cookie(environ).to_dict()
    except UnicodeDecodeError:
        return None


def keep(app: Flask, *, question: str, paths: str, names: frozenset[str]) -> None:
    """Keep pages of this application; not in tests that write in a transaction which only their own request sees."""
    if app.testing and not app.config.get("KEEP_PAGES"):
        return
    app.wsgi_app = KeptPages(  # type: ignore[method-assign,assignment]
        app.wsgi_app,
        version=Version(app.config["SQLALCHEMY_DATABASE_URI"], question),
        paths=paths,
        names=names,
        session_cookie=app.config["SESSION_COOKIE_NAME"],
    )
