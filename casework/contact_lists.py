"""Call lists in a case: the file is kept as evidence as it came, and its rows become contacts, each once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import call_lists, contacts, evidence, noting
from casework.call_lists import Found, Reading
from casework.contacts import By
from casework.models import Complaint
from casework.models_cases import CaseFile, CaseTrack, Evidence
from casework.policies_contacts import OF_ANOTHER_CASE, WHICH_COMPANY
from casework.policies_tracks import conduct_days
from core.actors import Actor
from core.errors import BadInput, NotNow
from core.words import _l
from filestore import files, scanning, sheets
from registry.models import AliasKind, PartyAlias

READABLE = (
    "text/csv",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
"""Media types of files that may hold a list."""
SHOWS = "通话清单"
"""What an unnamed list is said to show."""


@dataclass(frozen=True)
class Giver:
    """Who handed a list over: the person of a complaint, a company on a track, or neither (the association got it)."""

    complaint: Complaint | None = None
    track: CaseTrack | None = None


def bring(
    session: Session, case: CaseFile, stream: IO[bytes], name: str | None, giver: Giver, *, actor: Actor, now: datetime
) -> Evidence:
    """Keep a list as evidence of the case, if it can be read as a table at all."""
    contacts.require_open(case, actor)
    content = stream.read(sheets.LIMIT + 1)
    sheets.read(BytesIO(content), files.clean_name(name))
    kept = BytesIO(content)
    if giver.complaint is not None:
        return evidence.take_in(session, case, kept, name, complaint=giver.complaint, shows=SHOWS, actor=actor, now=now)
    if giver.track is not None:
        return evidence.take_in(session, case, kept, name, track=giver.track, shows=SHOWS, actor=actor, now=now)
    return evidence.add(session, case, kept, name, shows=SHOWS, actor=actor, now=now)


def table_of(it: Evidence) -> sheets.Sheet:
    """The rows of a list that is evidence; raises Waits or Harmful as whoever gets a file."""
    if it.media_type not in READABLE:
        raise NotNow(_l("This file is no table: a call list is a CSV or XLSX file."))
    scanning.require_clean(it.sha256)
    return sheets.read(BytesIO(files.read(it.sha256)), it.name)


def known_callers(session: Session, case: CaseFile, numbers: Mapping[str, int]) -> dict[str, By]:
    """Of these numbers, those that the register knows as a company's of the case at the time of the conduct."""
    mine: dict[int, By] = {}
    for by in contacts.choices_of(session, case):
        mine.setdefault(by.party_id, by)
    first, last = conduct_days(case)
    asked = select(PartyAlias.folded, PartyAlias.party_id).where(
        PartyAlias.kind == AliasKind.NUMBER,
        PartyAlias.party_id.in_(mine),
        or_(PartyAlias.from_on.is_(None), PartyAlias.from_on <= last),
        or_(PartyAlias.to_on.is_(None), PartyAlias.to_on >= (first or last)),
    )
    whose: dict[str, set[int]] = {}
    for folded, party_id in session.execute(asked):
        whose.setdefault(folded, set()).add(party_id)
    return {folded: mine[min(some)] for folded, some in whose.items() if len(some) == 1 and folded in numbers}


def look(session: Session, case: CaseFile, table: sheets.Sheet, how: Reading, now: datetime) -> Found:
    """What taking a list would come to, without doubles of what the case has; nothing is kept."""
    return call_lists.read(table, how, now, contacts.known_minutes(session, case, contacts.EARLIEST, now))


def take(
    session: Session, case: CaseFile, it: Evidence, table: sheets.Sheet, how: Reading, *, actor: Actor, now: datetime
) -> Found:
    """Keep the good rows of a list as contacts of the case; doubles and rejects stay only in the file."""
    contacts.hold_open(session, case, actor)
    if it.case_id != case.id and it.complaint_id not in {complaint.id for complaint in case.complaints}:
        raise NotNow(OF_ANOTHER_CASE)
    missing = next((name for name in call_lists.NEEDED if name not in how.columns.places), None)
    if missing is not None:
        raise BadInput(missing, _l("Say which column holds it."))
    found = look(session, case, table, how, now)
    if not found.contacts:
        raise NotNow(_l("No row of this list is a new contact."))
    callers = {(each.party_id, each.principal_id) for each in contacts.choices_of(session, case)}
    if any((each.by.party_id, each.by.principal_id) not in callers for each in found.contacts):
        raise BadInput("rest", WHICH_COMPANY)
    contacts.check(session, case, found.contacts[0], now)
    contacts.put(session, case, found.contacts, actor=actor, now=now, evidence=it)
    noting.of_case(
        session,
        case,
        "contacts",
        actor,
        now,
        evidence=it.id,
        rows=found.rows,
        kept=len(found.contacts),
        doubles=found.doubles,
        rejected=len(found.rejects),
        left=sum(found.left.values()),
    )
    return found
