"""Who was drawn, for a panel or a review, is told to the respondent: it has days to ask for a recusal before a vote."""

from datetime import date, datetime, timedelta
from itertools import count, filterfalse, islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import noting, tasks
from casework.holds import same
from casework.models_cases import CaseTrack
from casework.stages import DRAWN_IN
from casework.states import TRACK
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.days import is_weekend
from core.errors import BadInput, NotNow, Refused, raise_first
from core.journal import JournalEntry
from core.machine import Ask
from core.words import _l
from registry import (
    accounts,
    calendar,
    lineage,
    links,
    notifications,
    pointing,
    service_addresses,
    settings,
    successions,
)
from registry import queries as register
from registry.models import ServiceAddress
from registry.models_accounts import Account
from sanctions import bodies, policies, policies_reviews, queries_hearings, rounds
from sanctions.ballots import DRAWN, VOTE
from sanctions.models_decisions import Panel
from sanctions.models_reviews import Review

TRACKS = f"{CaseTrack.__tablename__}.party_id"
"""Under this name it is noted that a track was passed on to a successor."""
KEY, DRAWN_FOR, REVIEWED_BY, TELL = "RECUSAL_ASK_WD", "drawn_for", "reviewed_by", "tell_drawn"
STANDS_IN = frozenset({*DRAWN_IN, "ADMITTED"})
"""A panel that was drawn stays: what was admitted can still come before it."""
tasks.KINDS[TELL] = _l(
    "The portal does not reach the respondent, without electronic service or somebody who signs there: write to it who "
    "was drawn, and enter when, %(ref)s."
)


def event(session: Session, track: CaseTrack) -> str:
    """Which notice drawn members get: to vote, where nobody waits any days."""
    return VOTE if track.state == "DELIBERATION" and not settings.days(session, KEY) else DRAWN


def body_of(session: Session, track: CaseTrack) -> Panel | Review | None:
    """Whoever was drawn and has still to decide: on an open review, else the panel of the round."""
    review = policies_reviews.open_review(session, track.id)
    if review is not None:
        return review if review.seed is not None else None
    return rounds.panel(session, track) if track.state in STANDS_IN else None


def introduce(session: Session, track: CaseTrack, body: Panel | Review, now: datetime, word: str = "") -> None:
    """Tell the respondent that somebody was drawn; whom it can't be told in the portal is told by the secretary.

    `word` names the occasion on which it is told anew, of a draw of which others were told.
    """
    track.recusal_until = track.recusal_from = track.recusal_days = None
    track.drawn_untold = settings.days(session, KEY) > 0 and register.sends_on_paper(session, track.party_id)
    if not track.drawn_untold:
        _told(session, track, day_of(now), SYSTEM, now)
        what = DRAWN_FOR if isinstance(body, Panel) else REVIEWED_BY
        key = f"{what}:{body.id}:{len(body.redraws)}{word}"
        notifications.tell_party(session, track.party_id, what, key=key, now=now)
    session.flush()
    votes = isinstance(body, Review) or track.state == "DELIBERATION"
    if votes and (track.drawn_untold or track.recusal_until is not None):
        call(session, track, body, now)
    elif votes and isinstance(body, Panel) and body.redraws:  # whoever is new in it was called by the draw
        bodies.call_to_vote(session, track, body, now, but=body.redraws[-1]["drawn"])
    elif track.drawn_untold and track.state == "PRE_NOTICE":
        _have_it_told(session, track, now)  # before a hearing its notice says who sits


def call(session: Session, track: CaseTrack, body: Panel | Review, now: datetime) -> None:
    """Tell members that they can vote, on the day from which they can; the secretary, whom to tell before.

    A hearing notice has told whom it reached; its days count from then.
    """
    if track.drawn_untold and isinstance(body, Panel):
        named_on = queries_hearings.named_on(session, track)
        if named_on is not None:
            _told(session, track, named_on, SYSTEM, now)
    if track.drawn_untold:
        _have_it_told(session, track, now)
        return
    bodies.call_to_vote(session, track, body, now)


def _have_it_told(session: Session, track: CaseTrack, now: datetime) -> None:
    """Ask the secretary to tell it, once: who was to be told before may have been told since, or is still to be."""
    if any(each.kind == TELL for each in tasks.open_of(session, ("track", track.id))):
        return
    key = f"{TELL}:{track.id}:{now.isoformat()}"
    tasks.put(session, TELL, ("track", track.id, track.ref), role="secretary", now=now, key=key, urgent=True)


@successions.on_handed
def told_to_others(session: Session, moved: pointing.Numbers, word: str, now: datetime) -> None:
    """Tell whoever a track was passed on to who was drawn: another company heard it, which has other ties."""
    for number in sorted(moved.get(TRACKS, [])):
        track = session.get_one(CaseTrack, number)
        rounds.hold(session, track)
        track.taken_over_on = day_of(now)
        if (body := body_of(session, track)) is not None:
            introduce(session, track, body, now, f":{word}")


@accounts.on_locked
@accounts.on_roles
@links.on_came
def signs_or_not(session: Session, account: Account, now: datetime) -> None:
    """Whoever signs for a company left it, or came: what runs in the portal may be for nobody by now."""
    if account.party_id is not None:
        _reach(session, account.party_id, now)


@service_addresses.on_confirmed
def served_elsewhere(session: Session, address: ServiceAddress, _actor: Actor, now: datetime) -> None:
    """A company is served on paper from now on, or in the portal."""
    _reach(session, address.party_id, now)


def _reach(session: Session, party_id: int, now: datetime) -> None:
    """Tell a company by the way that reaches it now, while it was not told or its days run; a letter has told it."""
    waits = CaseTrack.drawn_untold | (CaseTrack.recusal_until >= day_of(now))
    mine = select(CaseTrack.id).where(CaseTrack.party_id == party_id, waits).order_by(CaseTrack.id)
    numbers = session.scalars(mine).all()
    on_paper = bool(numbers) and register.sends_on_paper(session, party_id)
    for number in numbers:
        track = session.get_one(CaseTrack, number)
        rounds.hold(session, track)
        body = body_of(session, track) if track.drawn_untold != on_paper else None
        if body is not None and not (on_paper and _told_by_letter(session, track, body)):
            introduce(session, track, body, now, f":{now.isoformat()}")


def _told_by_letter(session: Session, track: CaseTrack, body: Panel | Review) -> bool:
    """Whether the secretary entered a letter to this company since the last draw."""
    told = select(JournalEntry.at, JournalEntry.changes["party"].as_integer()).where(
        JournalEntry.subject_kind == "case",
        JournalEntry.subject_id == track.case_id,
        JournalEntry.row == f"case.{TELL}",
        JournalEntry.changes["track"].as_string() == track.ref,
    )
    last, since = session.execute(told.order_by(JournalEntry.seq.desc()).limit(1)).one_or_none(), _drawn_at(body)
    if last is None or (since is not None and last[0] < since):
        return False
    if last[1] is None:  # an older entry does not say to whom
        return track.taken_over_on is None or day_of(last[0]) > track.taken_over_on
    return last[1] in lineage.entries(session, track.party_id)


def _drawn_at(body: Panel | Review) -> datetime | None:
    """When somebody was last drawn for it."""
    return datetime.fromisoformat(body.redraws[-1]["at"]) if body.redraws else body.drawn_at


def _told(session: Session, track: CaseTrack, told_on: date, actor: Actor, now: datetime) -> None:
    track.drawn_untold = False
    _waits(session, track, told_on)
    tasks.settle(session, ("track", track.id), (TELL,), actor=actor, now=now)


def _waits(session: Session, track: CaseTrack, told_on: date) -> None:
    days = settings.days(session, KEY)
    if days:
        track.recusal_until, track.recusal_from, track.recusal_days = _last(session, told_on, days), told_on, days


def _last(session: Session, told_on: date, days: int) -> date:
    return rounds.working_day_after(session, told_on, days) or _weekday_after(told_on, days)


def _weekday_after(day: date, length: int) -> date:
    """The last of so many weekdays after a day, where the calendar does not reach so far."""
    later = (day + timedelta(days=each) for each in count(1))
    return next(islice(filterfalse(is_weekend, later), length - 1, None))


@calendar.on_change
def count_again(session: Session, first: date, last: date, _actor: Actor, now: datetime, _by_notice: bool) -> list[int]:
    """A year's notice moves until when a recusal can be asked for: later only, since its day was told.

    A track that somebody holds is left out: whoever waits for each other would stop the notice, and all that touches
    these days is counted once more after it.
    """
    running = CaseTrack.recusal_until >= max(first, day_of(now))
    mine = select(CaseTrack).where(running, CaseTrack.recusal_from <= last).order_by(CaseTrack.id)
    held = mine.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    for track in session.scalars(held).all():
        was, until = track.recusal_until, track.recusal_until
        if track.recusal_from is not None and track.recusal_days is not None and until is not None:
            until = max(until, _last(session, track.recusal_from, track.recusal_days))
            while calendar.is_certainly_free(session, until):
                until += timedelta(days=1)
        if until != was:
            track.recusal_until = until
            _moved(session, track, now)
    return []


def _moved(session: Session, track: CaseTrack, now: datetime) -> None:
    """Tell the company that the day moved; members are called on the day after it, and not on the one before."""
    session.flush()
    until = track.recusal_until.isoformat() if track.recusal_until else None
    noting.of_case(session, track.case, "count_recusal", SYSTEM, now, track=track.ref, until=until)
    notifications.tell_party(session, track.party_id, "moved", key=f"recusal:{track.id}:{now.isoformat()}", now=now)
    body = body_of(session, track)
    if body is not None and (isinstance(body, Review) or track.state == "DELIBERATION"):
        call(session, track, body, now)


def told_refusals(session: Session, track: CaseTrack, actor: Actor) -> list[Refused]:
    """Why somebody can't enter that the respondent was told."""
    if out := list(policies.draws(session, track, actor)):
        return out
    if track.state == "ADMITTED" or not track.drawn_untold:
        return [NotNow(_l("The respondent was told who was drawn, or need not be told any more."))]
    return [] if body_of(session, track) is not None else [NotNow(policies.NOT_DRAWN)]


def note_told(
    session: Session, track: CaseTrack, *, told_on: date, actor: Actor, version: int | None, now: datetime
) -> None:
    """Enter that a respondent which reads nothing in the portal received a letter that says who was drawn."""
    same(track, version)
    rounds.hold(session, track)
    raise_first(told_refusals(session, track, actor))
    body = body_of(session, track)
    assert body is not None  # noqa: S101 - told_refusals has seen it
    drawn = _drawn_at(body)
    first = max((each for each in (drawn and day_of(drawn), track.taken_over_on) if each), default=told_on)
    if not first <= told_on <= day_of(now):
        raise BadInput("told_on", _l("It was told after the draw, and not later than today."))
    _told(session, track, told_on, actor, now)
    session.flush()
    told = {"track": track.ref, "told_on": told_on.isoformat()}
    noting.of_case(session, track.case, TELL, actor, now, party=track.party_id, **told)
    if isinstance(body, Review) or track.state == "DELIBERATION":
        call(session, track, body, now)


@TRACK.effect(*(row.id for row in TRACK.rows.values() if row.target == "DELIBERATION"))
def call_to_vote(ask: Ask) -> None:
    """Tell the panel that it can vote now, or soon."""
    panel = rounds.panel(ask.session, ask.it)
    if panel is not None:
        call(ask.session, ask.it, panel, ask.now)


def over(session: Session, track: CaseTrack, actor: Actor, now: datetime) -> None:
    """Nobody is told any more of those who were drawn, nor waited for: they have decided, or decide no more."""
    track.drawn_untold = False
    track.recusal_until = track.recusal_from = track.recusal_days = None
    tasks.settle(session, ("track", track.id), (TELL,), actor=actor, now=now)


@TRACK.effect("S50")
def told_no_more_for_now(ask: Ask) -> None:
    """Close the task: while facts are admitted no panel votes, and perhaps none will."""
    tasks.settle(ask.session, ("track", ask.it.id), (TELL,), actor=ask.actor, now=ask.now)


@TRACK.effect("S51", "S53")
def told_after_all(ask: Ask) -> None:
    """The panel that was drawn decides after all: whoever was not told of it is told now."""
    drawn = rounds.panel(ask.session, ask.it) is not None
    if drawn and ask.it.drawn_untold and queries_hearings.named_on(ask.session, ask.it) is None:
        _have_it_told(ask.session, ask.it, ask.now)


@TRACK.effect(
    *(
        row.id
        for row in TRACK.rows.values()
        if STANDS_IN.intersection(row.sources) and row.target not in {*STANDS_IN, "SAME"}
    )
)
def tell_no_more(ask: Ask) -> None:
    """Once this panel votes no more, not while its time runs again or facts are being admitted."""
    over(ask.session, ask.it, ask.actor, ask.now)
