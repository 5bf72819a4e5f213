"""What a time limit waits for and was made void: a task for whoever issues it again, until that is done or too late."""

from casework import tasks
from casework.states import COMPLAINT, FORWARDING, STOP_CONTACT, TRACK
from core.machine import SAME, Ask, Machine
from core.words import _l
from notices.models import Document
from notices.states import SERVICE
from registry import clocks

KIND = "void_waits"
tasks.KINDS[KIND] = _l("What a time limit of %(ref)s waits for was made void: issue it again.")


@SERVICE.effect("V17")
def of_a_void_document(ask: Ask) -> None:
    """Made void by hand, while the thing can have it issued again; what ends with its matter nobody misses."""
    document: Document = ask.it.document
    if ask.fired_by is not None or not clocks.waiting_for(ask.session, document.id):
        return
    machine = Machine.all[document.subject_kind]
    it = machine.thing(ask.session, document.subject_id)
    row, subject = machine.row(it.state, "reissue"), (machine.name, it.id, str(it.ref))
    if row is not None:
        key = f"{KIND}:{document.id}"
        tasks.put(ask.session, KIND, subject, role=row.roles[0], now=ask.now, key=key, urgent=True)


@COMPLAINT.effect("C28")
@FORWARDING.effect("F18")
@STOP_CONTACT.effect("P09")
@TRACK.effect("S68")
def of_one_issued_again(ask: Ask) -> None:
    """Issued again, or the matter went on without it."""
    tasks.settle(ask.session, (ask.machine, ask.it.id), (KIND,), actor=ask.actor, now=ask.now)


def _too_late(machine: Machine) -> list[str]:
    """The rows after which nothing is issued again; not those of a limit that ran out or of a service: it waits yet."""
    again = {state for row in machine.rows.values() if row.event == "reissue" for state in row.sources}
    leaving = [row for row in machine.rows.values() if again & set(row.sources) and row.target not in {*again, SAME}]
    return [row.id for row in leaving if not row.event.endswith("_expired") and not row.event.startswith("served")]


for _machine in (COMPLAINT, FORWARDING, STOP_CONTACT, TRACK):
    _machine.effect(*_too_late(_machine))(of_one_issued_again)
