"""Reads of what the association decides: measures, votes, what a respondent may know, what is published to whom."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from casework.models_cases import CaseTrack
from core.clock import ZONE
from registry import lineage
from registry.models import Party
from registry.names import fold
from sanctions.levels import LEVELS
from sanctions.models_decisions import Statement
from sanctions.models_measures import Measure
from sanctions.models_publications import Publication, PublicationText
from search import queries
from search.words import MOST_TERMS

MOST = 1000
PAGE = 20
LARGEST = 2**63 - 1
SLUG = re.compile(r"[0-9a-z-]{1,40}")
SHOWN = ("PUBLISHED", "WITHDRAWN")
LAST = datetime(9999, 1, 1, tzinfo=UTC)
"""Later than anything published."""


def measures_of(session: Session, track: CaseTrack) -> Sequence[Measure]:
    """The measures ordered on a track, with what they ask, as far as this reader may see them."""
    mine = select(Measure).where(Measure.track_id == track.id).order_by(Measure.decision_id, Measure.level)
    return (
        session.scalars(
            mine.options(selectinload(Measure.items), joinedload(Measure.interview), joinedload(Measure.training)),
        )
        .unique()
        .all()
    )


def of_last_decision() -> ColumnElement[bool]:
    """SQL: the measure belongs to a decision that no review has replaced."""
    other = aliased(Measure)
    last = select(func.max(other.decision_id)).where(other.track_id == Measure.track_id)
    return Measure.decision_id == last.scalar_subquery()


def statements_of(session: Session, track: CaseTrack) -> Sequence[Statement]:
    """What the respondent stated on a track, as it may read that itself."""
    return session.scalars(select(Statement).where(Statement.track_id == track.id).order_by(Statement.id)).all()


@dataclass(frozen=True)
class Filters:
    """What a list of publications is narrowed to."""

    scope: str = ""
    state: str = ""
    standing: bool = False
    """Only what still holds: nothing that was withdrawn."""
    code: str = ""
    party_id: int | None = None
    level: int | None = None
    measure: int | None = None
    """A measure that the decision orders, whether it is the published one or not."""
    kind: str = ""
    """INSTITUTION or FIRM."""
    text: str = ""
    year: int | None = None


@dataclass(frozen=True)
class Line:
    """One publication with the text shown of it."""

    publication: Publication
    text: PublicationText | None
    party: Party | None


@dataclass(frozen=True)
class Page:
    """One page of a list, with the keys of its neighbours, and the count up to a thousand."""

    lines: list[Line]
    before: str
    after: str
    count: int


def published(session: Session, filters: Filters, *, after: str = "", before: str = "", limit: int = PAGE) -> Page:
    """What is shown, newest first: to the public what is public, to members circulars as well."""
    return _page(session, _published(session, filters), after, before, limit)


def changed_last(session: Session, filters: Filters, limit: int) -> list[Line]:
    """What is shown, by the time of its text, so that a corrected one is as new as its correction."""
    text = select(PublicationText.publication_id, PublicationText.at).where(PublicationText.shown).subquery()
    asked = _published(session, filters).join(text, text.c.publication_id == Publication.id)
    newest = asked.order_by(text.c.at.desc(), Publication.id.desc()).limit(limit)
    return lines(session, session.scalars(newest).all())


def _published(session: Session, filters: Filters) -> Select[Publication]:
    states = SHOWN[:1] if filters.standing else SHOWN
    shown = select(Publication).where(Publication.state.in_(states), Publication.ended_at.is_(None))
    if not (filters.standing and filters.text.strip()):
        return narrowed(shown, filters)
    saying = queries.bulletins(session, filters.text, lambda word: _companies(session, word))
    return narrowed(shown, filters, saying or set())


def _companies(session: Session, word: str) -> set[int]:
    """Those of whom something is published that this word names."""
    folded = fold(word)
    of = select(Publication.party_id).where(Publication.state == SHOWN[0], Publication.ended_at.is_(None))
    return set(session.scalars(of.where(Publication.party_id.in_(lineage.named(folded))))) if folded else set()


def all_publications(session: Session, filters: Filters, *, after: str = "", before: str = "") -> Page:
    """Every publication in every state, for the people who publish."""
    return _page(session, narrowed(select(Publication), filters), after, before, PAGE, key=Publication.id)


def narrowed(asked: Select[Publication], filters: Filters, saying: Collection[int] = ()) -> Select[Publication]:
    """Narrow the statement to the publications of a selection."""
    own = {"scope": filters.scope, "state": filters.state, "party_id": filters.party_id, "level": filters.level}
    for column, value in own.items():
        if value:
            asked = asked.where(getattr(Publication, column) == value)
    if filters.code:
        asked = asked.where(Publication.codes.contains([filters.code]))
    if filters.year is not None:
        asked = asked.where(
            _in_year(filters.year) if filters.standing else Publication.slug.startswith(f"{filters.year}-")
        )
    if filters.measure in LEVELS:
        ordered = PublicationText.summary["measures"].astext.contains(LEVELS[filters.measure].zh)
        beside = Publication.id.in_(select(PublicationText.publication_id).where(ordered))
        asked = asked.where(or_(Publication.level == filters.measure, beside))
    return _of_party(asked, filters, saying)


def _in_year(year: int) -> ColumnElement[bool]:
    """SQL: published in this year of the association's zone."""
    begins, ends = (datetime(each, 1, 1, tzinfo=ZONE) for each in (year, year + 1))
    return (Publication.published_at >= begins) & (Publication.published_at < ends)


def _of_party(asked: Select[Publication], filters: Filters, saying: Collection[int]) -> Select[Publication]:
    text = filters.text.strip()
    if filters.kind or text:
        asked = asked.join(Party, Party.id == Publication.party_id)
    if filters.kind:
        asked = asked.where(Party.kind == filters.kind)
    return asked.where(_like(text, saying)) if text else asked


def _like(text: str, saying: Collection[int]) -> Any:  # noqa: ANN401 - SQL
    """SQL: a company whose names hold these words, in whatever order, or what was found to say them."""
    words = list(dict.fromkeys(folded for word in text.split() if (folded := fold(word))))
    if not 0 < len(words) <= MOST_TERMS:
        words = [fold(text) or text]
    named = and_(*(Party.id.in_(lineage.named(word)) for word in words))
    return or_(named, Party.id.in_(lineage.of_code(text.upper())), Publication.id.in_(sorted(saying)))


def _page(
    session: Session,
    asked: Select[Publication],
    after: str,
    before: str,
    limit: int,
    key: Any = None,  # noqa: ANN401 - SQL
) -> Page:
    count = session.scalar(
        select(func.count()).select_from(asked.with_only_columns(Publication.id).limit(MOST + 1).subquery())
    )
    place = (Publication.published_at, Publication.id) if key is None else (key,)
    rows = list(session.scalars(_keyed(asked, place, after, before).limit(limit + 1)))
    more, rows = len(rows) > limit, rows[:limit]
    if before:
        rows.reverse()
    earlier, later = (more, True) if before else (bool(after), more)
    return Page(
        lines(session, rows),
        before=_key(rows[0], key) if rows and earlier else "",
        after=_key(rows[-1], key) if rows and later else "",
        count=int(count or 0),
    )


def lines(session: Session, rows: Sequence[Publication]) -> list[Line]:
    """Each publication with its text and its company."""
    shown = texts(session, rows)
    parties = {
        each.id: each for each in session.scalars(select(Party).where(Party.id.in_([row.party_id for row in rows])))
    }
    return [Line(row, shown.get(row.id), parties.get(row.party_id)) for row in rows]


def _keyed(asked: Select[Publication], place: tuple[Any, ...], after: str, before: str) -> Select[Publication]:
    order = [each.desc() for each in place]
    if before:
        asked, order = asked.where(tuple_(*place) > tuple_(*_values(before, place))), [each.asc() for each in place]
    elif after:
        asked = asked.where(tuple_(*place) < tuple_(*_values(after, place)))
    return asked.order_by(*order)


def _key(row: Publication, key: Any) -> str:  # noqa: ANN401 - SQL
    if key is not None or row.published_at is None:
        return str(row.id)
    return f"{row.published_at.timestamp()}_{row.id}"


def _values(said: str, place: tuple[Any, ...]) -> tuple[Any, ...]:
    """The key of a row as an address gives it; the beginning, if nobody could have written it."""
    first, _, last = said.rpartition("_")
    try:
        number = max(0, min(int(last), LARGEST))
        if len(place) == 1:
            return (number,)
        return datetime.fromtimestamp(float(first), UTC), number
    except (ValueError, OverflowError, OSError):
        return (2**62,) if len(place) == 1 else (LAST, 2**62)


def texts(session: Session, rows: Sequence[Publication]) -> dict[int, PublicationText]:
    """For each publication the text that is shown, or else the last one this reader may see."""
    wanted = select(PublicationText).where(PublicationText.publication_id.in_([row.id for row in rows]))
    found: dict[int, PublicationText] = {}
    for text in session.scalars(
        wanted.order_by(PublicationText.publication_id, PublicationText.shown, PublicationText.no)
    ):
        found[text.publication_id] = text
    return found


@dataclass(frozen=True)
class Shown:
    """One publication as an address leads to it; gone if its time is over (410, neutral words)."""

    publication: Publication
    text: PublicationText | None
    party: Party | None

    @property
    def gone(self) -> bool:
        """Whether the address answers 410."""
        return self.publication.state == "EXPIRED" or self.publication.ended_at is not None

    @property
    def check_code(self) -> str:
        """The code by which the PDF is verified and found (`notices.queries.verified`)."""
        return self.text.summary.get("check_code", "") if self.text else ""


def publication_by_slug(session: Session, slug: str) -> Shown | None:
    """What an address leads to, if this reader may know of it; an expired publication is found as gone."""
    if not SLUG.fullmatch(slug):
        return None
    found = session.scalar(select(Publication).where(Publication.slug == slug))
    if found is None:
        return None
    return Shown(found, texts(session, [found]).get(found.id), session.get(Party, found.party_id))


def publication(session: Session, slug: str) -> Publication | None:
    """A publication for the people who publish, with its texts and redactions."""
    if not SLUG.fullmatch(slug):
        return None
    asked = select(Publication).where(Publication.slug == slug)
    return session.scalar(asked.options(selectinload(Publication.texts), selectinload(Publication.redactions)))


def publication_by_number(session: Session, number: int) -> Publication | None:
    """A publication by its key, if this reader may know of it."""
    return session.scalar(select(Publication).where(Publication.id == number))


def states(session: Session) -> dict[str, int]:
    """How many publications are in each state."""
    found = select(Publication.state, func.count()).group_by(Publication.state)
    return {state: int(number) for state, number in session.execute(found)}
