"""Panels: drawn at random with a recorded seed from who took no part in the case; secret votes with reasons."""

import random
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from casework import noting, tasks
from casework.models_cases import CaseTrack
from casework.policies_recusals import takes_no_part
from casework.stages import DRAWN_IN
from casework.states import TRACK
from casework.states_recusals import RECUSAL
from core import clock
from core.actors import Actor
from core.errors import NotAllowed, NotNow, Refused
from core.machine import Ask
from core.words import _l
from registry import golive, settings
from registry.models_accounts import Account
from sanctions import policies, policies_resolutions, rounds
from sanctions.ballots import ABSTAIN, DRAWN, VOTE, Question, call, checked, needed, once, seat
from sanctions.levels import FIRST_MAJOR
from sanctions.models_decisions import Panel, PanelBackground, PanelMember, Vote
from sanctions.policies_recusals import LEFT
from sanctions.tallies import KEYS

QUESTION = Question(("PROPOSED", "LIGHTER", "NONE", ABSTAIN), lighter="LIGHTER")
RESTS_ON = ("PANEL_MINOR", "PANEL_MAJOR", "PANEL_OUTSIDE", "RECUSAL_MONTHS", *KEYS)
"""What is confirmed before anybody is drawn by it."""
SEAT_FREE = "seat_free"
tasks.KINDS[SEAT_FREE] = _l("A member was recused: draw somebody in that place, %(ref)s.")


def size_for(session: Session, track: CaseTrack) -> int:
    """How many members a panel has: more for a major measure."""
    proposal = rounds.proposal(session, track)
    major = proposal is not None and proposal.level >= FIRST_MAJOR
    return int(settings.value(session, "PANEL_MAJOR" if major else "PANEL_MINOR"))


def draw_refusals(session: Session, track: CaseTrack, actor: Actor) -> Iterator[Refused]:
    """Why no panel can be drawn now."""
    if out := list(policies.draws(session, track, actor)):
        yield from out
        return
    if track.state not in DRAWN_IN:
        yield NotNow(_l("A panel is drawn once the advance notice is served."))
        return
    yield from golive.refused(session, *RESTS_ON)
    if rounds.panel(session, track) is not None:
        yield NotNow(_l("The panel of this round has been drawn already."))
    pool, size = _pool(session, track, actor), size_for(session, track)
    yield from _too_few(session, pool, size, ())


def _pool(session: Session, track: CaseTrack, actor: Actor, panel: Panel | None = None) -> policies.Pool:
    """Who may be drawn: nobody who was drawn already, and not whoever draws."""
    out = {actor.id, *(each.account_id for each in panel.members)} if panel else {actor.id}
    return [each for each in policies.eligible(session, track) if each[0].id not in out]


def _too_few(session: Session, pool: policies.Pool, size: int, stay: Iterable[PanelMember]) -> Iterator[Refused]:
    """Why a pool does not do for so many to be drawn."""
    found = len(pool)
    if found < size:
        yield NotNow(_l("Only %(found)s members may decide this case; %(size)s are needed.", found=found, size=size))
    yield from policies.too_few_outside(pool, policies.wanted_from_outside(session, stay, size))


def draw(session: Session, track: CaseTrack, *, actor: Actor, now: datetime, seed: str | None = None) -> Panel:
    """Draw the panel of the round; the seed lets anybody repeat the draw."""
    for refusal in draw_refusals(session, track, actor):
        raise refusal
    size, pool = size_for(session, track), _pool(session, track, actor)
    seed = seed or secrets.token_hex(16)
    chosen = chosen_by(seed, pool, size, policies.wanted_from_outside(session, (), size))
    panel = Panel(track_id=track.id, round=track.round, size=size, seed=seed, drawn_at=now, drawn_by=actor.id)
    panel.rules = {key: settings.value(session, key) for key in KEYS}
    for place, (person, background) in enumerate(chosen):
        outside = policies.is_outside(background)
        panel.members.append(PanelMember(track_id=track.id, account_id=person.id, chair=place == 0, outside=outside))
    session.add(panel)
    session.flush()
    noting.of_case(session, track.case, "draw", actor, now, track=track.ref, seed=seed, pool=len(pool))
    _call(session, track, panel, [person.id for person, _background in chosen], now)
    return panel


def _call(session: Session, track: CaseTrack, panel: Panel, members: Iterable[int], now: datetime) -> None:
    event = VOTE if track.state == "DELIBERATION" else DRAWN
    call(session, members, event, key=f"panel:{panel.id}:{event}", now=now)


@TRACK.effect(*(row.id for row in TRACK.rows.values() if row.target == "DELIBERATION"))
def call_to_vote(ask: Ask) -> None:
    """The panel may vote from now on."""
    panel = rounds.panel(ask.session, ask.it)
    if panel is not None:
        members = [each.account_id for each in rounds.sitting(panel)]
        call(ask.session, members, VOTE, key=f"panel:{panel.id}:{VOTE}:{ask.now.isoformat()}", now=ask.now)


def chosen_by(
    seed: str,
    pool: policies.Pool,
    size: int,
    outside: int,
) -> list[tuple[Account, PanelBackground | None]]:
    """The members that a seed draws; the first drawn takes the chair.

    Members from outside are drawn first, as many as are asked for; the rest from everybody left.
    """
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose; the seed itself is secret random bits
    from_outside = [each for each in pool if policies.is_outside(each[1])]
    first = dice.sample(from_outside, outside)
    left = [each for each in pool if each not in first]
    chosen = [*first, *dice.sample(left, size - len(first))]
    dice.shuffle(chosen)
    return chosen


@RECUSAL.effect("A02", "A03")
def count_without(ask: Ask) -> None:
    """A vote cast by a recused member counts no more."""
    for panel in sorted(ask.facts.get(LEFT, ()), key=lambda each: each.track_id):
        track = ask.session.get_one(CaseTrack, panel.track_id)
        if panel.round != track.round:
            continue
        rounds.hold(ask.session, track)  # a vote that is cast at this moment is counted
        if panel.tally is not None:
            _count(ask.session, track, panel)


@RECUSAL.effect("A02", "A03")
def ask_for_a_draw(ask: Ask) -> None:
    """Whoever draws finds the free seat among what is to be looked at."""
    for panel in ask.facts.get(LEFT, ()):
        track = ask.session.get_one(CaseTrack, panel.track_id)
        if panel.round == track.round and track.state in DRAWN_IN:
            seat_free(ask, ("track", track.id, track.ref))


def seat_free(ask: Ask, subject: tasks.Subject) -> None:
    """The secretary draws somebody in the place of a recused member."""
    key = f"{SEAT_FREE}:{ask.it.id}:{subject[0]}:{subject[1]}"
    tasks.put(ask.session, SEAT_FREE, subject, role="secretary", now=ask.now, key=key, urgent=True)


@TRACK.effect(
    *(row.id for row in TRACK.rows.values() if "DELIBERATION" in row.sources and row.target not in {*DRAWN_IN, "SAME"})
)
def ask_no_more(ask: Ask) -> None:
    """Once the panel has decided, nobody is drawn any more."""
    tasks.settle(ask.session, ("track", ask.it.id), (SEAT_FREE,), actor=ask.actor, now=ask.now)


def fill_refusals(session: Session, track: CaseTrack, actor: Actor) -> Iterator[Refused]:
    """Why nobody can be drawn in the place of recused members."""
    if out := list(policies.draws(session, track, actor)):
        yield from out
        return
    panel = rounds.panel(session, track)
    missing = panel.size - len(rounds.sitting(panel)) if panel else 0
    if panel is None or not missing:
        yield NotNow(_l("No member of the panel has to be replaced."))
        return
    if track.state not in DRAWN_IN:
        yield NotNow(_l("The panel has decided already."))
    yield from _too_few(session, _pool(session, track, actor, panel), missing, rounds.sitting(panel))


def fill(session: Session, track: CaseTrack, *, actor: Actor, now: datetime, seed: str | None = None) -> Panel:
    """Draw members in the place of those who were recused, with a seed of its own."""
    rounds.hold(session, track)
    for refusal in fill_refusals(session, track, actor):
        raise refusal
    panel = rounds.panel(session, track)
    if panel is None:
        raise NotNow(_l("No panel has been drawn yet."))
    stay, pool = rounds.sitting(panel), _pool(session, track, actor, panel)
    seed = seed or secrets.token_hex(16)
    size = panel.size - len(stay)
    chosen = chosen_by(seed, pool, size, policies.wanted_from_outside(session, stay, size))
    for place, (person, background) in enumerate(chosen):
        chair = not stay and place == 0
        is_outside = policies.is_outside(background)
        panel.members.append(
            PanelMember(track_id=track.id, account_id=person.id, chair=chair, outside=is_outside),
        )
    drawn = [person.id for person, _background in chosen]
    about = {"seed": seed, "pool": len(pool), "at": now.isoformat(), "by": actor.id, "drawn": drawn}
    panel.redraws = [*panel.redraws, about]
    session.flush()
    tasks.settle(session, ("track", track.id), (SEAT_FREE,), actor=actor, now=now)
    noting.of_case(session, track.case, "draw", actor, now, track=track.ref, seed=seed, pool=len(pool))
    _call(session, track, panel, drawn, now)
    return panel


def vote_refusals(session: Session, track: CaseTrack, actor: Actor) -> Iterator[Refused]:
    """Why somebody can't vote now."""
    panel = rounds.panel(session, track)
    member = seat(panel.members, actor.id) if panel else None
    if panel is None or member is None:
        yield NotAllowed(_l("Only members of the panel vote."))
        return
    yield from takes_no_part(session, actor, track.case_id, clock.today())
    if track.state != "DELIBERATION":
        yield NotNow(_l("The panel votes once the respondent's time has ended."))
    else:
        yield from policies_resolutions.unsettled(session, track, clock.today())
    yield from once(member.id, rounds.votes(session, panel))


def _count(session: Session, track: CaseTrack, panel: Panel) -> None:
    """Note how many voted, and what it comes to once enough did; never who voted how."""
    found = policies.outcome(session, track)
    panel.tally = {
        "cast": len(rounds.votes(session, panel)),
        "needed": needed(panel),
        "measures": list(found.measures) if found else None,
        "puts": [asdict(put) for put in found.puts] if found else [],
        "open": found is not None and policies.votes_to_come(session, track),
    }
    session.flush()


def vote(
    session: Session,
    track: CaseTrack,
    *,
    choice: str,
    reasons: str,
    actor: Actor,
    now: datetime,
    measures: Sequence[int] = (),
) -> Vote:
    """One member votes once, with reasons: as proposed, lighter, for no measure, or abstains."""
    rounds.hold(session, track)
    for refusal in vote_refusals(session, track, actor):
        raise refusal
    panel = rounds.panel(session, track)
    member = seat(panel.members, actor.id) if panel else None
    assert panel is not None and member is not None  # noqa: S101, PT018 - vote_refusals has seen it
    proposal = rounds.proposal(session, track)
    wanted = checked(QUESTION, choice, reasons, measures, than=proposal.measures if proposal else ())
    cast = Vote(
        panel_id=panel.id,
        member_id=member.id,
        choice=choice,
        measures=wanted,
        reasons=reasons.strip(),
        voted_at=now,
    )
    session.add(cast)
    session.flush()
    _count(session, track, panel)
    noting.of_case(session, track.case, "vote", actor, now, track=track.ref)
    return cast
