"""Finds pages by their links, as people do: of each rule of the application, and of each deed, one address."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

TELLING = ("event", "what", "kind", "role", "machine", "step", "name", "variant")
"""The parts of an address that make it another page, and not the same page of another thing."""
LINK = re.compile(r'(?:href|formaction)="(/[^"#]*)|<form(?=[^>]*method="get")[^>]*action="(/[^"#]*)')
"""What leads on: links, and forms whose answer is only looked at."""
PAGE = "text/html"


@dataclass(frozen=True)
class Found:
    """Who came there, and where it is."""

    who: str
    path: str
    page: bool = True
    """Whether it is a page, and no file."""


@dataclass
class Finder:
    """Follows links until they lead to nothing new."""

    app: Flask
    alike: dict[str, dict[str, str]]
    """Of which things one in each state is enough: their state by what stands for them in the address, by endpoint."""
    found: dict[str, Found] = field(default_factory=dict)
    wrong: list[tuple[str, str, int]] = field(default_factory=list)
    """Links to what whoever sees them may not see, or what is not there."""

    def __post_init__(self) -> None:
        """Addresses are told apart as the application does it."""
        self._addresses = self.app.url_map.bind("zilu.example")

    def place(self, path: str) -> tuple[str, dict[str, object]] | None:
        """The endpoint of an address with what stands in it; nothing where none answers."""
        try:
            return self._addresses.match(path.partition("?")[0], method="GET")  # type: ignore[return-value]
        except RequestRedirect as leads:
            return self.place(leads.new_url.removeprefix("http://zilu.example"))
        except HTTPException:
            return None

    def key(self, path: str) -> str:
        """What tells this page from others: its endpoint, and the deed."""
        endpoint, values = self.place(path) or ("", {})
        return " ".join([endpoint, *(str(values[name]) for name in TELLING if name in values)])

    def go(self, who: str, client: FlaskClient, starts: Iterable[str]) -> None:
        """All that somebody gets to from there."""
        todo, seen, shapes = list(starts), set[str](), set[tuple[str, str]]()
        first = set(todo)
        while todo:
            path = todo.pop(0)
            if path not in seen and (path in first or self._is_new(path, shapes)):
                todo += self._read(who, client, path)
            seen.add(path)

    def _is_new(self, path: str, shapes: set[tuple[str, str]]) -> bool:
        endpoint, values = self.place(path) or ("", {})
        if not endpoint or endpoint == "static":
            return False
        if not endpoint.endswith(".show") or not values:  # what is shown offers each of its readers something else
            return self.key(path) not in self.found
        thing = str(next(iter(values.values())))
        shape = (endpoint, self.alike.get(endpoint, {}).get(thing, thing))
        if shape in shapes:
            return False
        shapes.add(shape)
        return True

    def _read(self, who: str, client: FlaskClient, path: str) -> Iterator[str]:
        answer = client.get(path, follow_redirects=True)
        there = answer.request.full_path.removesuffix("?") if answer.history else path
        if answer.status_code != 200:
            self.wrong.append((who, path, answer.status_code))
            return
        key = self.key(there)
        self.found.setdefault(key, Found(who, there, answer.mimetype == PAGE))
        if answer.mimetype == PAGE:
            yield from (unescape("".join(link)) for link in LINK.findall(answer.text))
