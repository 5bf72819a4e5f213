"""The list of measures: tracks after their report by stage, filtered and sorted, each with its next date."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased, contains_eager, join, outerjoin, selectinload

from casework.models_cases import CaseFile, CaseTrack
from casework.stages import joined
from core import keyset
from core.actors import Actor
from desk import queries_last_days
from registry import lineage
from registry.models_clocks import Clock, ClockEnd, ClockState
from registry.names import fold
from sanctions.levels import FIRST_MAJOR, INTERVIEW
from sanctions.models_decisions import Decision, Proposal
from sanctions.models_measures import Measure
from sanctions.models_reviews import Review

STAGES: dict[str, tuple[str, ...]] = {
    "review": joined("check"),
    "notice": joined("notice"),
    "panel": joined("hearing", "deliberation"),
    "decided": joined("decision"),
    "order": joined("order"),
    "execution": joined("execution"),
    "verification": joined("verification"),
}
EVERY = tuple(state for each in STAGES.values() for state in each)
SORTS = ("due", "-due", "level", "-level")
NEVER = date(9999, 12, 31)


def _ordered(wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """SQL about a track: of the measures ordered last, one of those wanted is not carried out."""
    newer = aliased(Measure)
    gone = select(newer.id).where(newer.track_id == Measure.track_id, newer.decision_id > Measure.decision_id).exists()
    mine = select(Measure.id).where(Measure.track_id == CaseTrack.id, Measure.state == "ORDERED", wanted, ~gone)
    return mine.exists()


queries_last_days.UNDONE["K23"] = lambda: _ordered(Measure.level == INTERVIEW)
queries_last_days.UNDONE["K25"] = lambda: _ordered(Measure.level >= FIRST_MAJOR)


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see of the measures."""

    stage: str = ""
    party: int | None = None
    level: str = ""
    officer: str = ""
    text: str = ""
    sort: str = SORTS[0]


@dataclass(frozen=True)
class Line:
    """A track in the list, with its next date."""

    track: CaseTrack
    due_on: date | None
    provisional: bool
    clock: str
    """The clock whose last day the date is."""
    measures: tuple[int, ...] = ()
    """Every measure decided, otherwise proposed, the heaviest first."""


def tracks(session: Session, asked: Asked, actor: Actor, place: keyset.Place) -> tuple[list[Line], keyset.Part]:
    """A page of them; if the next date comes first, those without one come last."""
    filters = _filters(asked, actor)
    due = _next_days(filters)
    first = _shown if asked.sort.endswith("level") else func.coalesce(due.c.due_on, literal(NEVER))
    both = outerjoin(join(CaseTrack, CaseFile, CaseTrack.case), due, due.c.track_id == CaseTrack.id)
    every: Select[Any] = select(CaseTrack, due.c.due_on, due.c.provisional, due.c.key).select_from(both)
    part = keyset.part(
        session,
        every,
        [CaseTrack.state.in_(STAGES.get(asked.stage, EVERY)), *filters],
        (first, CaseTrack.id),
        place,
        down=asked.sort.startswith("-"),
        options=(contains_eager(CaseTrack.case), selectinload(CaseTrack.party)),
    )
    every_measure = _measures(session, [row[0] for row in part.rows])
    return [
        Line(row[0], row.due_on, bool(row.provisional), row.key or "", every_measure.get(row[0].id, ()))
        for row in part.rows
    ], part


def _measures(session: Session, shown: Sequence[CaseTrack]) -> dict[int, tuple[int, ...]]:
    """What is decided on each track of a page, otherwise what is proposed."""
    found: dict[int, tuple[int, ...]] = {}
    for source, standing in ((Proposal, ()), (Decision, (Decision.set_aside_on.is_(None),))):
        decided = source is Decision
        rounds = {each.id: each.round for each in shown if (each.decided_level is not None) is decided}
        asked = select(source.track_id, source.round, source.measures).where(source.track_id.in_(rounds), *standing)
        for number, round_, levels in session.execute(asked.order_by(source.id)) if rounds else ():
            if rounds[number] == round_:
                found[number] = tuple(sorted(levels, reverse=True))
    return found


def _has(level: int) -> ColumnElement[bool]:
    """SQL about a track: the measure is decided, else proposed, alone or beside a heavier one."""
    proposed = select(Proposal.id).where(Proposal.track_id == CaseTrack.id, Proposal.round == CaseTrack.round)
    decided = select(Decision.id).where(Decision.track_id == CaseTrack.id, Decision.round == CaseTrack.round)
    decided = decided.where(Decision.set_aside_on.is_(None))
    return or_(
        CaseTrack.decided_level.is_(None) & proposed.where(Proposal.measures.contains([level])).exists(),
        CaseTrack.decided_level.is_not(None) & decided.where(Decision.measures.contains([level])).exists(),
    )


def counts(session: Session, asked: Asked, actor: Actor) -> dict[str, int]:
    """How many of the tracks that fit the filters are in each stage."""
    wanted = CaseTrack.state.in_(EVERY), *_filters(replace(asked, stage=""), actor)
    found = select(CaseTrack.state, func.count()).join(CaseTrack.case).where(*wanted).group_by(CaseTrack.state)
    by_state = dict(session.execute(found).all())
    return {stage: sum(by_state.get(state, 0) for state in states) for stage, states in STAGES.items()}


_shown: ColumnElement[Any] = func.coalesce(CaseTrack.decided_level, CaseTrack.proposed_level, 0)
"""The measure by which the list is sorted: the heaviest decided, otherwise the heaviest proposed."""


def _filters(asked: Asked, actor: Actor) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.party is not None:
        found.append(CaseTrack.party_id == lineage.stands_for(asked.party))
    if asked.level:
        found.append(_has(int(asked.level)))
    if asked.officer:
        who = actor.id if asked.officer == "me" else int(asked.officer)
        found.append(
            or_(*(each == who for each in (CaseFile.officer_id, CaseTrack.investigator_id, CaseTrack.reviewer_id)))
        )
    if asked.text:
        found.append(_told(asked.text))
    return found


def _told(text: str) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = [
        each.icontains(text, autoescape=True) for each in (CaseTrack.ref, CaseFile.title, CaseFile.title_en)
    ]
    if folded := fold(text):
        ways.append(CaseTrack.party_id.in_(lineage.named(folded)))
    return or_(*ways)


def _next_days(filters: list[ColumnElement[bool]]) -> Subquery:
    """The earliest last day of each track, as in the list of cases, including that of a review beside its execution.

    Only of tracks that fit: the server expects a hundred days where there are thousands, and goes through them all for
    each track.
    """
    on_review = (Clock.subject_type == "review") & (Clock.subject_id == Review.id)
    reviewed = select(Review.track_id, Clock.due_on, Clock.key, Clock.provisional).join(Clock, on_review)
    owed = Clock.how == ClockEnd.EXPIRED, ~queries_last_days.begun_again()
    still = reviewed.where(Review.ended_at.is_(None), Clock.due_on.is_not(None))
    every = union_all(
        queries_last_days.limits(CaseTrack.id.label("track_id")),
        still.where(or_(Clock.state == ClockState.RUNNING, and_(*owed))),
    ).subquery()
    found = select(every)
    if filters:
        found = found.where(every.c.track_id.in_(select(CaseTrack.id).join(CaseTrack.case).where(*filters)))
    return found.ext(distinct_on(every.c.track_id)).order_by(every.c.track_id, every.c.due_on).subquery()
