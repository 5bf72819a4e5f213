"""What staff correct about the person of a complaint who was misheard; the journal holds no value of it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import holds, noting, policies, receipts
from casework.models import Complainant, Complaint
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.words import _l
from registry import text_numbers

FIELDS = ("name", "contact", "id_no")


def person(  # noqa: PLR0913 - each value is named
    session: Session,
    complaint: Complaint,
    *,
    why: str,
    name: str = "",
    contact: str = "",
    id_no: str = "",
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Name, contact or identity number as the person says they are; what is left empty stays.

    A new contact is one that nobody has reached yet, and a number that was confirmed for text messages gets none more.
    A receipt code that a link to the former one gave opens nothing more.
    """
    if not policies.may_work(actor):
        raise NotAllowed
    holds.hold(session, complaint, version)
    it = complaint.complainant
    if it is None or complaint.state == "HISTORIC":
        raise NotNow(_l("Nothing is known of the person of this complaint."))
    if not why.strip():
        raise BadInput("why", _l("Say how you know, for example that the person said so on the telephone."))
    given = {"name": name.strip(), "contact": contact.strip(), "id_no": id_no.strip()}
    changed = [each for each in FIELDS if given[each] and given[each] != getattr(it, each)]
    if not changed:
        raise BadInput("name", _l("Enter at least one thing that is to be changed."))
    before = it.contact
    for each in changed:
        setattr(it, each, given[each])
    if "name" in changed:
        it.name_pictures = None
    if "contact" in changed:
        it.contact_hash, it.contact_verified_at = receipts.contact_hash(it.contact or ""), None
        text_numbers.end(session, ("complaint", complaint.id))
        receipts.forget_links(session, complaint)
        receipts.end_given(session, complaint, actor=actor, now=now)
        if not _left_elsewhere(session, complaint, before):
            text_numbers.forget_codes(session, before)
    complaint.version += 1  # who has the former person before him puts nothing right over this, and verifies nothing
    session.flush()
    noting.of_complaint(session, complaint, "person.corrected", actor, now, {"fields": changed, "why": why.strip()})


def _left_elsewhere(session: Session, complaint: Complaint, contact: str | None) -> bool:
    """Whether another complaint has this contact: then what went there is erased with that one."""
    same = Complainant.contact_hash == receipts.contact_hash(contact or "")
    other = select(Complainant.complaint_id).where(same, Complainant.complaint_id != complaint.id)
    return session.scalar(other.limit(1)) is not None
