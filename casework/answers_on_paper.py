"""Answers to forwardings that came on paper, of companies that can send nothing in the portal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session, object_session

from casework import forwardings, holds
from casework.inquiries import signed_text
from casework.intake import EvidenceFile
from casework.models import Forwarding
from casework.policies_impartial import no_part_in_complaint
from casework.states import LETTERS
from core.actors import Actor
from core.clock import day_of, today
from core.errors import BadInput, NotAllowed, raise_first
from core.words import _l
from filestore import files
from notices import queries as notices
from registry.queries import sends_on_paper

STAFF = ("intake", "officer", "head")


@dataclass(frozen=True)
class Paper:
    """What the company wrote, in the two texts of an answer, who signed it, when it was sent, and its scan."""

    outcome: str
    to_association: str
    to_complainant: str
    signed_by: str
    received_on: date
    scans: Sequence[tuple[files.Readable, str | None]] = ()


def speaking(actor: Actor, forwarding: Forwarding) -> Actor:
    """Staff as that company, where it can send nothing in the portal; the journal keeps the account.

    Whoever takes no part in the complaint does not speak for a company either.
    """
    session = object_session(forwarding)
    if session is None or not actor.has(*STAFF) or not sends_on_paper(session, forwarding.party_id):
        return actor
    if next(no_part_in_complaint(session, actor, forwarding.complaint_id, today()), None) is not None:
        return actor
    roles = frozenset({"respondent", "lead"})
    return replace(actor, roles=roles, audience="portal", party_id=forwarding.party_id)


def enter(
    session: Session, forwarding: Forwarding, paper: Paper, *, actor: Actor, version: int | None, now: datetime
) -> None:
    """Enter the answer as of the day it was sent (rows F04, F10); its scan is kept as the stamped answer."""
    holds.hold_forwarding(session, forwarding, version)
    raise_first(no_part_in_complaint(session, actor, forwarding.complaint_id, today()))
    company = speaking(actor, forwarding)
    if company is actor:
        raise NotAllowed(_l("This company answers in the portal itself."))
    asked = notices.last_document(session, LETTERS, "forwarding", forwarding.id)
    if paper.received_on > day_of(now) or (asked is not None and paper.received_on < asked.issued_on):
        raise BadInput("received_on", _l("The day of handing over or posting lies between the day of issue and today."))
    if not paper.signed_by.strip():
        raise BadInput("signed_by", _l("Say who signed it."))
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
    )
