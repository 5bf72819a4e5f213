"""Reads of respondents: measures on their tracks, what was published about them, circulars as members get them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session, contains_eager

from casework.models_cases import CaseTrack, Evidence
from casework.stages import IN_FORCE
from core.clock import day_of
from notices.models import Document, Service
from notices.states import ON_PAPER
from portal.queries_portal import File, as_file
from proceedings import queries_reviews
from registry.models_clocks import Clock
from sanctions import policies_execution, policies_extensions, queries, rounds, served
from sanctions.levels import FIRST_MAJOR, LEVELS
from sanctions.models_measures import Measure, RectificationItem
from sanctions.models_publications import PublicationText
from sanctions.models_reviews import Review
from sanctions.policies_publications import may_read_circulars

REPLACING = ("VARY", "QUASH", "REMIT")
"""Outcomes of a review that put the decision reviewed out of force."""


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
    """Measures of the latest decision, lightest first, without those set aside or that ask nothing of the respondent.

    What was done under a decision that a review varied counts for the new one, whose measure it is by then.
    """
    gone = _replaced(session, track)
    found = queries.measures_of(session, track) if track.state in IN_FORCE else []
    last = max((each.decision_id for each in found), default=0)
    return [
        Ordered(
            each,
            policies_execution.is_opened(session, track, each.level),
            proofs(session, track, each),
            policies_extensions.period(session, track, each.level),
        )
        for each in found
        if each.decision_id == last
        and each.level < FIRST_MAJOR
        and each.decision_id not in gone
        and not _taken_back(session, track, each)
    ]


def to_publish(session: Session, track: CaseTrack) -> list[Measure]:
    """Circulars and public criticism ordered by the decision in force that are not published yet."""
    found = queries.measures_of(session, track) if track.state in IN_FORCE else []
    last, gone = max((each.decision_id for each in found), default=0), _replaced(session, track)
    mine = [each for each in found if each.level >= FIRST_MAJOR and each.state == "ORDERED"]
    return [each for each in mine if each.decision_id == last and last not in gone]


@dataclass(frozen=True)
class SetAside:
    """A measure whose decision is no longer in force: since which day, by which review, and its decision."""

    measure: Measure
    review: Review
    paper: Document | None

    @property
    def on(self) -> date:
        """The day."""
        assert self.review.decided_on is not None  # noqa: S101 - it has ended
        return self.review.decided_on


def set_aside(session: Session, track: CaseTrack) -> list[SetAside]:
    """The measures of decisions that a review replaced, done or not, the latest first."""
    by = _replaced(session, track)
    papers = {number: served.review_paper(session, each) for number, each in by.items()}
    found = [
        each for each in queries.measures_of(session, track) if each.decision_id in by and each.level < FIRST_MAJOR
    ]
    found.sort(key=lambda each: (-each.decision_id, each.level))
    return [SetAside(each, by[each.decision_id], papers[each.decision_id]) for each in found]


def _replaced(session: Session, track: CaseTrack) -> dict[int, Review]:
    """By decision, the review that put it out of force."""
    return {each.decision_id: each for each in queries_reviews.of_track(session, track.id) if each.outcome in REPLACING}


def _taken_back(session: Session, track: CaseTrack, measure: Measure) -> bool:
    """Whether a review replaced the decision that ordered it before it was done, so that its order is set aside."""
    order = rounds.document(session, track, LEVELS[measure.level].document, even_void=True)
    return measure.state == "ORDERED" and order is not None and order.set_aside_on is not None


def proofs(session: Session, track: CaseTrack, measure: Measure) -> dict[int, list[File]]:
    """Files handed in as proof, by problem; what came with a whole report on paper is with each problem in it."""
    mine = select(Evidence).where(Evidence.track_id == track.id, Evidence.purpose == "PROOF")
    found: dict[int, list[File]] = {}
    for each in session.scalars(mine.order_by(Evidence.id)):
        whole = [it.id for it in measure.items if rounds.is_of_report(each, it, it.sent_at)]
        of = [each.item_id] if each.item_id else whole
        for number in of:
            found.setdefault(number, []).append(as_file(each))
    return found


def one(session: Session, track: CaseTrack, level: int) -> Ordered | None:
    """One measure of the latest decision."""
    return next((each for each in ordered(session, track) if each.measure.level == level), None)


def to_report(track: CaseTrack, found: Ordered | None) -> bool:
    """Whether a measure can still be reported on."""
    return found is not None and policies_execution.is_reported_on(track, found.measure)


def open_items(found: Ordered) -> list[RectificationItem]:
    """The problems of an order that still need a report."""
    return [each for each in found.items if each.result != "PASS"]


BEING_SENT = timedelta(days=2)
"""So long after a circular or its correction came out a member's copy may still be on its way."""


@dataclass(frozen=True)
class Bulletin:
    """A public bulletin or a circular about the company, by the permanent part of its address."""

    slug: str
    state: str
    published_at: datetime
    scope: str


def bulletins(session: Session, track: CaseTrack) -> list[Bulletin]:
    """What was published about the company's own case, even if it was withdrawn or its time is over."""
    asked = text("SELECT slug, state, published_at, scope FROM zilu_own_bulletins(:track)")
    return [Bulletin(*row) for row in session.execute(asked, {"track": track.id})]


def copies(session: Session, party_id: int | None, numbers: Sequence[int]) -> dict[int, Service]:
    """By publication, the member's copy of its present document; a copy that was set aside is not shown."""
    asked = select(Service).join(Service.document).where(Service.party_id == party_id)
    asked = asked.where(Document.subject_kind == "publication", Document.subject_id.in_(numbers))
    asked = asked.options(contains_eager(Service.document)).order_by(Document.id)
    return {each.document.subject_id: each for each in session.scalars(asked)}


def copy_stage(
    session: Session, shown: PublicationText | None, party_id: int | None, copy: Service | None, now: datetime
) -> str:
    """How far a member is with a circular as it stands: READ, to be opened (OPEN), on PAPER, or still COMING.

    Whoever became a member later has no copy, and may read at once; so has whoever was suspended on the day on which it
    came out or was corrected, or had left for a time, or whose membership was entered afterwards.
    """
    if copy is None:
        if shown is None or now >= shown.at + BEING_SENT:
            return "READ"
        return "COMING" if may_read_circulars(session, party_id, day_of(shown.at)) else "READ"
    if copy.to_open:
        return "OPEN"
    if copy.state == "SERVED":
        return "READ"
    return "PAPER" if copy.state in ON_PAPER else "COMING"
