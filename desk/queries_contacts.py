"""Reads of contacts: those of a case page by page, one of them, and how many each list gave."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from casework.contact_counts import events_of
from casework.models_cases import CaseFile
from casework.models_contacts import ContactEvent
from core import keyset

MOST = 1000


def page(
    session: Session, case: CaseFile, place: keyset.Place, *, out: bool = False
) -> tuple[list[ContactEvent], keyset.Part, int]:
    """Contacts that count, or those taken out, newest first, with their number."""
    wanted = (events_of(case.id), ContactEvent.out_at.is_not(None) if out else ContactEvent.out_at.is_(None))
    inner = select(ContactEvent.id).where(*wanted).limit(MOST + 1).subquery()
    count = session.scalar(select(func.count()).select_from(inner)) or 0
    part = keyset.part(
        session,
        select(ContactEvent),
        wanted,
        (ContactEvent.at, ContactEvent.id),
        place,
        down=True,
        options=(selectinload(ContactEvent.party),),
    )
    return [row[0] for row in part.rows], part, count


def one(session: Session, case: CaseFile, number: int) -> ContactEvent | None:
    """A contact of this case."""
    return session.scalar(select(ContactEvent).where(events_of(case.id), ContactEvent.id == number))


def by_list(session: Session, case: CaseFile) -> dict[int, int]:
    """How many contacts that still count each list gave."""
    mine = select(ContactEvent.evidence_id, func.count()).where(
        events_of(case.id), ContactEvent.line.is_not(None), ContactEvent.out_at.is_(None)
    )
    return {number: count for number, count in session.execute(mine.group_by(ContactEvent.evidence_id)) if number}
