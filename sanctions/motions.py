"""Motions: what a member puts to the panel besides its decision; voted on in secret, then carried or lost."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import noting
from casework.holds import same
from casework.models_cases import Allegation, CaseTrack, Evidence
from casework.policies_recusals import takes_no_part
from casework.states import TRACK
from core import clock
from core.actors import Actor
from core.errors import Changed, NotAllowed, NotNow, Refused, raise_first
from core.machine import Ask
from core.words import _l
from sanctions import ballots, policies, resolutions, rounds
from sanctions import policies_resolutions as resolving
from sanctions.ballots import ABSTAIN, VOTE, Question, checked, once
from sanctions.bodies import call, count_motion, incomplete, vacant
from sanctions.models_decisions import Panel, PanelMember
from sanctions.models_resolutions import Motion, MotionVote

QUESTION = Question(("FOR", "AGAINST", ABSTAIN))


def put_harsher(  # noqa: PLR0913 - each value is named
    session: Session,
    track: CaseTrack,
    *,
    measures: Sequence[int],
    allegation: Allegation | None,
    new_facts: str,
    evidence: Sequence[Evidence],
    reasons: str,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> Motion:
    """Put to the panel to announce more, on facts that were not in the notice (rows S28, S57)."""
    same(track, version)
    facts = resolutions.harsher(session, track, measures, allegation, new_facts, evidence, reasons)
    return _put(session, track, "HARSHER", resolutions.event_of(facts), facts, actor, now)


def put_return(
    session: Session,
    track: CaseTrack,
    *,
    questions: Sequence[str],
    reasons: str,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> Motion:
    """Put to the panel to return the case to the investigator with questions (row S58)."""
    same(track, version)
    return _put(session, track, "RETURN", "return_case", resolutions.returning(questions, reasons), actor, now)


def _put(
    session: Session, track: CaseTrack, kind: str, event: str, facts: dict[str, Any], actor: Actor, now: datetime
) -> Motion:
    for refusal in TRACK.refusals(Ask(session, track, actor, facts, now), event):
        raise refusal
    panel = rounds.panel(session, track)
    member = _seat(panel, actor)
    assert panel is not None and member is not None  # noqa: S101, PT018 - a guard has seen it
    made = Motion(
        track_id=track.id,
        panel_id=panel.id,
        kind=kind,
        body=facts["new_facts"] if kind == "HARSHER" else "\n".join(facts["questions"]),
        reasons=facts["reasons"],
        allegation_id=facts["allegation"].id if kind == "HARSHER" else None,
        evidence=[each.id for each in facts.get("evidence", ())],
        measures=facts.get("measures", []),
        moved_by=member.id,
        moved_at=now,
    )
    session.add(made)
    session.flush()
    noting.of_case(session, track.case, "put_motion", actor, now, track=track.ref)
    others = {each.account_id for each in rounds.sitting(panel)} - {actor.id}
    call(session, others, VOTE, key=f"motion:{made.id}", now=now)
    return made


def _seat(panel: Panel | None, actor: Actor) -> PanelMember | None:
    return ballots.seated(panel.members, actor) if panel is not None else None


def vote_refusals(session: Session, track: CaseTrack, motion: Motion, actor: Actor) -> Iterator[Refused]:
    """Why somebody cannot vote on it now."""
    member = _seat(rounds.panel(session, track), actor)
    if member is None:
        yield NotAllowed(_l("Only members of the panel vote."))
        return
    yield from takes_no_part(session, actor, track.case_id, clock.today())
    yield from _open(session, track, motion)
    yield from once(member.id, resolving.motion_votes(session, motion))


def _open(session: Session, track: CaseTrack, motion: Motion) -> Iterator[Refused]:
    """A motion waits as a decision does: for the respondent's days, and for what it may still ask."""
    over = list(_over(track, motion))
    yield from over or resolving.unsettled(session, track, clock.today())


def _over(track: CaseTrack, motion: Motion) -> Iterator[Refused]:
    if motion.ended_at is not None or track.state != "DELIBERATION":
        yield NotNow(_l("This motion is not before the panel any more."))


def vote(
    session: Session,
    track: CaseTrack,
    *,
    choice: str,
    reasons: str,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> MotionVote:
    """Vote once, with reasons: for, against, or abstaining; `seen` is the number of the motion that was read."""
    motion = _held(session, track, seen)
    free = vacant(session, Panel, [motion.panel_id])  # as the system only: a member does not read the other seats
    raise_first([*vote_refusals(session, track, motion, actor), *incomplete(bool(free))])
    checked(QUESTION, choice, reasons)
    member = _seat(rounds.panel(session, track), actor)
    assert member is not None  # noqa: S101 - vote_refusals has seen it
    cast = MotionVote(motion_id=motion.id, member_id=member.id, choice=choice, reasons=reasons.strip(), voted_at=now)
    session.add(cast)
    session.flush()
    count_motion(session, motion)
    noting.of_case(session, track.case, "vote_motion", actor, now, track=track.ref)
    return cast


def _held(session: Session, track: CaseTrack, seen: int | None) -> Motion:
    """The open motion, locked, so that two votes at once both count; refused if it is not the one that was read."""
    motion = resolving.open_motion(session, track)
    if motion is None:
        raise NotNow(_l("No motion is before the panel."))
    if seen not in {None, motion.id}:
        raise Changed(_l("Another motion is before the panel since you opened this page: read it first."))
    session.refresh(motion, with_for_update=True)
    return motion


def settle_refusals(session: Session, track: CaseTrack, motion: Motion, actor: Actor) -> Iterator[Refused]:
    """Why its result cannot be announced now."""
    panel = rounds.panel(session, track)
    if panel is None or not policies.is_on(actor, panel):
        yield from policies.by_its_members(actor, panel)
        return
    yield from takes_no_part(session, actor, track.case_id, clock.today())
    yield from _open(session, track, motion)
    few = list(ballots.enough((motion.tally or {}).get("cast", 0), ballots.needed(panel)))
    yield from few
    waits = policies.still_has_time(session, track, clock.today()) and not few
    if waits and resolving.votes_to_come(panel, motion):
        yield NotNow(policies.VOTES_TO_COME)


def settle(session: Session, track: CaseTrack, *, actor: Actor, now: datetime, seen: int | None = None) -> Motion:
    """Announce the result as a member: a carried motion is done (rows S28, S57, S58), a lost one ends here."""
    motion = _held(session, track, seen)
    for refusal in settle_refusals(session, track, motion, actor):
        raise refusal
    if ballots.rules_of(session.get_one(Panel, motion.panel_id)).carry(resolving.put(session, motion)):
        resolutions.carry(session, track, motion, actor=actor, now=now)
    else:
        _end(session, track, motion, "LOST", actor, now)
    return motion


def withdraw(session: Session, track: CaseTrack, *, actor: Actor, now: datetime, seen: int | None = None) -> Motion:
    """Take it back before the result is announced, as whoever put it."""
    motion = _held(session, track, seen)
    member = _seat(rounds.panel(session, track), actor)
    if member is None or member.id != motion.moved_by:
        raise NotAllowed(_l("Only whoever put a motion takes it back."))
    for refusal in _over(track, motion):
        raise refusal
    _end(session, track, motion, "WITHDRAWN", actor, now)
    return motion


def _end(session: Session, track: CaseTrack, motion: Motion, outcome: str, actor: Actor, now: datetime) -> None:
    motion.outcome, motion.ended_at = outcome, now
    session.flush()
    noting.of_case(session, track.case, "end_motion", actor, now, track=track.ref, outcome=outcome)


@TRACK.effect("S70", "S71")
def time_runs_again(ask: Ask) -> None:
    """End what is before the panel: the respondent's time runs again, after which it can be put anew."""
    if (motion := resolving.open_motion(ask.session, ask.it)) is not None:
        motion.outcome, motion.ended_at = "WITHDRAWN", ask.now
