"""Statements of the respondent on an advance notice, and rights given up in writing."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.inquiries import on_paper
from casework.models_cases import CaseTrack
from casework.policies_tracks import by_its_lead, has_run_out, is_late
from casework.states import TRACK
from core.actors import Actor
from core.errors import BadInput, Changed, raise_first
from core.machine import Ask
from core.words import _l
from notices import dossiers, serving
from sanctions import rounds
from sanctions.models_decisions import Statement
from sanctions.policies import NOTHING_MORE, STATING, WRITE_STATEMENT

RIGHTS = {"windows": ("waive_windows", "D17"), "review": ("waive_review", "D20")}
"""What can be given up in writing: the move, and the document that is then taken as opened."""


def state(
    session: Session, track: CaseTrack, *, text: str, actor: Actor, now: datetime, day: date | None = None
) -> Statement:
    """State the respondent's view, any number of times until the vote (row S19); the notice then counts as received.

    `day` is the day of what came on paper.
    """
    raise_first(by_its_lead(actor, track))
    if not text.strip():
        raise BadInput("text", WRITE_STATEMENT)
    rounds.hold(session, track)
    serving.answer(session, "track", track.id, actor=actor, now=now, day=day, kinds=("D17",))
    ask = Ask(session, track, actor, {"text": text.strip(), **on_paper(day, now)}, now, day=day)
    dossiers.move(ask, TRACK, "state")
    said: Statement = ask.facts["statement"]
    return said


def waive(
    session: Session,
    track: CaseTrack,
    *,
    confirmed: bool,
    actor: Actor,
    now: datetime,
    right: str | None = None,
    seen: int | None = None,
) -> None:
    """Declare in writing that nothing more will follow: no statement and no hearing (S69), or no review (S59).

    `right` is the right that the page named; without it, the one that the state leaves to waive. `seen` is the round
    in which the page was opened.
    """
    raise_first(by_its_lead(actor, track))
    if not confirmed:
        raise BadInput("confirmed", NOTHING_MORE)
    rounds.read_in(session, track, seen)
    if right is not None and right != to_give_up(track):
        # before anything counts as received
        raise Changed(_l("The case has moved on since you opened this page. Nothing was given up."))
    kinds = (RIGHTS[right][1],) if right else tuple(kind for _event, kind in RIGHTS.values())
    serving.answer(session, "track", track.id, actor=actor, now=now, kinds=kinds)
    event = RIGHTS[right or to_give_up(track) or "windows"][0]
    dossiers.move(Ask(session, track, actor, {"confirmed": confirmed}, now), TRACK, event)


def to_give_up(track: CaseTrack) -> str | None:
    """The right that can be waived in the track's state."""
    return next((right for right, (event, _kind) in RIGHTS.items() if TRACK.row(track.state, event)), None)


def hearing_goes_too(session: Session, track: CaseTrack, today: date) -> bool:
    """Whether who gives up the statement gives up a hearing with it, since one could still be asked for."""
    windows = TRACK.row(track.state, "waive_windows") is not None
    return windows and track.major and not has_run_out(session, track, "K16", today)


@TRACK.effect("S19")
def note_statement(ask: Ask) -> None:
    """Keep what was stated and whether it came in time; a late statement is taken too."""
    track: CaseTrack = ask.it
    # An admission, a waiver or a hearing may have stopped its time: it is in time up to the last day of that.
    late = all(is_late(ask.session, track, key, ask.on) for key in STATING)
    said = Statement(
        track_id=track.id,
        round=track.round,
        body=ask.facts["text"],
        stated_at=ask.now,
        came_on=ask.day,
        stated_by=ask.actor.id,
        late=late,
    )
    ask.session.add(said)
    ask.facts["statement"] = said
