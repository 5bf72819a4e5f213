"""Contact events of a case: entered by hand or read from a list, and taken out with a reason; none is ever changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import holds, noting, policies_tracks
from casework import policies_contacts as policies
from casework.contact_counts import events_of
from casework.models_cases import CaseFile, Evidence
from casework.models_contacts import KINDS, ContactEvent
from casework.policies import may_reveal
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.words import _l
from registry import settings
from registry.names import fold_number

EFFECTIVE = "CALL_EFFECTIVE_SECONDS"
"""The setting that says from how many seconds on an answered call is taken for an effective one."""
EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
LONGEST = 24 * 60 * 60
"""A call of more than a day is a mistake of the list."""
CALLS = ("CALL_INTERACTIVE", "CALL_NOTICE", "CALL_ATTEMPT")
MARKS = tuple(str(number) for number in range(1, 10))
"""Debtors who did not complain are told apart by a number."""


@dataclass(frozen=True)
class Whose:
    """Whose contacts these are: the person of one of the case's complaints, or another debtor under a number."""

    complaint_id: int | None = None
    mark: str | None = None


@dataclass(frozen=True)
class By:
    """Who made contact, and for a firm on behalf of which institution."""

    party_id: int
    principal_id: int | None = None


@dataclass(frozen=True)
class Contact:
    """One contact as it was told or read."""

    at: datetime
    kind: str
    by: By
    whose: Whose
    direction: str = "IN"
    target_role: str = "DEBTOR"
    number: str = ""
    from_number: str = ""
    connected: bool | None = None
    effective: bool | None = None
    seconds: int | None = None
    said: str = ""
    line: int | None = None

    @property
    def minute(self) -> tuple[datetime, str, str, int | None, str | None]:
        """What makes two contacts doubles: same minute, number and kind, of the same debtor."""
        at = self.at.astimezone(UTC).replace(second=0, microsecond=0)
        return at, fold_number(self.from_number), self.kind, self.whose.complaint_id, self.whose.mark


def enter(
    session: Session,
    case: CaseFile,
    contact: Contact,
    *,
    actor: Actor,
    now: datetime,
    evidence: Evidence | None = None,
) -> ContactEvent:
    """Enter one contact by hand."""
    hold_open(session, case, actor)
    check(session, case, contact, now)
    if contact.minute in known_minutes(session, case, contact.at, contact.at):
        raise BadInput("at", _l("A contact of this minute, number and kind is entered already."))
    if evidence is not None and evidence.case_id != case.id and evidence.complaint_id not in _complaints(case):
        raise BadInput("evidence", policies.OF_ANOTHER_CASE)
    made = put(session, case, [contact], actor=actor, now=now, evidence=evidence)[0]
    noting.of_case(session, case, "contact", actor, now, contact=made.id)
    return made


def hold_open(session: Session, case: CaseFile, actor: Actor) -> None:
    """Lock a case whose contacts are about to change, so that of two lists read at once the second knows the first.

    A report that is being sent comes before or waits as well.
    """
    if not policies_tracks.may_work_on(actor):
        raise NotAllowed
    holds.hold_case(session, case)
    holds.hold_tracks(session, case)
    require_open(case, actor)


def require_open(case: CaseFile, actor: Actor) -> None:
    """Refuse people who may not enter contacts, and a case to which nothing is added any more."""
    if not policies_tracks.may_work_on(actor):
        raise NotAllowed
    if not policies.takes_events(case):
        raise NotNow(_l("After the report nothing is added to the contacts of the case."))


def check(session: Session, case: CaseFile, contact: Contact, now: datetime) -> None:
    """Refuse a contact that cannot have been."""
    if contact.kind not in KINDS:
        raise BadInput("kind", _l("Say how the person was contacted."))
    if contact.at > now:
        raise BadInput("at", _l("This time lies in the future."))
    if contact.at < EARLIEST:
        raise BadInput("at", _l("This time is too long ago."))
    if contact.seconds is not None and not 0 <= contact.seconds <= LONGEST:
        raise BadInput("seconds", _l("A call lasts no longer than a day."))
    if contact.whose.complaint_id is None and contact.whose.mark not in MARKS:
        raise BadInput("whose", _l("Say whose contacts these are."))
    if contact.whose.complaint_id is not None and contact.whose.complaint_id not in _complaints(case):
        raise BadInput("whose", _l("The case does not rest on this complaint."))
    if contact.by.party_id not in {each.party_id for each in choices_of(session, case)}:
        raise BadInput("by", policies.WHICH_COMPANY)


def effective(session: Session, contact: Contact) -> tuple[bool | None, bool | None]:
    """Whether it was connected and the person was really spoken to; None where it is not known."""
    if contact.kind not in CALLS:
        return None, None
    if contact.kind == "CALL_ATTEMPT" or contact.connected is False:
        return False, False
    connected = True if contact.effective or contact.seconds else contact.connected
    if contact.effective is not None or contact.seconds is None:
        return connected, contact.effective
    return connected, contact.seconds >= int(settings.value(session, EFFECTIVE))


def put(
    session: Session,
    case: CaseFile,
    contacts: Sequence[Contact],
    *,
    actor: Actor,
    now: datetime,
    evidence: Evidence | None = None,
) -> list[ContactEvent]:
    """Write contacts that have been checked."""
    made = []
    for each in contacts:
        connected, spoken = effective(session, each)
        made.append(
            ContactEvent(
                case_id=case.id,
                complaint_id=each.whose.complaint_id,
                debtor=each.whose.mark,
                party_id=each.by.party_id,
                principal_id=each.by.principal_id,
                at=each.at,
                direction=each.direction,
                kind=each.kind,
                number=fold_number(each.number) or None,
                from_number=each.from_number.strip() or None,
                target_role=each.target_role,
                connected=connected,
                effective=spoken,
                seconds=each.seconds,
                said=each.said.strip() or None,
                evidence_id=evidence.id if evidence else None,
                line=each.line,
                added_at=now,
                added_by=actor.id,
            )
        )
    session.add_all(made)
    session.flush()
    return made


def take_out(session: Session, case: CaseFile, event: ContactEvent, *, why: str, actor: Actor, now: datetime) -> None:
    """Let a contact no longer count; it can still be read, with the reason."""
    hold_open(session, case, actor)
    session.refresh(event)
    if event.case_id != case.id:
        raise NotNow(_l("What the person reported is not taken out here."))
    if event.out_at is not None:
        raise NotNow(_l("It was taken out already."))
    if not why.strip():
        raise BadInput("why", policies.WHY_OUT)
    event.out_at, event.out_because = now, why.strip()
    session.flush()
    noting.of_case(session, case, "contact_out", actor, now, contact=event.id)


def take_list_out(session: Session, case: CaseFile, evidence_id: int, *, why: str, actor: Actor, now: datetime) -> int:
    """Take out all contacts that were read from one list."""
    hold_open(session, case, actor)
    if not why.strip():
        raise BadInput("why", policies.WHY_OUT)
    mine = select(ContactEvent).where(ContactEvent.case_id == case.id, ContactEvent.evidence_id == evidence_id)
    found = session.scalars(mine.where(ContactEvent.out_at.is_(None), ContactEvent.line.is_not(None))).all()
    if not found:
        raise NotNow(_l("It was taken out already."))
    for each in found:
        each.out_at, each.out_because = now, why.strip()
    session.flush()
    noting.of_case(session, case, "contacts_out", actor, now, evidence=evidence_id, contacts=len(found))
    return len(found)


def reveal(session: Session, case: CaseFile, event: ContactEvent, *, actor: Actor, now: datetime) -> str:
    """The person's number in the clear; the journal notes who looked and when."""
    if not may_reveal(actor):
        raise NotAllowed
    noting.of_case(session, case, "contact_seen", actor, now, contact=event.id)
    return event.number or ""


def known_minutes(
    session: Session, case: CaseFile, first: datetime, last: datetime
) -> set[tuple[datetime, str, str, int | None, str | None]]:
    """The doubles' marks (`Contact.minute`) of contacts the case has between two instants."""
    mine = select(
        ContactEvent.at,
        ContactEvent.from_number,
        ContactEvent.kind,
        ContactEvent.complaint_id,
        ContactEvent.debtor,
    ).where(
        events_of(case.id),
        ContactEvent.out_at.is_(None),
        ContactEvent.at > first - timedelta(minutes=1),
        ContactEvent.at < last + timedelta(minutes=1),
    )
    return {
        (at.astimezone(UTC).replace(second=0, microsecond=0), fold_number(number or ""), kind, complaint, mark)
        for at, number, kind, complaint, mark in session.execute(mine)
    }


def _complaints(case: CaseFile) -> set[int]:
    return {complaint.id for complaint in case.complaints}


def choices_of(session: Session, case: CaseFile) -> list[By]:
    """Who may have made contact: the companies of the case, its institutions, and every firm these ever engaged."""
    return [By(*pair) for pair in policies.callers(session, case)]
