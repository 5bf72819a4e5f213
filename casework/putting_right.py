"""What staff correct about the person of a complaint who was misheard; the journal holds no value of it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import holds, messages, noting, policies, receipts
from casework.models import Complainant, Complaint
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from core.words import _l
from notices import alerts
from registry import clocks, text_numbers
from registry.models_clocks import ClockState

OWN_TIME = ("K02", "K05")
"""Periods in which the person has to say something, from the service of a letter."""
FIELDS = ("name", "contact", "id_no", "role")


def person(  # noqa: PLR0913 - each value is named
    session: Session,
    complaint: Complaint,
    *,
    why: str,
    name: str = "",
    contact: str = "",
    id_no: str = "",
    role: str = "",
    unreached: bool = False,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Name, contact, identity number or relation to the debt as the person says they are; what is left empty stays.

    A new contact is one that nobody has reached yet, and a number that was confirmed for text messages gets none more.
    A receipt code that a link to the former one gave opens nothing more, and no letter counts as served by what was
    sent there. `unreached` drops a contact that is somebody else's, or at which the person wants to hear nothing.
    """
    if not policies.may_work(actor):
        raise NotAllowed
    holds.hold(session, complaint, version)
    it = complaint.complainant
    if it is None or complaint.state == "HISTORIC":
        raise NotNow(_l("Nothing is known of the person of this complaint."))
    if not why.strip():
        raise BadInput("why", _l("Say how you know, for example that the person said so on the telephone."))
    given = {"name": name.strip(), "contact": contact.strip(), "id_no": id_no.strip(), "role": role}
    changed = _changed(it, given, unreached=unreached)
    before = it.contact
    for each in changed:
        setattr(it, each, given[each] or None)
    if "name" in changed:
        it.name_pictures = None
    if "contact" in changed:
        _not_reached_yet(session, complaint, it, before, actor, now)
    if "role" in changed:
        _other_role(complaint, it)
    complaint.version += 1  # who has the former person before him puts nothing right over this, and verifies nothing
    session.flush()
    if "contact" in changed:
        _told_anew(session, complaint, now)
    noting.of_complaint(session, complaint, "person.corrected", actor, now, {"fields": changed, "why": why.strip()})


def _changed(it: Complainant, given: Mapping[str, str], *, unreached: bool) -> list[str]:
    if unreached and given["contact"]:
        raise BadInput("contact", _l("Enter another contact, or say that there is none: not both."))
    changed = [each for each in FIELDS if given[each] and given[each] != getattr(it, each)]
    if unreached and it.contact:
        changed.append("contact")
    if not changed:
        raise BadInput("name", _l("Enter at least one thing that is to be changed."))
    return changed


def _not_reached_yet(
    session: Session, complaint: Complaint, it: Complainant, before: str | None, actor: Actor, now: datetime
) -> None:
    """Let nothing rest on the former contact any more; where none is left there is nothing a company could learn."""
    it.contact_hash = receipts.contact_hash(it.contact) if it.contact else None
    it.contact_verified_at = None
    it.share_identity = it.share_identity and bool(it.name or it.contact)
    text_numbers.end(session, ("complaint", complaint.id))
    receipts.forget_links(session, complaint)
    receipts.end_given(session, complaint, actor=actor, now=now)
    if not _left_elsewhere(session, complaint, before):
        text_numbers.forget_codes(session, before)


def _told_anew(session: Session, complaint: Complaint, now: datetime) -> None:
    """What somebody else was told counts for nothing: neither a service by silence nor the person's time since then."""
    word = f"contact:{complaint.version}"
    messages.redirect(session, complaint)
    alerts.contact_changed(session, complaint.id, word, now)
    for key in OWN_TIME:
        clock = clocks.live(session, key, ("complaint", complaint.id), lock=True)
        if clock is None or clock.day0 is None or clock.state is not ClockState.RUNNING:
            continue
        if alerts.tell_again(session, clock, word, now):
            clocks.count_from(session, clock, day_of(now), SYSTEM, now)


def _other_role(complaint: Complaint, it: Complainant) -> None:
    """Companies that still write are warned by what the person is: to anybody but the debtor no text shows the debt.

    Whoever turns out to be an agent has shown no authorisation yet.
    """
    it.agent_authorised = False
    for each in complaint.forwardings:
        each.debtor = it.role == "DEBTOR"


def _left_elsewhere(session: Session, complaint: Complaint, contact: str | None) -> bool:
    """Whether another complaint has this contact: then what went there is erased with that one."""
    same = Complainant.contact_hash == receipts.contact_hash(contact or "")
    other = select(Complainant.complaint_id).where(same, Complainant.complaint_id != complaint.id)
    return session.scalar(other.limit(1)) is not None
