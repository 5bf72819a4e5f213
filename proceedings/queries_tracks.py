"""What pages of staff show of a track after its report: its papers, its panel, what waits for members and secretary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import ScalarSelect, Subquery, and_, func, or_, select, tuple_, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, selectinload

from casework import hanging
from casework.models_cases import Allegation, CaseTrack, Evidence
from casework.policies_recusals import barred
from casework.stages import DRAWN_IN, joined
from core import keyset
from core.keyset import number_of
from desk import queries_cases_pages
from notices import queries as notices
from notices.models import Document
from registry import queries as register
from registry.models_clocks import Clock, ClockEnd, ClockState
from sanctions import ballots, rounds
from sanctions.models_decisions import Panel, PanelMember, Vote
from sanctions.models_measures import RectificationItem
from sanctions.models_publications import Publication
from sanctions.models_reviews import Review
from sanctions.states import DRAFTS

STAGES: dict[str, tuple[str, ...]] = {
    "review": joined("check"),
    "notice": joined("notice"),
    "panel": joined("hearing", "deliberation"),
    "decided": joined("decision"),
    "order": joined("order"),
    "execution": joined("execution"),
    "verification": joined("verification"),
}
NEVER = date(9999, 12, 31)
SIZE = 50
MOST = 200


@dataclass(frozen=True)
class Seat:
    """A place on a panel: the track, its panel, and the vote of whoever sits there."""

    track: CaseTrack
    panel: Panel
    vote: Vote | None


@dataclass(frozen=True)
class Line:
    """A track in the list, with the next date on it."""

    track: CaseTrack
    due_on: date | None
    provisional: bool
    place: str
    clock: str = ""
    """Of which time limit the date is the last day."""


@dataclass(frozen=True)
class Page:
    """One page of the list; `after` is the place of the next one."""

    lines: list[Line]
    after: str


@dataclass(frozen=True)
class Member:
    """A member of a panel as staff see it: whether, never how, somebody voted."""

    member: PanelMember
    name: str
    voted: bool
    left: bool = False
    """Whether the seat was given to somebody else without a recusal."""


def track(session: Session, number: int) -> CaseTrack | None:
    """A track with what belongs to it, if this reader may see it."""
    asked = select(CaseTrack).where(CaseTrack.id == number)
    return session.scalar(
        asked.options(
            selectinload(CaseTrack.case),
            selectinload(CaseTrack.party),
            selectinload(CaseTrack.allegations).selectinload(Allegation.evidence),
        ),
    )


def newer_draft(session: Session, publication: Publication) -> Publication | None:
    """What takes the place of a draft that was given up."""
    if publication.state != "DROPPED":
        return None
    found = rounds.publication(session, publication.track)
    return found if found is not None and found.id > publication.id else None


def tracks(session: Session, stage: str, after: str) -> Page:
    """Tracks after their report, the next date first, page by page."""
    due = _next_days()
    day = func.coalesce(due.c.due_on, NEVER)
    asked = select(CaseTrack, due.c.due_on, due.c.provisional, due.c.key).outerjoin(due, due.c.track_id == CaseTrack.id)
    states = STAGES.get(stage, tuple(state for each in STAGES.values() for state in each))
    asked = asked.where(CaseTrack.state.in_(states))
    asked = asked.options(selectinload(CaseTrack.case), selectinload(CaseTrack.party))
    if place := _place(after):
        asked = asked.where(tuple_(day, CaseTrack.id) > place)
    rows = session.execute(asked.order_by(day, CaseTrack.id).limit(SIZE + 1)).all()
    lines = [
        Line(it, due_on, bool(doubt), f"{due_on or NEVER}_{it.id}", key or "") for it, due_on, doubt, key in rows[:SIZE]
    ]
    return Page(lines, lines[-1].place if len(rows) > SIZE else "")


def _next_days() -> Subquery:
    """The earliest last day of each track, as in the list of cases; that of a review beside its execution is one."""
    on_review = (Clock.subject_type == "review") & (Clock.subject_id == Review.id)
    reviewed = select(Review.track_id, Clock.due_on, Clock.key, Clock.provisional).join(Clock, on_review)
    owed = Clock.how == ClockEnd.EXPIRED, ~queries_cases_pages.begun_again()
    still = reviewed.where(Review.ended_at.is_(None), Clock.due_on.is_not(None))
    every = union_all(
        queries_cases_pages.limits(CaseTrack.id.label("track_id")),
        still.where(or_(Clock.state == ClockState.RUNNING, and_(*owed))),
    ).subquery()
    return select(every).ext(distinct_on(every.c.track_id)).order_by(every.c.track_id, every.c.due_on).subquery()


def _place(said: str) -> tuple[date, int] | None:
    day, _, key = said.partition("_")
    number = number_of(key)
    try:
        return (date.fromisoformat(day), number) if number is not None else None
    except ValueError:
        return None


def stage_counts(session: Session) -> dict[str, int]:
    """How many tracks there are in each stage."""
    states = [state for each in STAGES.values() for state in each]
    asked = select(CaseTrack.state, func.count()).where(CaseTrack.state.in_(states)).group_by(CaseTrack.state)
    by_state = dict(session.execute(asked).all())
    return {stage: sum(by_state.get(state, 0) for state in states) for stage, states in STAGES.items()}


def papers(session: Session, it: CaseTrack) -> dict[str, Document]:
    """The latest document of each kind that rows of the track made, or of what belongs to it."""
    found = notices.documents_of(session, hanging.file_of(session, [it.id]))
    return {each.kind: each for each in found if each.void_at is None}


def members(session: Session, panel: Panel | None) -> list[Member]:
    """Everybody who was drawn, the chair first."""
    if panel is None:
        return []
    cast = set(session.scalars(select(Vote.member_id).where(Vote.panel_id == panel.id)))
    ordered = sorted(panel.members, key=lambda each: (not each.chair, each.id))
    gone = {each.account_id for each in ordered if each.recused_at}
    left = gone - barred(session, session.get_one(CaseTrack, panel.track_id).case_id) if gone else gone
    return [
        Member(each, register.account_name(session, each.account_id), each.id in cast, each.account_id in left)
        for each in ordered
    ]


def seat(session: Session, number: int, account_id: int) -> Seat | None:
    """Somebody's place on the panel of the present round of a track; none after a recusal."""
    it = track(session, number)
    panel = rounds.panel(session, it) if it else None
    mine = ballots.seat(panel.members, account_id) if panel else None
    return Seat(it, panel, _votes(session, [mine]).get(mine.id)) if it and panel and mine else None


def _votes(session: Session, members: Sequence[PanelMember]) -> dict[int, Vote]:
    """The votes of these members, by their numbers."""
    asked = select(Vote).where(Vote.member_id.in_([each.id for each in members]))
    return {each.member_id: each for each in session.scalars(asked)}


def seats(session: Session, account_id: int, place: keyset.Place = keyset.BEGINNING) -> tuple[list[Seat], keyset.Part]:
    """The panels somebody sits on, the newest first; none he was recused from."""
    asked = (
        select(PanelMember, Panel, CaseTrack)
        .join(Panel, Panel.id == PanelMember.panel_id)
        .join(CaseTrack, CaseTrack.id == PanelMember.track_id)
    )
    mine = (PanelMember.account_id == account_id, PanelMember.recused_at.is_(None), Panel.round == CaseTrack.round)
    part = keyset.part(session, asked, mine, (PanelMember.id,), place, down=True)
    votes = _votes(session, [row[0] for row in part.rows])
    return [Seat(it, panel, votes.get(member.id)) for member, panel, it, _number in part.rows], part


def to_draw(session: Session) -> Sequence[CaseTrack]:
    """Tracks whose advance notice is served and that have no panel yet, the oldest first."""
    drawn = select(Panel.id).where(Panel.track_id == CaseTrack.id, Panel.round == CaseTrack.round).exists()
    asked = select(CaseTrack).where(CaseTrack.state.in_(DRAWN_IN), ~drawn)
    return session.scalars(asked.order_by(CaseTrack.state, CaseTrack.id).limit(MOST)).all()


def drawn(session: Session) -> list[tuple[CaseTrack, Panel]]:
    """Panels at work: drawn, and not decided yet."""
    asked = (
        select(CaseTrack, Panel)
        .join(Panel, (Panel.track_id == CaseTrack.id) & (Panel.round == CaseTrack.round))
        .where(CaseTrack.state.in_(DRAWN_IN))
        .order_by(CaseTrack.id)
        .limit(MOST)
    )
    return [(it, panel) for it, panel in session.execute(asked)]


def name(session: Session, account_id: int | None) -> str:
    """Who somebody is, as far as this reader may know."""
    return register.account_name(session, account_id)


def member(session: Session, number: int) -> PanelMember | None:
    """One member of a panel."""
    return session.get(PanelMember, number)


def item(session: Session, it: CaseTrack, no: int) -> RectificationItem | None:
    """One numbered problem of the rectification order of the present round."""
    found = rounds.measure(session, it, 1)
    return next((each for each in found.items if each.no == no), None) if found else None


def cited(it: CaseTrack, number: int) -> Evidence | None:
    """A piece of evidence that a finding of the track cites."""
    every = {each.id: each for allegation in it.allegations for each in allegation.evidence}
    return every.get(number)


def papers_of_publication(session: Session, it: Publication) -> list[Document]:
    """Every paper of a publication, the newest first; what was set aside is kept."""
    found = notices.documents_of(session, [("publication", it.id)])
    return [each for each in reversed(found) if each.outward]


def paper_now(session: Session, it: Publication) -> Document | None:
    """The paper that stands."""
    return next(iter(papers_of_publication(session, it)), None)


@cache
def publications_open() -> ScalarSelect[int]:
    """How many publications wait for somebody, as far as they are counted."""
    some = select(Publication.id).where(Publication.state.in_(DRAFTS)).limit(MOST)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()
