"""What must hold before a complaint that has ended is looked at again, or what told its end is made void."""

from collections.abc import Iterator

from casework.models import Complaint
from casework.policies import FINAL, NOTICES, recheck_days, recheck_in_time, took_part
from casework.states import COMPLAINT
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import Ask
from core.words import _l
from notices import queries as papers_sent
from notices.models import Document
from notices.states import SERVICE


@SERVICE.guard("V17")
def its_end_stays_told(ask: Ask) -> Iterator[Refused]:
    """No row tells an end again, and the time for another look counts from that letter; C29 and C30 mend an error."""
    document: Document = ask.it.document
    if ask.fired_by is not None or document.subject_kind != COMPLAINT.name or document.kind not in NOTICES:
        return
    it = ask.session.get(Complaint, document.subject_id)
    last = papers_sent.last_document(ask.session, NOTICES, COMPLAINT.name, document.subject_id)
    if it is not None and it.state in COMPLAINT.ends and last is document:
        yield NotNow(
            _l(
                "What tells a person that the complaint has ended is not made void: time counts from it. "
                "Where it is wrong, have the complaint looked at again."
            )
        )


@COMPLAINT.guard("C29", "C30")
def looked_at_once_more(ask: Ask) -> Iterator[Refused]:
    """Asked within the days of the notice, once, or for an error of ours; decided by somebody new to it."""
    it: Complaint = ask.it
    if it.rechecked:
        yield NotNow(_l("This complaint was already looked at again once."))
    asked_on = ask.facts.get("asked_on") or (day_of(it.recheck_asked_at) if it.recheck_asked_at else ask.on)
    if not ask.facts.get("own_error") and not recheck_in_time(ask.session, it, asked_on):
        most = recheck_days(ask.session, it)
        yield NotNow(_l("More than %(days)s days have passed since the notice was received.", days=most))
    if ask.actor.id is not None and ask.actor.id in took_part(ask.session, it):
        yield NotAllowed(_l("Somebody who took no part in it must decide."))
    if not str(ask.facts.get("why") or "").strip():
        yield BadInput("why", _l("Give the reason."))


@COMPLAINT.guard("C05", "C06", "C13")
def ended_again_by_somebody_new(ask: Ask) -> Iterator[Refused]:
    """What is looked at again is not ended by whoever ended it before (C29, C30)."""
    if ask.actor.id is not None and ask.actor.id == ask.it.decided_before_by:
        yield NotAllowed(_l("You ended this complaint before: somebody new to it decides now."))


@COMPLAINT.guard("C30")
def not_what_the_person_decided(ask: Ask) -> Iterator[Refused]:
    """Not after a reply that the person accepted, or a settlement."""
    if ask.it.outcome in FINAL:
        yield NotNow(_l("The person accepted the answer, agreed on terms or withdrew: a new complaint is possible."))
