"""What is noted about a service beside its rows: read later, not handed over, a paper copy asked for or sent."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from core.actors import Actor
from core.journal import Subject, note
from core.registered import Registered
from notices.models import Service

_TOLD = Registered[Callable[[Session, Service, str, Actor, datetime], None]]()
on_noted = _TOLD.add
"""Register who is told of what is noted beside the rows: "read", "attempted", "paper_asked" or "paper_sent"."""


def noted(session: Session, service: Service, what: str, actor: Actor, now: datetime) -> None:
    """Write it into the journal, and tell whoever registered."""
    session.flush()
    about, states = Subject("service", service.id, service.ref), (service.state, service.state)
    note(session, about, what, actor, now, states)
    for tell in _TOLD:
        tell(session, service, what, actor, now)
