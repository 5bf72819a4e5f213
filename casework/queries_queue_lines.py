"""The lines of the queue: what one complaint shows in it, read for a page at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from casework import masking
from casework.models import AllegedCode, Complainant, Complaint, Forwarding, NamedCompany
from casework.models_queue import NEVER, QueueEntry
from casework.models_scripts import ComplaintScript
from registry.models import Party
from registry.models_accounts import Account
from registry.models_rulebook import Violation

SOON = 3
LONGEST_TITLE = 60
"""In characters; twice as many where they are narrow."""
READ = 200
"""So much of a text is read for its title."""
HAN = re.compile(r"[\u4e00-\u9fff]{4}")
SENTENCE = re.compile(r".{8,}?(?:[。！？]|[.!?](?=\s|$))")
Names = dict[tuple[int, str], str]


@dataclass(frozen=True)
class Line:
    """One complaint in the queue."""

    id: int
    ref: str
    state: str
    title: str
    urgent: bool
    received_at: datetime
    due_on: date | None
    clock: str
    provisional: bool
    officer: str
    group: str
    lender: str = ""
    firm: str = ""
    codes: tuple[Violation, ...] = field(default=())
    script: int = 0
    """How many other complaints follow the same script."""
    agent: bool = False
    to_check: int = 0
    """How many answers of companies wait to be checked."""


def lines_of(session: Session, numbers: Sequence[int], today: date, lang: str) -> list[Line]:
    """The lines of these complaints, in this order."""
    if not numbers:
        return []
    rows = {row.id: row for row in session.execute(_asked(numbers))}
    there = [number for number in numbers if number in rows]
    companies, codes = _companies(session, there, lang), _codes(session, there)
    scripts = _scripts(session, {row.script_id for row in rows.values()} - {None})
    return [_line(rows[number], today, companies, codes.get(number, []), scripts) for number in there]


def _asked(numbers: Sequence[int]) -> Any:  # noqa: ANN401 - a statement over many columns
    it, entry = Complaint, QueueEntry
    return (
        select(it.id, it.ref, it.state, it.urgent, it.received_at, func.substr(it.facts, 1, READ).label("facts"))
        .add_columns(entry.due_on, entry.due_key, entry.provisional, entry.to_check, Account.name.label("officer"))
        .add_columns(Complainant.role, ComplaintScript.script_id)
        .outerjoin(entry, entry.complaint_id == it.id)
        .outerjoin(Account, Account.id == it.officer_id)
        .outerjoin(Complainant, Complainant.complaint_id == it.id)
        .outerjoin(ComplaintScript, ComplaintScript.complaint_id == it.id)
        .where(it.id.in_(numbers))
    )


def _line(row: Any, today: date, companies: Names, codes: list[Violation], scripts: dict[int, int]) -> Line:  # noqa: ANN401
    due_on = None if row.due_on in (None, NEVER) else row.due_on
    return Line(
        id=row.id,
        ref=row.ref,
        state=row.state,
        title=title_of(row.facts),
        urgent=row.urgent,
        received_at=row.received_at,
        due_on=due_on,
        clock=row.due_key or "",
        provisional=bool(row.provisional),
        officer=row.officer or "",
        group=group_of(due_on, today),
        lender=companies.get((row.id, "INSTITUTION"), ""),
        firm=companies.get((row.id, "FIRM"), ""),
        codes=tuple(sorted(codes, key=lambda each: -each.severity)),
        script=max(scripts.get(row.script_id, 0) - 1, 0),
        agent=row.role == "AGENT",
        to_check=row.to_check or 0,
    )


def group_of(due_on: date | None, today: date) -> str:
    """How urgent a last day is."""
    if due_on is None or due_on > today + timedelta(days=SOON):
        return "ok"
    return "over" if due_on < today else "today" if due_on == today else "soon"


def title_of(facts: str) -> str:
    """What a complaint is called in lists: its first sentence, masked."""
    text = " ".join(masking.masked(facts, masking.introduced(facts)).split())
    first = SENTENCE.match(text)
    text = first[0].rstrip("。.") if first else text
    most = LONGEST_TITLE if HAN.search(text) else 2 * LONGEST_TITLE
    return text[:most] + ("…" if len(text) > most else "")


def _codes(session: Session, numbers: Sequence[int]) -> dict[int, list[Violation]]:
    found: dict[int, list[Violation]] = {}
    alleged = select(AllegedCode.complaint_id, Violation).join(Violation, Violation.code == AllegedCode.code)
    for number, violation in session.execute(
        alleged.where(AllegedCode.complaint_id.in_(numbers)).order_by(AllegedCode.code)
    ):
        found.setdefault(number, []).append(violation)
    return found


def _scripts(session: Session, groups: set[int]) -> dict[int, int]:
    """How many complaints follow each of these scripts."""
    if not groups:
        return {}
    many = select(ComplaintScript.script_id, func.count()).where(ComplaintScript.script_id.in_(groups))
    return {script: size for script, size in session.execute(many.group_by(ComplaintScript.script_id)) if script}


def _companies(session: Session, numbers: Sequence[int], lang: str) -> Names:
    """The first lender and the first firm of each: whom it was put before, else who was named."""
    sent = select(Forwarding.complaint_id, literal(0).label("named"), Forwarding.id, literal("").label("kind"))
    sent = sent.add_columns(literal("").label("value"), Forwarding.party_id)
    named = select(NamedCompany.complaint_id, literal(1), NamedCompany.id, NamedCompany.kind, NamedCompany.value)
    both = union_all(
        sent.where(Forwarding.complaint_id.in_(numbers)),
        named.add_columns(NamedCompany.party_id).where(NamedCompany.complaint_id.in_(numbers)),
    ).subquery()
    name = select(both.c.complaint_id, both.c.kind, both.c.value, Party.kind, Party.name_zh, Party.name_en)
    rows = session.execute(name.outerjoin(Party, Party.id == both.c.party_id).order_by(both.c.named, both.c.id))
    found: Names = {}
    for number, said, value, kind, zh, en in rows:
        shown = f"“{value}”" if kind is None else en if lang.startswith("en") and en else zh
        found.setdefault((number, said or kind.value), shown)
    return found
