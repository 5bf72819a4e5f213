"""Text messages to complainants who left a mobile number and want them: that there is news, never what."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import noting, policies
from casework.documents import lang_of, tracking_url
from casework.models import Complainant, Complaint
from casework.phrases import phrase
from core import texts
from core.actors import Actor
from core.errors import NotAllowed, NotNow
from core.machine import Ask
from core.texts import TextMessage
from core.words import _l
from notices.states import SERVICE
from registry import notifications, text_numbers


def is_offered(complaint: Complaint) -> bool:
    """Whether the person left a mobile number and the association sends text messages."""
    contact = complaint.complainant.contact if complaint.complainant else None
    return texts.offered() and texts.is_mobile(contact or "")


def ask(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> None:
    """Send a code to the number the person left; nothing else goes there until the code has been entered."""
    contact = _own(complaint, actor)
    text_numbers.ask(session, ("complaint", complaint.id), contact, language=lang_of(complaint), now=now)


def ask_with(session: Session, complaint: Complaint, *, now: datetime) -> None:
    """Send a code with the complaint itself; a number that has had its codes for the day hinders no complaint."""
    person = Actor(None, frozenset({"complainant"}), subject_id=complaint.id)
    try:
        ask(session, complaint, actor=person, now=now)
    except NotNow:
        return


def is_unconfirmed(session: Session, complaint: Complaint, now: datetime) -> bool:
    """Whether a code went to the number and was not entered yet: until then no news goes there."""
    standing = text_numbers.standing(session, ("complaint", complaint.id), now)
    return bool(standing.number) and not standing.confirmed


def confirm(session: Session, complaint: Complaint, code: str, *, actor: Actor, now: datetime) -> bool:
    """Enter the code of the message: from now on news is told to that number, and the contact counts as verified."""
    _own(complaint, actor)
    known = text_numbers.confirmed(session, ("complaint", complaint.id))
    right = text_numbers.confirm(session, ("complaint", complaint.id), code, now=now)
    if right and complaint.complainant is not None:
        complaint.complainant.contact_verified_at = complaint.complainant.contact_verified_at or now
        if known is None:
            noting.of_complaint(session, complaint, "texts.on", actor, now)
    return right


def end(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> None:
    """Send no more text messages."""
    _own(complaint, actor)
    text_numbers.end(session, ("complaint", complaint.id))
    noting.of_complaint(session, complaint, "texts.off", actor, now)


def tell(session: Session, complaint_id: int, *, key: str, now: datetime) -> None:
    """Say that there is news, once per event, not at night; one that waits for the morning speaks for later ones."""
    person = session.get(Complainant, complaint_id)
    number = text_numbers.confirmed(session, ("complaint", complaint_id))
    if person is None or number is None or not texts.is_mobile(person.contact or ""):
        return
    if number != texts.number_of(person.contact or "") or _one_waits(session, complaint_id):
        return
    lang = lang_of(person.complaint)
    words = phrase("text.news", lang, url=tracking_url())
    due = notifications.awake(session, now)
    texts.send_later(session, f"news:{complaint_id}:{key}", number, words, language=lang, due_at=due)


@SERVICE.effect("V19")
def of_a_letter(ask: Ask) -> None:
    """Tell a complainant whom no mail reaches that a letter is on the tracking page."""
    service = ask.it
    if service.complaint_id is not None:
        tell(ask.session, service.complaint_id, key=f"service:{service.id}", now=ask.now)


def _one_waits(session: Session, complaint_id: int) -> bool:
    mine = TextMessage.key.startswith(f"news:{complaint_id}:", autoescape=True)
    return session.scalar(select(TextMessage.id).where(mine, TextMessage.handed_at.is_(None)).limit(1)) is not None


def _own(complaint: Complaint, actor: Actor) -> str:
    if not policies.is_own(actor, complaint):
        raise NotAllowed
    contact = complaint.complainant.contact if complaint.complainant else None
    if not is_offered(complaint) or contact is None:
        raise NotNow(_l("Text messages go to mobile numbers only."))
    return contact
