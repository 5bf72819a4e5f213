"""A document that is awaited, or tells of an end, was made void: a task to issue it again, until it is too late."""

from casework import policies, tasks
from casework.personal_strings import passed_on_of
from casework.states import COMPLAINT, FORWARDING, LETTERS, STOP_CONTACT, TRACK
from core.machine import SAME, Ask, Machine
from core.words import _l
from notices.models import Document
from notices.states import SERVICE
from registry import clocks

KIND, AT_AN_END = "void_waits", "void_end"
tasks.KINDS[KIND] = _l("What a time limit of %(ref)s waits for was made void: issue it again.")
tasks.KINDS[AT_AN_END] = _l("What tells of the end of %(ref)s was made void: issue it again, or archive the file so.")


@SERVICE.effect("V17")
def of_a_void_document(ask: Ask) -> None:
    """Raise the task, if it was made void by hand and can be issued again; what ended with its matter is not missed."""
    document: Document = ask.it.document
    machine = Machine.all.get(document.subject_kind)
    if ask.fired_by is not None or machine is None or machine.model is None:
        return
    it = machine.thing(ask.session, document.subject_id)
    row, ended = machine.row(it.state, "reissue"), it.state in machine.ends
    awaited = document.kind in row.documents if row and ended else bool(clocks.waiting_for(ask.session, document.id))
    if row is None or not awaited:
        return
    kind, subject = AT_AN_END if ended else KIND, (machine.name, it.id, str(it.ref))
    tasks.put(ask.session, kind, subject, role=row.roles[0], now=ask.now, key=f"{kind}:{document.id}", urgent=not ended)


@COMPLAINT.effect("C28")
@FORWARDING.effect("F18")
@STOP_CONTACT.effect("P09")
@TRACK.effect("S68")
def of_one_issued_again(ask: Ask) -> None:
    """Close the task: the document was issued again, or the matter went on without it."""
    tasks.settle(ask.session, (ask.machine, ask.it.id), (KIND, AT_AN_END), actor=ask.actor, now=ask.now)


def _too_late(machine: Machine) -> list[str]:
    """The rows after which it is not issued again; an expiry or a service is none, since the matter still waits."""
    again = {state for row in machine.rows.values() if row.event == "reissue" for state in row.sources}
    leaving = [row for row in machine.rows.values() if row.target != SAME and (again & set(row.sources)) - {row.target}]
    return [row.id for row in leaving if not row.event.endswith("_expired") and not row.event.startswith("served")]


for _machine in (COMPLAINT, FORWARDING, STOP_CONTACT, TRACK):
    _machine.effect(*_too_late(_machine))(of_one_issued_again)


@FORWARDING.effect("F18")
def note_other_text(ask: Ask) -> None:
    """Put the corrected copy or points in the place of what nobody was served, and who complains as agreed by now."""
    it, text = ask.it, ask.facts.get("text")
    void = policies.was_voided(ask.session, "forwarding", it.id, LETTERS)
    if void is None or void.kind == "D07b":
        it.gaps = text or it.gaps
        return
    it.identity = passed_on_of(it.complaint)
    if text and text != it.masked_facts:
        it.masked_facts = it.complaint.masked_facts = text
        it.complaint.masked_by = ask.actor.id
