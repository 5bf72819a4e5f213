"""An escalation leads somewhere: it opens a track, or joins one that is open (C15, C16, C17)."""

from collections.abc import Iterator

from casework import leads
from casework.models import Complaint
from casework.states import COMPLAINT, TRACK
from core.errors import NotNow, Refused
from core.machine import Ask
from core.words import _l


@COMPLAINT.guard("C15", "C16", "C17")
def leads_somewhere(ask: Ask) -> Iterator[Refused]:
    """Refuse if no company is known, or every track on these facts has ended: nothing would close the complaint."""
    complaint: Complaint = ask.it
    codes = leads.codes_of([complaint])
    concerned = leads.respondents(ask.session, [complaint], ask.facts.get("parties"))
    covered = [leads.covered_by(ask, complaint, each, codes) for each in concerned]
    if not concerned:
        yield NotNow(_l("No company is known yet: name the one that the case is about."))
    elif all(each is not None and each.state in TRACK.ends for each in covered):
        yield NotNow(_l("The case on these facts has ended: there is nothing to escalate it to."))
