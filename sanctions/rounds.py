"""What belongs to the present round of a track: proposal, panel with votes, decision, measures; and all statements."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack, Evidence
from core.at_hand import once
from core.clock import day_of
from core.errors import Changed
from core.words import _l
from notices import queries as notices
from notices.models import Document
from registry import calendar
from registry.counting import Unit
from sanctions import ballots
from sanctions.models_decisions import Decision, Panel, PanelMember, Proposal, Statement, Vote
from sanctions.models_measures import Measure, RectificationItem
from sanctions.models_publications import Publication

NOT_ORDERED = _l("This measure was not ordered.")
DONE = ("DONE", "PASSED")
"""States of a measure that was carried out; it counts though the decision is varied later (S78)."""


def proposal(session: Session, track: CaseTrack) -> Proposal | None:
    """What was proposed in the round."""
    return session.scalar(select(Proposal).where(Proposal.track_id == track.id, Proposal.round == track.round))


def statements(session: Session, track: CaseTrack) -> Sequence[Statement]:
    """What the respondent stated about its advance notices, in order; statements from earlier rounds count too."""
    mine = select(Statement).where(Statement.track_id == track.id)
    return session.scalars(mine.order_by(Statement.id)).all()


def panel(session: Session, track: CaseTrack) -> Panel | None:
    """The members drawn in the round."""
    return session.scalar(select(Panel).where(Panel.track_id == track.id, Panel.round == track.round))


def hold(session: Session, track: CaseTrack) -> None:
    """Lock the track and its panel: of people who state, vote, draw or announce at once all count, in turn."""
    session.refresh(track, with_for_update=True)
    found = panel(session, track)
    if found is not None:
        session.refresh(found, with_for_update=True)


def read_in(session: Session, track: CaseTrack, seen: int | None) -> None:
    """Refuse what a respondent sends from a page of an earlier round: it counts for a notice that nobody has read."""
    hold(session, track)
    if seen is not None and seen != track.round:
        raise Changed(
            _l("The case has moved on since you opened this page: read what was issued meanwhile. Nothing was sent.")
        )


def sitting(of: Panel) -> list[PanelMember]:
    """The members of a panel who take part."""
    return ballots.sitting(of.members)


def votes(session: Session, of: Panel) -> Sequence[Vote]:
    """The votes of members who still sit."""
    ids = [member.id for member in sitting(of)]
    return session.scalars(select(Vote).where(Vote.panel_id == of.id, Vote.member_id.in_(ids)).order_by(Vote.id)).all()


def decided_at(session: Session, of: Panel | None) -> datetime | None:
    """When the last vote was cast; None if no panel voted, as when the facts were admitted."""
    return ballots.last_cast(votes(session, of)) if of is not None else None


def to_read(session: Session, track: CaseTrack) -> str:
    """What identifies all that a member reads before voting: the round's panel, and the statements."""
    found = panel(session, track)
    return f"{found.id if found is not None else 0}-{len(statements(session, track))}"


def has_voted(session: Session, track: CaseTrack) -> bool:
    """Whether voting has begun: then nothing more is stated."""
    found = panel(session, track)
    return found is not None and bool(votes(session, found))


def have_voted(session: Session, tracks: Iterable[int]) -> set[int]:
    """Of these tracks, by number, those of which that is so."""
    voted = select(Panel.track_id).join(CaseTrack, (CaseTrack.id == Panel.track_id) & (CaseTrack.round == Panel.round))
    voted = voted.join(Vote, Vote.panel_id == Panel.id).join(PanelMember, PanelMember.id == Vote.member_id)
    return set(session.scalars(voted.where(Panel.track_id.in_(tracks), PanelMember.recused_at.is_(None))))


def decision(session: Session, track: CaseTrack) -> Decision | None:
    """What was decided in the round and stands, or else the last decision that was set aside."""
    return once(session, ("decision", track.id, track.round), lambda: _decision(session, track))


def _decision(session: Session, track: CaseTrack) -> Decision | None:
    mine = select(Decision).where(Decision.track_id == track.id, Decision.round == track.round)
    return session.scalar(mine.order_by(Decision.set_aside_on.is_not(None), Decision.id.desc()).limit(1))


def first_decision(session: Session, track: CaseTrack) -> Decision | None:
    """What the panel decided in the round, whatever a review made of it."""
    mine = select(Decision).where(Decision.track_id == track.id, Decision.round == track.round)
    return session.scalar(mine.order_by(Decision.id).limit(1))


def to_order(session: Session, track: CaseTrack) -> list[int]:
    """The levels decided that are not ordered yet; after a review, what was done counts."""
    found = decision(session, track)
    there = {each.level for each in measures(session, track)}
    return [level for level in (found.measures if found else ()) if level not in there]


def measures(session: Session, track: CaseTrack) -> Sequence[Measure]:
    """The measures ordered by the decision of the round, lightest first."""
    found = decision(session, track)
    if found is None or found.set_aside_on is not None:
        return []
    return once(session, ("measures", found.id), lambda: _measures(session, found.id))


def _measures(session: Session, decision_id: int) -> Sequence[Measure]:
    return session.scalars(select(Measure).where(Measure.decision_id == decision_id).order_by(Measure.level)).all()


def ordered(session: Session, track: CaseTrack, *, anew: bool = False) -> Sequence[Measure]:
    """The measures ordered last: the respondent reads these, but not the row of the decision.

    `anew` reads them again, once the track is locked.
    """
    last = select(func.max(Measure.decision_id)).where(Measure.track_id == track.id).scalar_subquery()
    mine = select(Measure).where(Measure.track_id == track.id, Measure.decision_id == last)
    return session.scalars(mine.order_by(Measure.level).execution_options(populate_existing=anew)).all()


def measure(session: Session, track: CaseTrack, level: int) -> Measure | None:
    """The measure of this level, if the decision of the round ordered it."""
    return next((each for each in measures(session, track) if each.level == level), None)


def publication(session: Session, track: CaseTrack) -> Publication | None:
    """The circular or bulletin made of the round's decision."""
    found = decision(session, track)
    if found is None:
        return None
    mine = select(Publication).where(Publication.decision_id == found.id).order_by(Publication.id.desc())
    return session.scalar(mine.limit(1))


def document(session: Session, track: CaseTrack, kind: str, *, even_void: bool = False) -> Document | None:
    """The last document of a kind that rows of the track made, without those that are void."""
    return notices.last_document(session, [kind], "track", track.id, even_void=even_void)


def served_on(session: Session, track: CaseTrack, kind: str) -> date | None:
    """When the last document of a kind was served; a void one was not, whatever was served before it."""
    found = document(session, track, kind, even_void=True)
    return notices.served_on(session, found.id) if found else None


def proofs(session: Session, item: RectificationItem, at: datetime | None = None) -> Sequence[Evidence]:
    """Files handed in as proof of one correction, and those of whole reports on paper up to its last one.

    What is reported again was open at each of them; what had passed before has the scans of its own report and no later
    ones. `at` is the moment of a report that is about to be kept.
    """
    track, sent = session.get_one(CaseTrack, item.measure.track_id), at or item.sent_at
    proof = select(Evidence).where(Evidence.case_id == track.case_id, Evidence.purpose == "PROOF")
    every = session.scalars(proof.order_by(Evidence.id)).all()
    return [it for it in every if it.item_id == item.id or (it.track_id == track.id and is_of_report(it, item, sent))]


def is_of_report(it: Evidence, item: RectificationItem, sent: datetime | None) -> bool:
    """Whether a file came with a whole report on paper that stands for this problem, reported last at `sent`."""
    since = item.measure.ordered_on
    return it.item_id is None and sent is not None and it.added_at <= sent and day_of(it.added_at) >= since


def working_day_after(session: Session, day: date, length: int) -> date | None:
    """The last of so many working days after a day; None if the calendar does not reach so far."""
    return calendar.deadline(session, day, length, Unit.WD).due_on
