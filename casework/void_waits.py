"""What a time limit waits for and was made void: a task for whoever issues it again, until that is done."""

from sqlalchemy.orm import Session

from casework import tasks
from casework.states import COMPLAINT, FORWARDING, STOP_CONTACT, TRACK
from core.machine import Ask, Machine
from core.words import _l
from notices.models import Document
from notices.states import SERVICE
from registry import clocks

KIND = "void_waits"
tasks.KINDS[KIND] = _l("What a time limit of %(ref)s waits for was made void: issue it again.")


@SERVICE.effect("V17")
def of_a_void_document(ask: Ask) -> None:
    """Made void by hand; what ends with its matter is missed by nobody."""
    document: Document = ask.it.document
    if ask.fired_by is None and clocks.waiting_for(ask.session, document.id):
        _ask_for(ask.session, document, ask)


def _ask_for(session: Session, document: Document, ask: Ask) -> None:
    machine = Machine.all[document.subject_kind]
    it = machine.thing(session, document.subject_id)
    row = machine.row(it.state, "reissue")
    if row is not None:
        key = f"{KIND}:{document.id}"
        tasks.put(
            session, KIND, (machine.name, it.id, str(it.ref)), role=row.roles[0], now=ask.now, key=key, urgent=True
        )


@COMPLAINT.effect("C28")
@FORWARDING.effect("F18")
@STOP_CONTACT.effect("P09")
@TRACK.effect("S68")
def of_one_issued_again(ask: Ask) -> None:
    """Issued again."""
    tasks.settle(ask.session, (ask.machine, ask.it.id), (KIND,), actor=ask.actor, now=ask.now)
