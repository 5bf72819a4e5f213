"""What staff's pages show of a track after its report: documents, panel, what members and secretary have to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, selectinload

from casework import hanging
from casework.models_cases import Allegation, CaseTrack, Evidence
from casework.policies_recusals import barred
from casework.stages import DRAWN_IN
from core import keyset
from core.actors import Actor
from core.db import transaction
from desk import queries_last_days
from notices import queries as notices
from notices.models import Document
from registry import queries as register
from registry.models_accounts import Account
from registry.models_clocks import Clock, ClockEnd, ClockState
from sanctions import ballots, bodies, rounds
from sanctions.models_decisions import Panel, PanelMember, Vote
from sanctions.models_hearings import Hearing
from sanctions.models_measures import RectificationItem
from sanctions.models_publications import Publication
from sanctions.models_reviews import Review
from sanctions.states import DRAFTS

MOST = 200
TIME = ("K17", "K18")
"""The time limits of a panel."""
PUBLISHING = ("K25",)
"""The time limit of what a decision has published."""
WINDOWS = ("K14", "K15", "K16")
"""What the respondent has to say or to ask before the panel votes."""


@dataclass(frozen=True)
class Seat:
    """A seat on a panel: the track, its panel, and its member's vote."""

    track: CaseTrack
    panel: Panel
    vote: Vote | None


@dataclass(frozen=True)
class Member:
    """A member of a panel as staff see it: whether they voted, never how."""

    member: PanelMember
    name: str
    voted: bool
    left: bool = False
    """Whether the seat was given to somebody else without a recusal."""
    free: bool = False
    """Whether the seat is to be drawn again: its member can't vote any more, without account or role."""


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
    """The draft that replaced one that was given up."""
    if publication.state != "DROPPED":
        return None
    found = rounds.publication(session, publication.track)
    return found if found is not None and found.id > publication.id else None


def papers(session: Session, it: CaseTrack) -> dict[str, Document]:
    """The latest document of each kind made by rows of the track, or by what belongs to it."""
    found = notices.documents_of(session, hanging.file_of(session, [it.id]))
    return {each.kind: each for each in found if each.void_at is None}


def members(session: Session, panel: Panel | None) -> list[Member]:
    """Everybody who was drawn, the chair first."""
    if panel is None:
        return []
    cast = set(session.scalars(select(Vote.member_id).where(Vote.panel_id == panel.id)))
    ordered = sorted(panel.members, key=lambda each: (not each.chair, each.id))
    gone = {each.account_id for each in ordered if each.recused_at}
    track = session.get_one(CaseTrack, panel.track_id)
    left = gone - barred(session, track.case_id) if gone else gone
    stay = {each.id for each in bodies.staying(session, panel)} if bodies.is_at_work(panel, track) else None
    return [
        Member(
            each,
            register.account_name(session, each.account_id),
            voted=each.id in cast,
            left=each.account_id in left,
            free=stay is not None and each.recused_at is None and each.id not in stay,
        )
        for each in ordered
    ]


def later_draws(panel: Panel, members: Sequence[Member]) -> list[tuple[datetime, list[str], str]]:
    """Of each draw for a seat that was free again: when it was, whom it brought, and its seed."""
    named = {each.member.account_id: each.name for each in members}
    return [
        (datetime.fromisoformat(each["at"]), [named[number] for number in each["drawn"]], each["seed"])
        for each in panel.redraws
    ]


def names_drawn(session: Session, body: Panel | Review | None) -> list[str]:
    """Who sits on a panel or reviews a decision, the chair first."""
    seats = [each for each in body.members if each.recused_at is None] if body is not None else []
    seats.sort(key=lambda each: (not each.chair, each.id))
    return [register.account_name(session, each.account_id) for each in seats]


@dataclass(frozen=True)
class Sitters:
    """What a member may know of the panel beside the own seat."""

    names: list[tuple[str, bool]]
    """Who takes part, the chair first and marked."""
    votes_after: date | None
    """The last day of the respondent's time, after which the panel votes; None if it has no certain one."""


def sitters(panel_id: int) -> Sitters:
    """Who else sits and from when they vote; asked as the system, for members read only seats and clocks of their own.

    Without the names nobody could ask for a recusal, and the respondent is told them as well.
    """
    with transaction() as at:  # columns alone: what is read here as a whole would be taken for the reader's own
        part = PanelMember.panel_id == panel_id, PanelMember.recused_at.is_(None)
        named = select(Account.name, PanelMember.chair).join(Account, Account.id == PanelMember.account_id).where(*part)
        names = [
            (name, chairs) for name, chairs in at.execute(named.order_by(PanelMember.chair.desc(), PanelMember.id))
        ]
        track_id = select(Panel.track_id).where(Panel.id == panel_id).scalar_subquery()
        asked = select(CaseTrack.recusal_until, CaseTrack.drawn_untold).where(CaseTrack.id == track_id)
        recusal_until, untold = at.execute(asked).one()
        mine = select(Clock.due_on, Clock.provisional).where(Clock.key.in_(WINDOWS), Clock.state == ClockState.RUNNING)
        found = at.execute(mine.where(Clock.subject_type == "track", Clock.subject_id == track_id)).all()
        days = [day for day, doubtful in found if day is not None and not doubtful]
        certain = days and len(days) == len(found) and not untold
        return Sitters(names, max(*days, recusal_until or date.min) if certain else None)


def windows(tracks: Iterable[CaseTrack]) -> dict[int, date]:
    """Of those whose respondent can still state its view, the last day of its time, where all of it is certain.

    Asked as the system, by columns alone, as `sitters` is.
    """
    stating = [each.id for each in tracks if each.state == "PRE_NOTICE"]
    if not stating:
        return {}
    mine = select(Clock.subject_id, Clock.due_on, Clock.provisional).where(Clock.subject_type == "track")
    running = Clock.subject_id.in_(stating), Clock.key.in_(WINDOWS), Clock.state == ClockState.RUNNING
    with transaction() as at:
        found = at.execute(mine.where(*running)).all()
    doubtful = {number for number, day, doubt in found if doubt or day is None}
    days: dict[int, date] = {}
    for number, day, _doubt in found:
        if day is not None and number not in doubtful:
            days[number] = max(day, days.get(number, day))
    return days


def last_days(session: Session, tracks: Sequence[CaseTrack]) -> dict[int, Clock]:
    """Until when the panel of each holds its hearing or decides, even if that day has passed."""
    return _standing(session, tracks, TIME)


def publish_by(session: Session, every: Sequence[Publication]) -> dict[int, Clock]:
    """Until when each draft is to be published, by its track, even if that day has passed."""
    drafts = [each.track_id for each in every if each.state in DRAFTS]  # their tracks at once, not one by one
    return _standing(session, session.scalars(select(CaseTrack).where(CaseTrack.id.in_(drafts))).all(), PUBLISHING)


def _standing(session: Session, tracks: Sequence[CaseTrack], keys: Sequence[str]) -> dict[int, Clock]:
    states = {each.id: each.state for each in tracks}
    mine = select(Clock).where(Clock.subject_type == "track", Clock.subject_id.in_(states), Clock.key.in_(keys))
    newest = {
        each.subject_id: each
        for each in session.scalars(mine.order_by(Clock.id))
        if states[each.subject_id] in queries_last_days.LATE[each.key]
    }
    running = (ClockState.RUNNING, ClockState.PAUSED)
    return {
        number: each
        for number, each in newest.items()
        if each.due_on is not None and (each.state in running or each.how is ClockEnd.EXPIRED)
    }


def hearing_days(session: Session, tracks: Sequence[CaseTrack]) -> dict[int, datetime]:
    """When the hearing of each is, where one is set."""
    set_for = [each.id for each in tracks if each.state == "HEARING_SET"]
    mine = select(Hearing.track_id, Hearing.at).where(Hearing.track_id.in_(set_for), Hearing.at.is_not(None))
    return {number: at for number, at in session.execute(mine.order_by(Hearing.id)) if at is not None}


def seat(session: Session, number: int, actor: Actor) -> Seat | None:
    """Somebody's seat on the panel of the present round of a track; None after a recusal, or without the role."""
    it = track(session, number)
    panel = rounds.panel(session, it) if it else None
    mine = ballots.seated(panel.members, actor) if panel else None
    return Seat(it, panel, _votes(session, [mine]).get(mine.id)) if it and panel and mine else None


def _votes(session: Session, members: Sequence[PanelMember]) -> dict[int, Vote]:
    """The votes of these members, by their numbers."""
    asked = select(Vote).where(Vote.member_id.in_([each.id for each in members]))
    return {each.member_id: each for each in session.scalars(asked)}


def seats(session: Session, actor: Actor, place: keyset.Place = keyset.BEGINNING) -> tuple[list[Seat], keyset.Part]:
    """The panels on which somebody sits, newest first, without those from which they were recused."""
    asked = (
        select(PanelMember, Panel, CaseTrack)
        .join(Panel, Panel.id == PanelMember.panel_id)
        .join(CaseTrack, CaseTrack.id == PanelMember.track_id)
    )
    here = PanelMember.recused_at.is_(None), Panel.round == CaseTrack.round
    mine = (PanelMember.account_id == (actor.id if actor.has("panel") else None), *here)
    part = keyset.part(session, asked, mine, (PanelMember.id,), place, down=True)
    votes = _votes(session, [row[0] for row in part.rows])
    return [Seat(it, panel, votes.get(member.id)) for member, panel, it, _number in part.rows], part


def to_draw(session: Session) -> Sequence[CaseTrack]:
    """Tracks whose advance notice was served and that have no panel yet, oldest first."""
    drawn = select(Panel.id).where(Panel.track_id == CaseTrack.id, Panel.round == CaseTrack.round).exists()
    asked = select(CaseTrack).where(CaseTrack.state.in_(DRAWN_IN), ~drawn)
    return session.scalars(asked.order_by(CaseTrack.state, CaseTrack.id).limit(MOST)).all()


def drawn(session: Session) -> list[tuple[CaseTrack, Panel]]:
    """Panels at work: drawn, but not decided."""
    asked = (
        select(CaseTrack, Panel)
        .join(Panel, (Panel.track_id == CaseTrack.id) & (Panel.round == CaseTrack.round))
        .where(CaseTrack.state.in_(DRAWN_IN))
        .order_by(CaseTrack.id)
        .limit(MOST)
    )
    return [(it, panel) for it, panel in session.execute(asked)]


def free_seats(actor: Actor, *, every: bool) -> dict[int, int]:
    """How many seats of panels at work are free, by track: of every panel, or of those on which somebody sits.

    Asked as the system, since members read only their own seats.
    """
    of_round = (Panel.track_id == CaseTrack.id) & (Panel.round == CaseTrack.round)
    asked = select(Panel.id, Panel.track_id).join(CaseTrack, of_round).where(CaseTrack.state.in_(DRAWN_IN))
    if not every:
        mine = PanelMember.account_id == actor.id, PanelMember.recused_at.is_(None)
        asked = asked.where(Panel.id.in_(select(PanelMember.panel_id).where(*mine)))
    with transaction() as at:
        found = at.execute(asked.order_by(CaseTrack.id).limit(MOST))
        tracks = {each.id: each.track_id for each in found}
        return {tracks[number]: free for number, free in bodies.vacant(at, Panel, tracks).items()}


def member(session: Session, number: int) -> PanelMember | None:
    """One member of a panel."""
    return session.get(PanelMember, number)


def item(session: Session, it: CaseTrack, no: int) -> RectificationItem | None:
    """One numbered problem of the rectification order of the present round."""
    found = rounds.measure(session, it, 1)
    return next((each for each in found.items if each.no == no), None) if found else None


def cited(it: CaseTrack, number: int) -> Evidence | None:
    """A piece of evidence, if a finding of the track cites it."""
    every = {each.id: each for allegation in it.allegations for each in allegation.evidence}
    return every.get(number)


def papers_of_publication(session: Session, it: Publication) -> list[Document]:
    """Every document of a publication, newest first, including those set aside."""
    found = notices.documents_of(session, [("publication", it.id)])
    return [each for each in reversed(found) if each.outward]


def paper_now(session: Session, it: Publication) -> Document | None:
    """The present document of a publication."""
    return next(iter(papers_of_publication(session, it)), None)


@cache
def publications_open() -> ScalarSelect[int]:
    """How many publications wait for somebody, counted up to a limit."""
    some = select(Publication.id).where(Publication.state.in_(DRAFTS)).limit(MOST)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()
