"""Later work of complaints: noticing that several people complain about the same."""

from casework import policies, tasks
from casework.models import Complaint
from casework.states import COMPLAINT
from core import clock, outbox
from core.db import transaction
from registry import settings


@outbox.job("casework.suggest")
def suggest(complaint_id: int) -> None:
    """Enough verified, distinct, similar complaints within the time: somebody thinks of a case."""
    now = clock.now()
    with transaction() as session:
        complaint = session.get_one(Complaint, complaint_id)
        if complaint.state in COMPLAINT.ends:
            return
        found = policies.similar(session, complaint, now)
        if policies.verified_people(found) < settings.days(session, "SIMILAR_COUNT"):
            return
        if any(policies.tracks_of(session, each) for each in found):
            return
        subject = ("complaint", complaint.id, complaint.ref)
        first = min(each.id for each in found)
        tasks.put(session, "similar", subject, role="officer", now=now, key=f"similar:{first}")
