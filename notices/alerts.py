"""Beside service online: alerts that come back, and paper copies that recipients ask for."""

from datetime import datetime

from sqlalchemy.orm import Session

from core import clock
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.errors import NotAllowed, NotNow
from core.machine import Ask
from core.mail import Mail
from core.words import _l
from notices import queries, serving, serving_noted
from notices.models import Service
from notices.states import SERVICE

BOUNCE = "bounce"
NOTING = ("officer", "intake", "head")
"""Who notes what happened beside the rows."""


def bounced(session: Session, service: Service, now: datetime, *, noted_by: Actor = SYSTEM) -> None:
    """The alert came back: paper, or for a complainant without another contact the tracking page."""
    if not noted_by.has("system", *NOTING):
        raise NotAllowed
    facts = {"journal": {"noted_by": noted_by.id}} if noted_by.id is not None else {}
    SERVICE.carry_out(Ask(session, service, SYSTEM, facts, now), BOUNCE)
    serving.onward(session, service, now)


def alert_bounced(session: Session, mail: Mail) -> None:
    """A mail came back; if it was an alert, and no other one reached the recipient, its service takes another way."""
    kind, _colon, rest = mail.key.partition(":")
    number = rest.partition(":")[0]
    if kind != "alert" or not number.isdigit():
        return
    service = session.get(Service, int(number), with_for_update=True, populate_existing=True)
    if service is None or SERVICE.row(service.state, BOUNCE) is None:
        return
    if not queries.some_alert_stands(session, service.id):
        bounced(session, service, clock.now())


def paper_sent(session: Session, service_id: int, *, actor: Actor, now: datetime) -> None:
    """The paper copy that the recipient asked for has left; electronic service goes on beside it (V09)."""
    if not actor.has(*NOTING):
        raise NotAllowed
    service = session.get_one(Service, service_id, with_for_update=True, populate_existing=True)
    if service.paper_asked_at is None or service.paper_sent_on is not None:
        raise NotNow(_l("No paper copy is waiting to be sent."))
    service.paper_sent_on = day_of(now)
    serving_noted.noted(session, service, "paper_sent", actor, now)
