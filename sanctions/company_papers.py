"""What this room adds to the ZIP of a company's own documents: statements, requests, reports of corrections."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from casework.models_cases import CaseTrack
from core.words import _
from portal.company_archives import Asked, Entry, asked_for, part, written
from sanctions import attendance
from sanctions.models_admissions import Admission
from sanctions.models_decisions import Statement
from sanctions.models_hearings import Hearing
from sanctions.models_measures import Interview, Measure, RectificationItem, Training, TrainingPerson
from sanctions.models_milestones import Milestone
from sanctions.models_resolutions import Restoration
from sanctions.models_reviews import Review


@part
def statements(session: Session, asked: Asked) -> Iterator[Entry]:
    """What the company said to measures proposed."""
    mine = select(Statement, CaseTrack.ref).join(CaseTrack, CaseTrack.id == Statement.track_id)
    for it, ref in session.execute(mine.where(CaseTrack.party_id == asked.party_id).order_by(Statement.id)):
        yield written(ref, str(_("Your statement")), it.stated_at, it.body, on=it.came_on)


@part
def hearings(session: Session, asked: Asked) -> Iterator[Entry]:
    """What the company asked to be heard about."""
    mine = select(CaseTrack.ref, Hearing.asked_at, Hearing.came_on, Hearing.wishes)
    mine = mine.join(CaseTrack, CaseTrack.id == Hearing.track_id).where(CaseTrack.party_id == asked.party_id)
    for ref, at, came_on, text in session.execute(mine.order_by(Hearing.id)):
        yield written(ref, str(_("Request for a hearing")), at, text, on=came_on)


@part
def admissions(session: Session, asked: Asked) -> Iterator[Entry]:
    """Facts that the company admitted, and its words."""
    mine = select(Admission, CaseTrack.ref).join(CaseTrack, CaseTrack.id == Admission.track_id)
    for it, ref in session.execute(mine.where(CaseTrack.party_id == asked.party_id).order_by(Admission.id)):
        signed = f"{_('Signed by')}{_(': ')}{it.signed_by} · {it.position}"
        text = f"{it.body}\n\n{signed}" if it.body else signed
        yield written(ref, str(_("Admission of the facts")), it.admitted_at, text)


@part
def reviews(session: Session, asked: Asked) -> Iterator[Entry]:
    """Why the company asked for a review; one that the association opened itself was sent by nobody."""
    mine = select(CaseTrack.ref, Review.asked_at, Review.came_on, Review.grounds, Review.revoked, Review.revoked_on)
    mine = mine.join(CaseTrack, CaseTrack.id == Review.track_id)
    mine = mine.where(CaseTrack.party_id == asked.party_id, Review.own_motion.is_(False))
    for ref, at, came_on, grounds, revoked, day in session.execute(mine.order_by(Review.id)):
        because = f"\n\n{revoked}\n{_('It was revoked on')}{_(': ')}{day}" if revoked else ""
        yield written(ref, str(_("Request for a review")), at, f"{grounds}{because}", on=came_on)


@part
def restorations(session: Session, asked: Asked) -> Iterator[Entry]:
    """What kept the company from acting in time, as it said."""
    mine = select(Restoration, CaseTrack.ref).join(CaseTrack, CaseTrack.id == Restoration.track_id)
    for it, ref in session.execute(mine.where(CaseTrack.party_id == asked.party_id).order_by(Restoration.id)):
        ended = f"{_('The obstacle ended on')}{_(': ')}{it.ended_on:%Y-%m-%d}"
        yield written(
            ref, str(_("Request to have the time run again")), it.asked_at, f"{it.obstacle}\n\n{ended}", on=it.asked_on
        )


@part
def more_time(session: Session, asked: Asked) -> Iterator[Entry]:
    """Requests for more time to carry out a measure, and their answers."""
    mine = select(CaseTrack.ref, Measure.time_requests).join(CaseTrack, CaseTrack.id == Measure.track_id)
    for ref, kept in session.execute(mine.where(CaseTrack.party_id == asked.party_id).order_by(Measure.id)):
        yield from asked_for(ref, str(_("Request for more time")), kept)


@part
def other_times(session: Session, asked: Asked) -> Iterator[Entry]:
    """Other times that the company proposed for its interviews, and the answers."""
    mine = select(CaseTrack.ref, Interview.proposals).join(Measure, Measure.track_id == CaseTrack.id)
    mine = mine.join(Interview, Interview.measure_id == Measure.id).where(CaseTrack.party_id == asked.party_id)
    for ref, kept in session.execute(mine.order_by(Interview.id)):
        yield from asked_for(ref, str(_("Another time for the interview")), kept)


@part
def trainees(session: Session, asked: Asked) -> Iterator[Entry]:
    """Whom the company named for a training, and how it ended for each, as the case page says it."""
    mine = select(Training, Measure.ordered_on, CaseTrack.ref).join(Measure, Measure.id == Training.measure_id)
    mine = mine.join(CaseTrack, CaseTrack.id == Measure.track_id).where(CaseTrack.party_id == asked.party_id)
    for it, day, ref in session.execute(mine.where(Training.people.any()).order_by(Training.id)):
        what, text = str(_("People for the training")), "\n".join(_of_trainee(each) for each in it.people)
        yield Entry(ref, what, day, f"{ref} {what} {day}.txt", text=text)


def _of_trainee(it: TrainingPerson) -> str:
    said = [it.name, it.position]
    if it.attended is not None or it.sessions:
        said.append(str(attendance.came_to(it)))
    if it.result is not None:
        said.append(str(it.result))
    if it.makeup_on is not None:
        said.append(_("made up on %(day)s: %(mark)s", day=it.makeup_on, mark=it.makeup_result))
    said.append(str(attendance.outcome(it)))
    return " · ".join(each for each in said if each)


@part
def reports(session: Session, asked: Asked) -> Iterator[Entry]:
    """What the company reported about each problem of a rectification order."""
    mine = select(RectificationItem, CaseTrack.ref).join(RectificationItem.measure)
    mine = mine.join(CaseTrack, CaseTrack.id == Measure.track_id).where(CaseTrack.party_id == asked.party_id)
    whole = mine.options(contains_eager(RectificationItem.measure)).order_by(RectificationItem.id)
    for it, ref in session.execute(whole):
        what, no = str(_("Report of the corrections")), str(_("Problem %(no)s", no=it.no))
        problem = f"{no}{_(': ')}{it.problem}"
        for each in it.reports:
            lines = (problem, it.correction, each.text, f"{_('Signed by')}{_(': ')}{each.signed_by}")
            yield written(ref, what, each.at, "\n\n".join(lines), no, each.came_on)


@part
def steps(session: Session, asked: Asked) -> Iterator[Entry]:
    """Steps of the company's rectification plans, and its notes on finished ones."""
    mine = select(Milestone, RectificationItem.no, CaseTrack.ref)
    mine = mine.join(RectificationItem, RectificationItem.id == Milestone.item_id)
    mine = mine.join(Measure, Measure.id == RectificationItem.measure_id)
    mine = mine.join(CaseTrack, CaseTrack.id == Measure.track_id).where(CaseTrack.party_id == asked.party_id)
    for it, no, ref in session.execute(mine.order_by(Milestone.id)):
        problem, due = str(_("Problem %(no)s", no=no)), f"{_('Until')}{_(': ')}{it.due_on:%Y-%m-%d}"
        yield written(ref, str(_("Step of the plan")), it.set_at, f"{problem}\n{due}\n\n{it.text}")
        if it.done_at is not None:
            done = f"{_('Done on')}{_(': ')}{it.done_on:%Y-%m-%d}"
            yield written(
                ref, str(_("Step of the plan done")), it.done_at, f"{problem}\n{done}\n\n{it.text}\n\n{it.note}"
            )


@part
def minutes(session: Session, asked: Asked) -> Iterator[Entry]:
    """What the company wanted changed in the minutes of its hearings."""
    mine = select(CaseTrack.ref, Hearing.corrections, Hearing.signed_by, Hearing.signed_at, Hearing.ended_at)
    mine = mine.join(CaseTrack, CaseTrack.id == Hearing.track_id).where(CaseTrack.party_id == asked.party_id)
    for ref, text, signed_by, signed_at, ended_at in session.execute(
        mine.where(Hearing.corrections.is_not(None)).order_by(Hearing.id)
    ):
        signed = f"{_('Signed by')}{_(': ')}{signed_by or '—'}"
        if (at := signed_at or ended_at) is not None:
            yield written(ref, str(_("Corrections to the minutes")), at, f"{text}\n\n{signed}")


@part
def records(session: Session, asked: Asked) -> Iterator[Entry]:
    """What the company wanted changed in the records of its interviews, by page."""
    mine = select(CaseTrack.ref, Interview.corrections, Interview.signatures, Interview.recorded_at)
    mine = mine.join(Measure, Measure.track_id == CaseTrack.id).join(Interview, Interview.measure_id == Measure.id)
    for ref, corrections, signatures, recorded_at in session.execute(
        mine.where(CaseTrack.party_id == asked.party_id).order_by(Interview.id)
    ):
        signed = {each["page"]: datetime.fromisoformat(each["at"]) for each in signatures}
        for each in corrections:
            page, at = str(_("Page %(no)s", no=each["page"])), signed.get(each["page"], recorded_at)
            if at is not None:
                text = f"{page}\n\n{each['text']}\n\n{each['name']}"
                yield written(ref, str(_("Corrections to the record of the interview")), at, text, page)
