"""What the complainant takes back: a file before any company saw it, and the consent to be named at any time."""

from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from casework import erasing, evidence_looks, holds, intake, noting, policies, tasks
from casework.complaints import as_the_person
from casework.models import Complaint, Forwarding
from casework.models_cases import Evidence
from casework.models_contacts import ContactEvent
from casework.models_evidence import EvidenceNote
from core.actors import Actor
from core.errors import NotAllowed, NotNow
from core.forgetting import forget_later
from core.words import _l
from filestore.models_uploads import MadeCopy

BEFORE = ("RECEIVED", "NEED_INFO")


def is_still_here(session: Session, complaint: Complaint) -> bool:
    """Whether no company was told of it yet: what was read cannot be taken back."""
    sent = select(func.count()).select_from(Forwarding).where(Forwarding.complaint_id == complaint.id)
    return complaint.state in BEFORE and not session.scalar(sent)


def name(session: Session, complaint: Complaint, *, actor: Actor, version: int | None = None, now: datetime) -> None:
    """Let no more companies learn name and contact; those that were told know them. The consent stays on record.

    A consent can be taken back at any time, for whatever is passed on later: to a company that is added, in a case.
    Staff note what the person says, in whatever way (PIPL 15: as easily as it was given).
    """
    holds.hold(session, complaint, version)
    actor = as_the_person(session, complaint, actor)
    if not policies.is_own(actor, complaint):
        raise NotAllowed
    person = complaint.complainant
    if person is None or not person.share_identity:
        raise NotNow(_l("No consent to learn name and contact stands any more."))
    person.share_identity = False
    session.flush()
    noting.of_complaint(session, complaint, "identity.taken_back", actor, now)


def showing(session: Session, complaint: Complaint, number: int, *, actor: Actor, now: datetime) -> None:
    """Keep a file for the association alone that the companies were to see."""
    found = _file(session, complaint, number, actor)
    if not found.shared:
        raise NotNow(_l("The company does not see this file."))
    found.shared = False
    session.flush()
    noting.of_complaint(session, complaint, "showing.taken_back", actor, now, {"evidence": number})


def file(session: Session, complaint: Complaint, number: int, *, actor: Actor, now: datetime) -> None:
    """Remove a wrong file with its bytes, as long as nobody has noted anything from it."""
    found = _file(session, complaint, number, actor)
    for used in (EvidenceNote.evidence_id, ContactEvent.evidence_id):
        if session.scalar(select(func.count()).where(used == number)):
            raise NotNow(_l("The association already works with this file. Write to us."))
    for also in erasing.ALSO:
        also(session, erasing.Leaving(complaint, (), (), (number,)))
    evidence_looks.looked_at(session, found, actor, now)
    named = (Evidence.sha256, Evidence.stripped_sha256, Evidence.covered_sha256)
    gone = {each for each in (found.sha256, found.stripped_sha256, found.covered_sha256) if each}
    session.delete(found)
    session.flush()
    others = or_(*(column == MadeCopy.sha256 for column in named))
    made = delete(MadeCopy).where(MadeCopy.sha256.in_(gone), ~select(Evidence.id).where(others).exists())
    forget_later(session, gone | {copy for copy in session.scalars(made.returning(MadeCopy.copy_sha256)) if copy})
    beside = select(Evidence.id).where(Evidence.complaint_id == complaint.id, Evidence.added_at == found.added_at)
    if session.scalar(beside.where(Evidence.given_by == "COMPLAINANT").limit(1)) is None:
        tasks.settle_one(session, intake.came(complaint, found.added_at), actor=actor, now=now)
    noting.of_complaint(session, complaint, "evidence.taken_back", actor, now, {"evidence": number})


def _file(session: Session, complaint: Complaint, number: int, actor: Actor) -> Evidence:
    _hold(session, complaint, actor)
    found = session.get(Evidence, number, with_for_update=True)
    mine = found is not None and (found.complaint_id, found.given_by) == (complaint.id, "COMPLAINANT")
    if found is None or not mine or found.case_id is not None:
        raise NotNow(_l("This file is no longer there."))
    return found


def _hold(session: Session, complaint: Complaint, actor: Actor) -> None:
    holds.hold(session, complaint)
    if not policies.is_own(actor, complaint):
        raise NotAllowed
    if not is_still_here(session, complaint):
        raise NotNow(
            _l(
                "A company may have read this already, so it cannot be taken back here. "
                "Write to us if it should no longer be shown."
            ),
        )
