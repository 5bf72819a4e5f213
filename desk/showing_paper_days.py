"""What is said of the day of a paper: until when it is in time, and whether its letter had been served by then."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from casework.states import ANSWERING
from core.plainly import day
from core.words import _, joined
from notices import queries as notices
from registry import clocks
from registry.clock_moves import newest

Form = Any


def offer(session: Session, form: Form, subject: tuple[str, int], key: str, kinds: Sequence[str]) -> None:
    """Say under the day until when it is in time, and ask about a day on which the letter was not served yet."""
    letter = notices.last_document(session, kinds, *subject)
    served = notices.served_on(session, letter.id) if letter is not None else None
    sent, known = form.received_on.data, ""
    if served is not None:
        known = _("The letter was served on %(day)s.", day=day(served, "long"))
    form.received_on.description = joined(known, _last(session, subject, key))
    if "sent_before" in form and (sent is None or served is None or sent >= served):
        del form.sent_before


def counted(session: Session, subject: tuple[str, int], key: str, *, late: bool) -> str:
    """How what was entered counts, for whoever entered it."""
    said = _("It counts as late.") if late else _("It counts as in time.")
    return joined(said, _last(session, subject, key))


def _last(session: Session, subject: tuple[str, int], key: str) -> str:
    period = newest(session, key, subject) if key else None
    if period is None:
        return ""
    by_today = key in ANSWERING  # an answer is in time by the calendar of today, even after the end was acted on
    ends = clocks.last_day(session, period) if by_today else period.due_on
    if ends is None:
        return ""
    last = day(ends, "long")
    return _("The last day for it: %(day)s.", day=_("%(day)s (provisional)", day=last) if period.provisional else last)
