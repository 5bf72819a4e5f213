"""The journal of a complaint or a case: what somebody did to it that moves no state."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import holds
from casework.models import Complaint
from casework.models_cases import CaseFile
from casework.policies_impartial import no_part_in_complaint
from casework.policies_recusals import takes_no_part
from core import journal
from core.actors import Actor
from core.clock import day_of

AFTER_ERASING = ("bundle_out",)
"""What still happens to a case once what was told for it was erased: what is left of it may be taken along."""


def of_complaint(
    session: Session,
    complaint: Complaint,
    what: str,
    actor: Actor,
    now: datetime,
    changes: dict[str, Any] | None = None,
    *,
    by_anybody: bool = False,
) -> None:
    """Write an entry; ``what`` is the name by which the timeline knows the deed.

    Whoever takes no part in the complaint is refused, except for what is `by_anybody`, such as giving it back.
    """
    for refusal in () if by_anybody else no_part_in_complaint(session, actor, complaint.id, day_of(now)):
        raise refusal
    journal.write(
        session,
        subject=("complaint", complaint.id),
        row=what,
        ref=complaint.ref,
        actor=actor,
        now=now,
        states=(complaint.state, complaint.state),
        changes=changes,
    )


def of_case(
    session: Session, case: CaseFile, what: str, actor: Actor, now: datetime, **changes: str | int | None
) -> None:
    """Write an entry about a case that no row of a table covers; refuses whoever takes no part in the case."""
    if what not in AFTER_ERASING:
        holds.still_kept(case)
    for refusal in takes_no_part(session, actor, case.id, day_of(now)):
        raise refusal
    about = journal.Subject("case", case.id, case.ref)
    journal.note(session, about, what, actor, now, ("OPEN", "OPEN"), changes)
