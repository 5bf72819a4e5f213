"""The day on which a complaint came, put right where staff entered a wrong one and only its acknowledgement says it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from casework import holds, messages, noting, policies, tasks
from casework.documents import lang_of
from casework.models import Complaint, Task
from casework.phrases import phrase
from casework.policies_complaints import AFTER_RECEIPT
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, Refused, raise_first
from core.plainly import in_words
from core.words import _l
from notices import queries as papers
from notices.models import Document
from notices.papers import day_text
from registry import clock_moves, clocks

ACCEPTANCE: Final = "K01"
SAYS_IT: Final = "D01"
ALERTS: Final = ("clock_ended", "clock_undated", "clock_estimate")
"""What staff may have been told of a time that counted from the wrong day."""


def refusals(session: Session, complaint: Complaint) -> Iterator[Refused]:
    """Why it stays as it is: more than the acknowledgement and the time for acceptance rests on it."""
    it = ("complaint", complaint.id)
    if not may_have_come_earlier(complaint):
        yield NotNow(_l("This complaint came on the day on which it was sent."))
    elif complaint.state != "RECEIVED":
        yield NotNow(_l("The acceptance check is over, and what followed rests on the day of receipt: it stays."))
    elif papers.open_dossier(session, *it) is not None:
        yield NotNow(_l("Documents that say the day of receipt are being drafted: finish or drop them first."))
    elif session.scalar(_others(complaint).limit(1)) is not None:
        yield NotNow(_l("Letters went out that rest on the day of receipt: it stays. Write to the person instead."))


def is_open(complaint: Complaint) -> bool:
    """Whether it may still be put right, as far as the complaint itself says: its page asks no more."""
    return may_have_come_earlier(complaint) and complaint.state == "RECEIVED"


def _others(complaint: Complaint) -> Select[int]:
    mine = (Document.subject_kind == "complaint", Document.subject_id == complaint.id)
    return select(Document.id).where(*mine, Document.kind != SAYS_IT)


def may_have_come_earlier(complaint: Complaint) -> bool:
    """Whether staff entered it: what the public sends has come by then."""
    return complaint.channel in {"PHONE", "LETTER", "COUNTER"}


def receipt(
    session: Session,
    complaint: Complaint,
    *,
    day: date,
    why: str,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Let it have come on another day: its person is told both, and whether the time for acceptance counts from there.

    A last day that was told does not move earlier (I-10). Figures go by the entry and stay.
    """
    if not policies.may_receive(actor):
        raise NotAllowed
    holds.hold(session, complaint, version)
    raise_first(refusals(session, complaint))
    was, entered = complaint.received_on, day_of(complaint.received_at)
    if day > entered:
        raise BadInput("day", _l("It was entered on %(day)s, so it had come by then.", day=in_words(entered)))
    if complaint.conduct_to is not None and complaint.conduct_to > day:
        raise BadInput("day", AFTER_RECEIPT)
    if day == was:
        raise BadInput("day", _l("This is the day that stands there."))
    if not why.strip():
        raise BadInput("why", _l("Say how you know the right day."))
    complaint.came_on = day if day != entered else None
    session.flush()
    counts = _counts_from(session, complaint, was, day, actor, now)
    said = {"was": was.isoformat(), "day": day.isoformat(), "why": why.strip()}
    noting.of_complaint(session, complaint, "day.corrected", actor, now, said)
    lang, what = lang_of(complaint), "day.corrected" if counts else "day.corrected.only"
    told = phrase(what, lang, was=day_text(was, lang), day=day_text(day, lang))
    messages.write(session, complaint, told, actor=actor, now=now)


def _counts_from(session: Session, complaint: Complaint, was: date, day: date, actor: Actor, now: datetime) -> bool:
    """Count the time for acceptance anew, where it counts from receipt and not from what came or was done since."""
    subject = ("complaint", complaint.id)
    clock = clock_moves.newest(session, ACCEPTANCE, subject)
    if clock is None or clock.day0 != was:
        return False
    tasks.settle(session, subject, tuple(f"{each}:{ACCEPTANCE}" for each in ALERTS), actor=actor, now=now)
    told = update(Task).where(Task.key.in_([f"{each}:{clock.id}" for each in ALERTS]))
    session.execute(told.values(key=func.concat(Task.key, ":", Task.id)))  # it may end once more
    clocks.begun_on(session, clock, day, actor, now)
    return True
