"""Messages between a complainant and the association, both ways; a mail says only that there is one."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from casework import complainant_texts, complaints, holds, noting, policies, tasks
from casework.documents import mail_body, tracking_url
from casework.models import Complainant, Complaint, Message, Settlement
from casework.phrases import phrase
from casework.policies_impartial import no_part_in_complaint
from core import clock, mail, plainly
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, raise_first
from core.mail import Mail
from core.words import _l
from notices.models import Service
from registry import absences
from registry.models_clocks import Clock

LONGEST = 10_000
DAY = timedelta(days=1)
MOST_ALERTS = 5
"""How many letters of fresh complaints are announced within a day to an unverified contact."""


def write(session: Session, complaint: Complaint, body: str, *, shown: int = 0, actor: Actor, now: datetime) -> Message:
    """One message, of the complainant or of staff; of staff it answers what had come up to the one `shown` last."""
    own = policies.is_own(actor, complaint)
    if not (own or policies.may_work(actor)):
        raise NotAllowed
    holds.hold(session, complaint)
    if not complaint.can_be_written_to:
        raise NotNow(_l("Nobody can be written to about this complaint."))
    raise_first(no_part_in_complaint(session, actor, complaint.id, day_of(now)))
    if not body.strip():
        raise BadInput("body", _l("Write a message."))
    if len(body) > LONGEST:
        raise BadInput("body", _l("Write at most %(most)s characters.", most=plainly.number(LONGEST)))
    message = Message(
        complaint_id=complaint.id,
        from_complainant=own,
        body=body.strip(),
        at=now,
        author_id=None if own else actor.id,
    )
    session.add(message)
    session.flush()
    if own:
        _tell_staff(session, complaint, message, now)
    else:
        notify(session, complaint, key=f"message:{message.id}", what="message")
        _done_with(session, complaint, shown, actor, now)
    return message


def worse(session: Session, complaint: Complaint, *, said: str = "", actor: Actor, now: datetime) -> None:
    """It has become worse since the complaint, perhaps after its end: urgent for staff (V-P04)."""
    if not (policies.is_own(actor, complaint) or policies.may_work(actor)):
        raise NotAllowed
    holds.hold(session, complaint)
    if not complaint.can_be_written_to:
        raise NotNow(_l("Nobody can be written to about this complaint."))
    if said.strip() and policies.is_own(actor, complaint):
        write(session, complaint, said, actor=actor, now=now)
    complaints.retaliation(session, complaint, now=now)
    session.flush()
    noting.of_complaint(session, complaint, "worse", actor, now)


def _tell_staff(session: Session, complaint: Complaint, message: Message, now: datetime) -> None:
    tasks.put(
        session,
        "message",
        ("complaint", complaint.id, complaint.ref),
        role=tasks.whose(complaint),
        now=now,
        key=f"message:{message.id}",
    )


def notify(session: Session, complaint: Complaint, *, key: str, what: str) -> None:
    """Send neutral words by mail or text message, whichever reaches them: where to look, never what is there."""
    for address in addresses(session, complaint.id):
        mail.send_later(
            session,
            key=key,
            to=address,
            subject=phrase(f"mail.{what}.subject", complaint.lang),
            body=mail_body(session, f"mail.{what}.body", complaint.lang, url=tracking_url()),
            language=complaint.lang,
        )
    complainant_texts.tell(session, complaint.id, key=key, now=clock.now())


def mails(session: Session, complaint_id: int) -> ColumnElement[bool]:
    """The mails to the person beside those of letters and links, found by their keys, which say what they told."""
    written = session.scalars(select(Message.id).where(Message.complaint_id == complaint_id))
    told = Mail.key.in_([f"message:{number}" for number in written])
    clocks = session.scalars(select(Clock.id).where(Clock.visible_complaint == complaint_id))
    begins = [f"{what}:{number}:" for number in clocks for what in ("moved", "certain")]
    terms = session.scalars(select(Settlement.id).where(Settlement.complaint_id == complaint_id))
    begins += [f"terms:{number}:" for number in terms]
    return or_(told, *(Mail.key.startswith(each) for each in begins))


def redirect(session: Session, complaint: Complaint) -> None:
    """Send mail that has not left yet to the contact on file now, or not at all: the one before was another's."""
    to = addresses(session, complaint.id)
    for each in session.scalars(select(Mail).where(mails(session, complaint.id), mail.that_wait()).with_for_update()):
        if to:
            each.to = to[0]
        else:
            session.delete(each)
    session.flush()


def addresses(session: Session, complaint_id: int) -> list[str]:
    """Mail addresses of the complainant; none if the contact is a telephone number."""
    person = session.get(Complainant, complaint_id)
    return [person.contact] if person and person.contact and "@" in person.contact else []


def alert_addresses(session: Session, complaint_id: int) -> list[str]:
    """Where a letter is announced; nowhere, if a stranger may be using us to pester somebody by typing their address.

    Only letters of complaints that came within a day count, and these stay on the tracking page: nobody can keep later
    ones from a person by typing that person's address.
    """
    person, since = session.get(Complainant, complaint_id), clock.now() - DAY
    found = addresses(session, complaint_id)
    if person is None or not found or person.contact_verified_at is not None or person.complaint.received_at <= since:
        return found
    told = select(func.count()).select_from(Service).join(Complaint, Complaint.id == Service.complaint_id)
    told = told.join(Complainant).where(Complainant.contact_hash == person.contact_hash, Complaint.received_at > since)
    return found if (session.scalar(told.where(Service.alerted_at > since)) or 0) < MOST_ALERTS else []


def may_leave(session: Session, actor: Actor, complaint: Complaint, *, now: datetime) -> bool:
    """Whether somebody may say that no answer is needed: its handler or the substitute, its role now, the head."""
    if actor.has(tasks.whose(complaint), "head", "system"):
        return True
    mine, me = complaint.officer_id, actor.id
    if mine is None or me is None or not policies.may_work(actor):
        return False
    return mine == me or absences.stands_in(session, me, mine, clock.day_of(now))


def leave(session: Session, complaint: Complaint, *, shown: int, actor: Actor, now: datetime) -> None:
    """Mark the complainant's messages, up to the one that was shown last, as needing no answer."""
    if not may_leave(session, actor, complaint, now=now):
        raise NotAllowed
    raise_first(no_part_in_complaint(session, actor, complaint.id, day_of(now)))
    _done_with(session, complaint, shown, actor, now)


def _done_with(session: Session, complaint: Complaint, shown: int, actor: Actor, now: datetime) -> None:
    """Close the task about messages that were answered or need no answer; merely having seen them closes nothing.

    Messages that came while the page stood open have been shown to nobody, and stay.
    """
    theirs = update(Message).where(Message.complaint_id == complaint.id, Message.from_complainant)
    new = theirs.where(Message.id <= shown, Message.seen_at.is_(None)).values(seen_at=now)
    for number in session.scalars(new.returning(Message.id)).all():
        tasks.settle_one(session, f"message:{number}", actor=actor, now=now)
