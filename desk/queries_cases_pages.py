"""The list of cases and what the page of one case shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, aliased, selectinload

from casework import hanging, queries_cases
from casework.models import Complaint, Note
from casework.models_cases import Allegation, CaseComplaint, CaseFile, CaseTrack, Evidence
from casework.models_queue import NEVER, CaseEntry
from casework.stages import joined
from core.actors import Actor
from core.keyset import number_of
from core.words import language
from desk.queries_queue import ESTIMATED, GROUPS, MOST, SIZE, TooSlowError, counted, group_days, in_time, not_full
from desk.queries_queue_lines import group_of
from notices import queries as notices
from notices.models import Document
from registry import lineage
from registry.models_accounts import Account
from registry.names import fold

STAGES = {
    "screening": joined("screening"),
    "investigation": joined("filing", "investigation"),
    "review": joined("check"),
    "notice": joined("notice", "hearing"),
    "decision": joined("deliberation", "decision"),
    "execution": joined("order", "execution"),
    "verification": joined("verification"),
}
TURNS = {
    "head": ("SCREENING",),
    "reviewer": ("REVIEWING",),
    "secretary": ("PRE_NOTICE", "DELIBERATION"),
    "publisher": ("EXECUTING",),
}
"""Whose turn it is if nobody is named."""
VIEWS = ("mine", "open", *STAGES, "ended", "all")
SORTS = ("due", "-due", "opened", "-opened")
LATER = GROUPS[-1]
"""The group of those that have time, or no time limit at all; of all where they are not sorted by it."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see of the cases."""

    view: str = "mine"
    party: int | None = None
    code: str = ""
    officer: str = ""
    text: str = ""
    sort: str = "due"
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Line:
    """One case in the list."""

    id: int
    ref: str
    title: str
    opened_on: date
    officer: str
    complaints: int
    due_on: date | None
    provisional: bool
    clock: str
    group: str
    tracks: Sequence[CaseTrack] = field(default=())


@dataclass(frozen=True)
class Page:
    """One page of cases with the number in each group; an undivided list is all in the last group."""

    lines: list[Line]
    after: str
    before: str = ""
    groups: dict[str, int] = field(default_factory=dict)
    slow: bool = False
    """Whether words were looked for longer than they may be: nothing is listed then."""

    @property
    def total(self) -> int:
        """How many there are in all; nobody counts beyond MOST."""
        return sum(self.groups.values())


class Beside(NamedTuple):
    """What comes before and after a case in a list, and its place among how many, as in the queue."""

    before: int | None
    after: int | None
    place: str
    nth: int = 0
    many: int = 0


@dataclass(frozen=True)
class Whole:
    """All that hangs on one case."""

    evidence: Sequence[Evidence]
    notes: Sequence[Note]
    letters: Sequence[Document]
    marks: dict[int, str]
    """What the pieces of evidence are called: E1, E2 …"""


def case(session: Session, number: int) -> CaseFile | None:
    """A case, if this reader may see it."""
    tracks = selectinload(CaseFile.tracks)
    return session.scalar(
        select(CaseFile)
        .where(CaseFile.id == number)
        .options(
            tracks.selectinload(CaseTrack.allegations).selectinload(Allegation.evidence),
            tracks.selectinload(CaseTrack.party),
            selectinload(CaseFile.complaints),
        ),
    )


def case_of_track(session: Session, number: int) -> int | None:
    """The case of a track."""
    return session.scalar(select(CaseTrack.case_id).where(CaseTrack.id == number))


def allegation(session: Session, number: int) -> Allegation | None:
    """An allegation, if this reader may see it."""
    return session.scalar(select(Allegation).where(Allegation.id == number))


def whole(session: Session, it: CaseFile) -> Whole:
    """Everything that hangs on a case."""
    evidence = queries_cases.evidence_of(session, it)
    subjects = [("case", it.id), *hanging.file_of(session, (each.id for each in it.tracks))]
    return Whole(
        evidence=evidence,
        notes=session.scalars(select(Note).where(Note.case_id == it.id).order_by(Note.id.desc())).all(),
        letters=notices.documents_of(session, subjects),
        marks={each.id: f"E{place}" for place, each in enumerate(evidence, 1)},
    )


def page(session: Session, asked: Asked, actor: Actor, today: date) -> Page:
    """The cases asked for, in their order, from a place on or back to one."""
    try:
        with in_time(session, asked.text):
            return _page(session, asked, actor, today)
    except TooSlowError:
        return Page([], "", slow=True)


def _page(session: Session, asked: Asked, actor: Actor, today: date) -> Page:
    officer = aliased(Account)
    many = select(func.count()).select_from(CaseComplaint).where(CaseComplaint.case_id == CaseFile.id).scalar_subquery()
    by_due = asked.sort.endswith("due")
    keys = _keys(asked)
    found = (
        select(CaseFile, CaseEntry, officer.name.label("officer"), many.label("complaints"))
        .join(CaseEntry, CaseEntry.case_id == CaseFile.id)
        .outerjoin(officer, officer.id == CaseFile.officer_id)
        .where(_view(asked.view, actor), *_filters(asked, actor))
        .options(selectinload(CaseFile.tracks).selectinload(CaseTrack.party))
    )
    back = _place(asked.before)
    place = back or _place(asked.after)
    down = asked.sort.startswith("-") is (back is None)
    if place is not None:
        found = found.where(tuple_(*keys) < tuple_(*place) if down else tuple_(*keys) > tuple_(*place))
    found = found.order_by(*(key.desc() if down else key.asc() for key in keys))
    rows = list(session.execute(found.limit(SIZE + 1)))
    more, rows = len(rows) > SIZE, rows[:SIZE]
    lines = [_line(row, today) for row in (reversed(rows) if back else rows)]
    if not lines:
        return Page([], "")
    ends = [f"{(each.due_on or NEVER) if by_due else each.opened_on}~{each.id}" for each in (lines[0], lines[-1])]
    earlier, later = (more, True) if back else (place is not None, more)
    before, after = ends[0] if earlier else "", ends[1] if later else ""
    return Page(lines, after, before, _groups(session, asked, actor, today, None if before or after else lines))


def _groups(session: Session, asked: Asked, actor: Actor, today: date, every: Sequence[Line] | None) -> dict[str, int]:
    """How many there are in each group; a list that fits on one page is not asked again."""
    by_due = asked.sort.endswith("due")
    if every is not None:
        groups = [line.group if by_due else LATER for line in every]
        return {group: groups.count(group) for group in GROUPS}
    names, of = GROUPS if by_due else (LATER,), ("cases", actor, replace(asked, after="", before=""), today)
    many: dict[str, int] = {}
    if uncounted := not_full(of, names):
        counting = _in_groups(asked, actor, today, uncounted) if by_due else _in_all(asked, actor)
        many = dict(session.execute(counting).mappings().one())
    return dict.fromkeys(GROUPS, 0) | counted(of, names, many)


def _in_all(asked: Asked, actor: Actor) -> Select[Any]:
    """How many there are, counted up to MOST."""
    listed = select(CaseEntry.case_id).where(_view(asked.view, actor), *_filters(asked, actor))
    return select(func.count().label(LATER)).select_from(listed.limit(MOST + 1).subquery())


def _in_groups(asked: Asked, actor: Actor, today: date, names: Sequence[str]) -> Select[Any]:
    """How many there are in each of these groups, each counted up to MOST."""
    listed = (
        select(literal(1))
        .select_from(CaseEntry)
        .where(_view(asked.view, actor), *_filters(asked, actor))
        .limit(MOST + 1)
    )
    days = group_days(CaseEntry.due_on, CaseEntry.provisional, today)
    days[LATER] |= days[ESTIMATED]
    some = {name: listed.where(days[name]).subquery() for name in names}
    return select(
        *(select(func.count()).select_from(each).scalar_subquery().label(name) for name, each in some.items())
    )


def beside(session: Session, asked: Asked, actor: Actor, number: int, was: str = "") -> Beside:
    """The cases before and after one in a list, even if it has left the list meanwhile; in one statement.

    Also its place, or `was`, the place at which it was opened: if a deed moved it, the next one still follows. None if
    searching for words takes too long.
    """
    try:
        with in_time(session, asked.text):
            return _beside(session, asked, actor, number, was)
    except TooSlowError:
        return Beside(None, None, was)


def _beside(session: Session, asked: Asked, actor: Actor, number: int, was: str) -> Beside:
    place, key = _keys(asked)
    every = select(key.label("number"), place.label("place"))
    here = every.where(key == number).subquery()
    listed = every.where(_view(asked.view, actor), *_filters(asked, actor)).subquery()
    keys, other = tuple_(listed.c.place, listed.c.number), listed.c.number != number
    stood = _place(was)
    stands = literal(stood[0]) if stood else select(here.c.place).scalar_subquery()
    mine = tuple_(stands, literal(number))
    next_to = select(listed.c.number).where(other).limit(1)
    up = next_to.where(keys > mine).order_by(listed.c.place, listed.c.number)
    down = next_to.where(keys < mine).order_by(listed.c.place.desc(), listed.c.number.desc())
    before, after = (up, down) if asked.sort.startswith("-") else (down, up)
    at_place = select(listed.c.number).where(keys == mine)
    many = (
        select(func.count()).select_from(each.limit(MOST + 1).subquery()).scalar_subquery()
        for each in (before, after, at_place)
    )
    row = session.execute(select(before.scalar_subquery(), after.scalar_subquery(), stands.label("place"), *many)).one()
    up_to, on, stays = row[3:]
    nth = up_to + 1 if stays and up_to < MOST else 0
    return Beside(row[0], row[1], f"{row.place}~{number}", nth, up_to + 1 + on)


def most_urgent(session: Session, actor: Actor, but: int | None = None) -> int | None:
    """The most urgent of somebody's cases, except the one (`but`) that is open."""
    mine = select(CaseEntry.case_id).where(_view("mine", actor))
    if but is not None:
        mine = mine.where(CaseEntry.case_id != but)
    return session.scalar(mine.order_by(CaseEntry.due_on, CaseEntry.case_id).limit(1))


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many cases each view holds; one with more than MOST is not counted again for a while."""
    of, columns = ("cases", actor), []
    for view in not_full(of, VIEWS):
        inner = select(literal(1)).select_from(CaseEntry).where(_view(view, actor)).limit(MOST + 1).subquery()
        columns.append(select(func.count()).select_from(inner).scalar_subquery().label(view))
    return counted(of, VIEWS, dict(session.execute(select(*columns)).mappings().one()) if columns else {})


def _keys(asked: Asked) -> tuple[Any, Any]:
    """The columns of the order asked for."""
    return CaseEntry.due_on if asked.sort.endswith("due") else CaseEntry.opened_on, CaseEntry.case_id


def _line(row: Any, today: date) -> Line:  # noqa: ANN401 - a row of the query above
    it: CaseFile = row[0]
    entry: CaseEntry = row[1]
    due_on = None if entry.due_on == NEVER else entry.due_on
    return Line(
        id=it.id,
        ref=it.ref,
        title=it.called(language()),
        opened_on=it.opened_on,
        officer=row.officer or "",
        complaints=row.complaints,
        due_on=due_on,
        provisional=entry.provisional,
        clock=entry.due_key,
        group=group_of(due_on, today, estimated=entry.provisional),
        tracks=it.tracks,
    )


def _place(spoken: str) -> tuple[date, int] | None:
    """A place in the list, as its address says it; None if it says none."""
    value, _, said = spoken.partition("~")
    number = number_of(said)
    if number is None:
        return None
    try:
        return date.fromisoformat(value), number
    except ValueError:
        return None


def _tracks(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    return CaseEntry.case_id.in_(select(CaseTrack.case_id).where(*wanted))


def _view(view: str, actor: Actor) -> ColumnElement[bool]:
    if view in STAGES:
        return and_(CaseEntry.going_on, CaseEntry.states.overlap(STAGES[view]))
    if view == "open":
        return and_(CaseEntry.going_on)
    if view == "ended":
        return not_(CaseEntry.going_on)
    if view == "all":
        return literal(True)
    whose = CaseEntry.at_work.overlap([actor.id, *sorted(actor.covers)])
    turns = [state for role, states in TURNS.items() if actor.has(role) for state in states]
    return and_(CaseEntry.going_on, or_(whose, CaseEntry.states.overlap(turns)))


def _filters(asked: Asked, actor: Actor) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.party is not None:
        found.append(_tracks(CaseTrack.party_id == lineage.stands_for(asked.party)))
    if asked.code:
        alleged = select(Allegation.track_id).where(Allegation.code == asked.code)
        found.append(_tracks(CaseTrack.id.in_(alleged)))
    if asked.officer:  # of what goes on, whoever is at work on it, as the workload counts
        whose = CaseEntry.kept_by if asked.view in {"ended", "all"} else CaseEntry.at_work
        found.append(whose.contains([actor.id if asked.officer == "me" else int(asked.officer)]))
    if asked.text:
        found.append(_told(asked.text))
    return found


def _told(text: str) -> ColumnElement[bool]:
    """SQL: a title, a number, one of its complaints, or a company by any name; each case is asked by itself."""
    titled = or_(
        CaseFile.title.icontains(text, autoescape=True),
        CaseFile.title_en.icontains(text, autoescape=True),
        CaseFile.ref.icontains(text, autoescape=True),
    )
    its = CaseComplaint.case_id == CaseEntry.case_id
    resting = exists().where(its, CaseComplaint.complaint_id == Complaint.id).correlate(CaseEntry)
    ways: list[ColumnElement[bool]] = [
        exists().where(CaseFile.id == CaseEntry.case_id, titled).correlate(CaseEntry),
        resting.where(Complaint.ref.icontains(text, autoescape=True)),
    ]
    if folded := fold(text):
        ways.append(_tracks(CaseTrack.party_id.in_(lineage.named(folded))))
    return or_(*ways)
