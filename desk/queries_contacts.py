"""Reads of contacts: those of a case page by page, one of them, and how many each list gave."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, selectinload

from casework.contact_counts import events_of
from casework.models_cases import CaseFile
from casework.models_contacts import ContactEvent

PAGE = 50
MOST = 1000


@dataclass(frozen=True)
class Page:
    """Some contacts of a case, newest first, and the key of those after them."""

    events: Sequence[ContactEvent]
    after: str
    count: int


def page(session: Session, case: CaseFile, *, after: str = "", out: bool = False) -> Page:
    """Those that count, or those that were taken out."""
    which = ContactEvent.out_at.is_not(None) if out else ContactEvent.out_at.is_(None)
    mine = select(ContactEvent).where(events_of(case.id), which)
    inner = mine.with_only_columns(ContactEvent.id).limit(MOST + 1).subquery()
    count = session.scalar(select(func.count()).select_from(inner)) or 0
    spoken, _, number = after.partition("~")
    if number.isdecimal():
        with suppress(ValueError):
            mine = mine.where(tuple_(ContactEvent.at, ContactEvent.id) < (datetime.fromisoformat(spoken), int(number)))
    ordered = mine.order_by(ContactEvent.at.desc(), ContactEvent.id.desc()).options(selectinload(ContactEvent.party))
    rows = session.scalars(ordered.limit(PAGE + 1)).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], f"{last.at.isoformat()}~{last.id}" if last else "", count)


def one(session: Session, case: CaseFile, number: int) -> ContactEvent | None:
    """A contact of this case."""
    return session.scalar(select(ContactEvent).where(events_of(case.id), ContactEvent.id == number))


def by_list(session: Session, case: CaseFile) -> dict[int, int]:
    """How many contacts of the case each list gave that still count."""
    mine = select(ContactEvent.evidence_id, func.count()).where(
        events_of(case.id), ContactEvent.line.is_not(None), ContactEvent.out_at.is_(None)
    )
    return {number: count for number, count in session.execute(mine.group_by(ContactEvent.evidence_id)) if number}
