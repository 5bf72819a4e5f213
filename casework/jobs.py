"""Later work of complaints: acknowledged, noticed where several people complain about the same, told of terms."""

from sqlalchemy import update

from casework import complaints, intake, messages, policies, policies_tracks, receipts, rehashing, tasks
from casework.models import Complaint, Settlement
from casework.states import COMPLAINT
from core import clock, outbox
from core.db import transaction
from core.outbox import Outbox
from registry import golive, notifications, settings


@outbox.job(intake.CAME_IN)
def came_in(complaint_id: int) -> None:
    """What follows when a form was sent: the acknowledgement, and the search for others who told the same."""
    with transaction() as session:
        intake.follow_up(session, session.get_one(Complaint, complaint_id, with_for_update=True), now=clock.now())


@outbox.job(receipts.LINKS)
def receipt_links(asked: str = "", contact: str = "", ref: str = "", url: str = "") -> None:
    """Send a link to whoever lost a receipt code, if this is the hash of a contact on file; then forget the hash."""
    with transaction() as session:
        if contact:
            receipts.send_links(session, ref, bytes.fromhex(contact), url=url, now=clock.now())
            session.execute(update(Outbox).where(Outbox.key == asked).values(args={}))


@outbox.job("casework.suggest")
def suggest(complaint_id: int) -> None:
    """Ask somebody to think of a case, if there are enough verified, distinct, similar complaints within the time."""
    now = clock.now()
    with transaction() as session:
        complaint = session.get_one(Complaint, complaint_id)
        if complaint.state in COMPLAINT.ends or any(golive.refused(session, policies.SIMILAR)):
            return
        found = policies.similar(session, complaint, now)
        if policies.verified_similar(session, complaint, now) < settings.days(session, "SIMILAR_COUNT"):
            return
        tracks = [track for each in found for track in policies_tracks.about_facts(session, each)]
        if any(track.ended_on is None for track in tracks):
            return
        subject = ("complaint", complaint.id, complaint.ref)
        key = f"similar:{min(each.id for each in found)}"
        if tracks:  # earlier suggestions were answered; whoever came since is suggested anew
            key += f":{max(track.id for track in tracks)}"
        tasks.put(session, "similar", subject, role="officer", now=now, key=key)


@outbox.job("casework.rehash")
def rehash(after: int) -> None:
    """Hash contacts anew, some at a time; asked for by the migration that finds numbers however they are written."""
    with transaction() as session:
        if last := rehashing.rehash(session, after):
            outbox.later(session, "casework.rehash", key=f"rehash:0177:{last}", after=last)


@outbox.job("casework.leave_to_others")
def leave_to_others() -> None:
    """What stands with somebody who can't go on with it comes to those who can; asked for by 0197."""
    with transaction() as session:
        complaints.leave_to_others(session, clock.now())


@outbox.job("casework.tell_of_terms")
def tell_of_terms(settlement_id: int) -> None:
    """Tell whoever has not agreed to proposed terms, in neutral words, that something waits."""
    with transaction() as session:
        terms = session.get_one(Settlement, settlement_id)
        complaint = session.get_one(Complaint, terms.complaint_id)
        if complaint.state in COMPLAINT.ends or terms.refused_at is not None:
            return
        key = f"terms:{terms.id}:{terms.proposed_at:%Y%m%d%H%M%S}"
        if terms.complainant_at is None:
            messages.notify(session, complaint, key=key, what="terms")
        for forwarding in policies.waited_for(complaint, terms):
            notifications.tell_party(session, forwarding.party_id, "terms", key=key, now=clock.now())
