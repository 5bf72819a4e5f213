"""What companies that can send nothing in the portal answer on paper: to forwardings, to requests to stop contact."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from casework import forwardings, holds, inquiries, settlements, stop_contacts
from casework.inquiries import signed_text
from casework.intake import EvidenceFile
from casework.models import Complaint, Forwarding, Settlement
from casework.models_stop_contacts import StopContact
from casework.policies_impartial import no_part_in_complaint
from casework.policies_inquiry import wrote_on_paper
from casework.policies_stop_contacts import LETTER
from casework.settlements import SAY_TERMS
from casework.states import LETTERS
from core.actors import Actor
from core.characters import tidy
from core.clock import today
from core.errors import BadInput, NotAllowed, raise_first
from core.words import _l
from filestore import files
from filestore.file_kinds import SCANS
from notices import queries as notices

STAFF = ("intake", "officer", "head")
NOT_ON_PAPER = _l("This company answers in the portal itself.")


@dataclass(frozen=True)
class Paper:
    """What the company wrote, in the two texts of an answer, who signed it, when it was sent and arrived, its scan."""

    outcome: str
    to_association: str
    to_complainant: str
    signed_by: str
    received_on: date
    scans: Sequence[tuple[files.Readable, str | None]] = ()
    had_on: date | None = None


def speaking(actor: Actor, it: Forwarding | StopContact, day: date | None = None) -> Actor:
    """Staff as that company, where it can send nothing in the portal, or could not by `day`; the journal keeps who.

    Without a day: where such a letter can still come, since the question went out before. Whoever takes no part in
    the complaint does not speak for a company either.
    """
    session = object_session(it)
    if session is None or it.party_id is None or not actor.has(*STAFF):
        return actor
    if not wrote_on_paper(session, it.party_id, day or _asked_on(session, it), _beside(it)):
        return actor
    if next(no_part_in_complaint(session, actor, it.complaint_id, today()), None) is not None:
        return actor
    return replace(actor, roles=frozenset({"respondent", "lead"}), audience="portal", party_id=it.party_id)


def _beside(it: Forwarding | StopContact) -> list[int]:
    """All companies of its complaint: its page asks once for all of them."""
    return [each.party_id for each in it.complaint.forwardings if each.party_id is not None]


def _asked_on(session: Session, it: Forwarding | StopContact) -> date | None:
    kinds, machine = (LETTERS, "forwarding") if isinstance(it, Forwarding) else ((LETTER,), "stop_contact")
    asked = notices.last_document(session, kinds, machine, it.id)
    return asked.issued_on if asked is not None else None


def confirm_stop(
    session: Session,
    it: StopContact,
    *,
    received_on: date,
    actor: Actor,
    version: int | None,
    now: datetime,
    scan: tuple[files.Readable, str | None] | None = None,
) -> None:
    """Enter that the company has stopped contacting a number, as it wrote (rows P04, P06); its scan is kept."""
    stop_contacts.hold(session, it, version)
    raise_first(no_part_in_complaint(session, actor, it.complaint_id, today()))
    company, asked_on = speaking(actor, it, received_on), _asked_on(session, it)
    if company is actor:
        raise NotAllowed(NOT_ON_PAPER)
    inquiries.dated(asked_on, received_on, now)
    kept = files.keep(session, *scan, kinds=SCANS) if scan is not None else None
    stop_contacts.confirm(session, it, actor=company, version=version, now=now, day=received_on)
    if kept is not None:
        it.scan_sha256, it.scan_name, it.scan_type = kept.sha256, kept.name, kept.media_type
        session.flush()


@dataclass(frozen=True)
class Terms:
    """The terms to which the company agrees in a letter, who signed it, its day and its scan."""

    terms: str
    signed_by: str
    received_on: date
    warned: bool = False
    read: int | None = None
    """The turn of the terms that stood on the page of whoever enters it."""
    scans: Sequence[tuple[files.Readable, str | None]] = ()


def writing(session: Session, complaint: Complaint) -> list[Forwarding]:
    """What waits for a company that can agree to terms only in a letter."""
    every = [each for each in complaint.forwardings if each.state != "CLOSED" and each.party_id is not None]
    return [each for each in every if wrote_on_paper(session, each.party_id, _asked_on(session, each), _beside(each))]


def agree(session: Session, forwarding: Forwarding, paper: Terms, *, actor: Actor, now: datetime) -> bool:
    """Enter that the company proposes these terms, or agrees to those that stand; True when it is settled (row C19)."""
    complaint = forwarding.complaint
    holds.hold(session, complaint)
    raise_first(no_part_in_complaint(session, actor, complaint.id, today()))
    company, day = speaking(actor, forwarding, paper.received_on), paper.received_on
    if company is actor:
        raise NotAllowed(NOT_ON_PAPER)
    if not paper.terms.strip():
        raise BadInput("terms", SAY_TERMS)
    said = {"text": paper.terms, "signed_by": paper.signed_by, "received_on": day}
    inquiries.written(_asked_on(session, forwarding), **said, now=now)  # type: ignore[arg-type]
    kept = [files.keep(session, stream, name) for stream, name in paper.scans]
    scans = [EvidenceFile(each.sha256, each.name, each.media_type, each.size) for each in kept]
    forwardings.keep_files(session, forwarding, scans, company, now)
    found = session.scalar(select(Settlement).where(Settlement.complaint_id == complaint.id))
    given = {"actor": company, "now": now, "day": day}
    if found is None or tidy(found.terms, lines=True) != tidy(paper.terms, lines=True):
        beside = {"warned": paper.warned, "read": paper.read}
        settlements.propose(session, complaint, paper.terms, **beside, **given)  # type: ignore[arg-type]
        return False
    return settlements.confirm(session, complaint, terms=paper.terms, **given)  # type: ignore[arg-type]


def enter(
    session: Session, forwarding: Forwarding, paper: Paper, *, actor: Actor, version: int | None, now: datetime
) -> None:
    """Enter the answer as of the day it was sent (rows F04, F10); its scan is kept as the stamped answer."""
    holds.hold_forwarding(session, forwarding, version)
    raise_first(no_part_in_complaint(session, actor, forwarding.complaint_id, today()))
    company = speaking(actor, forwarding, paper.received_on)
    if company is actor:
        raise NotAllowed(NOT_ON_PAPER)
    said = {"text": paper.to_association, "signed_by": paper.signed_by, "received_on": paper.received_on}
    inquiries.written(_asked_on(session, forwarding), **said, had_on=paper.had_on, now=now)  # type: ignore[arg-type]
    kept = [files.keep(session, stream, name) for stream, name in paper.scans]
    forwardings.answer(
        session,
        forwarding,
        outcome=paper.outcome,
        to_association=signed_text(paper.to_association, paper.signed_by),
        to_complainant=paper.to_complainant,
        stamped=[EvidenceFile(each.sha256, each.name, each.media_type, each.size) for each in kept],
        actor=company,
        version=version,
        now=now,
        day=paper.received_on,
        had_on=paper.had_on,
    )
