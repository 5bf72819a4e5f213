"""The journal of a complaint: what somebody did to it that moves no state."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.models import Complaint
from core import journal
from core.actors import Actor


def note(
    session: Session,
    complaint: Complaint,
    what: str,
    actor: Actor,
    now: datetime,
    changes: dict[str, Any] | None = None,
) -> None:
    """Write it; ``what`` is the name under which the timeline knows it."""
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
