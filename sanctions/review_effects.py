"""What a decided review changes: the decision stands, is varied, is set aside; the track goes on or ends."""

from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework import tasks
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.machine import Ask
from core.words import _l
from notices import queries as notices
from sanctions import introductions, policies_resting, replacing, rounds, served, terms
from sanctions import policies_reviews as policies
from sanctions.bodies import SEATS
from sanctions.levels import FIRST_MAJOR, INTERVIEW, TRAINING, heaviest
from sanctions.models_decisions import Decision
from sanctions.models_measures import Interview, Measure, RectificationItem, Training, TrainingPerson
from sanctions.models_milestones import Milestone
from sanctions.models_publications import Publication
from sanctions.models_reviews import Review
from sanctions.replacing import ORDERS
from sanctions.review_tallies import Result
from sanctions.states import PUBLICATION, REVIEW

RESTED: Final = "rested_on_set_aside"
tasks.KINDS[RESTED] = _l("A review set aside or varied a decision on which %(ref)s rests: look what follows from that.")


def ended(ask: Ask, outcome: str) -> Review:
    """End the review with its outcome."""
    review = policies.review_of(ask)
    assert review is not None  # noqa: S101 - the guards have seen it
    found: Result | None = ask.facts.get("result")
    review.outcome, review.ended_at = outcome, ask.now
    if outcome != "WITHDRAWN":
        review.decided_on, review.reasons = ask.on, ask.facts["reasons"]
        review.questions = ask.facts.get("questions") or None
        review.measures = list(found.measures) if found is not None and outcome == "VARY" else None
    ask.session.flush()
    tasks.settle(ask.session, ("review", review.id), SEATS, actor=ask.actor, now=ask.now)
    introductions.over(ask.session, review.track, ask.actor, ask.now)
    ask.facts["review"] = review
    ask.facts["journal"] = {"outcome": outcome, "measures": review.measures}
    return review


@REVIEW.effect("R02")
@TRACK.effect("S33")
def uphold(ask: Ask) -> None:
    """Let the decision stand."""
    _in_force(ask, ended(ask, "UPHOLD"))


@REVIEW.effect("R06")
@TRACK.effect("S60")
def withdrawn(ask: Ask) -> None:
    """End the review without an outcome; a stayed decision takes effect."""
    _in_force(ask, ended(ask, "WITHDRAWN"))


def _in_force(ask: Ask, review: Review) -> None:
    if review.stayed:
        review.decision.effective_on = ask.on


@TRACK.effect("S34")
def vary_stayed(ask: Ask) -> None:
    """Replace the reviewed decision by a lighter one, which is in force."""
    put_in_place(ask, ended(ask, "VARY"))


@REVIEW.effect("R03")
def vary(ask: Ask) -> None:
    """Make the lighter decision here; the track follows (S78)."""
    ended(ask, "VARY")


@REVIEW.effect("R04")
def quash(ask: Ask) -> None:
    """Quash the decision, so that its measure no longer counts as history (I-14)."""
    set_aside(ask, ended(ask, "QUASH"))


@REVIEW.effect("R05")
def remit(ask: Ask) -> None:
    """Put the decision out of force; the case is looked into again."""
    set_aside(ask, ended(ask, "REMIT"))


def put_in_place(ask: Ask, review: Review) -> None:
    """Make the varied decision: lighter, in force from today; what was done under the old one counts.

    Except a publication: it told the old decision, so it is withdrawn, and the new one is published anew.
    """
    old, track, measures = review.decision, review.track, list(review.measures or ())
    set_aside(ask, review)
    votes = ask.facts["result"].puts[-1]
    new = Decision(
        track_id=track.id,
        round=old.round,
        level=heaviest(measures),
        measures=measures,
        terms=terms.lasting(ask.session, terms.plain(old.terms, measures), old.terms),
        reasons=review.reasons or "",
        statement_dealt=old.statement_dealt,
        votes_for=votes.yes,
        votes_against=votes.no,
        abstained=votes.abstained,
        decided_on=ask.on,
        effective_on=ask.on,
        immediate=[],
        immediate_reasons="",
    )
    ask.session.add(new)
    ask.session.flush()
    review.new_decision_id = new.id
    track.decided_level = new.level
    track.failures = 0
    for each in ask.session.scalars(select(Measure).where(Measure.decision_id == old.id)).all():
        if each.level in measures and each.level < FIRST_MAJOR and each.state in rounds.DONE:
            each.decision_id = new.id
            # What was done at the second attempt counts as such.
            track.failures = max(track.failures, each.attempt - 1)
    ask.session.flush()


def set_aside(ask: Ask, review: Review) -> None:
    """Put the decision and its documents out of force from today; they are no history."""
    review.decision.set_aside_on = ask.on
    papers = notices.documents_of(ask.session, [("track", review.track_id)])
    for each in papers:
        if each.kind in {"D20", *ORDERS} and each.round == review.decision.round and each.set_aside_on is None:
            each.set_aside_on = ask.on
    ask.session.flush()
    made = served.review_paper(ask.session, review)
    if made is not None and made.issued_on == ask.on:
        replacing.by_review(ask.session, review, made)
    for rests in policies_resting.resting_on(ask.session, review.decision):
        subject, key = ("track", rests.id, rests.ref), f"{RESTED}:{review.decision_id}:{rests.id}"
        tasks.put(ask.session, RESTED, subject, role="head", now=ask.now, key=key, urgent=True)


@TRACK.effect(*(row.id for row in TRACK.rows.values() if row.target in policies_resting.WITHOUT_MEASURE))
def nothing_rests(ask: Ask) -> None:
    """Close what the head was to look at: the track ended without anything that could rest on the decision."""
    tasks.settle(ask.session, ("track", ask.it.id), (RESTED,), actor=ask.actor, now=ask.now)


@TRACK.effect("S35", last=True)
def quash_stayed(ask: Ask) -> None:
    """Quash a decision before it took effect; the track has ended."""
    set_aside(ask, ended(ask, "QUASH"))
    _end(ask, ask.facts["reasons"])


@TRACK.effect("S65", last=True)
def end_without_measure(ask: Ask) -> None:
    """End the track without a measure."""
    review: Review = ask.facts["review"]
    _end(ask, review.reasons or "")


def _end(ask: Ask, reasons: str) -> None:
    track: CaseTrack = ask.it
    track.decided_level, track.reasons, track.ended_on = 0, reasons, ask.on


@TRACK.effect("S36", last=True)
def remit_stayed(ask: Ask) -> None:
    """Send the case back to the investigation, with the questions."""
    set_aside(ask, ended(ask, "REMIT"))
    _again(ask)


@TRACK.effect("S66", last=True)
def look_into_it_again(ask: Ask) -> None:
    """Send the case of a decision that was in force back to the investigation, with the questions."""
    _again(ask)


def _again(ask: Ask) -> None:
    track: CaseTrack = ask.it
    track.decided_level, track.ended_on, track.reasons = None, None, None
    track.failures = 0
    ask.facts["again"] = True


@TRACK.effect("S78", last=True)
def follow_variation(ask: Ask) -> None:
    """Put the lighter decision in force; of what it orders, only what is not done yet is still ordered."""
    put_in_place(ask, ask.facts["review"])
    ask.it.ended_on = None


@TRACK.effect("S72")
def stay_again(ask: Ask) -> None:
    """Put the decision out of force; take back measures that were ordered and are not done."""
    decision = rounds.decision(ask.session, ask.it)
    if decision is None:
        return
    decision.effective_on = None
    _remember_meetings(ask)
    take_back(ask.session, ask.it, decision)
    for each in notices.documents_of(ask.session, [("track", ask.it.id)]):
        if each.kind in ORDERS and each.set_aside_on is None:
            each.set_aside_on = ask.on
    ask.session.flush()


def _remember_meetings(ask: Ask) -> None:
    """Remember how an interview and a training are called in calendars, since their rows are deleted."""
    said = ask.facts.setdefault("journal", {})
    measure = _ordered(ask, INTERVIEW)
    held = measure.interview if measure is not None else None
    if measure is not None and held is not None and held.recorded_at is None:
        when = {"interview_at": held.at.isoformat(), "interview_ordered_on": measure.ordered_on.isoformat()}
        said.update(interview=held.id, interview_moves=held.moves, **when)
    measure = _ordered(ask, TRAINING)
    order = measure.training if measure is not None else None
    if measure is not None and order is not None and order.last_on is not None:
        when = {"training_last_on": order.last_on.isoformat(), "training_ordered_on": measure.ordered_on.isoformat()}
        moves, days = measure.attempt - 1, [day.isoformat() if day else None for day in order.session_days]
        said.update(training=order.id, training_moves=moves, training_sessions=len(days), training_days=days, **when)


def _ordered(ask: Ask, level: int) -> Measure | None:
    measure = rounds.measure(ask.session, ask.it, level)
    return measure if measure is not None and measure.state == "ORDERED" else None


def take_back(session: Session, track: CaseTrack, decision: Decision) -> None:
    """Take back measures ordered and not done, or whose publication was withdrawn."""
    shown = rounds.publication(session, track)
    drafted_again = shown is None or shown.state != "EXPIRED"
    gone = [
        each.id
        for each in session.scalars(select(Measure).where(Measure.decision_id == decision.id)).all()
        if each.state not in rounds.DONE or (each.level >= FIRST_MAJOR and drafted_again)
    ]
    trainings = select(Training.id).where(Training.measure_id.in_(gone))
    session.execute(delete(TrainingPerson).where(TrainingPerson.training_id.in_(trainings)))
    items = select(RectificationItem.id).where(RectificationItem.measure_id.in_(gone))
    session.execute(delete(Milestone).where(Milestone.item_id.in_(items)))
    for table in (RectificationItem, Interview, Training):
        session.execute(delete(table).where(table.measure_id.in_(gone)))
    session.execute(delete(Measure).where(Measure.id.in_(gone)))
    session.expire_all()


@TRACK.found_from("review")
def track_of(ask: Ask) -> list[CaseTrack]:
    """The track whose decision was reviewed."""
    ask.facts["review"] = ask.fired_by.it if ask.fired_by is not None else ask.it
    return [ask.session.get_one(CaseTrack, ask.it.track_id, with_for_update=True)]


@PUBLICATION.found_from("review")
def publications_of(ask: Ask) -> list[Publication]:
    """What was published about the reviewed decision."""
    mine = select(Publication).where(Publication.decision_id == ask.it.decision_id).order_by(Publication.id)
    return list(ask.session.scalars(mine))
