"""What rooms tell the web furniture at start-up: audiences, the door, navigation and places."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from flask import Blueprint, Flask, current_app, g, request, url_for
from sqlalchemy import ScalarSelect, select
from werkzeug.routing import BuildError

from core.actors import Actor
from core.db import PUBLIC, Reader, session
from core.planned import ME, PARTY, Question, Written
from core.words import Words

Door: TypeAlias = Callable[[], tuple[Actor | None, Reader]]
KEY = "furniture"


LINE, NARROW, BESIDE, COUNTED, WIDE_FROM = 100, 28, 2, 4, "\u2e80"
"""Room for entries in the head of a page 1280 wide, in Latin letters, and on a phone; what an entry and its count take
beside its letters; from which character on one is as wide as two letters."""

Count: TypeAlias = Callable[[], int | ScalarSelect[int]]
"""How much waits behind an entry; SQL is asked together with that of the others."""


@dataclass(frozen=True)
class Entry:
    """One entry of a navigation: shown to everybody of the area, or to some roles only."""

    label: Words
    endpoint: str
    roles: frozenset[str]
    order: int
    count: Count | None
    only: tuple[str, ...] | None = None
    """Beginnings of the addresses on which it is the current one, besides its own page; its own address where none."""
    home: frozenset[str] = frozenset()
    """Whose work begins on its page, although other entries stand before it."""

    @property
    def url(self) -> str:
        """The address it leads to; a page asks for it several times."""
        known: dict[str, str] = g.setdefault("addresses_of_entries", {})
        if self.endpoint not in known:
            known[self.endpoint] = url_for(self.endpoint)
        return known[self.endpoint]

    @property
    def starts(self) -> tuple[str, ...]:
        """How the addresses of the pages begin that belong to it."""
        own = (self.url.rstrip("/"),) if self.url != "/" else ()
        return tuple(f"{each}/" for each in (own if self.only is None else self.only))


def _nobody() -> tuple[Actor | None, Reader]:
    return None, PUBLIC


@dataclass
class _Told:
    """What the rooms of one application have told."""

    door: Door = _nobody
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    places: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    fronts: set[str] = field(default_factory=set)
    ways_out: dict[str, str] = field(default_factory=dict)


_audiences: dict[str, str | None] = {}
_setting_up = [_Told()]


def begin(app: Flask) -> None:
    """Take what rooms tell from here on for this application."""
    _setting_up[0] = app.extensions[KEY] = _Told()


def _told() -> _Told:
    """What rooms told the application at work."""
    found: _Told = current_app.extensions[KEY]
    return found


def blueprint(name: str, import_name: str, *, audience: str | None, prefix: str = "") -> Blueprint:
    """A blueprint with its one audience: None is public, "account" anybody signed in, else that audience only."""
    _audiences[name] = audience
    return Blueprint(name, import_name, url_prefix=prefix or None)


def gate(blueprint_name: str, audience: str | None) -> None:
    """Name the audience of a blueprint made elsewhere (Flask-Admin); one that nobody named is for administrators."""
    _audiences[blueprint_name] = audience


def audience_of(blueprint_name: str | None) -> str | None:
    """The audience of a blueprint; a stranger is for administrators."""
    return _audiences.get(blueprint_name or "", "admin")


def door(func: Door) -> Door:
    """Register who fills `g.me` and `g.reader` before every request."""
    _setting_up[0].door = func
    return func


def nav(
    area: str,
    label: Words,
    endpoint: str,
    *,
    roles: tuple[str, ...] = (),
    order: int = 50,
    count: Count | None = None,
    only: tuple[str, ...] | None = None,
    home: tuple[str, ...] = (),
) -> None:
    """Add an entry to a navigation: "public", "staff", "portal", "admin" or "account" (the menu of one's name).

    It is the current one wherever an address begins with its own, or where given, with one of `only`. The work of
    the roles in `home` begins there.
    """
    known = Entry(label, endpoint, frozenset(roles), order, count, only, frozenset(home))
    _setting_up[0].entries[area, endpoint] = known


def place(name: str, endpoint: str, *, roles: tuple[str, ...] = ()) -> None:
    """Say where a place is that layouts link to (sign_in, companies), for everybody or only for some roles."""
    _setting_up[0].places.setdefault(name, {})[endpoint] = roles


def left_quickly(endpoint: str, *starts: str) -> None:
    """Register how addresses begin of pages that people can leave quickly, errors too; `endpoint` closes them."""
    _setting_up[0].ways_out |= dict.fromkeys(starts, endpoint)


def way_out() -> str | None:
    """The address that leaves this page quickly, if it is one of those."""
    return next((url_for(each) for start, each in _told().ways_out.items() if request.path.startswith(start)), None)


def front(endpoint: str) -> None:
    """Name a page that people try first: whoever has no work there is led to their own pages instead of refused."""
    _setting_up[0].fronts.add(endpoint)


def asks_a_front() -> bool:
    """Whether this request is for such a page, without parameters."""
    return request.method == "GET" and request.endpoint in _told().fronts and not set(request.args) - {"lang"}


def entries(area: str) -> list[Entry]:
    """The navigation of an area as this person sees it."""
    known: dict[tuple[str, Actor], list[Entry]] = g.setdefault("entries_of", {})
    if (area, g.me) not in known:
        mine = [entry for (where, _), entry in _told().entries.items() if where == area and _may_see(entry)]
        known[area, g.me] = sorted(mine, key=lambda entry: entry.order)
    return known[area, g.me]


def in_line(area: str) -> tuple[list[Entry], list[Entry], list[Entry]]:
    """The navigation in three parts: always in the line of the head, only on a wide screen, never there.

    Whatever does not stands in the menu at its end.
    """
    mine = entries(area)
    wide = _fitting(mine, LINE)
    narrow = min(_fitting(mine, NARROW), wide)
    return mine[:narrow], mine[narrow:wide], mine[wide:]


def _fitting(mine: list[Entry], room: int) -> int:
    """How many entries fit; the last may be a little too long, since a menu would only take its place."""
    taken = 0
    for place, entry in enumerate(mine):
        letters = sum(1 + (each >= WIDE_FROM) for each in str(entry.label))
        taken += letters + BESIDE + (COUNTED if entry.count is not None else 0)
        if taken > room and place + 1 < len(mine):
            return place
    return len(mine)


def first_entry(area: str) -> Entry | None:
    """Where this person's work begins: at the first entry that says so, otherwise at the first of all."""
    mine = entries(area)
    return next((each for each in mine if g.me.has(*each.home)), next(iter(mine), None))


def counts(area: str) -> dict[str, int]:
    """How much waits behind each entry of an area, by endpoint; asked in one statement."""
    found, asked = _waiting(area)
    if not asked:
        return found
    written, told = _question(asked)
    return found | dict(zip(asked, written.rows(session(), **told)[0], strict=True))


def waiting_behind(some: list[Entry], known: Mapping[str, int]) -> int:
    """How much waits behind these entries together, according to `counts`."""
    return sum(known.get(entry.endpoint, 0) for entry in some)


def counting(area: str) -> list[Question]:
    """The statement that `counts` will ask, for asking it ahead (`core.planned.ahead`)."""
    _found, asked = _waiting(area)
    return [_question(asked)] if asked else []


def _question(asked: dict[str, ScalarSelect[int]]) -> Question:
    """One statement for all counts, with the reader's own numbers in its places."""
    written = _together(*asked.values())
    return written, written.wants({ME.key: g.me.id, PARTY.key: g.me.party_id})


def _waiting(area: str) -> tuple[dict[str, int], dict[str, ScalarSelect[int]]]:
    """What entries of an area count themselves, and what is asked for the others; once for a page."""
    known: dict[tuple[str, Actor], Any] = g.setdefault("waiting_in", {})
    if (area, g.me) not in known:
        found = {entry.endpoint: entry.count() for entry in entries(area) if entry.count is not None}
        asked = {endpoint: count for endpoint, count in found.items() if not isinstance(count, int)}
        known[area, g.me] = {endpoint: count for endpoint, count in found.items() if isinstance(count, int)}, asked
    return known[area, g.me]  # type: ignore[no-any-return]


@lru_cache(maxsize=200)
def _together(*counts: ScalarSelect[int]) -> Written:
    return Written(lambda: select(*counts))


def _may_see(entry: Entry) -> bool:
    return not entry.roles or g.me.has(*entry.roles)


def current(area: str) -> Entry | None:
    """The entry of the page we are on: the one with the longest beginning of its address, or none."""
    path = request.path

    def fits(entry: Entry) -> int:
        if path == entry.url:
            return len(path) + 1
        return max((len(start) for start in entry.starts if path.startswith(start)), default=0)

    here = max(entries(area), key=fits, default=None)
    return here if here is not None and fits(here) else None


def place_url(name: str) -> str | None:
    """The address of a registered place, if there is one for this person."""
    places = _told().places.get(name, {}).items()
    try:
        return next((url_for(endpoint) for endpoint, roles in places if not roles or g.me.has(*roles)), None)
    except BuildError:
        return None


def come_in() -> tuple[Actor | None, Reader]:
    """Who is at the door, and as whom they read."""
    return _told().door()
