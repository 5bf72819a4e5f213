"""The search: what a reader finds by words, numbers, codes and names, exact ones first, then the newest."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from psycopg.errors import QueryCanceled
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from casework.models import Complaint, Forwarding
from casework.models_cases import Evidence
from casework.models_stop_contacts import StopContact
from core import clock
from core.characters import LETTERS
from core.words import LazyString
from portal.models_materials import MaterialRequest
from search import hashed, terms
from search.terms import Marker, Passage, Piece, Term
from search.words import (
    SLOW,
    Asked,
    Place,
    Stems,
    bounds,
    narrowed,
    no_word,
    query_of,
    quoted,
    refused,
    spoken,
    stems,
    within,
)

SIZE: Final = 20
CAP: Final = 2000
"""So many finds of the index are fetched and sorted; where there are more, the newest are walked through by date."""
LOOKS: Final = 10
STRETCH: Final = 200
"""So many stretches of so many places are looked through for one page, after a short first one."""
SPARE: Final = 20
"""So many more rows are fetched at first where some of them may not say what the index promised."""
FIRST: Final = 50
"""At most so many exact finds stand first."""
MOST_PARTIES: Final = 5
"""A word in the names of more companies than this is not taken for the name of one."""
MOST_NAMED: Final = 300
"""Of more companies than this, that a word of a bulletin's search names, the index is not asked one by one."""
SECONDS: Final = 3


@dataclass(frozen=True)
class Hit:
    """One thing that was found, in parts of which some are marked."""

    kind: str
    number: int
    ref: str
    title: list[Piece]
    passages: list[Passage]
    at: date | datetime | None
    exact: bool
    by_company: bool = False
    """Found not by its words, but because it concerns a company that they mean."""


@dataclass(frozen=True)
class Page:
    """What was found, where it goes on, or why nothing could be looked for."""

    hits: list[Hit]
    after: str = ""
    trouble: LazyString | None = None
    most: int = 0
    """So many exact finds stand first, where there are more."""


@dataclass
class _Look:
    """One search under way."""

    session: Session
    asked: Asked
    lang: str
    words: list[Term]
    stems: Stems
    parties: dict[str, list[int]] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    last: Place | None = None
    """The last place that was looked at."""
    many: bool = False
    """Whether there are more exact finds than stand first."""

    def __post_init__(self) -> None:
        """Make the marker once."""
        self.marker = Marker(self.words, self.stems)


def found(session: Session, asked: Asked, lang: str = "zh", size: int = SIZE) -> Page:
    """One page of what this reader finds; a refusal in words where it cannot be looked for."""
    words = terms.asked(asked.text)
    if (trouble := refused(asked, words)) is not None:
        return Page([], trouble=trouble)
    try:
        session.execute(text(f"SET LOCAL statement_timeout = '{SECONDS}s'"))
        page = _page(session, asked, words, lang, size)
        session.execute(text("SET LOCAL statement_timeout TO DEFAULT"))
    except OperationalError as stopped:
        if not isinstance(stopped.orig, QueryCanceled):
            raise
        session.rollback()  # the rest of the page reads in a transaction of its own
        return Page([], trouble=SLOW)
    return page


def _page(session: Session, asked: Asked, words: list[Term], lang: str, size: int) -> Page:
    known = stems(session, words)
    companies = {word.text: _companies(session, word, known) for word in words}
    parties = {said: [number for row in rows for number in row.parties] for said, rows in companies.items()}
    look = _Look(session, asked, lang, words, known, parties)
    exact = [*_exact(look), *_begun(look, [row for rows in companies.values() for row in rows])]
    query = query_of(words, known, look.parties, asked.kinds)
    if not (query or exact):
        return Page([], trouble=no_word(asked))
    rest = list(_rest(look, query, size + 1)) if query else []
    last = spoken(rest[size - 1].place) if len(rest) > size else spoken(look.last) if look.last is not None else ""
    hits = [*([] if asked.after else exact), *(each.hit for each in rest[:size])]
    return Page(hits, after=last, most=FIRST if look.many and not asked.after else 0)


def _companies(session: Session, term: Term, known: Stems) -> list[Any]:
    """The companies that a word means, by any of their names; none where it means many, or nothing by itself."""
    query = query_of([term], known, {}, ["party"])
    rows = _joined(session, query, MOST_PARTIES + 1) if query else []
    return rows if len(rows) <= MOST_PARTIES else []


def _begun(look: _Look, companies: list[Any]) -> list[Hit]:
    """Companies whose name begins with what was typed: whoever types a name looks for the company first."""
    start, hits = terms.flat(look.asked.text), []
    for row in companies:
        begins = any(terms.flat(name).startswith(start) for name in (row.title, row.title_en or ""))
        wanted = not look.asked.kinds or "party" in look.asked.kinds
        if begins and wanted and row.id not in look.seen and within(row.at, look.asked):
            look.seen.add(row.id)
            hits.append(_hit(look, row, exact=False))
    return hits


def _exact(look: _Look) -> list[Hit]:
    """What bears just this number, code or name, or belongs to a person's number; kept apart from the rest."""
    typed = look.asked.text
    wanted = [f"={terms.key(typed)}"]
    if hashed.is_secret(typed):
        wanted.append(hashed.secret(typed))
    before, since = bounds(replace(look.asked, after=""))
    query = narrowed(" | ".join(map(quoted, wanted)), look.asked.kinds)
    values = {"query": query, "most": CAP, "since": since, "before": before[0], "shown": FIRST + 1}
    rows = list(look.session.execute(EXACT, values))
    look.many = len(rows) > FIRST
    rows = rows[:FIRST]
    look.seen.update(row.id for row in rows)
    return [_hit(look, row, exact=True) for row in rows]


@dataclass(frozen=True)
class _Found:
    hit: Hit
    place: Place


def _rest(look: _Look, query: str, most: int) -> Iterator[_Found]:
    """The newest first: from all that the index finds where that is little, else walked through by date."""
    given = 0
    for row in _rows(look, query, most):
        if row.id is None or row.id in look.seen or not _says(look, row):
            continue
        place = (row.place_at, row.place_id)
        yield _Found(_hit(look, row, exact=False), place)
        given += 1
        if given == most:
            look.last = None
            return


def _rows(look: _Look, query: str, most: int) -> Iterator[Any]:
    """Rows in the order of dates; `look.last` is where to go on where there may be more."""
    upper, lower = bounds(look.asked)
    few = True
    stretch = most + len(look.seen) + (SPARE if any(word.exact for word in look.words) else 0)
    for _turn in range(LOOKS):
        values = {"query": query, "at": upper[0], "id": upper[1], "until": lower, "most": stretch, "cap": CAP}
        rows = look.session.execute(FEW if few else WALKED, values).all()
        if few and rows[0].many > CAP:
            few = False
            rows = look.session.execute(WALKED, values).all()
        rows = [row for row in rows if row.place_id is not None]
        if len(rows) < stretch:
            look.last = None
            yield from rows
            return
        look.last = upper = (rows[-1].place_at, rows[-1].place_id)
        yield from rows
        stretch = STRETCH


_SHOWN = "e.id, e.subject_kind, e.subject_id, e.ref, e.title, e.title_en, e.body, e.parties, e.at"
FEW: Final = text(
    "WITH known AS MATERIALIZED (SELECT zilu_is_common(CAST(:query AS tsquery)) AS common), "  # noqa: S608 - ours
    "found AS MATERIALIZED (SELECT f.id, f.at FROM known, LATERAL zilu_found(CAST(:query AS tsquery), :cap + 1) f "
    "WHERE NOT known.common), "
    "counted AS (SELECT count(*) + (SELECT CASE WHEN common THEN :cap + 1 ELSE 0 END FROM known) AS many FROM found), "
    "page AS (SELECT id, at FROM found WHERE (SELECT many FROM counted) <= :cap "
    "AND (at, id) < (:at, :id) AND at >= :until ORDER BY at DESC, id DESC LIMIT :most) "
    f"SELECT many, p.at AS place_at, p.id AS place_id, {_SHOWN} "
    "FROM counted LEFT JOIN page p ON true LEFT JOIN search_entry e ON e.id = p.id ORDER BY p.at DESC, p.id DESC"
)
WALKED: Final = text(
    f"SELECT p.at AS place_at, p.id AS place_id, {_SHOWN} "  # noqa: S608 - our own columns
    "FROM zilu_walked(CAST(:query AS tsquery), :at, :id, :until, :most) p "
    "LEFT JOIN search_entry e ON e.id = p.id ORDER BY p.at DESC, p.id DESC"
)
JOINED: Final = text(
    f"SELECT {_SHOWN} FROM zilu_found(CAST(:query AS tsquery), :most) p "  # noqa: S608 - our own columns
    "JOIN search_entry e ON e.id = p.id"
)
EXACT: Final = text(f"{JOINED.text} WHERE e.at >= :since AND e.at < :before ORDER BY e.at DESC, e.id DESC LIMIT :shown")
"""Numbers come from the index, the rows themselves as this reader may see them: a hidden one leaves its place only."""


def _joined(session: Session, query: str, most: int) -> list[Any]:
    return list(session.execute(JOINED, {"query": query, "most": most}))


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
    head = (row.title_en if look.lang.startswith("en") else "") or row.title
    title, passages = look.marker.parts(head), look.marker.passages(row.body, head)
    meant = {number for numbers in look.parties.values() for number in numbers}
    return Hit(
        kind=row.subject_kind,
        number=row.subject_id,
        ref=row.ref,
        title=title,
        passages=passages,
        at=row.at,
        exact=exact,
        by_company=not (passages or exact or any(piece.hit for piece in title)) and not meant.isdisjoint(row.parties),
    )


NUMBERED: Final[dict[str, tuple[str, Any]]] = {
    "TL": ("stop_contact", StopContact),
    "ZL": ("material", MaterialRequest),
}
"""What bears a number and is no find of its own, by how its numbers begin."""
SIGNS: Final = 6
_SIGN: Final = f"[{LETTERS.lower()}]"
OWN_NUMBER: Final = re.compile(
    rf"(?P<begins>tl|zl)?(?:(?P<year>20[0-9]{{2}})(?P<some>{_SIGN}{{0,{SIGNS}}})|(?P<last>{_SIGN}{{{SIGNS}}}))"
)
"""As terms.key() levels it, however it was typed: whole, a beginning with its year, or its last signs."""
YEARS: Final = 10
"""Of so many years numbers are found by their last signs alone."""
MOST_NUMBERED: Final = 10


class Numbered(NamedTuple):
    """What bears a number that was typed, or begins or ends so."""

    kind: str
    number: int
    ref: str
    on: date | datetime | None
    whole: bool


def numbered(session: Session, text: str, beginnings: Collection[str]) -> list[Numbered]:
    """What bears this number or a part of it, as far as this reader may see it, the newest first.

    All numbers of a kind are equally long, so a beginning is a stretch of their index in whatever order its signs are.
    """
    said = OWN_NUMBER.fullmatch(terms.key(text))
    if said is None or not (said["begins"] or said["some"] or said["last"]):
        return []
    found = []
    for begins in beginnings if said["begins"] is None else {said["begins"].upper()}.intersection(beginnings):
        kind, model = NUMBERED[begins]
        it = select(model.id, model.ref, model.asked_at if model is MaterialRequest else model.relayed_on)
        if said["last"]:
            last, year = said["last"].upper(), clock.today().year
            it = it.where(model.ref.in_([f"{begins}{each}-{last}" for each in range(year - YEARS, year + 1)]))
        else:
            start = f"{begins}{said['year']}-{said['some'].upper()}"
            length = len(start) - len(said["some"]) + SIGNS
            it = it.where(model.ref.between(start.ljust(length, LETTERS[0]), start.ljust(length, LETTERS[-1])))
        rows = session.execute(it.order_by(model.id.desc()).limit(MOST_NUMBERED))
        whole = said["begins"] is not None and len(said["some"] or "") == SIGNS
        found += [Numbered(kind, number, ref, on, whole) for number, ref, on in rows]
    return found


class Matter(NamedTuple):
    """To what a file of evidence belongs."""

    case_id: int | None
    complaint_ref: str | None


def forwarding_of(session: Session, number: int) -> int | None:
    """The forwarding that a file answers, for a company: complaints are nothing that it may read."""
    return session.scalar(select(Evidence.forwarding_id).where(Evidence.id == number))


def matter(session: Session, number: int) -> Matter:
    """To what a file belongs, for staff, as far as they may see it."""
    answered = select(Forwarding.complaint_id).where(Forwarding.id == Evidence.forwarding_id)
    told = func.coalesce(Evidence.complaint_id, answered.correlate(Evidence).scalar_subquery())
    ref = select(Complaint.ref).where(Complaint.id == told).scalar_subquery()
    row = session.execute(select(Evidence.case_id, ref).where(Evidence.id == number)).first()
    return Matter(*row) if row is not None else Matter(None, None)


def bulletins(session: Session, said: str, companies: Callable[[str], set[int]]) -> set[int] | None:
    """The public bulletins (or, for a company, publications) that say this: their keys, CAP at most.

    Each word stands in the text or in a name of the company: `companies` says which ones a word names. None where it
    cannot be asked for: too short, too long, too many words.
    """
    asked = Asked(said, ("publication",))
    words = terms.asked(said)
    if refused(asked, words) is not None:
        return None
    known = stems(session, words)
    words = [each for each in words if each.pairs or not each.words or any(map(known.get, each.words))]
    named = {each.text: companies(each.typed) for each in words}
    look = _Look(session, asked, "zh", words, known, {said: [*some] for said, some in named.items() if few(some)})
    exact = {row.subject_id for row in _joined(session, narrowed(quoted(f"={terms.key(said)}"), asked.kinds), CAP)}
    return exact | _saying(look, words).keys() | _named_by_many(look, named)


def few(companies: Collection[int]) -> bool:
    """Whether the index can be asked for each of these companies."""
    return len(companies) <= MOST_NAMED


def _named_by_many(look: _Look, named: Mapping[str, set[int]]) -> set[int]:
    """What is about one of the very many companies that a word names, among what the other words find."""
    rare = [each for each in look.words if few(named[each.text])]
    found = _saying(look, rare) if len(rare) < len(look.words) else {}
    for word in look.words if found else ():
        if word not in rare:
            said = _saying(look, [*rare, word])
            found = {key: of for key, of in found.items() if key in said or not named[word.text].isdisjoint(of)}
    return set(found)


def _saying(look: _Look, words: list[Term]) -> dict[int, list[int]]:
    """What says these words or concerns a company that they name, CAP at most, and whom each concerns."""
    query = query_of(words, look.stems, look.parties, look.asked.kinds)
    rows = _joined(look.session, query, CAP) if query else []
    this = replace(look, words=words)
    return {row.subject_id: row.parties for row in rows if _says(this, row)}
