"""Who took part in a case before, though no column names them any more: what was barred to them stays so."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    bindparam,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from casework.models_cases import Allegation, CaseTrack
from casework.states import CHECKING
from core.journal import JournalEntry
from core.registered import Registered

DID = {**dict.fromkeys(CHECKING, "reviewer"), "S54": "head", "S55": "secretary", "S74": "secretary"}
"""What somebody was who moved a track by one of these rows."""
DID_IN_CASE = {
    "case.open": "officer",
    "case.verify": "officer",
    "case.draw": "secretary",
    "case.draw_review": "secretary",
}
"""What somebody was of whom the journal of a case tells one of these: whoever opens it keeps it first.

Whoever verified a correction that was ordered again, or found anew by others, is named there alone.
"""
GIVEN = "case.reassign"
"""Tells from whom an investigation was taken, and to whom it was given."""
HANDED = {GIVEN: "investigator", "case.assign": "officer"}
"""The same of a case that is kept: what both were, by which name the journal calls the second."""
ASKED = "S45"
"""Tells in whose presence somebody was questioned: both took part in the investigation."""
Parts = Callable[[ColumnElement[int]], Iterable[Select[*tuple[Any, ...]]]]
MORE = Registered[Parts]()
known_by = MORE.add
"""Register who knows of more people: func(the case's number) gives statements of accounts with their part."""


def of_case(session: Session, case_id: int) -> set[tuple[int, str]]:
    """Accounts with what they once did in a case, as the journal and the findings tell (I-03)."""
    found = set(_journalled(session, case_id))
    named = session.execute(_named(tuple(MORE)), {"case_id": case_id})
    return found | {(number, part) for number, part in named if number}


@known_by
def found_something(case_id: ColumnElement[int]) -> Iterator[Select[*tuple[Any, ...]]]:
    """Whoever made a finding, even if somebody else investigates by now."""
    mine = select(Allegation.found_by, literal("investigator")).join(CaseTrack, CaseTrack.id == Allegation.track_id)
    yield mine.where(CaseTrack.case_id == case_id)


@cache
def _named(every: tuple[Parts, ...]) -> CompoundSelect[*tuple[Any, ...]]:
    """All of them in one question, put together once."""
    case_id = bindparam("case_id", None, BigInteger())
    return union_all(*(statement for each in every for statement in each(case_id)))


def investigated(session: Session, *tracks: CaseTrack) -> set[int]:
    """Whoever investigates one of these tracks of a case, or once did."""
    found = {each.investigator_id for each in tracks if each.investigator_id}
    found |= {each.found_by for track in tracks for each in track.allegations if each.found_by}
    cases, refs = {each.case_id for each in tracks}, {each.ref for each in tracks}
    given = select(JournalEntry.changes).where(
        JournalEntry.subject_kind == "case", JournalEntry.subject_id.in_(cases), JournalEntry.row == GIVEN
    )
    for changes in session.scalars(given):
        if changes and changes.get("track") in refs:
            found |= {int(changes[name]) for name in ("former", "investigator") if changes.get(name)}
    return found


def _journalled(session: Session, case_id: int) -> Iterable[tuple[int, str]]:
    told = select(JournalEntry.row, JournalEntry.actor, JournalEntry.changes)
    track, case = JournalEntry.subject_kind == "track", JournalEntry.subject_kind == "case"
    tracks = select(CaseTrack.id).where(CaseTrack.case_id == case_id)
    moved = told.where(track, JournalEntry.subject_id.in_(tracks), JournalEntry.row.in_([*DID, ASKED]))
    handed = told.where(case, JournalEntry.subject_id == case_id, JournalEntry.row.in_([*DID_IN_CASE, *HANDED]))
    rows = union_all(moved, handed)  # each by its index: both in one condition would be looked for in the whole journal
    for row, actor, changes in session.execute(rows):
        if (part := HANDED.get(row)) is not None:
            said = changes or {}
            yield from ((int(said[name]), part) for name in ("former", part) if said.get(name))
        elif row == ASKED:
            yield from ((int(number), "officer") for number in (changes or {}).get("officers", ()))
        elif actor.startswith("account:"):
            yield int(actor.partition(":")[2]), (DID | DID_IN_CASE)[row]
