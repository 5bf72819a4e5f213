"""Who was drawn for a panel is told to the respondent, which has some days to ask for a recusal before it votes."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from casework import noting, tasks
from casework.models_cases import CaseTrack
from casework.policies_tracks import same
from casework.stages import DRAWN_IN
from casework.states import TRACK
from core.actors import Actor
from core.clock import day_of, midnight
from core.errors import BadInput, NotNow, Refused, raise_first
from core.machine import Ask
from core.words import _l
from registry import notifications, settings
from registry import queries as register
from sanctions import bodies, policies, policies_resolutions, rounds
from sanctions.ballots import DRAWN, VOTE
from sanctions.models_decisions import Panel

KEY, DRAWN_FOR, TELL = "RECUSAL_ASK_WD", "drawn_for", "tell_drawn"
tasks.KINDS[TELL] = _l("The respondent reads nothing in the portal: tell it who was drawn, and enter when, %(ref)s.")


def event(session: Session, track: CaseTrack) -> str:
    """Which notice drawn members get: to vote, where nobody waits any days."""
    return VOTE if track.state == "DELIBERATION" and not settings.days(session, KEY) else DRAWN


def introduce(session: Session, track: CaseTrack, panel: Panel, now: datetime) -> None:
    """Tell the respondent that somebody was drawn; whom it can't be told in the portal is told by the secretary."""
    track.recusal_until = None
    track.drawn_untold = settings.days(session, KEY) > 0 and register.sends_on_paper(session, track.party_id)
    if not track.drawn_untold:
        _waits(session, track, day_of(now))
        key = f"{DRAWN_FOR}:{panel.id}:{len(panel.redraws)}"
        notifications.tell_party(session, track.party_id, DRAWN_FOR, key=key, now=now)
    session.flush()
    if track.state == "DELIBERATION" and (track.drawn_untold or track.recusal_until is not None):
        call(session, track, panel, now)
    elif track.drawn_untold and track.state == "PRE_NOTICE":
        _have_it_told(session, track, panel, now)  # before a hearing its notice says who sits


def call(session: Session, track: CaseTrack, panel: Panel, now: datetime) -> None:
    """Tell the panel that it can vote, on the day from which it can; the secretary, whom to tell before."""
    if policies_resolutions.is_untold(session, track):
        _have_it_told(session, track, panel, now)
        return
    last = policies_resolutions.asks_until(session, track, day_of(now))
    at = notifications.morning(session, midnight(last + timedelta(days=1))) if last is not None else None
    members = [each.account_id for each in rounds.sitting(panel)]
    bodies.call(session, members, VOTE, key=f"panel:{panel.id}:{VOTE}:{now.isoformat()}", now=now, at=at)


def _have_it_told(session: Session, track: CaseTrack, panel: Panel, now: datetime) -> None:
    subject, key = ("track", track.id, track.ref), f"{TELL}:{panel.id}:{len(panel.redraws)}"
    tasks.put(session, TELL, subject, role="secretary", now=now, key=key, urgent=True)


def _waits(session: Session, track: CaseTrack, told_on: date) -> None:
    days = settings.days(session, KEY)
    if days:
        track.recusal_until = rounds.working_day_after(session, told_on, days) or told_on + timedelta(days=days)


def told_refusals(session: Session, track: CaseTrack, actor: Actor) -> list[Refused]:
    """Why somebody can't enter that the respondent was told."""
    if out := list(policies.draws(session, track, actor)):
        return out
    if track.state not in DRAWN_IN or not policies_resolutions.is_untold(session, track):
        return [NotNow(_l("The respondent was told who was drawn, or need not be told any more."))]
    return []


def note_told(
    session: Session, track: CaseTrack, *, told_on: date, actor: Actor, version: int | None, now: datetime
) -> None:
    """Enter that a respondent which reads nothing in the portal received a letter that says who was drawn."""
    same(track, version)
    rounds.hold(session, track)
    raise_first(told_refusals(session, track, actor))
    panel = rounds.panel(session, track)
    assert panel is not None  # noqa: S101 - nobody is untold before the draw
    drawn = datetime.fromisoformat(panel.redraws[-1]["at"]) if panel.redraws else panel.drawn_at
    if not (drawn is None or day_of(drawn) <= told_on <= day_of(now)):
        raise BadInput("told_on", _l("It was told after the draw, and not later than today."))
    track.drawn_untold = False
    _waits(session, track, told_on)
    session.flush()
    noting.of_case(session, track.case, TELL, actor, now, track=track.ref, told_on=told_on.isoformat())
    tasks.settle(session, ("track", track.id), (TELL,), actor=actor, now=now)
    if track.state == "DELIBERATION":
        call(session, track, panel, now)


@TRACK.effect(*(row.id for row in TRACK.rows.values() if row.target == "DELIBERATION"))
def call_to_vote(ask: Ask) -> None:
    """Tell the panel that it can vote now, or soon."""
    panel = rounds.panel(ask.session, ask.it)
    if panel is not None:
        call(ask.session, ask.it, panel, ask.now)


@TRACK.effect(*(row.id for row in TRACK.rows.values() if "DELIBERATION" in row.sources and row.target != "SAME"))
def tell_no_more(ask: Ask) -> None:
    """Close that task once the panel does not deliberate any more."""
    tasks.settle(ask.session, ("track", ask.it.id), (TELL,), actor=ask.actor, now=ask.now)
