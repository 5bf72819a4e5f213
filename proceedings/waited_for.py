"""What a track waits for and who acts next, if its reader has nothing to do."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from casework import policies_recusals, queries_recusals
from casework.models_cases import CaseTrack
from core import clock
from core.words import _, _n
from desk import clock_cards, showing
from proceedings import queries_reviews
from proceedings.queries_tracks import Member
from registry.models_clocks import Clock
from sanctions import bodies, policies_reviews, rounds


def said(session: Session, it: CaseTrack, members: list[Member]) -> str:
    """In a sentence; with `members`, which members of a voting body have to act."""
    review = policies_reviews.open_review(session, it.id) if it.state == "IN_REVIEW" else None
    if review is None and it.state != "DELIBERATION":
        return showing.waiting(session, it)
    asked = next((each for each in queries_recusals.of_case(session, it.case_id) if each.state == "ASKED"), None)
    if asked is not None:
        who = str(policies_recusals.WHO_DECIDES[policies_recusals.decider(session, asked)[0]])
        return _("A recusal has been asked, and nothing is decided on the track before it. %(who)s", who=who)
    if review is not None:
        sitting, voted = policies_reviews.sitting(review), queries_reviews.voted(session, review)
        return _not_yet(session, it, review) or _of_review([each.id in voted for each in sitting])
    return _not_yet(session, it, rounds.panel(session, it)) or _of_panel(
        [each.voted for each in members if each.member.recused_at is None]
    )


@dataclass(frozen=True)
class Limit:
    """Until when a panel or a review acts, as every list and page says it."""

    due_on: date | None = None
    provisional: bool = False
    left: str = ""
    passed: str = ""
    """Said in place of what is left: the last day is over, and nobody who votes is late."""
    ours: bool = False
    """Whether what the vote waits for is the association's to do, so that the limit is late all the same."""
    why: str = ""
    """Why nobody votes yet."""


def limit(it: CaseTrack, key: str, due_on: date | None, *, provisional: bool, left: str = "", why: str = "") -> Limit:
    """What a line says of a time limit; the card of the clock says the same."""
    passed = clock_cards.passed(it, key, due_on, clock.today(), provisional=provisional)
    return Limit(due_on, provisional, left, passed, it.drawn_untold, "" if passed else why)


def limits(
    tracks: Iterable[CaseTrack], until: Mapping[int, Clock], later: Mapping[int, str], left: Callable[[date, str], str]
) -> dict[int, Limit]:
    """The limits of these tracks, by number, those without one included where something is waited for."""
    found = {}
    for it in tracks:
        why, time = later.get(it.id, ""), until.get(it.id)
        if time is not None and time.due_on is not None:
            rest = left(time.due_on, time.key)
            found[it.id] = limit(it, time.key, time.due_on, provisional=time.provisional, left=rest, why=why)
        elif why:
            found[it.id] = Limit(ours=it.drawn_untold, why=why)
    return found


def votes_later(tracks: Iterable[CaseTrack], windows: Mapping[int, date] | None = None) -> dict[int, str]:
    """Of these tracks, by number, why those drawn can't vote yet: their votes are not awaited.

    `windows` has the last certain day of a respondent's time where that still runs.
    """
    found = ((it.id, policies_recusals.votes_later(it, clock.today(), (windows or {}).get(it.id))) for it in tracks)
    return {number: str(why) for number, why in found if why is not None}


def free_seats(session: Session, body: bodies.Drawn | None) -> str:
    """In a sentence, how many seats of a body that was drawn have to be drawn again; nothing where none has."""
    free = bodies.missing(session, body) if body is not None and body.seed else 0
    if body is None or not free or not bodies.cannot_be_filled(session, body):
        return vacant(free)
    return _n(
        "%(num)d seat is free, and too few are left who may be drawn for it. Nobody votes before the head of the "
        "department has had more members named: the security administrator gives them the role, and the system "
        "administrator enters where they work.",
        "%(num)d seats are free, and too few are left who may be drawn for them. Nobody votes before the head of the "
        "department has had more members named: the security administrator gives them the role, and the system "
        "administrator enters where they work.",
        free,
    )


def vacant(free: int) -> str:
    """In a sentence, that so many seats are free, for members, who do not read the pool; nothing where none is."""
    return (
        _n("%(num)d seat is free: the secretary draws.", "%(num)d seats are free: the secretary draws.", free)
        if free
        else ""
    )


def _not_yet(session: Session, it: CaseTrack, body: bodies.Drawn | None) -> str:
    told = next(policies_recusals.not_introduced(it, clock.today()), None)
    return str(told) if told is not None else free_seats(session, body)


def _of_panel(voted: list[bool]) -> str:
    awaited = voted.count(False)
    return _everybody(voted) or _n(
        "%(num)d member of the panel has not voted yet.", "%(num)d members of the panel have not voted yet.", awaited
    )


def _of_review(voted: list[bool]) -> str:
    awaited = voted.count(False)
    return _everybody(voted) or _n(
        "%(num)d member of the review body has not voted yet.",
        "%(num)d members of the review body have not voted yet.",
        awaited,
    )


def _everybody(voted: list[bool]) -> str:
    if not voted:
        return _("The secretary draws the members.")
    return (
        "" if not all(voted) else _("All have voted: the chair, or a member who voted for it, announces the decision.")
    )
