"""Windows opened again after an obstacle: asked for by the respondent, granted or refused by the panel."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework import noting
from casework.holds import same
from casework.models_cases import CaseTrack
from casework.policies_tracks import by_its_lead
from casework.states import TRACK
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, Changed, NotNow, Refused, raise_first
from core.machine import Ask
from core.words import _l
from notices import dossiers
from sanctions import policies, rounds
from sanctions.models_resolutions import Restoration
from sanctions.policies_resolutions import NOBODY_ASKS, restoration
from sanctions.policies_reviews import obstacle_problems


def ask_refusals(session: Session, track: CaseTrack, actor: Actor) -> Iterator[Refused]:
    """Why nobody can ask now."""
    yield from by_its_lead(actor, track)
    if track.state != "DELIBERATION":
        yield NotNow(_l("This is asked for while the panel deliberates."))
    found = restoration(session, track)
    if found is not None and found.waits:
        yield NotNow(_l("Your request waits for the panel."))


def ask_for(
    session: Session,
    track: CaseTrack,
    *,
    obstacle: str,
    ended_on: date | None,
    actor: Actor,
    now: datetime,
    day: date | None = None,
) -> Restoration:
    """The respondent says what kept it from acting in time, and when that ended; on paper, `day` is that of its letter.

    The panel is locked: a request made while the panel announces would be taken and never answered.
    """
    rounds.hold(session, track)
    for refusal in ask_refusals(session, track, actor):
        raise refusal
    for refusal in obstacle_problems(session, obstacle.strip(), ended_on, day or day_of(now)):
        raise refusal
    assert ended_on is not None  # noqa: S101 - obstacle_problems has seen it
    asked = Restoration(
        track_id=track.id,
        round=track.round,
        obstacle=obstacle.strip(),
        ended_on=ended_on,
        asked_on=day or day_of(now),
        asked_at=now,
        came_on=day,
        asked_by=actor.id,
    )
    session.add(asked)
    session.flush()
    on_paper = {} if day is None else {"on_paper": day.isoformat()}
    noting.of_case(session, track.case, "ask_restoration", actor, now, track=track.ref, **on_paper)
    return asked


def grant(
    session: Session,
    track: CaseTrack,
    *,
    not_own: bool,
    reasons: str,
    actor: Actor,
    version: int | None,
    now: datetime,
    seen: int | None = None,
) -> None:
    """Open the windows again from today (rows S70, S71), and put aside the votes so far.

    `seen` is the number of the request that was read, since a request does not change the track's version.
    """
    same(track, version)
    _held(session, track, seen)
    event = "restore_major" if track.major else "restore_minor"
    dossiers.move(Ask(session, track, actor, {"not_own": not_own, "reasons": reasons.strip()}, now), TRACK, event)


def refuse(
    session: Session, track: CaseTrack, *, reasons: str, actor: Actor, now: datetime, seen: int | None = None
) -> None:
    """Open nothing again, with reasons, as the panel; `seen` is the number of the request that was read."""
    rounds.hold(session, track)
    raise_first(policies.by_its_members(actor, rounds.panel(session, track)))
    asked = _held(session, track, seen)
    if asked is None or not asked.waits:
        raise NotNow(NOBODY_ASKS)
    if not reasons.strip():
        raise BadInput("reasons", _l("Give the reasons."))
    asked.refused_at, asked.refused_because = now, reasons.strip()
    session.flush()
    noting.of_case(session, track.case, "refuse_restoration", actor, now, track=track.ref)


def _held(session: Session, track: CaseTrack, seen: int | None) -> Restoration | None:
    """The last request, if it is the one that was read, locked: of two members who answer at once one waits."""
    asked = restoration(session, track)
    if asked is not None:
        if seen not in {None, asked.id}:
            raise Changed(_l("The respondent has asked anew since you opened this page: read its request first."))
        session.refresh(asked, with_for_update=True)
    return asked


@TRACK.effect("S70", "S71")
def note_restoration(ask: Ask) -> None:
    """Grant it; the panel votes anew once it knows the statement."""
    asked = restoration(ask.session, ask.it)
    if asked is None:
        raise NotNow(NOBODY_ASKS)
    asked.granted_at = ask.now
    panel = rounds.panel(ask.session, ask.it)
    cast = rounds.votes(ask.session, panel) if panel else []
    for vote in cast:
        ask.session.delete(vote)
    if panel is not None:
        panel.tally = None
    ask.facts["journal"] = {"reasons": ask.facts["reasons"], "votes_put_aside": len(cast)}
