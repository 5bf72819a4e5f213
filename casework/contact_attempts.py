"""Calls that nobody answered, by the number that was dialled (domain 1.4): how often each company tried it each day.

Whose number it is does not matter, so no debtor is asked for. Numbers are kept encrypted: they are compared here, and
leave masked.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Date, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from casework.masking import masked_contact
from casework.models_contacts import ContactEvent
from registry.names import fold_number

SHANGHAI = "Asia/Shanghai"
DAY = cast(func.timezone(SHANGHAI, ContactEvent.at), Date)
UNANSWERED = and_(
    ContactEvent.direction == "IN",
    ContactEvent.party_id.is_not(None),
    or_(
        ContactEvent.kind == "CALL_ATTEMPT",
        and_(ContactEvent.kind.in_(["CALL_INTERACTIVE", "CALL_NOTICE"]), ContactEvent.connected.is_(False)),
    ),
)
"""Known not to have been answered; where that is not known, nothing is counted against a company."""


@dataclass
class Attempts:
    """How often which company called which number on which day in vain; what pages call each number."""

    counts: Counter[tuple[date, int, str]] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)
    nameless: int = 0


def read(session: Session, which: ColumnElement[bool]) -> Attempts:
    """Count the attempts among these contacts."""
    asked = select(DAY, ContactEvent.party_id, ContactEvent.number).where(which, UNANSWERED)
    rows = [(day, party, fold_number(number or "")) for day, party, number in session.execute(asked)]
    keys = {number: f"n{place}" for place, number in enumerate(sorted({each[2] for each in rows if each[2]}), 1)}
    found = Attempts(nameless=sum(1 for *_others, number in rows if not number))
    found.counts.update((day, party or 0, keys[number]) for day, party, number in rows if number)
    for number, key in keys.items():
        masked = masked_contact(number)
        found.names[key] = f"{masked} ({key[1:]})" if masked in found.names.values() else masked
    return found
