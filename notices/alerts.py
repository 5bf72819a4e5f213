"""Beside the rows: alerts that bounce or never leave, attempts to hand over, paper copies asked for."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from core import clock, mail
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from core.mail import Mail
from core.outbox import Outbox
from core.words import _l
from notices import doers, queries, serving, serving_noted
from notices.models import Service
from notices.policies import is_recipient, may_hand_over, may_note
from notices.states import SERVICE
from registry import clocks, golive, merging, pointing, service_addresses, settings, successions
from registry.clock_hooks import laid_down, on_hold
from registry.models_clocks import Clock
from registry.models_lineage import PartyMerge

BOUNCE = "bounce"
ATTEMPT = "attempted"
TO_HAND_OVER = SERVICE.states_for("leave")
"""States of a document that somebody goes to hand over."""
PERIOD = service_addresses.DEEMED
"""After it a document counts as served because the recipient was alerted."""


def bounced(
    session: Session,
    service: Service,
    now: datetime,
    *,
    noted_by: Actor = SYSTEM,
    proof: Mapping[str, str] | None = None,
) -> None:
    """Note that an alert bounced; the document goes on paper, or for a complainant onto the tracking page."""
    if not may_note(noted_by):
        raise NotAllowed
    doers.serves(session, service, noted_by, now)
    facts: dict[str, Any] = {"journal": {"noted_by": noted_by.id}} if noted_by.id is not None else {}
    facts["proof"] = proof or {}
    SERVICE.carry_out(Ask(session, service, SYSTEM, facts, now), BOUNCE)
    serving.onward(session, service, now)


def _alerted(session: Session, it: Mail) -> Service | None:
    """The service of which a mail is an alert, locked, while the alert can still bounce."""
    kind, _colon, rest = it.key.partition(":")
    number = rest.partition(":")[0]
    if kind != "alert" or not number.isdigit():
        return None
    service = session.get(Service, int(number), with_for_update=True, populate_existing=True)
    return service if service is not None and SERVICE.row(service.state, BOUNCE) is not None else None


def alert_bounced(session: Session, it: Mail) -> None:
    """A mail bounced: if it was an alert and no other one reached the recipient, its service takes another way."""
    service = _alerted(session, it)
    if service is not None and not queries.some_alert_stands(session, service.id):
        bounced(session, service, clock.now())


def alert_given_up(session: Session, row: Outbox) -> None:
    """An alert that could not be sent, even at the last try, reaches nobody: it counts as bounced."""
    it = session.get(Mail, row.args["mail_id"]) if row.job == mail.SENDING else None
    if it is None or it.sent_at is not None or it.bounced_at is not None or _alerted(session, it) is None:
        return
    it.bounced_at = clock.now()
    session.flush()
    alert_bounced(session, it)


def alert_left(session: Session, it: Mail) -> None:
    """Count the period after an alert from the day the first one left, if that is later than the day it was written."""
    sent = it.sent_at
    if sent is None or day_of(sent) == day_of(it.queued_at):
        return
    service = _alerted(session, it)
    if service is not None and queries.alert_left(session, service.id) == sent:
        period = clocks.live(session, PERIOD, ("service", service.id), lock=True)
        clocks.count_from(session, period, day_of(sent), SYSTEM, sent)


@on_hold
def waits_for_its_alert(session: Session, it: Clock) -> bool:
    """Nobody is served by a message that never left (V07): until one leaves, the period is not over."""
    if it.key != PERIOD or settings.is_demonstration(session):
        return False
    return queries.alert_left(session, it.subject_id) is None


@successions.on_handed
def told_to_others(session: Session, moved: pointing.Numbers, word: str, now: datetime) -> None:
    """Alert the people of another company, after what waits was passed on to it; they have the whole time (V07).

    If nothing reaches them online, it goes on paper; what was to go on paper goes online if somebody is reached there.
    """
    numbers = moved.get(f"{Service.__tablename__}.party_id", [])
    waiting = select(Service).where(Service.id.in_(numbers), Service.state.in_(("READY", "AVAILABLE", "ALERTED")))
    for service in session.scalars(waiting.order_by(Service.id).with_for_update()).all():
        tell_anew(session, service, word, now)


def tell_anew(session: Session, service: Service, word: str, now: datetime) -> None:
    """Alert whoever it is for now, since others were told of it; they have the whole time from today (V07).

    If nothing reaches them, it goes on paper, or for a complainant onto the tracking page. `word` names the occasion.
    """
    _take_back(session, service.id)
    if service.state != "ALERTED":
        serving.onward(session, service, now)
        return
    to = queries.alert_addresses(session, service) if queries.reachable_online(session, service) else []
    if not to:
        bounced(session, service, now)
        return
    _alert_anew(session, service, to, word, now)
    period = clocks.live(session, PERIOD, ("service", service.id), lock=True)
    laid, agreed = laid_down(session, PERIOD), queries.agreed_period(session, service.party_id)
    clocks.count_from(session, period, day_of(now), SYSTEM, now, terms=agreed or (laid.length, laid.unit))


def contact_changed(session: Session, complaint_id: int, word: str, now: datetime) -> None:
    """Tell the person of a complaint, at the contact on file now, of each letter that nobody has received yet.

    What waits on the tracking page goes on waiting there: whoever can be reached now is only told so.
    """
    for number in session.scalars(select(Service.id).where(Service.complaint_id == complaint_id)).all():
        _take_back(session, number)
    told = ("READY", "AVAILABLE", "ALERTED", "NOTICE_POSTED")
    waiting = select(Service).where(Service.complaint_id == complaint_id, Service.state.in_(told))
    for service in session.scalars(waiting.order_by(Service.id).with_for_update()).all():
        if service.state != "NOTICE_POSTED":
            tell_anew(session, service, word, now)
        elif to := queries.alert_addresses(session, service):
            _alert_anew(session, service, to, word, now)


def tell_again(session: Session, period: Clock, word: str, now: datetime) -> bool:
    """Tell the person, at the contact on file now, of letters that began this period by silence and nobody opened.

    Whether there are any: they were announced to somebody else, or to nobody. By the letters, not by the day from which
    it counts: that moves each time.
    """
    unread = (Service.served_how == "PORTAL", Service.opened_at.is_(None), Service.alerted_at.is_not(None))
    found = select(Service).where(Service.document_id.in_(period.armed_on), Service.state == "SERVED", *unread)
    last = found.where(Service.served_on == period.served_on)
    served = session.scalars(last.order_by(Service.id).with_for_update()).all()
    for service in served:
        if to := queries.alert_addresses(session, service):
            _alert_anew(session, service, to, word, now)
    return bool(served)


def _take_back(session: Session, number: int) -> None:
    """Let no alert leave any more that still waits to be sent: it would reach whoever it is not for by now."""
    theirs = Mail.key.startswith(f"alert:{number}:", autoescape=True)
    session.execute(delete(Mail).where(theirs, mail.that_wait()))


def _alert_anew(session: Session, service: Service, to: list[tuple[str, str]], word: str, now: datetime) -> None:
    for sent in queries.alerts_of(session, service.id):
        sent.key = sent.key.replace(f"alert:{service.id}:", f"{queries.to_others(service.id)}{word}:")
    session.flush()
    serving.alert(session, service, to, now)


@merging.on_done
def told_while_one(session: Session, merge: PartyMerge, now: datetime) -> None:
    """Tell again, once a merging was taken back, what another entry's people were told while the two were one."""
    if merge.undone_at is None:
        return
    since = or_(Service.alerted_at.is_(None), Service.alerted_at >= merge.merged_at)
    theirs = session.scalars(select(Service.id).where(Service.party_id == merge.gone_id, since)).all()
    told_to_others(session, {f"{Service.__tablename__}.party_id": list(theirs)}, f"merge:{merge.id}", now)


def to_go_live(session: Session) -> Iterator[golive.Item]:
    """The mail's line of the go-live check: without a server no alert leaves, and no alert can serve anything."""
    if not mail.leaves_the_house() and not settings.is_demonstration(session):
        yield golive.Item("mail", "SMTP_URL", None, ("service.V07",))


def attempted(
    session: Session,
    service: Service,
    reason: str | None,
    *,
    actor: Actor,
    now: datetime,
    day: date | None = None,
    proof: Mapping[str, str] | None = None,
) -> None:
    """Note that it could not be handed over on that day: another way has failed, and it waits as before."""
    if not may_hand_over(actor):
        raise NotAllowed
    doers.serves(session, service, actor, now)
    if service.state not in TO_HAND_OVER:
        raise NotNow(_l("This document does not wait to be handed over."))
    if not reason:
        raise BadInput("reason", _l("Give the reason."))
    on = day or day_of(now)
    if not service.document.issued_on <= on <= day_of(now):
        raise BadInput("served_on", _l("The day of the attempt lies between the day of issue and today."))
    service.attempted_at = now
    serving.keep_step(session, service, ATTEMPT, on, {**(proof or {}), "reason": reason}, actor.id, now)
    serving_noted.noted(session, service, ATTEMPT, actor, now)


def ask_paper(session: Session, service_id: int, *, actor: Actor, now: datetime) -> None:
    """The recipient asks for a paper copy, at any time: before it is served by the row (V09), later beside the rows."""
    service = serving.held(session, service_id, None)
    if not is_recipient(actor, service):
        raise NotAllowed
    if not service.may_ask_paper:
        raise NotNow(_l("A paper copy was asked for already, or the document came on paper."))
    if service.state != "SERVED":
        serving.step(session, service_id, "ask_paper", actor=actor, now=now)
        return
    service.paper_asked_at = now
    serving_noted.noted(session, service, "paper_asked", actor, now)


def paper_sent(session: Session, service_id: int, *, actor: Actor, now: datetime) -> None:
    """Note that the paper copy asked for has left; electronic service goes on besides (V09)."""
    if not may_note(actor):
        raise NotAllowed
    service = session.get_one(Service, service_id, with_for_update=True, populate_existing=True)
    doers.serves(session, service, actor, now)
    if service.paper_asked_at is None or service.paper_sent_on is not None:
        raise NotNow(_l("No paper copy is waiting to be sent."))
    service.paper_sent_on = day_of(now)
    serving_noted.noted(session, service, "paper_sent", actor, now)
