"""Who was drawn for a panel is told to the respondent, which has some days to ask for a recusal before it votes."""

from datetime import date, datetime, timedelta
from itertools import count, filterfalse, islice

from sqlalchemy.orm import Session

from casework import noting, tasks
from casework.models_cases import CaseTrack
from casework.policies_recusals import asks_until
from casework.policies_tracks import same
from casework.stages import DRAWN_IN
from casework.states import TRACK
from core.actors import SYSTEM, Actor
from core.clock import day_of, midnight
from core.days import is_weekend
from core.errors import BadInput, NotNow, Refused, raise_first
from core.machine import Ask
from core.words import _l
from registry import notifications, settings
from registry import queries as register
from sanctions import bodies, policies, queries_hearings, rounds
from sanctions.ballots import DRAWN, VOTE
from sanctions.models_decisions import Panel

KEY, DRAWN_FOR, TELL = "RECUSAL_ASK_WD", "drawn_for", "tell_drawn"
STANDS_IN = frozenset({*DRAWN_IN, "ADMITTED"})
"""A panel that was drawn stays: what was admitted can still come before it."""
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
    """Tell the panel that it can vote, on the day from which it can; the secretary, whom to tell before.

    A hearing notice has told whom it reached; its days count from then.
    """
    if track.drawn_untold and (named_on := queries_hearings.named_on(session, track)) is not None:
        _told(session, track, named_on, SYSTEM, now)
    if track.drawn_untold:
        _have_it_told(session, track, panel, now)
        return
    last = asks_until(track, day_of(now))
    at = notifications.morning(session, midnight(last + timedelta(days=1))) if last is not None else None
    members = [each.account_id for each in rounds.sitting(panel)]
    bodies.call(session, members, VOTE, key=f"panel:{panel.id}:{VOTE}:{now.isoformat()}", now=now, at=at)


def _have_it_told(session: Session, track: CaseTrack, panel: Panel, now: datetime) -> None:
    subject, key = ("track", track.id, track.ref), f"{TELL}:{panel.id}:{len(panel.redraws)}"
    tasks.put(session, TELL, subject, role="secretary", now=now, key=key, urgent=True)


def _told(session: Session, track: CaseTrack, told_on: date, actor: Actor, now: datetime) -> None:
    track.drawn_untold = False
    _waits(session, track, told_on)
    tasks.settle(session, ("track", track.id), (TELL,), actor=actor, now=now)


def _waits(session: Session, track: CaseTrack, told_on: date) -> None:
    days = settings.days(session, KEY)
    if days:
        track.recusal_until = rounds.working_day_after(session, told_on, days) or _weekday_after(told_on, days)


def _weekday_after(day: date, length: int) -> date:
    """The last of so many weekdays after a day, where the calendar does not reach so far."""
    later = (day + timedelta(days=each) for each in count(1))
    return next(islice(filterfalse(is_weekend, later), length - 1, None))


def told_refusals(session: Session, track: CaseTrack, actor: Actor) -> list[Refused]:
    """Why somebody can't enter that the respondent was told."""
    if out := list(policies.draws(session, track, actor)):
        return out
    if track.state not in DRAWN_IN or not track.drawn_untold:
        return [NotNow(_l("The respondent was told who was drawn, or need not be told any more."))]
    return [] if rounds.panel(session, track) is not None else [NotNow(policies.NOT_DRAWN)]


def note_told(
    session: Session, track: CaseTrack, *, told_on: date, actor: Actor, version: int | None, now: datetime
) -> None:
    """Enter that a respondent which reads nothing in the portal received a letter that says who was drawn."""
    same(track, version)
    rounds.hold(session, track)
    raise_first(told_refusals(session, track, actor))
    panel = rounds.panel(session, track)
    assert panel is not None  # noqa: S101 - told_refusals has seen it
    drawn = datetime.fromisoformat(panel.redraws[-1]["at"]) if panel.redraws else panel.drawn_at
    if not (drawn is None or day_of(drawn) <= told_on <= day_of(now)):
        raise BadInput("told_on", _l("It was told after the draw, and not later than today."))
    _told(session, track, told_on, actor, now)
    session.flush()
    noting.of_case(session, track.case, TELL, actor, now, track=track.ref, told_on=told_on.isoformat())
    if track.state == "DELIBERATION":
        call(session, track, panel, now)


@TRACK.effect(*(row.id for row in TRACK.rows.values() if row.target == "DELIBERATION"))
def call_to_vote(ask: Ask) -> None:
    """Tell the panel that it can vote now, or soon."""
    panel = rounds.panel(ask.session, ask.it)
    if panel is not None:
        call(ask.session, ask.it, panel, ask.now)


@TRACK.effect("S15", "S16", "S28", "S57")
def nobody_is_drawn(ask: Ask) -> None:
    """Whom the panel of an earlier round waited for is told of the new one by its own draw."""
    ask.it.drawn_untold, ask.it.recusal_until = False, None


@TRACK.effect(
    *(
        row.id
        for row in TRACK.rows.values()
        if STANDS_IN.intersection(row.sources) and row.target not in {*STANDS_IN, "SAME"}
    )
)
def tell_no_more(ask: Ask) -> None:
    """Close that task once this panel votes no more, not while its time runs again or facts are being admitted."""
    tasks.settle(ask.session, ("track", ask.it.id), (TELL,), actor=ask.actor, now=ask.now)
