"""Steps of service that a person notes: done at once, except that a publication goes to its approvers first."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from core.actors import Actor
from core.forms import Form
from core.words import LazyString
from filestore import files
from notices import alerts, approvals, chains, policies, queries, sendings, serving
from notices.doers import Sent
from notices.forms import PUBLICLY, STEPS, StepForm
from notices.models import Dossier, Service
from notices.states import SERVICE

DEED = "notices.service"


def steps_of(session: Session, service: Service, actor: Actor) -> list[tuple[str, str | LazyString]]:
    """What this person can note about a service in its state; nothing while a document about it waits for approval."""
    if queries.open_dossier(session, "service", service.id):
        return []
    return [(event, text) for event, text in STEPS if _may_note(service, event, actor)]


def _may_note(service: Service, event: str, actor: Actor) -> bool:
    """Whether this person may note a step of a service as it stands."""
    if event == alerts.ATTEMPT:
        return service.state in alerts.TO_HAND_OVER and policies.may_hand_over(actor)
    row = SERVICE.row(service.state, event)
    return row is not None and (policies.may_note(actor) if event == alerts.BOUNCE else row.is_for(actor))


def note(session: Session, service_id: int, form: StepForm, *, actor: Actor, now: datetime) -> Dossier | None:
    """Note it; returns the dossier that waits, if others must approve."""
    event = form.step.data or ""
    if event != PUBLICLY or not chains.any_chain(session):
        _note(session, service_id, event, form, actor, now)
        return None
    serving.held(session, service_id, form.version.data)
    sent = sendings.sent_now(session)

    def do() -> None:
        _note(session, service_id, event, form, actor, now)

    return approvals.carry_out(session, f"{DEED}/{event}", service_id, sent, do, actor=actor, now=now)


def _note(session: Session, service_id: int, event: str, form: StepForm, actor: Actor, now: datetime) -> None:
    said = _said(session, form)
    if event == alerts.BOUNCE:
        alerts.bounced(session, serving.held(session, service_id, form.version.data), now, noted_by=actor, proof=said)
        return
    if event == alerts.ATTEMPT:
        held = serving.held(session, service_id, form.version.data)
        reason, day = form.reason.data, form.served_on.data
        alerts.attempted(session, held, reason, actor=actor, now=now, day=day, proof=said)
        return
    serving.step(
        session,
        service_id,
        event,
        actor=actor,
        now=now,
        version=form.version.data,
        served_on=form.served_on.data,
        receiver=form.receiver.data,
        slip_no=form.slip_no.data,
        reason=form.reason.data,
        proof=said,
    )


def _said(session: Session, form: StepForm) -> dict[str, str]:
    """Where, and who it was; and the file, which is kept."""
    said = {"position": form.position.data, "relation": form.relation.data, "place": form.location.data}
    if form.file.data:
        kept = files.keep(session, form.file.data[0].stream, form.file.data[0].filename)
        said |= {"file": kept.sha256, "file_name": kept.name, "file_type": kept.media_type}
    return {name: text for name, text in said.items() if text}


class Steps:
    """How a step that waited for approval is done again."""

    words: frozenset[str] = frozenset()

    def body(self, _session: Session, _number: int) -> frozenset[int]:
        """No body decides how a document is served."""
        return frozenset()

    def title(self, session: Session, number: int, event: str) -> str:
        """Which step, and for which document."""
        return f"{dict(STEPS)[event]} · {session.get_one(Service, number).document.ref}"

    def form(self, _session: Session, _number: int, event: str, sent: Sent | None) -> StepForm:
        """Its form, with only this step to choose."""
        form = StepForm() if sent is None else StepForm(formdata=sendings.filled(sent), meta={"csrf": False})
        form.step.choices = [each for each in STEPS if each[0] == event]
        return form

    def do(self, session: Session, number: int, event: str, form: Form, actor: Actor, now: datetime) -> None:
        """Note it."""
        _note(session, number, event, form, actor, now)

    def link(self, session: Session, number: int) -> str:
        """The page of the document that is served."""
        service = session.get_one(Service, number)
        return url_for("notices_staff.show", number=service.document_id, service=service.id)
