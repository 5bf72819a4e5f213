"""What is said of the day of a paper: until when it is in time, and whether its letter had been served by then."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from casework import queries_stop_contacts
from casework.states import ANSWERING
from core import clock
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


def to_be_passed_on(session: Session, complaint: int) -> str:
    """That the last number which is to be passed on had its day before today, for whoever enters it only now."""
    every = queries_stop_contacts.of_complaint(session, complaint)
    waiting = [each for each in every if (each.number, each.state) == (every[-1].number, "REQUESTED")]
    periods = [newest(session, "K08", ("stop_contact", each.id)) for each in waiting]
    ends = min((each.due_on for each in periods if each is not None and each.due_on is not None), default=None)
    if ends is None or ends >= clock.today():
        return ""
    last = day(ends, "long")
    return _("By the day on which it came, the number was to be passed on by %(day)s: please do it now.", day=last)


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
