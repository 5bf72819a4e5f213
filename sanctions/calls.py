"""Calls to members who were drawn, or whose vote is awaited: told only while that is so."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.policies_recusals import votes_later
from core.clock import day_of
from registry import notifications
from registry.models_accounts import Account
from registry.models_notifications import Notification
from sanctions import ballots, bodies, policies_corrections, policies_resolutions, policies_reviews, rounds
from sanctions.ballots import DRAWN, VOTE
from sanctions.models_ballots import Ballot
from sanctions.models_corrections import TextCorrection
from sanctions.models_decisions import Panel, PanelMember
from sanctions.models_resolutions import Motion
from sanctions.models_reviews import Review, ReviewMember


def _seat(session: Session, body: bodies.Drawn, account: int) -> PanelMember | ReviewMember | None:
    """The seat from which somebody still votes."""
    return ballots.seat(bodies.staying(session, body), account)


def _waits(session: Session, body: bodies.Drawn, track: CaseTrack, votes_on: date) -> bool:
    """Whether nobody may vote yet: all are called again when a free seat is filled, or the respondent was told."""
    return bodies.missing(session, body) > 0 or votes_later(track, votes_on) is not None


def _has_voted(seat: PanelMember | ReviewMember, cast: Iterable[Ballot]) -> bool:
    return any(each.member_id == seat.id for each in cast)


def _panel(session: Session, number: int, account: int, votes_on: date | None) -> bool:
    body = session.get_one(Panel, number)
    track = session.get_one(CaseTrack, body.track_id)
    seat = _seat(session, body, account)
    if seat is None or not bodies.is_at_work(body, track):
        return False
    if votes_on is None:
        return not _has_voted(seat, rounds.votes(session, body))
    if track.state != "DELIBERATION" or _waits(session, body, track, votes_on):
        return False
    motion = policies_resolutions.open_motion(session, track)
    asked = motion is not None and not _has_voted(seat, policies_resolutions.motion_votes(session, motion))
    return asked or not _has_voted(seat, rounds.votes(session, body))


def _review(session: Session, number: int, account: int, votes_on: date | None) -> bool:
    body = session.get_one(Review, number)
    seat = _seat(session, body, account)
    if seat is None or body.ended_at is not None:
        return False
    if votes_on is not None and _waits(session, body, body.track, votes_on):
        return False
    return not _has_voted(seat, policies_reviews.votes(session, body))


def _motion(session: Session, number: int, account: int, votes_on: date | None) -> bool:
    motion = session.get_one(Motion, number)
    panel = session.get_one(Panel, motion.panel_id)
    seat = _seat(session, panel, account)
    if seat is None or motion.ended_at is not None:
        return False
    if votes_on is not None and _waits(session, panel, session.get_one(CaseTrack, panel.track_id), votes_on):
        return False
    return not _has_voted(seat, policies_resolutions.motion_votes(session, motion))


def _correction(session: Session, number: int, account: int, _votes_on: date | None) -> bool:
    it = session.get_one(TextCorrection, number)
    if it.ended_at is not None or account not in policies_corrections.body_now(session, it).people:
        return False
    return all(each.account_id != account for each in policies_corrections.votes(session, it))


WAITS: dict[str, Callable[[Session, int, int, date | None], bool]] = {
    "panel": _panel,
    "review": _review,
    "motion": _motion,
    "text_correction": _correction,
}
"""By the beginning of a call's key: whether an account's vote is still awaited, on this day if it is called to vote."""


@notifications.on_telling
def still_so(session: Session, person: Account, found: list[Notification], now: datetime) -> list[Notification]:
    """The calls still worth telling: the member sits, has not voted, and something still waits for the vote."""

    def stands(it: Notification) -> bool:
        if it.event not in {DRAWN, VOTE}:
            return True
        kind, number = it.key.split(":")[:2]
        return WAITS[kind](session, int(number), person.id, day_of(now) if it.event == VOTE else None)

    return [each for each in found if stands(each)]
