"""What this room adds to the ZIP of a company's own papers: its statements, requests and reports of corrections."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core.words import _
from portal.company_archives import Asked, Entry, asked_for, part, written
from sanctions.models_admissions import Admission
from sanctions.models_decisions import Statement
from sanctions.models_hearings import Hearing
from sanctions.models_measures import Interview, Measure, RectificationItem
from sanctions.models_resolutions import Restoration
from sanctions.models_reviews import Review


@part
def statements(session: Session, asked: Asked) -> Iterator[Entry]:
    """What the company said to measures proposed."""
    mine = select(Statement, CaseTrack.ref).join(CaseTrack, CaseTrack.id == Statement.track_id)
    for it, ref in session.execute(mine.where(CaseTrack.party_id == asked.party_id).order_by(Statement.id)):
        yield written(ref, str(_("Your statement")), it.stated_at, it.body)


@part
def hearings(session: Session, asked: Asked) -> Iterator[Entry]:
    """What the company wanted to be heard on."""
    mine = select(CaseTrack.ref, Hearing.asked_at, Hearing.wishes).join(CaseTrack, CaseTrack.id == Hearing.track_id)
    for ref, at, text in session.execute(mine.where(CaseTrack.party_id == asked.party_id).order_by(Hearing.id)):
        yield written(ref, str(_("Request for a hearing")), at, text)


@part
def admissions(session: Session, asked: Asked) -> Iterator[Entry]:
    """Facts that the company admitted, and what it said to it."""
    mine = select(Admission, CaseTrack.ref).join(CaseTrack, CaseTrack.id == Admission.track_id)
    for it, ref in session.execute(mine.where(CaseTrack.party_id == asked.party_id).order_by(Admission.id)):
        signed = f"{_('Signed by')}{_(': ')}{it.signed_by} · {it.position}"
        text = f"{it.body}\n\n{signed}" if it.body else signed
        yield written(ref, str(_("Admission of the facts")), it.admitted_at, text)


@part
def reviews(session: Session, asked: Asked) -> Iterator[Entry]:
    """Why the company asked for a review; what the association opened itself was sent by nobody."""
    mine = select(CaseTrack.ref, Review.asked_at, Review.grounds, Review.revoked)
    mine = mine.join(CaseTrack, CaseTrack.id == Review.track_id)
    mine = mine.where(CaseTrack.party_id == asked.party_id, Review.own_motion.is_(False))
    for ref, at, grounds, revoked in session.execute(mine.order_by(Review.id)):
        yield written(ref, str(_("Request for a review")), at, f"{grounds}\n\n{revoked}" if revoked else grounds)


@part
def restorations(session: Session, asked: Asked) -> Iterator[Entry]:
    """What kept the company from acting in time."""
    mine = select(Restoration, CaseTrack.ref).join(CaseTrack, CaseTrack.id == Restoration.track_id)
    for it, ref in session.execute(mine.where(CaseTrack.party_id == asked.party_id).order_by(Restoration.id)):
        ended = f"{_('The obstacle ended on')}{_(': ')}{it.ended_on:%Y-%m-%d}"
        yield written(ref, str(_("Request to have the time run again")), it.asked_at, f"{it.obstacle}\n\n{ended}")


@part
def more_time(session: Session, asked: Asked) -> Iterator[Entry]:
    """Requests for more time to carry out a measure, and what became of each."""
    mine = select(CaseTrack.ref, Measure.time_requests).join(CaseTrack, CaseTrack.id == Measure.track_id)
    for ref, kept in session.execute(mine.where(CaseTrack.party_id == asked.party_id).order_by(Measure.id)):
        yield from asked_for(ref, str(_("Request for more time")), kept)


@part
def other_times(session: Session, asked: Asked) -> Iterator[Entry]:
    """Other times that the company proposed for its interviews, and what became of each."""
    mine = select(CaseTrack.ref, Interview.proposals).join(Measure, Measure.track_id == CaseTrack.id)
    mine = mine.join(Interview, Interview.measure_id == Measure.id).where(CaseTrack.party_id == asked.party_id)
    for ref, kept in session.execute(mine.order_by(Interview.id)):
        yield from asked_for(ref, str(_("Another time for the interview")), kept)


@part
def reports(session: Session, asked: Asked) -> Iterator[Entry]:
    """What the company reported on each problem of a rectification order."""
    mine = select(RectificationItem, CaseTrack.ref).join(Measure, Measure.id == RectificationItem.measure_id)
    mine = mine.join(CaseTrack, CaseTrack.id == Measure.track_id).where(CaseTrack.party_id == asked.party_id)
    for it, ref in session.execute(
        mine.where(RectificationItem.reported_at.is_not(None)).order_by(RectificationItem.id)
    ):
        if it.reported_at is None:
            continue
        what, no = str(_("Report of the corrections")), str(_("Problem %(no)s", no=it.no))
        problem = f"{no}{_(': ')}{it.problem}"
        lines = (problem, it.correction, it.report or "", f"{_('Signed by')}{_(': ')}{it.signed_by or ''}")
        yield written(ref, what, it.reported_at, "\n\n".join(lines), no)
