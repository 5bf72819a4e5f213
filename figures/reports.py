"""Asking for the report of a month."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.outbox import later
from core.words import _l
from figures import policies
from figures.models import FigureMonth, MonthReport

LANGUAGES = ("zh", "en")


def ask(session: Session, month: date, *, lang: str, actor: Actor, now: datetime) -> MonthReport:
    """A report of the figures as they stand; made by a job, and kept."""
    if not policies.may_read(actor):
        raise NotAllowed
    if lang not in LANGUAGES:
        raise BadInput("lang", _l("Choose a language."))
    it = session.get(FigureMonth, month)
    if it is None:
        raise NotNow(_l("This month has not been counted yet."))
    made = MonthReport(month=month, lang=lang, revision=it.revision, asked_at=now, asked_by=actor.id)
    session.add(made)
    session.flush()
    later(session, "figures.report", key=f"figures.report:{made.id}", report_id=made.id)
    return made
