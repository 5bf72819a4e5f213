"""What a setting said before its present value, who laid that down, and how long it counted: the journal knows."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.journal import JournalEntry
from registry.models_settings import Setting


@dataclass(frozen=True)
class Past:
    """The value before, whether the association had decided it, and when it was replaced."""

    value: Any
    confirmed: bool
    laid_down_at: datetime


def before(session: Session, row: Setting) -> Past | None:
    """Whatever stood before somebody laid down what waits now: the value confirmed last; else the first of all.

    Only the system may ask: no administrator reads what changed.
    """
    mine = (JournalEntry.subject_kind == "setting", JournalEntry.subject_id == row.id)
    entries = select(JournalEntry.row, JournalEntry.at, JournalEntry.changes).where(*mine)
    found: Past | None = None
    for what, at, changes in session.execute(entries.order_by(JournalEntry.seq.desc())):
        if what == "setting.confirm":
            return found and Past(found.value, confirmed=True, laid_down_at=found.laid_down_at)
        if what == "setting.change" and changes:
            found = Past(changes["before"]["value"], confirmed=False, laid_down_at=found.laid_down_at if found else at)
    return found


@dataclass(frozen=True)
class Laid:
    """One value that was laid down, by whom and when, and from when to when it counted."""

    value: Any
    basis: str
    by: int | None
    at: datetime | None
    """None of the value with which the system was delivered."""
    confirmed_by: int | None = None
    counts_from: datetime | None = None
    """When it was confirmed first."""
    until: datetime | None = None


def history(session: Session, row: Setting) -> list[Laid]:
    """Every value that was ever laid down, the newest first; nothing where none took the place of another.

    Only the system may ask: no administrator reads what changed.
    """
    mine = (JournalEntry.subject_kind == "setting", JournalEntry.subject_id == row.id)
    asked = select(JournalEntry.row, JournalEntry.actor, JournalEntry.at, JournalEntry.changes).where(*mine)
    entries = session.execute(asked.order_by(JournalEntry.seq)).all()
    changes = [each.changes["before"] for each in entries if each.row == "setting.change" and each.changes]
    first: dict[str, Any] = changes[0] if changes else {"value": None, "basis": ""}
    found = [Laid(first["value"], first["basis"], None, None)]
    for what, actor, at, changed in entries:
        after, who = (changed or {}).get("after", {}), _number(actor)
        if "value" in after:
            found.append(Laid(after["value"], after["basis"] if "basis" in after else found[-1].basis, who, at))
        if what == "setting.confirm":
            found = [_ended(each, at) for each in found[:-1]] + [_confirmed(found[-1], after, who, at)]
    delivered = found[0]
    if delivered.value is None or not delivered.basis:  # a kind that had no value of its own before
        found = found[1:]
    return found[::-1] if len(found) > 1 else []


def _number(actor: str) -> int | None:
    kind, _colon, number = actor.partition(":")
    return int(number) if kind == "account" and number.isdigit() else None


def _ended(laid: Laid, at: datetime) -> Laid:
    """What counted until another value was confirmed; also what was delivered, where nobody had confirmed it."""
    counted = laid.counts_from is not None or laid.at is None
    return replace(laid, until=at) if counted and laid.until is None else laid


def _confirmed(laid: Laid, after: dict[str, Any], who: int | None, at: datetime) -> Laid:
    """What was confirmed, perhaps on another basis; it counts since somebody did so first."""
    laid = replace(laid, basis=after.get("basis", laid.basis))
    return laid if laid.counts_from is not None else replace(laid, confirmed_by=who, counts_from=at)
