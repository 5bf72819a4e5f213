"""The search: what a reader finds by words, numbers, codes and names, exact ones first, then the newest."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from psycopg.errors import QueryCanceled
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from casework import search_entries
from casework.models import Complaint, Forwarding
from casework.models_cases import Evidence
from casework.models_search import SearchEntry
from casework.search_words import (
    SHORT,
    SLOW,
    Asked,
    Place,
    bounds,
    companies,
    narrowed,
    query_of,
    quoted,
    refused,
    spoken,
    stems,
    within,
)
from core import terms
from core.terms import Marker, Piece, Term
from core.words import LazyString

SIZE: Final = 20
CAP: Final = 2000
"""So many finds of the index are fetched and sorted; where there are more, the newest are walked through by date."""
WALK: Final = 200
LOOKS: Final = 10
"""So many stretches are walked through for one page."""
CHUNK: Final = 60
FIRST: Final = 50
"""At most so many exact finds stand first."""
SECONDS: Final = 3


@dataclass(frozen=True)
class Hit:
    """One thing that was found, in parts of which some are marked."""

    kind: str
    number: int
    ref: str
    title: list[Piece]
    snippet: list[Piece]
    at: datetime
    exact: bool


@dataclass(frozen=True)
class Page:
    """What was found, where it goes on, or why nothing could be looked for."""

    hits: list[Hit]
    after: str = ""
    trouble: LazyString | None = None


@dataclass
class _Look:
    """One search under way."""

    session: Session
    asked: Asked
    lang: str
    words: list[Term]
    stems: Mapping[str, Sequence[str]]
    parties: dict[str, list[int]] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    last: Place | None = None
    """The last place that was looked at."""

    def __post_init__(self) -> None:
        """Make the marker once."""
        self.marker = Marker(self.words, self.stems)


def found(session: Session, asked: Asked, lang: str = "zh", size: int = SIZE) -> Page:
    """One page of what this reader finds; a refusal in words where it cannot be looked for."""
    words = terms.asked(asked.text)
    if (trouble := refused(asked, words)) is not None:
        return Page([], trouble=trouble)
    try:
        with _in_time(session):
            look = _Look(session, asked, lang, words, stems(session, words))
            look.parties = {word.text: companies(session, word) for word in words}
            exact = _exact(look)
            query = query_of(words, look.stems, look.parties, asked.kinds)
            if not (query or exact):
                return Page([], trouble=SHORT)
            hits = [] if asked.after else exact
            rest = list(_rest(look, query, size + 1)) if query else []
    except OperationalError as stopped:
        if isinstance(stopped.orig, QueryCanceled):
            return Page([], trouble=SLOW)
        raise
    more = len(rest) > size
    last = spoken(rest[size - 1].place) if more else ""
    if not more and look.last is not None:
        last = spoken(look.last)
    return Page([*hits, *(each.hit for each in rest[:size])], after=last)


@contextmanager
def _in_time(session: Session) -> Iterator[None]:
    """Each statement in so many seconds; one that is stopped leaves the rest of the page its transaction."""
    connection = session.connection()
    with connection.begin_nested():
        connection.execute(text(f"SET LOCAL statement_timeout = '{SECONDS}s'"))
        yield
        connection.execute(text("SET LOCAL statement_timeout TO DEFAULT"))


def _exact(look: _Look) -> list[Hit]:
    """What bears just this number, code or name, or belongs to a person's number; kept apart from the rest."""
    typed = look.asked.text
    wanted = [f"={terms.key(typed)}"]
    if search_entries.is_secret(typed):
        wanted.append(search_entries.secret(typed))
    query = narrowed(" | ".join(map(quoted, wanted)), look.asked.kinds)
    numbers = [number for number, _at in _index(look.session, query, FIRST)]
    look.seen.update(numbers)
    rows = sorted(_rows(look.session, numbers), key=lambda row: (row.at, row.id), reverse=True)
    return [_hit(look, row, exact=True) for row in rows if within(row.at, look.asked)]


@dataclass(frozen=True)
class _Found:
    hit: Hit
    place: Place


def _rest(look: _Look, query: str, most: int) -> Iterator[_Found]:
    """The newest first: from all that the index finds where that is little, else walked through by date."""
    given = 0
    for stretch in _stretches(look, query):
        for start in range(0, len(stretch), CHUNK):
            part = [place for place in stretch[start : start + CHUNK] if place[1] not in look.seen]
            rows = {row.id: row for row in _rows(look.session, [number for _at, number in part])}
            for place in part:
                row = rows.get(place[1])
                if row is None or not _says(look, row):
                    continue
                yield _Found(_hit(look, row, exact=False), place)
                given += 1
                if given == most:
                    look.last = None
                    return


def _stretches(look: _Look, query: str) -> Iterator[list[Place]]:
    """Places in the order of dates; `look.last` is where to go on where the last stretch was not the end."""
    upper, lower = bounds(look.asked)
    all_of_it = [(at, number) for number, at in _index(look.session, query, CAP + 1)]
    if len(all_of_it) <= CAP:
        yield sorted((place for place in all_of_it if lower <= place[0] and place < upper), reverse=True)
        return
    asked = text("SELECT at, id FROM zilu_walked(CAST(:query AS tsquery), :at, :id, :until, :most)")
    for _turn in range(LOOKS):
        values = {"query": query, "at": upper[0], "id": upper[1], "until": lower, "most": WALK}
        stretch = [(row.at, row.id) for row in look.session.execute(asked, values)]
        look.last = upper = stretch[-1] if len(stretch) == WALK else upper
        yield stretch
        if len(stretch) < WALK:
            look.last = None
            return


def _index(session: Session, query: str, most: int) -> list[tuple[int, datetime]]:
    asked = text("SELECT id, at FROM zilu_found(CAST(:query AS tsquery), :most)")
    return [(row.id, row.at) for row in session.execute(asked, {"query": query, "most": most})]


def _rows(session: Session, numbers: Sequence[int]) -> Sequence[Any]:
    """The entries themselves, as this reader may see them."""
    if not numbers:
        return []
    it = SearchEntry
    columns = (it.id, it.subject_kind, it.subject_id, it.ref, it.title, it.title_en, it.body, it.parties, it.at)
    return session.execute(select(*columns).where(it.id.in_(numbers))).all()


def _says(look: _Look, row: Any) -> bool:  # noqa: ANN401 - a row
    """Whether it has each word as it was typed, where the index knows pairs of characters only."""
    said = ""
    for term in look.words:
        if term.exact and not set(row.parties).intersection(look.parties.get(term.text, ())):
            said = said or terms.flat(f"{row.ref}\n{row.title}\n{row.title_en}\n{row.body}")
            if term.text not in said:
                return False
    return True


def _hit(look: _Look, row: Any, *, exact: bool) -> Hit:  # noqa: ANN401 - a row
    title = (row.title_en if look.lang.startswith("en") else "") or row.title
    return Hit(
        kind=row.subject_kind,
        number=row.subject_id,
        ref=row.ref,
        title=look.marker.parts(title),
        snippet=look.marker.snippet(row.body),
        at=row.at,
        exact=exact,
    )


class Matter(NamedTuple):
    """To what a file of evidence belongs."""

    case_id: int | None
    complaint_ref: str | None
    forwarding_id: int | None


def matter(session: Session, number: int) -> Matter:
    """To what a file belongs, as far as this reader may see it."""
    told = select(Forwarding.complaint_id).where(Forwarding.id == Evidence.forwarding_id).scalar_subquery()
    ref = select(Complaint.ref).where(Complaint.id == func.coalesce(Evidence.complaint_id, told)).scalar_subquery()
    row = session.execute(select(Evidence.case_id, ref, Evidence.forwarding_id).where(Evidence.id == number)).first()
    return Matter(*row) if row is not None else Matter(None, None, None)


def bulletins(session: Session, said: str) -> set[int] | None:
    """The public bulletins (or, for a company, publications) that say this: their keys, newest CAP at most.

    None where it cannot be asked for: too short, too long, too many words.
    """
    asked = Asked(said, ("publication",))
    words = terms.asked(said)
    if refused(asked, words) is not None:
        return None
    known = stems(session, words)
    query = query_of(words, known, {word.text: companies(session, word) for word in words}, asked.kinds)
    either = [query] if query else []
    either.append(narrowed(quoted(f"={terms.key(said)}"), asked.kinds))
    look = _Look(session, asked, "zh", words, known)
    exact = {number for number, _at in _index(session, either[-1], CAP)}
    found = {number for number, _at in _index(session, " | ".join(f"({one})" for one in either), CAP)}
    rows = _rows(session, sorted(found))
    return {row.subject_id for row in rows if row.id in exact or _says(look, row)}
