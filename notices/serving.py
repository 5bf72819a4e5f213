"""Service: how a document reaches its recipient, and what that starts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import mail, outbox
from core.actors import SYSTEM, Actor
from core.errors import unchanged
from core.machine import Ask, Machine
from core.site import outside
from core.words import _
from notices import dossiers, queries, serving_noted
from notices.models import Document, Service, ServiceStep
from notices.policies import is_recipient
from notices.states import ENDED, SERVICE
from registry import clocks, notifications, settings
from registry.models import ServiceAddress
from registry.service_addresses import DEEMED, on_confirmed

HOW = {
    "V06": "PORTAL",
    "V07": "PORTAL",
    "V20": "PORTAL",
    "V10": "IN_PERSON",
    "V11": "POST",
    "V12": "POST",
    "V14": "LEFT",
    "V15": "NOTICE",
    "V16": "NOTICE",
    "V18": "ACKNOWLEDGED",
    "V19": "PORTAL",
}
SERVED = [row.id for row in SERVICE.rows.values() if row.target == "SERVED"]


@SERVICE.found_from("approval")
def of_dossier(ask: Ask) -> list[Service]:
    """The services of a dossier's outward documents; new ones if it is being issued."""
    if ask.facts["event"] != "issue":
        return list(queries.services_in_dossier(ask.session, ask.it.id))
    addressed = [
        it
        for it in queries.in_dossier(ask.session, ask.it.id)
        if it.outward and (it.party_id is not None or it.complaint_id is not None)
    ]
    for it in addressed:
        ask.session.expire(it, ["services"])  # loaded when there were none
    return [
        Service(document_id=it.id, state="NEW", party_id=it.party_id, complaint_id=it.complaint_id) for it in addressed
    ]


@SERVICE.found_from("forwarding", "track", "complaint", "stop_contact")
def of_subject(ask: Ask) -> list[Service]:
    """What is still on its way from the thing that fires, to be made void with it."""
    return list(queries.unserved(ask.session, ask.machine, ask.it.id))


@SERVICE.effect("V01")
def from_its_issue(ask: Ask) -> None:
    """The days to serve it count from its issue: the end for which the sweep issued it lies before (R13)."""
    ask.facts["from_day"] = ask.session.get_one(Document, ask.it.document_id).issued_on


@SERVICE.effect(*SERVED, last=True)
def note_service(ask: Ask) -> None:
    """Keep the day that counts, and the way."""
    service = ask.it
    service.served_on = ask.facts.get("served_on") or ask.on
    service.served_how = HOW[ask.row.id] if ask.row else None
    if service.served_how == "NOTICE" and service.party_id is None:
        service.served_how = "PORTAL"  # a complainant's letter was on the tracking page; nothing was published
    if ask.row is not None and ask.row.id == "V14" and ask.facts.get("reason"):
        ask.facts["proof"] = {**(ask.facts.get("proof") or {}), "refusal": ask.facts["reason"]}
    service.method = service.method or service.served_how
    service.receiver = ask.facts.get("receiver", service.receiver)
    if told := ask.facts.get("proof"):
        service.proof = {**(service.proof or {}), **told}
    ask.facts["served_on"] = service.served_on


@SERVICE.effect("V06")
def note_opening(ask: Ask) -> None:
    """Keep who opened it, and when."""
    ask.it.opened_at, ask.it.opened_by = ask.now, ask.actor.id


@SERVICE.effect("V03")
def note_trouble(ask: Ask) -> None:
    """Keep why it could not be rendered."""
    ask.it.trouble = ask.facts["trouble"]


@SERVICE.effect("V05")
def note_alert(ask: Ask) -> None:
    """Keep when the recipient was alerted; an unopened notice counts as served after the period that was agreed."""
    if (agreed := queries.agreed_period(ask.session, ask.it.party_id)) is not None:
        ask.facts["agreed"] = {DEEMED: agreed}
    alert(ask.session, ask.it, ask.facts["alert_to"], ask.now)


def alert(session: Session, service: Service, to: Iterable[tuple[str, str]], now: datetime) -> None:
    """Tell these people, each in a language, that a document waits; in neutral words, nothing of the matter."""
    service.alerted_at, service.method = now, "PORTAL"
    if service.party_id is not None:
        notifications.tell_party(session, service.party_id, "notice", key=f"alert:{service.id}", now=now)
    for number, (address, language) in enumerate(to):
        with force_locale("en" if language == "en" else "zh_Hans_CN"):
            mail.send_later(
                session,
                key=f"alert:{service.id}:{number}",
                to=address,
                subject=_("A document is waiting for you"),
                body=_alert(session, service, language),
                language=language,
            )


def _alert(session: Session, service: Service, language: str) -> str:
    """Who writes, where the document is, and that it may want an answer in time; nothing of the matter."""
    company = service.party_id is not None
    return mail.written(
        "mail/alert.txt",
        address=outside("/portal/notices/" if company else "/track"),
        company=company,
        association=settings.association(session)[f"name_{'en' if language == 'en' else 'zh'}"],
    )


@SERVICE.effect("V08")
def note_bounce(ask: Ask) -> None:
    """Note that the alert bounced: one way has failed."""
    ask.it.bounced_at = ask.now
    ask.it.failures += 1


@SERVICE.effect("V09")
def note_paper(ask: Ask) -> None:
    """Note that a paper copy is asked for; electronic service goes on."""
    ask.it.paper_asked_at = ask.now


@SERVICE.effect("V11")
def note_slip(ask: Ask) -> None:
    """Note that it is in the post."""
    ask.it.slip_no, ask.it.method = ask.facts["slip_no"], "POST"
    ask.it.proof = {**(ask.it.proof or {}), "posted_on": ask.on.isoformat()}


@SERVICE.effect("V13")
def note_return(ask: Ask) -> None:
    """Note that another way has failed."""
    ask.it.failures += 1


@SERVICE.effect("V08", "V10", "V11", "V12", "V13", "V14", "V15", "V18")
def note_step(ask: Ask) -> None:
    """Keep what a person noted beside all that was noted before; what a recipient does has facts of its own."""
    if ask.row is None or not (ask.by_staff or ask.row.id == "V08"):
        return
    by = ask.actor.id or (ask.facts.get("journal") or {}).get("noted_by")
    said = {name: ask.facts[name] for name in ("receiver", "reason", "slip_no") if ask.facts.get(name)}
    keep_step(ask.session, ask.it, ask.row.event, ask.on, {**(ask.facts.get("proof") or {}), **said}, by, ask.now)


def keep_step(
    session: Session,
    service: Service,
    event: str,
    day: date,
    said: Mapping[str, str],
    by: int | None,
    now: datetime,
) -> None:
    """Keep one step or attempt for good: its day, what was said of it, its file, who noted it."""
    told = {name: text for name, text in said.items() if text and name != "file"}
    step_ = ServiceStep(service_id=service.id, event=event, day=day, said=told, sha256=said.get("file"))
    step_.noted_by, step_.noted_at = by, now
    session.add(step_)


@SERVICE.effect("V17")
def note_void(ask: Ask) -> None:
    """Make the document void: the number stays used, shown with its reason. Of a document for members one copy ends."""
    document = ask.it.document
    named = document.party_id is not None or document.complaint_id is not None
    if named and document.void_at is None:
        document.void_at = ask.now
        document.void_reason = ask.facts.get("reason") or ENDED
        dossier = document.dossier
        if dossier is not None and dossier.state == "ISSUED":  # the dossier no longer waits for its PDF
            outbox.later(ask.session, "notices.finish", key=f"finish:{document.id}", document_id=document.id)


def tell(ask: Ask) -> None:
    """Start the clocks that waited for this document; then tell the thing whose row made it (domain 6.2, 1)."""
    service: Service = ask.it
    document = service.document
    day: date = ask.facts["served_on"]
    clocks.document_served(ask.session, document.id, day, ask.now)
    machine = Machine.all.get(document.subject_kind)
    if machine is None or machine.model is None:
        return
    thing = machine.thing(ask.session, document.subject_id)
    tier = "major" if getattr(thing, "major", False) else "minor"
    for event in ("served", f"served_{tier}"):
        if machine.row(thing.state, event) is None:
            continue
        follow = replace(
            ask, it=thing, actor=SYSTEM, fired_by=ask, papers={}, row=None, facts={"document": document}, day=day
        )
        machine.try_out(follow, event)


def answer(
    session: Session,
    machine: str,
    number: int,
    *,
    actor: Actor,
    now: datetime,
    day: date | None = None,
    kinds: tuple[str, ...] = (),
) -> None:
    """Count what is not yet served of this subject as received, since the recipient acts on it (domain 6.2, 3).

    It was received by the `day` of what came on paper, if that was issued by then.

    Only what went to whoever acts: others get letters about the same subject. The subject is locked before its
    services, as by whoever opens one.
    """
    _hold(session, machine, number)
    for service in queries.unserved(session, machine, number, kinds):
        if is_recipient(actor, service) and SERVICE.row(service.state, "acknowledge") is not None:
            by = max(day, service.document.issued_on) if day is not None else None
            SERVICE.carry_out(Ask(session, service, actor, {}, now, day=by), "acknowledge")


def received(session: Session, service_id: int, *, actor: Actor, now: datetime) -> bool:
    """Note that this one document has arrived, as its recipient says (row V18); False if it was served already."""
    _hold_subject(session, service_id)
    service = session.get_one(Service, service_id, with_for_update=True, populate_existing=True)
    if service.state == "SERVED":
        return False
    SERVICE.carry_out(Ask(session, service, actor, {}, now), "acknowledge")
    return True


def onward(session: Session, service: Service, now: datetime) -> None:
    """Take a ready service as far as it goes by itself: into the portal, to the alert, or onto the tracking page."""
    for event in ("make_available", "arrive", "alert_sent", "keep_on_page"):
        ask = Ask(session, service, SYSTEM, {}, now)
        if SERVICE.row(service.state, event):
            SERVICE.try_out(ask, event)


@on_confirmed
def online_after_all(session: Session, address: ServiceAddress, _actor: Actor, now: datetime) -> None:
    """Put what waited to be served on paper into the portal, when the address is confirmed.

    A document that is being rendered at this moment is waited for, so that none is missed.
    """
    if not address.electronic:
        return
    asked = select(Service).where(Service.party_id == address.party_id, Service.state.in_(("ISSUED", "READY")))
    asked = asked.order_by(Service.id).with_for_update().execution_options(populate_existing=True)
    for service in session.scalars(asked).all():
        if service.state == "READY":
            onward(session, service, now)


FIRST: dict[str, Callable[[Session, int], object]] = {}
"""By kind of subject, what locks the thing it belongs to, which comes first in every move."""


def _hold(session: Session, machine: str, number: int) -> None:
    """Lock what documents are about before their services, as a service may move it."""
    about = Machine.all.get(machine)
    if about is None or about.model is None:
        return
    if (first := FIRST.get(machine)) is not None:
        first(session, number)
    if (it := session.get(about.model, number)) is not None:
        session.refresh(it, with_for_update=True)


def _hold_subject(session: Session, service_id: int) -> None:
    asked = select(Document.subject_kind, Document.subject_id).join(Service, Service.document_id == Document.id)
    _hold(session, *session.execute(asked.where(Service.id == service_id)).one())


def held(session: Session, service_id: int, version: int | None) -> Service:
    """The service, locked; refused if somebody else has noted something meanwhile."""
    _hold_subject(session, service_id)
    service = session.get_one(Service, service_id, with_for_update=True)
    unchanged(service.version, version)
    return service


def step(  # noqa: PLR0913 - what a receipt or a slip says
    session: Session,
    service_id: int,
    event: str,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    served_on: date | None = None,
    receiver: str | None = None,
    slip_no: str | None = None,
    reason: str | None = None,
    proof: Mapping[str, str] | None = None,
) -> None:
    """Note a step of service: handed over, posted, returned, left behind, paper asked for, void."""
    service = held(session, service_id, version)
    told = {name: said for name, said in (proof or {}).items() if said}
    facts = {"served_on": served_on, "receiver": receiver, "slip_no": slip_no, "reason": reason, "proof": told}
    given = {name: value for name, value in facts.items() if value}
    dossiers.move(Ask(session, service, actor, given, now, day=served_on), SERVICE, event)


def open_(session: Session, service_id: int, *, actor: Actor, now: datetime) -> None:
    """Open a document, which serves it; opening it again changes nothing.

    If it counts as served already since nobody opened it in time, it is only noted as read.
    """
    if session.scalar(select(Service.state).where(Service.id == service_id)) != "SERVED":
        _hold_subject(session, service_id)
    service = session.get_one(Service, service_id, with_for_update=True, populate_existing=True)
    if service.state != "SERVED":
        SERVICE.carry_out(Ask(session, service, actor, {}, now), "open")
    elif service.opened_at is None and is_recipient(actor, service):
        service.opened_at, service.opened_by = now, actor.id
        serving_noted.noted(session, service, "read", actor, now)
