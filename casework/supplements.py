"""What a person was asked for and may have sent in another way: somebody looks at it before the clock acts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import expiries, tasks
from casework.models import Complaint, Task
from casework.policies_complaints import came_since_asked, wrote_since_released
from core import clock as time
from core.words import _l
from registry.clock_sweep import sweep_time
from registry.models_clocks import Clock

KIND = "clock_came"
tasks.KINDS[KIND] = _l(
    "“%(clock)s” of %(ref)s is over, but the person wrote or sent files meanwhile: where that is what was asked for, "
    "note it as added. Done lets it end: the complaint is not accepted."
)


def waits_for_intake(session: Session, clock: Clock) -> bool:
    """Whether something came that intake has not looked at since it was asked for: K02 rejects nothing unseen."""
    if clock.key != "K02":
        return False
    complaint = session.get_one(Complaint, clock.subject_id)
    came = came_since_asked(session, complaint)
    if not came:
        return False
    key = f"{KIND}:{clock.id}:{came}"
    known = session.execute(select(Task.done_at).where(Task.key == key)).one_or_none()
    if known is None:
        now = sweep_time(session) or time.now()
        clock.alerted_at = now  # a move that stops the clock closes the task
        subject = ("complaint", complaint.id, expiries.ref_of(session, clock))
        tasks.put(session, f"{KIND}:{clock.key}", subject, role="intake", now=now, key=key, urgent=True)
    return known is None or known.done_at is None


def waits_for_a_reader(session: Session, clock: Clock) -> bool:
    """Whether the person wrote instead of accepting or disputing the answer: K05 does not count that as silence.

    The message has a task; once it is answered, or needs no answer, the clock may end.
    """
    return clock.key == "K05" and wrote_since_released(session, session.get_one(Complaint, clock.subject_id))
