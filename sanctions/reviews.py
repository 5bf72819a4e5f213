"""Reviews: asked by the respondent or opened on the association's own motion, withdrawn; decided by other members."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import holds
from casework.holds import same
from casework.inquiries import on_paper
from casework.models_cases import CaseTrack
from casework.policies_tracks import by_its_lead, was_over
from casework.stages import IN_FORCE
from casework.states import TRACK
from core.actors import Actor
from core.errors import BadInput, NotNow, Refused, raise_first
from core.machine import Ask
from core.words import _l
from notices import dossiers, serving
from registry import clocks
from sanctions import policies_reviews as policies
from sanctions import rounds
from sanctions.documents_publications import RESTORED
from sanctions.models_publications import Publication
from sanctions.models_reviews import STAYED, Review
from sanctions.states import REVIEW


def ask_review(  # noqa: PLR0913 - each value is named
    session: Session,
    track: CaseTrack,
    *,
    grounds: str,
    revoked: str = "",
    revoked_on: date | None = None,
    obstacle: str = "",
    obstacle_ended: date | None = None,
    actor: Actor,
    now: datetime,
    day: date | None = None,
    had_on: date | None = None,
) -> Review:
    """Ask for a review, as the respondent: of a major decision, which it stays (S31), or beside another (R01).

    `day` is the day of what came on paper, which the association had on `had_on`.
    """
    raise_first(by_its_lead(actor, track))
    serving.answer(session, "track", track.id, actor=actor, now=now, day=day, kinds=("D20",))
    facts = {
        "grounds": grounds.strip(),
        "revoked": revoked.strip(),
        "revoked_on": revoked_on,
        "obstacle": obstacle.strip(),
        "obstacle_ended": obstacle_ended,
        **on_paper(day, now, had_on),
    }
    ask = Ask(session, track, actor, facts, now, day=day)
    if TRACK.row(track.state, "ask_review") is not None:
        dossiers.move(ask, TRACK, "ask_review")
        stays: Review = ask.facts["review"]
        return stays
    basis = _basis(ask, facts)
    review = _new(session, track, basis, actor, now, day)
    review.grounds = grounds.strip()
    if basis == "REVOKED" and revoked_on is not None:
        review.revoked, review.revoked_on = revoked.strip(), revoked_on
    dossiers.move(Ask(session, review, actor, facts, now, day=day), REVIEW, "ask_review")
    return review


def refusals(
    session: Session, track: CaseTrack, *, said: Mapping[str, Any], revoked: bool, actor: Actor, now: datetime
) -> list[Refused]:
    """Why a request as it is written would be refused, asked before anybody sends it.

    `revoked` says that only a revoked document opens a review now, whether or not one is named.
    """
    ask = Ask(session, track, actor, dict(said), now)
    if TRACK.row(track.state, "ask_review") is not None:
        return TRACK.refusals(ask, "ask_review")
    decision = rounds.decision(session, track) if track.state in IN_FORCE else None
    if decision is None:
        return []
    told = {
        "basis": "REVOKED" if revoked else _basis(ask, said),
        "state": "NEW",
        "grounds": "",
        "own_motion": False,
        "asked_at": now,
    }
    put = Review(track=track, track_id=track.id, decision=decision, decision_id=decision.id, **told)
    return REVIEW.refusals(Ask(session, put, actor, ask.facts, now), "ask_review")


def _basis(ask: Ask, said: Mapping[str, Any]) -> str:
    """On what a request beside the execution rests."""
    if str(said["revoked"]).strip():
        return "REVOKED"
    return "RESTORED" if str(said["obstacle"]).strip() and was_over(ask, ask.it, "K20") else "MINOR"


def own_motion(
    session: Session,
    track: CaseTrack,
    *,
    basis: str,
    grounds: str,
    favour: bool,
    actor: Actor,
    now: datetime,
) -> Review:
    """Have a decision in force reviewed, as the head, in the respondent's favour (row R07)."""
    review = _new(session, track, basis, actor, now)
    review.grounds, review.own_motion = grounds.strip(), True
    facts = {"grounds": grounds.strip(), "favour": favour}
    dossiers.move(Ask(session, review, actor, facts, now), REVIEW, "own_motion")
    return review


def withdraw(session: Session, review: Review, *, confirmed: bool, actor: Actor, now: datetime) -> None:
    """Withdraw the review in writing, as the respondent (rows S60, R06)."""
    raise_first(by_its_lead(actor, review.track))
    if not confirmed:
        raise BadInput("confirmed", policies.WITHDRAWS)
    facts = {"confirmed": confirmed}
    if review.stayed:
        dossiers.move(Ask(session, review.track, actor, facts, now), TRACK, "withdraw_review")
    else:
        dossiers.move(Ask(session, review, actor, facts, now), REVIEW, "withdraw_review")


def decide(
    session: Session,
    review: Review,
    *,
    reasons: str,
    questions: str = "",
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Announce what the votes come to, as a member (rows S33 to S36, R02 to R05)."""
    same(review, version)
    found = policies.result(session, review)
    facts = {"reasons": reasons.strip(), "questions": questions.strip(), "result": found}
    event = policies.EVENTS[found.what if found is not None else "UPHOLD"]
    thing = review.track if review.stayed else review
    dossiers.move(Ask(session, thing, actor, facts, now), TRACK if review.stayed else REVIEW, event)


def restore(
    session: Session,
    track: CaseTrack,
    *,
    obstacle: str,
    obstacle_ended: date | None,
    asked_on: date | None,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Let the time for a review of a major decision run again after an obstacle, as the head (row S72)."""
    same(track, version)
    facts = {
        "obstacle": obstacle.strip(),
        "obstacle_ended": obstacle_ended,
        "asked_on": asked_on,
        "journal": {"obstacle": obstacle.strip()},
        "reason": RESTORED[0],
    }
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "restore_review")


def order_now(session: Session, track: CaseTrack, *, actor: Actor, version: int | None, now: datetime) -> None:
    """Issue, as an officer, the order that the panel declared immediate, in spite of a review (row S80)."""
    same(track, version)
    dossiers.move(Ask(session, track, actor, {}, now), TRACK, "order_now")


def _new(
    session: Session, track: CaseTrack, basis: str, actor: Actor, now: datetime, day: date | None = None
) -> Review:
    holds.still_kept(track.case)
    decision = rounds.decision(session, track)
    if decision is None:
        raise NotNow(_l("No decision is in force in this case."))
    return Review(
        track=track,
        track_id=track.id,
        decision=decision,
        decision_id=decision.id,
        state="NEW",
        own_motion=False,
        basis=basis,
        grounds="",
        revoked="",
        asked_at=now,
        came_on=day,
        asked_by=actor.id,
        redraws=[],
    )


@TRACK.effect("S31")
def open_stayed(ask: Ask) -> None:
    """Make a record of the review of a major decision; its states are those of the track."""
    review = _new(ask.session, ask.it, "MAJOR", ask.actor, ask.now, ask.day)
    review.grounds, review.state = ask.facts["grounds"], STAYED
    ask.session.add(review)
    ask.session.flush()
    ask.facts["review"] = review


@REVIEW.effect("R01", "R07")
def begin(ask: Ask) -> None:
    """End the time for asking, and show on what is published that a review is open (I-05)."""
    review: Review = ask.it
    ask.session.add(review)
    ask.session.flush()
    # While a review of our own is open the company cannot ask for one: its time stands still.
    (clocks.keeper.pause if review.own_motion else clocks.keeper.stop)(ask, "K20", ("track", review.track_id))
    mark_publications(ask.session, review, in_review=True)


@REVIEW.effect("R02", "R03", "R04", "R05", "R06")
def unmark(ask: Ask) -> None:
    """Show no open review any more on what stays published; a company's time to ask for one goes on."""
    clocks.keeper.resume(ask, "K20", ("track", ask.it.track_id))
    mark_publications(ask.session, ask.it, in_review=False)


def mark_publications(session: Session, review: Review, *, in_review: bool) -> None:
    """Say, or no longer say, on a publication that a review is open."""
    mine = select(Publication).where(Publication.decision_id == review.decision_id)
    for each in session.scalars(mine).all():
        each.in_review = in_review
    session.flush()
