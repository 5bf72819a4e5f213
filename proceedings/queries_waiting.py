"""What waits for a company in its procedure: open windows, measures to carry out, steps of its plans."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import party_requests
from casework.models_cases import CaseTrack
from casework.stages import DRAWN_IN, IN_FORCE
from core.clock import day_of, now, today
from core.plainly import day
from core.words import _l
from portal import places
from portal.queries_waiting import A_RIGHT, Waiting, answers, clocks_by_subject, rights, source, without_end
from registry.clock_moves import has_ended
from registry.models_clocks import Clock
from sanctions import queries, record_pages
from sanctions.levels import INTERVIEW, RECTIFICATION, TRAINING
from sanctions.models_decisions import Statement
from sanctions.models_measures import Interview, Measure, RectificationItem, Training, TrainingPerson
from sanctions.models_milestones import Milestone
from sanctions.models_reviews import Review
from sanctions.policies import STATING
from sanctions.policies_execution import TO_REPORT, is_opened

PAGE = "portal_tracks.show"
PLAN = "proceedings_portal_milestones.plan"
BEING_CONFIRMED = _l(
    "The sessions are over. The association enters the results by then; only where somebody has to make up for them "
    "is there more to do"
)
TO_MAKE_UP = _l("The sessions are over and too few people came or passed: by then enough have made up for it")
BEING_ENTERED = _l("The association enters the results; until then the end of the period has no effect")


def tracks_in(session: Session, party_id: int, states: Sequence[str]) -> Sequence[CaseTrack]:
    """The company's tracks in these states, the oldest first."""
    mine = select(CaseTrack).where(CaseTrack.party_id == party_id, CaseTrack.state.in_(states))
    return session.scalars(mine.order_by(CaseTrack.id)).all()


def _with_time(session: Session, party_id: int, states: Sequence[str], keys: Sequence[str]) -> Sequence[CaseTrack]:
    """Those on which one of these clocks is live: of all that were ever decided they are few."""
    timed = select(Clock.subject_id).where(Clock.subject_type == "track", Clock.key.in_(keys), Clock.state != "ENDED")
    mine = select(CaseTrack).where(CaseTrack.party_id == party_id, CaseTrack.state.in_(states))
    live = CaseTrack.id.in_(timed.where(Clock.visible_party == party_id))
    return session.scalars(mine.where(live).order_by(CaseTrack.id)).all()


@source
def statements(session: Session, party_id: int) -> Iterator[Waiting]:
    """Advance notices about which nothing was stated yet."""
    said = select(Statement.id).where(Statement.track_id == CaseTrack.id, Statement.round == CaseTrack.round).exists()
    mine = select(CaseTrack).where(CaseTrack.party_id == party_id, CaseTrack.state == "PRE_NOTICE", ~said)
    found = session.scalars(mine.order_by(CaseTrack.id)).all()
    clocks = clocks_by_subject(session, "track", [each.id for each in found], *STATING)
    for each in found:
        clock = clocks.get(each.id)
        due = clock.due_on if clock else None
        what, place = _l("State your view on the measures proposed"), places.statement(each)
        yield Waiting(what, each.ref, PAGE, each.id, due, clock, A_RIGHT, place=place)
    more = _with_time(session, party_id, ("PRE_NOTICE", "HEARING_ASKED", "HEARING_SET"), STATING)
    told = {each.id for each in found}
    more = [each for each in more if each.id not in told]
    what = _l("You may still state your view")
    yield from rights(session, more, STATING, what, today(), places.statement)


@source
def drawn(session: Session, party_id: int) -> Iterator[Waiting]:
    """Members of panels and reviews, drawn, that somebody can still ask to have recused before they vote."""
    asked = select(CaseTrack).where(CaseTrack.party_id == party_id, CaseTrack.recusal_until >= today())
    panel = _l("A panel was drawn: you may ask for a recusal before it votes")
    review = _l("Who reviews the decision was drawn: you may ask for a recusal before they vote")
    for each in session.scalars(asked.where(CaseTrack.state != "ADMITTED").order_by(CaseTrack.id)).all():
        what = panel if each.state in DRAWN_IN else review
        yield Waiting(what, each.ref, PAGE, each.id, each.recusal_until, note=A_RIGHT)


@source
def hearings(session: Session, party_id: int) -> Iterator[Waiting]:
    """Advance notices of major measures on which a hearing can still be asked for."""
    found = [each for each in _with_time(session, party_id, ("PRE_NOTICE",), ("K16",)) if each.major]
    yield from rights(session, found, ("K16",), _l("You may ask for a hearing"), today())


@source
def reviews(session: Session, party_id: int) -> Iterator[Waiting]:
    """Decisions of which a review can still be asked for; minor measures are in force by then."""
    under_review = set(session.scalars(select(Review.track_id).where(Review.ended_at.is_(None))))
    decided = _with_time(session, party_id, ("SERVED", *IN_FORCE), ("K20",))
    found = [each for each in decided if each.id not in under_review]
    what = _l("You may ask for a review of the decision")
    yield from rights(session, found, ("K20",), what, today(), places.review)


def _waiting_measures(session: Session, party_id: int, level: int) -> Sequence[tuple[CaseTrack, Measure]]:
    found = session.execute(
        select(CaseTrack, Measure)
        .join(Measure, Measure.track_id == CaseTrack.id)
        .where(CaseTrack.party_id == party_id, CaseTrack.state == "EXECUTING")
        .where(Measure.level == level, Measure.state == "ORDERED", queries.of_last_decision())
        .order_by(CaseTrack.id),
    )
    return [(track, measure) for track, measure in found]


@source
def corrections(session: Session, party_id: int) -> Iterator[Waiting]:
    """Rectification orders to report on."""
    found = _waiting_measures(session, party_id, RECTIFICATION)
    clocks = clocks_by_subject(session, "track", [track.id for track, _measure in found], "K22")
    for track, measure in found:
        clock = clocks.get(track.id)
        due = clock.due_on if clock else None
        what, place = _l("Report the corrections"), places.report(track, measure.id, measure.attempt)
        thing = Waiting(what, track.ref, PAGE, track.id, due, clock, place=place)
        yield without_end(thing) if measure.more_time_asked_at else thing


@source
def interviews(session: Session, party_id: int) -> Iterator[Waiting]:
    """Interviews to confirm or attend until their time has come, and records to sign as long as pages are open.

    The day is shown once the summons was served.
    """
    for track, measure in _waiting_measures(session, party_id, INTERVIEW):
        held = session.scalar(select(Interview).where(Interview.measure_id == measure.id))
        if held is None or not is_opened(session, track, INTERVIEW):
            continue
        what = _l("Come to the interview") if held.confirmed_at else _l("Confirm that you will come to the interview")
        if held.proposed_at:
            what = _l("Another time is proposed; wait for the answer")
        if record_pages.unsigned(held):
            yield Waiting(_l("Read and sign the record of the interview"), track.ref, PAGE, track.id)
        elif not held.recorded_at and held.at > now():
            yield Waiting(what, track.ref, PAGE, track.id, day_of(held.at))


def _dates(training: Training) -> str:
    """When a training takes place, in the reader's language where its days are known."""
    first, last = training.first_on, training.last_on
    if first is None or last is None:
        return training.dates
    return day(first, "long") if first == last else f"{day(first, 'long')} – {day(last, 'long')}"


@source
def answered(session: Session, party_id: int) -> Iterator[Waiting]:
    """More time for a measure that was refused; another interview time that was accepted or refused."""
    given, refused = party_requests.GIVEN, party_requests.REFUSED
    mine = select(CaseTrack, Measure).join(Measure, Measure.track_id == CaseTrack.id)
    mine = mine.where(CaseTrack.party_id == party_id, CaseTrack.state.in_(TO_REPORT))
    for track, measure in session.execute(mine.where(queries.of_last_decision()).order_by(Measure.id)):
        what = _l("Your request for more time is answered")
        yield from answers(measure.time_requests, what, track.ref, PAGE, track.id, refused)
        if measure.interview is not None:
            what = _l("Your proposal of another time is answered")
            yield from answers(measure.interview.proposals, what, track.ref, PAGE, track.id, given, refused)


@source
def trainings(session: Session, party_id: int) -> Iterator[Waiting]:
    """Trainings: until it is over and people are named the first day counts, afterwards the end of the period."""
    found = _waiting_measures(session, party_id, TRAINING)
    clocks = clocks_by_subject(session, "track", [track.id for track, _measure in found], "K24")
    for track, measure in found:
        training = session.scalar(select(Training).where(Training.measure_id == measure.id))
        if training is None:
            continue
        enrolled = select(func.count()).select_from(TrainingPerson).where(TrainingPerson.training_id == training.id)
        enough = (session.scalar(enrolled) or 0) >= training.minimum
        clock = clocks.get(track.id)
        thing = _of_training(track, training, clock, enough=enough, opened=is_opened(session, track, TRAINING))
        if measure.more_time_asked_at:
            yield without_end(thing)
        elif enough and thing.clock is not None and has_ended(thing.clock, today()):
            yield replace(thing, due=None, clock=None, note=BEING_ENTERED)
        else:
            yield thing


def _of_training(track: CaseTrack, training: Training, clock: Clock | None, *, enough: bool, opened: bool) -> Waiting:
    """What a company does next for a training, by when; `enough`: as many people as it takes are named."""
    what = _l("Send your people to the training") if enough else _l("Say who takes part in the training")
    thing = Waiting(what, track.ref, PAGE, track.id, clock.due_on if clock else None, clock)
    if not opened:
        return thing
    if not training.over_on(today()):
        thing = replace(thing, note=_l("held: %(dates)s", dates=_dates(training)))
        begins = training.first_on is not None and (not enough or today() <= training.first_on)
        return replace(thing, due=training.first_on, clock=None) if begins else thing
    if training.to_make_up:
        return replace(thing, what=_l("Ask for a make-up of the training"), note=TO_MAKE_UP)
    return replace(thing, what=_l("Wait for the results"), note=BEING_CONFIRMED)


@source
def steps(session: Session, party_id: int) -> Iterator[Waiting]:
    """The next step of each plan that is not finished."""
    found = session.execute(
        select(CaseTrack, Milestone)
        .join(Measure, Measure.track_id == CaseTrack.id)
        .join(RectificationItem, RectificationItem.measure_id == Measure.id)
        .join(Milestone, Milestone.item_id == RectificationItem.id)
        .where(CaseTrack.party_id == party_id, CaseTrack.state == "EXECUTING", Measure.state == "ORDERED")
        .where(queries.of_last_decision(), Milestone.done_on.is_(None), Milestone.attempt == Measure.attempt)
        .order_by(CaseTrack.id, Milestone.due_on, Milestone.id),
    )
    told = set[int]()
    for track, step in found:
        if track.id in told:
            continue
        told.add(track.id)
        yield Waiting(_l("A step of your rectification plan"), track.ref, PLAN, track.id, step.due_on, note=step.text)
