"""The queue of complaints: a page of a view by key, how many there are, and what comes before and after one."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

from psycopg.errors import QueryCanceled
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from casework.models import Complaint
from casework.models_queue import QueueEntry
from core.actors import Actor
from core.keyset import number_of
from core.plainly import SOON
from core.planned import Written
from desk.queries_queue_lines import Line, lines_of
from desk.queries_queue_select import (
    THESE,
    VIEWS,
    Asked,
    Part,
    Seat,
    any_of_a_kind,
    few_of,
    keys,
    parts,
    seat_of,
    told_of,
    told_of_kind,
)

SIZE = 50
MOST = 1000
"""Counts stop here."""
FULL: ColumnElement[int] = literal_column(str(MOST + 1))
"""Said in the statement itself: for a limit that it does not know the server plans by a tenth of all rows."""
SECONDS = 3
"""How many seconds a query with words may take, as in the search."""
FULL_FOR, MOST_FULL = 60.0, 5000
"""Seconds for which a view or group that held more than MOST is taken to hold as many; so many are remembered."""
LATE = {"K01": ("RECEIVED",), "K06": ("DISPUTED",), "K08": ("REQUESTED",), "K35": ("ANSWERED", "RETURNED")}
"""Clocks of the association itself: once expired they only alert, and stay late until the state is left."""
GROUPS = ("over", "today", "soon", "ok")
ESTIMATED = "estimated"
"""Estimates that have passed: nobody is late by them."""

_full: dict[tuple[Any, ...], float] = {}
"""By person and view, or group of a list, until when it is assumed to hold more than MOST."""


@dataclass(frozen=True)
class Page:
    """One page of the queue, and how many there are in each group."""

    lines: list[Line]
    before: str
    after: str
    groups: dict[str, int]
    slow: bool = False
    """Whether words were looked for longer than they may be: nothing is listed then."""

    @property
    def total(self) -> int:
        """How many there are in all; nobody counts beyond MOST."""
        return sum(self.groups.values())

    def of(self, group: str) -> list[Line]:
        """The lines of one group."""
        return [line for line in self.lines if line.group == group]


@dataclass(frozen=True)
class Beside:
    """What comes before and after a complaint in the view from which it was opened."""

    before: str
    after: str
    place: str
    """Its place in the view, or the place at which it was opened."""
    nth: int = 0
    """The how manieth of it; none where a deed has moved it or taken it out, or so far down that nobody counts."""
    many: int = 0
    """Out of how many; nobody counts beyond MOST."""


def page(session: Session, asked: Asked, actor: Actor, today: date, lang: str) -> Page:
    """The lines asked for; none, if searching for words takes too long."""
    try:
        with in_time(session, asked.text):
            return _page(session, asked, actor, today, lang)
    except TooSlowError:
        return Page([], "", "", dict.fromkeys(GROUPS, 0), slow=True)


def _page(session: Session, asked: Asked, actor: Actor, today: date, lang: str) -> Page:
    found = _found(session, asked, actor)
    rows, before, after = _cut(session, asked, actor, found)
    lines = lines_of(session, [row.number for row in rows], today, lang)
    return Page(lines, before, after, _groups(session, asked, actor, today, found))


class TooSlowError(Exception):
    """Words were searched for longer than allowed."""


@contextmanager
def in_time(session: Session, words: str) -> Iterator[None]:
    """Search for words no longer than the search may take: no index helps to find them in the texts of a view."""
    if not words:
        yield
        return
    session.execute(text(f"SET LOCAL statement_timeout = '{SECONDS}s'"))
    try:
        yield
    except OperationalError as stopped:
        if not isinstance(stopped.orig, QueryCanceled):
            raise
        session.rollback()  # the rest of the page reads in a transaction of its own
        raise TooSlowError from stopped
    session.execute(text("SET LOCAL statement_timeout TO DEFAULT"))


class _Found:
    """A list for which something is looked up first: words, a company, a kind."""

    def __init__(self, session: Session, asked: Asked, actor: Actor) -> None:
        self.session, self.actor, self.first = session, actor, replace(asked, after="", before="")
        self.few = few_of(session, self.first)
        """What it holds, where it is so little that it is looked at one by one."""

    @cached_property
    def parts(self) -> list[Part]:
        """Its parts, with what was looked up."""
        return parts(self.session, self.first, self.actor, self.few)

    @cached_property
    def told(self) -> tuple[Asked, dict[str, Any]] | None:
        """For a statement that is kept: the list as it stands there, and the values for its places.

        None where words make it another each time.
        """
        if self.first.text or not self.first.open:
            return None
        if self.few is not None:
            return replace(self.first, party=None, code=""), {THESE.key: self.few}
        return any_of_a_kind(self.first), told_of_kind(self.session, self.first)


def _found(session: Session, asked: Asked, actor: Actor) -> _Found | None:
    """What a list needs looked up; None if nothing."""
    return _Found(session, asked, actor) if asked.text or asked.of_a_kind else None


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many complaints each view holds, in one statement; one with more than MOST is not counted for a while."""
    asked = not_full((actor,), VIEWS)
    found = _asked(session, _counting(seat_of(actor), asked), actor)[0] if asked else ()
    return counted((actor,), VIEWS, dict(zip(asked, found, strict=True)))


def not_full(of: tuple[Any, ...], names: Sequence[str]) -> tuple[str, ...]:
    """The views that have to be counted."""
    now = time.monotonic()
    return tuple(name for name in names if _full.get((*of, name), now) <= now)


def counted(of: tuple[Any, ...], names: Sequence[str], many: dict[str, int]) -> dict[str, int]:
    """The counts, with more than MOST for views that were not counted."""
    if len(_full) > MOST_FULL:
        _full.clear()
    until = time.monotonic() + FULL_FOR
    _full.update({(*of, name): until for name, number in many.items() if number > MOST})
    return {name: many.get(name, MOST + 1) for name in names}


def _asked(session: Session, written: Written, actor: Actor, **given: Any) -> Sequence[Any]:  # noqa: ANN401 - values, rows
    return written.rows(session, **written.wants(told_of(session, actor)), **given)


@lru_cache(maxsize=1000)
def _counting(seat: Seat, asked: tuple[str, ...]) -> Written:
    """The statement, the same for people of the same roles: building it takes longer than running it."""
    views = [(view, Asked(view=view)) for view in asked]
    return Written(lambda: select(*(_many(parts(None, each, seat), each).label(view) for view, each in views)))


def counts_of(session: Session, chosen: Sequence[Asked], actor: Actor) -> list[int]:
    """How many complaints each of these selections holds."""
    every = [(each, parts(session, each, actor, few_of(session, each))) for each in chosen]
    columns = [_many(found, each).label(f"n{place}") for place, (each, found) in enumerate(every)]
    return list(session.execute(select(*columns)).one()) if columns else []


def beside(session: Session, asked: Asked, actor: Actor, number: int, was: str = "") -> Beside:
    """The numbers (TS…) before and after a complaint; if the view does not hold it, the first of the view follows.

    `was` is its place when it was opened: if a deed moved it or took it out, the next one still follows. None if
    searching for words takes too long.
    """
    try:
        with in_time(session, asked.text):
            return _beside(session, asked, actor, number, was)
    except TooSlowError:
        return Beside("", "", was)


def _beside(session: Session, asked: Asked, actor: Actor, number: int, was: str) -> Beside:
    found = _found(session, asked, actor)
    place = was if _place(replace(asked, after=was, before="")) else _stands(session, asked, actor, number, found)
    if not place:
        return Beside("", _ref(session, _rows(session, asked, actor, 1, found)), "")
    first, at = replace(asked, after="", before=""), _place(replace(asked, after=place, before=""))
    given = dict(zip(("place", "number"), at or (), strict=False))
    if found is None:
        rows = list(_asked(session, _both_sides(first, seat_of(actor)), actor, **given))
    else:
        rows = list(session.execute(_around(first, found.parts), given))

    def next_to(*, back: bool) -> str:  # a deed may have moved it past the place where it was opened
        side = [row for row in rows if row.back == back and row.number != number]
        side.sort(key=lambda row: (row.place, row.number), reverse=asked.sort.startswith("-") != back)
        return side[0].ref if side else ""

    before, after = (next((row.many for row in rows if row.back == back), 0) for back in (True, False))
    nth = before + 1 if before < MOST and any(row.stands for row in rows) else 0
    return Beside(next_to(back=True), next_to(back=False), place, nth, before + 1 + after)


@lru_cache(maxsize=500)
def _both_sides(first: Asked, seat: Seat) -> Written:
    return Written(lambda: _around(first, parts(None, first, seat)))


def _around(first: Asked, each: Sequence[Part]) -> Select[Any]:
    """The two before a place and the two after it, with the numbers people use, and how many there are."""
    sides, stands = [], _many_of(_from_place(first, each, 1, placed=True, here=True))
    for back in (True, False):
        side = _from_place(first, each, 2, placed=True, back=back).subquery()
        many = _many_of(_from_place(first, each, FULL, placed=True, back=back))
        said = select(
            *(literal_column(str(int(back)), Integer).label("back"), side.c.place, side.c.number, Complaint.ref),
            *(many.label("many"), stands.label("stands")),
        )
        sides.append(said.select_from(side).join(Complaint, Complaint.id == side.c.number))
    return select(union_all(*sides).subquery())


def _many_of(rows: Select[Any]) -> Any:  # noqa: ANN401 - a column
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()


def _stands(session: Session, asked: Asked, actor: Actor, number: int, found: _Found | None) -> str:
    """A complaint's place in a view; None if the view does not hold it."""
    place, of = keys(asked)
    every = found.parts if found is not None else parts(session, asked, actor)
    here = select(place.label("place"), of.label("number"))
    row = session.execute(union_all(*(here.where(*part, of == number) for part in every))).first()
    return _spoken(row) if row is not None else ""


def most_urgent(session: Session, actor: Actor, but: int | None = None) -> str:
    """The number of the most urgent of the reader's complaints, except the one (`but`) that is open."""
    rows = [row for row in _rows(session, Asked(), actor, 2, None) if row.number != but]
    return _ref(session, rows[:1])


def _ref(session: Session, rows: Sequence[Any]) -> str:
    return session.scalar(select(Complaint.ref).where(Complaint.id == rows[0].number)) or "" if rows else ""


def _many(found: Sequence[Part], asked: Asked, *more: ColumnElement[bool]) -> Any:  # noqa: ANN401 - a column
    """How many there are, counted in each part only as far as needed.

    A whole view is counted along its index: the plan made for any day would read the whole queue.
    """
    place, number = keys(replace(asked, sort="due"))
    along = (place, number) if asked.open and asked.whole else ()
    each = [
        select(func.count())
        .select_from(select(number).where(*part, *more).order_by(*along).limit(FULL).subquery())
        .scalar_subquery()
        for part in found
    ]
    return sum(each[1:], start=each[0])


def _cut(session: Session, asked: Asked, actor: Actor, found: _Found | None) -> tuple[list[Any], str, str]:
    """One page, with the places of the pages before and after it, by key."""
    rows = _rows(session, asked, actor, SIZE + 1, found)
    back, placed = bool(asked.before), _place(asked) is not None
    more, rows = len(rows) > SIZE, rows[:SIZE]
    if back:
        rows.reverse()
    has_before = more if back else placed
    has_after = bool(asked.before) or more
    first = _spoken(rows[0]) if rows and has_before else ""
    return rows, first, _spoken(rows[-1]) if rows and has_after else ""


def _rows(session: Session, asked: Asked, actor: Actor, most: int, found: _Found | None) -> list[Any]:
    """The next ones from the place asked for, each part by its own index."""
    place, back = _place(asked), bool(asked.before)
    given = {} if place is None else {"place": place[0], "number": place[1]}
    first = replace(asked, after="", before="")
    seat, placed = seat_of(actor), place is not None
    if found is None:
        return list(_asked(session, _listing(first, seat, most, placed, back), actor, **given))
    if found.told is None:
        return list(session.execute(_from_place(first, found.parts, most, placed=placed, back=back), given))
    told, values = found.told
    written = _listing(told, seat, most, placed, back, few=found.few is not None)
    return list(_asked(session, written, actor, **given, **values))


@lru_cache(maxsize=500)
def _listing(first: Asked, seat: Seat, most: int, placed: bool, back: bool, *, few: bool = False) -> Written:
    return Written(
        lambda: _from_place(first, parts(None, first, seat, THESE if few else None), most, placed=placed, back=back),
        planned=few or (first.whole and not placed),
    )


def _from_place(
    first: Asked,
    each: Sequence[Part],
    most: int | ColumnElement[int],
    *,
    placed: bool,
    back: bool = False,
    here: bool = False,
) -> Select[Any]:
    """The next ones after a place, or before it (`back`), or the one at the place itself (`here`)."""
    order = keys(first)
    down = first.sort.startswith("-") != back
    found = []
    for part in each:
        some = select(order[0].label("place"), order[1].label("number")).where(*part)
        if placed:
            its = tuple_(*order)
            place = tuple_(
                *(bindparam(name, None, of.type) for name, of in zip(("place", "number"), order, strict=True))
            )
            some = some.where(its == place if here else its < place if down else its > place)
        found.append(some.order_by(*(key.desc() if down else key.asc() for key in order)).limit(most))
    if len(found) == 1:
        return found[0]
    every = union_all(*(select(some.subquery()) for some in found)).subquery()
    both = [key.desc() if down else key.asc() for key in (every.c.place, every.c.number)]
    return select(every).order_by(*both).limit(most)


def _spoken(row: Any) -> str:  # noqa: ANN401 - a row of the query above
    return f"{row.place.isoformat()}~{row.number}"


def _place(asked: Asked) -> tuple[datetime | date, int] | None:
    value, _, said = (asked.before or asked.after).partition("~")
    number = number_of(said)
    if number is None:
        return None
    try:
        when = date.fromisoformat(value) if asked.by_due else datetime.fromisoformat(value)
    except ValueError:
        return None
    return when, number


def _groups(session: Session, asked: Asked, actor: Actor, today: date, found: _Found | None) -> dict[str, int]:
    first = replace(asked, after="", before="")
    names, of = GROUPS if asked.open else GROUPS[-1:], (actor, first, today)
    if uncounted := not_full(of, names):
        held = _held(session, first, actor, today, uncounted, found)
        many = dict(zip(held._fields, held, strict=True))
    else:
        many = {}
    return dict.fromkeys(GROUPS, 0) | counted(of, names, many)


def _held(
    session: Session, first: Asked, actor: Actor, today: date, names: tuple[str, ...], found: _Found | None
) -> Any:  # noqa: ANN401 - a row
    seat = seat_of(actor)
    if found is None:
        return _asked(session, _grouping(first, seat, today, names), actor)[0]
    few = found.few is not None
    if found.told is None:
        return session.execute(_count(first, few=few)(first, found.parts, today, names)).one()
    told, values = found.told
    return _asked(session, _grouping(told, seat, today, names, few=few), actor, **values)[0]


@lru_cache(maxsize=500)
def _grouping(asked: Asked, seat: Seat, today: date, names: tuple[str, ...], *, few: bool = False) -> Written:
    count, these = _count(asked, few=few), THESE if few else None
    return Written(lambda: count(asked, parts(None, asked, seat, these), today, names), planned=few or asked.whole)


def _count(asked: Asked, *, few: bool) -> Callable[..., Select[Any]]:
    """How to count: few by each, and what is asked of one's own work, whose parts no group has an index for."""
    return _one_by_one if few or (asked.view == "mine" and not asked.whole) else _in_groups


def _in_groups(asked: Asked, found: Sequence[Part], today: date, names: Sequence[str]) -> Select[Any]:
    if not asked.open:
        return select(_many(found, asked).label("ok"))
    days = group_days(QueueEntry.due_on, QueueEntry.provisional, today)
    many = {group: _many(found, asked, days[group]) for group in names}
    if GROUPS[-1] in many:  # two ends of the list, each along its own index
        many[GROUPS[-1]] += _many(found, asked, days[ESTIMATED])
    return select(*(column.label(group) for group, column in many.items()))


def _one_by_one(_asked: Asked, found: Sequence[Part], today: date, names: Sequence[str]) -> Select[Any]:
    """The same for few complaints: each is looked at once, not once for each group."""
    every = union_all(*(select(QueueEntry.due_on, QueueEntry.provisional).where(*part) for part in found)).subquery()
    days = group_days(every.c.due_on, every.c.provisional, today)
    days[GROUPS[-1]] |= days[ESTIMATED]
    columns: list[Any] = [func.count().filter(days[group]).label(group) for group in names]
    return select(*columns).select_from(every)


def group_days(due: Any, estimated: Any, today: date) -> dict[str, ColumnElement[bool]]:  # noqa: ANN401 - columns
    """Which last days belong to which group, as in `group_of`; estimates that have passed belong to the last group."""
    near, passed = today + timedelta(days=SOON), due < today
    return {
        "over": passed & ~estimated,
        "today": due == today,
        "soon": (due > today) & (due <= near),
        "ok": due > near,
        ESTIMATED: passed & estimated,
    }
