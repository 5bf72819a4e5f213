"""Locking what a move is about, always in the same order, and comparing it with the version its reader saw."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from casework import queries_merged
from casework.changes import unchanged
from casework.models import HISTORIC, Complaint, Forwarding
from casework.models_cases import Allegation, CaseFile, CaseTrack
from core.errors import NotNow
from core.words import _l


class Versioned(Protocol):
    """What carries a version for people who edit it."""

    version: int


def same(thing: Versioned, version: int | None) -> None:
    """Refuse if somebody else changed the thing since the page was opened.

    Locks its track, so that two people who do something that leaves its state as it is follow one another as well.
    """
    track = thing.track if isinstance(thing, Allegation) else thing
    if isinstance(track, CaseTrack) and (session := object_session(track)) is not None:
        session.refresh(track, with_for_update=True)
    unchanged(thing, version)


def hold(session: Session, complaint: Complaint, version: int | None = None) -> None:
    """Lock a complaint as it is now; refuse if somebody changed it since the form was opened, or it was erased."""
    if complaint in session:
        session.flush()
        session.refresh(complaint, with_for_update=True)
    if complaint.erased_at is not None:
        raise NotNow(_l("The personal data of this complaint were erased; nothing more is done with it."))
    unchanged(complaint, version)


def hold_these(session: Session, complaints: Sequence[Complaint]) -> None:
    """Lock several as they are now, in the order of their numbers."""
    session.flush()
    asked = select(Complaint).where(Complaint.id.in_([each.id for each in complaints])).order_by(Complaint.id)
    session.scalars(asked.with_for_update(of=Complaint).execution_options(populate_existing=True)).all()


def hold_ours(session: Session, complaint: Complaint, version: int | None = None) -> None:
    """Lock a complaint to change it, as `hold` does; an entry of an earlier register is read-only (domain 6.2)."""
    hold(session, complaint, version)
    if complaint.state == HISTORIC:
        raise NotNow(_l("An entry of an earlier register is only read: take it up as a new complaint."))


def hold_case(session: Session, case: CaseFile, version: int | None = None) -> None:
    """Lock a case as it is now; refuse if somebody changed it since the form was opened, or it was erased."""
    session.flush()
    session.refresh(case, with_for_update=True)
    still_kept(case)
    unchanged(case, version)


def hold_tracks(session: Session, case: CaseFile) -> None:
    """Lock the tracks of a locked case, in the order of their numbers."""
    for track in sorted(case.tracks, key=lambda each: each.id):
        session.refresh(track, with_for_update=True)


def still_kept(case: CaseFile) -> None:
    """Refuse to add to a case of which only the decisions are left."""
    if case.erased_at is not None:
        raise NotNow(_l("What had been told for this case was erased; nothing more is done with it."))


def hold_forwarding(session: Session, forwarding: Forwarding, version: int | None = None) -> None:
    """Lock the complaint, then the forwarding, so that two answers released at once follow one another."""
    hold(session, forwarding.complaint)
    session.refresh(forwarding, with_for_update=True)
    unchanged(forwarding, version)


def hold_complaint_of(session: Session, forwarding_id: int) -> None:
    """Lock the complaint of a forwarding, which comes before the forwarding itself."""
    mine = select(Complaint.id).join(Forwarding, Forwarding.complaint_id == Complaint.id)
    session.execute(mine.where(Forwarding.id == forwarding_id).with_for_update(of=Complaint))


def hold_complaints(session: Session, case_id: int) -> None:
    """Lock the complaints that belong to a case, which come before the case, in the order of their numbers.

    What was merged into one of them belongs to it as well: a follower that is held back keeps the case.
    """
    mine = select(queries_merged.of_cases([case_id]).c.complaint_id)
    found = select(Complaint.id).where(Complaint.id.in_(mine)).order_by(Complaint.id)
    session.execute(found.with_for_update(of=Complaint)).all()
