"""The last days that count of a track: of its running clocks, and of those of the association that are owed still."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Exists, and_, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from casework.models_cases import CaseTrack
from registry.models_clocks import Clock, ClockEnd, ClockState

LATE = {
    "K10": ("SCREENING",),
    "K11": ("FILED", "INVESTIGATING"),
    "K13": ("REVIEWING",),
    "K17": ("HEARING_ASKED", "HEARING_SET"),
    "K18": ("ADMITTED", "DELIBERATION"),
    "K21": ("IN_REVIEW", "OPEN"),
    "K23": ("EXECUTING",),
    "K25": ("EXECUTING",),
    "K26": ("VERIFYING",),
}
"""Clocks of the association itself: once expired they only alert, and stay late until the track, or the review
beside its execution, leaves the state."""
UNDONE: dict[str, Callable[[], ColumnElement[bool]]] = {}
"""SQL about a track: of a limit for one of several measures, whether it still has to be carried out."""


def limits(*wanted: Any) -> CompoundSelect[*tuple[Any, ...]]:  # noqa: ANN401 - columns
    """SQL: the last days that count, of all tracks, behind what is wanted of each track."""
    on_track = (Clock.subject_type == "track") & (Clock.subject_id == CaseTrack.id)
    base = select(*wanted, Clock.due_on, Clock.key, Clock.provisional).join(Clock, on_track)
    running = base.where(Clock.state == ClockState.RUNNING, Clock.due_on.is_not(None), Clock.key != "K27")
    still = or_(*(and_(Clock.key == key, CaseTrack.state.in_(states), *_undone(key)) for key, states in LATE.items()))
    return union_all(running, base.where(Clock.how == ClockEnd.EXPIRED, still, ~begun_again()))


def begun_again() -> Exists:
    """SQL: a newer clock of the same kind is on the same thing."""
    newer = aliased(Clock)
    same = (newer.key == Clock.key) & (newer.subject_type == Clock.subject_type)
    return select(newer.id).where(same, newer.subject_id == Clock.subject_id, newer.id > Clock.id).exists()


def is_undone(session: Session, clock: Clock) -> bool:
    """Whether what this clock of a track limits has still to be done, if it is one of several measures."""
    mine = select(CaseTrack.id).where(CaseTrack.id == clock.subject_id, *_undone(clock.key))
    return clock.key not in UNDONE or session.scalar(mine) is not None


def _undone(key: str) -> list[ColumnElement[bool]]:
    return [UNDONE[key]()] if key in UNDONE else []
