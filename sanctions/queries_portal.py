"""What a respondent may know of statements and measures on its track, and what waits for it there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, contains_eager

from casework import party_requests
from casework.models_cases import CaseTrack, Evidence
from casework.stages import IN_FORCE
from casework.states import TRACK
from core.clock import day_of, now, today
from core.show import day
from core.words import LazyString, _l
from notices import queries as notices
from notices.models import Document, Service
from notices.states import ON_PAPER
from portal import places
from portal.queries_portal import File, as_file
from portal.queries_waiting import A_RIGHT, Waiting, answers, clocks_by_subject, rights, source, without_end
from registry.models_clocks import Clock
from sanctions import policies_extensions, queries, record_pages
from sanctions.levels import FIRST_MAJOR, INTERVIEW, LEVELS, RECTIFICATION, TRAINING
from sanctions.models_decisions import Statement
from sanctions.models_measures import Interview, Measure, RectificationItem, Training, TrainingPerson
from sanctions.models_publications import Publication
from sanctions.models_reviews import Review
from sanctions.policies_execution import STILL_TAKEN
from sanctions.policies_publications import may_read_circulars

TO_REPORT = TRACK.states_for("report_correction")
"""States of the track in which a measure is still reported on."""
PAGE = "portal_tracks.show"


@dataclass(frozen=True)
class Ordered:
    """A measure as its respondent reads it: what it asks is shown once its notice was served."""

    measure: Measure
    opened: bool
    proofs: dict[int, list[File]]
    until: Clock | None = None
    """The time limit that runs, with what was given on top."""

    @property
    def items(self) -> list[RectificationItem]:
        """The numbered problems."""
        return list(self.measure.items)


def ordered(session: Session, track: CaseTrack) -> list[Ordered]:
    """The measures of the latest decision, lightest first; those that ask nothing of the respondent left out."""
    found = queries.measures_of(session, track) if track.state in IN_FORCE else []
    last = max((each.decision_id for each in found), default=0)
    return [
        Ordered(
            each,
            _opened(session, track, each.level),
            proofs(session, track),
            policies_extensions.period(session, track, each.level),
        )
        for each in found
        if each.decision_id == last and each.level < FIRST_MAJOR
    ]


def _opened(session: Session, track: CaseTrack, level: int) -> bool:
    letter = notices.last_document(session, [LEVELS[level].document], "track", track.id)
    return letter is not None and notices.served_on(session, letter.id) is not None


def proofs(session: Session, track: CaseTrack) -> dict[int, list[File]]:
    """Files handed in as proof, by problem."""
    mine = select(Evidence).where(Evidence.track_id == track.id, Evidence.purpose == "PROOF")
    found: dict[int, list[File]] = {}
    for each in session.scalars(mine.order_by(Evidence.id)):
        found.setdefault(each.item_id or 0, []).append(as_file(each))
    return found


def one(session: Session, track: CaseTrack, level: int) -> Ordered | None:
    """One measure of the latest decision."""
    return next((each for each in ordered(session, track) if each.measure.level == level), None)


def to_report(track: CaseTrack, found: Ordered | None) -> bool:
    """Whether a measure can still be reported on."""
    return found is not None and track.state in TO_REPORT and found.measure.state in STILL_TAKEN


def open_items(found: Ordered) -> list[RectificationItem]:
    """The problems of an order that still need a report."""
    return [each for each in found.items if each.result != "PASS"]


@dataclass(frozen=True)
class Bulletin:
    """A public bulletin on the company, by the permanent part of its address."""

    slug: str
    state: str
    published_at: datetime


def bulletins(session: Session, track: CaseTrack) -> list[Bulletin]:
    """What was published of the company's own case, also where it was withdrawn or its time is over since."""
    asked = text("SELECT slug, state, published_at FROM zilu_own_bulletins(:track)")
    return [Bulletin(*row) for row in session.execute(asked, {"track": track.id})]


def copies(session: Session, party_id: int | None, numbers: Sequence[int]) -> dict[int, Service]:
    """By publication: the member's own copy of the paper that stands; one that was set aside is out of sight."""
    asked = select(Service).join(Service.document).where(Service.party_id == party_id)
    asked = asked.where(Document.subject_kind == "publication", Document.subject_id.in_(numbers))
    asked = asked.options(contains_eager(Service.document)).order_by(Document.id)
    return {each.document.subject_id: each for each in session.scalars(asked)}


def copy_stage(session: Session, it: Publication, party_id: int | None, copy: Service | None) -> str:
    """How a member stands with a circular: READ, to be opened (OPEN), on PAPER, or still COMING.

    Who became a member later has no copy of its own and may read at once.
    """
    if copy is None:
        sent = it.published_at is not None and may_read_circulars(session, party_id, day_of(it.published_at))
        return "COMING" if sent else "READ"
    if copy.to_open:
        return "OPEN"
    if copy.state == "SERVED":
        return "READ"
    return "PAPER" if copy.state in ON_PAPER else "COMING"


def tracks_in(session: Session, party_id: int, states: Sequence[str]) -> Sequence[CaseTrack]:
    """The company's tracks in these states, the oldest first."""
    mine = select(CaseTrack).where(CaseTrack.party_id == party_id, CaseTrack.state.in_(states))
    return session.scalars(mine.order_by(CaseTrack.id)).all()


@source
def statements(session: Session, party_id: int) -> Iterator[Waiting]:
    """Advance notices to which nothing was said yet."""
    said = select(Statement.id).where(Statement.track_id == CaseTrack.id, Statement.round == CaseTrack.round).exists()
    mine = select(CaseTrack).where(CaseTrack.party_id == party_id, CaseTrack.state == "PRE_NOTICE", ~said)
    found = session.scalars(mine.order_by(CaseTrack.id)).all()
    clocks = clocks_by_subject(session, "track", [each.id for each in found], "K14", "K15")
    for each in found:
        clock = clocks.get(each.id)
        due = clock.due_on if clock else None
        what, place = _l("State your view on the measures proposed"), places.statement(each)
        yield Waiting(what, each.ref, PAGE, each.id, due, clock, A_RIGHT, place=place)
    more = tracks_in(session, party_id, ("PRE_NOTICE", "HEARING_ASKED", "HEARING_SET"))
    told = {each.id for each in found}
    more = [each for each in more if each.id not in told]
    what = _l("You may still state your view")
    yield from rights(session, more, ("K14", "K15"), what, today(), places.statement)


@source
def hearings(session: Session, party_id: int) -> Iterator[Waiting]:
    """Advance notices of major measures on which a hearing can still be asked for."""
    found = [each for each in tracks_in(session, party_id, ("PRE_NOTICE",)) if each.major]
    yield from rights(session, found, ("K16",), _l("You may ask for a hearing"), today())


@source
def reviews(session: Session, party_id: int) -> Iterator[Waiting]:
    """Decisions of which a review can still be asked for; minor measures are in force by then."""
    under_review = set(session.scalars(select(Review.track_id).where(Review.ended_at.is_(None))))
    decided = tracks_in(session, party_id, ("SERVED", *IN_FORCE))
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
    """Interviews to confirm or to come to until their time has come, and records to sign as long as pages are open.

    The day is told once the summons was served.
    """
    for track, measure in _waiting_measures(session, party_id, INTERVIEW):
        held = session.scalar(select(Interview).where(Interview.measure_id == measure.id))
        if held is None or not _opened(session, track, INTERVIEW):
            continue
        what = _l("Come to the interview") if held.confirmed_at else _l("Confirm that you come to the interview")
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
    """More time for a measure that was refused, another time for an interview that was taken or refused."""
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
    """Trainings: their first day counts until it is over and people are named; afterwards the end of their period."""
    found = _waiting_measures(session, party_id, TRAINING)
    clocks = clocks_by_subject(session, "track", [track.id for track, _measure in found], "K24")
    for track, measure in found:
        training = session.scalar(select(Training).where(Training.measure_id == measure.id))
        if training is None:
            continue
        enrolled = select(func.count()).select_from(TrainingPerson).where(TrainingPerson.training_id == training.id)
        enough = (session.scalar(enrolled) or 0) >= training.minimum
        what = _l("Have your people trained") if enough else _l("Say who takes part in the training")
        clock = clocks.get(track.id)
        due = clock.due_on if clock else None
        note: LazyString | str = ""
        if _opened(session, track, TRAINING):
            note = _l("takes place: %(dates)s", dates=_dates(training))
            if training.first_on is not None and (not enough or today() <= training.first_on):
                due, clock = training.first_on, None
        thing = Waiting(what, track.ref, PAGE, track.id, due, clock, note)
        yield without_end(thing) if measure.more_time_asked_at else thing
