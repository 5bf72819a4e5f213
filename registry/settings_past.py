"""What a setting said before its present value, and when that was laid down: the journal knows."""

from dataclasses import dataclass
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
