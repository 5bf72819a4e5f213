"""What a track waits for and who acts next, if its reader has nothing to do."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from casework import policies_recusals, queries_recusals
from casework.models_cases import CaseTrack
from core import clock
from core.words import _, _n
from desk import showing
from proceedings import queries_reviews
from proceedings.queries_tracks import Member
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


def votes_later(tracks: Iterable[CaseTrack]) -> dict[int, str]:
    """Of these tracks, by number, why those drawn can't vote yet: their votes are not awaited."""
    found = ((it.id, policies_recusals.votes_later(it, clock.today())) for it in tracks)
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
