"""Panels: drawn at random with a recorded seed from who took no part in the case; secret votes with reasons."""

import random
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from casework import leads
from casework.models_cases import CaseTrack
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.words import _l
from registry import settings
from registry.models_accounts import Account
from sanctions import policies, rounds
from sanctions.levels import FIRST_MAJOR
from sanctions.models import Panel, PanelBackground, PanelMember, Vote
from sanctions.tallies import is_lighter

CHOICES = ("PROPOSED", "LIGHTER", "NONE", "ABSTAIN")
DRAWN_IN = ("PRE_NOTICE", "DELIBERATION")


def draw(session: Session, track: CaseTrack, *, actor: Actor, now: datetime, seed: str | None = None) -> Panel:
    """Draw the panel of the round; the seed lets anybody repeat the draw."""
    if not actor.has("secretary", "head", "system"):
        raise NotAllowed
    if track.state not in DRAWN_IN:
        raise NotNow(_l("A panel is drawn once the advance notice is served."))
    if rounds.panel(session, track) is not None:
        raise NotNow(_l("The panel of this round has been drawn already."))
    proposal = rounds.proposal(session, track)
    major = proposal is not None and proposal.level >= FIRST_MAJOR
    size = int(settings.value(session, "PANEL_MAJOR" if major else "PANEL_MINOR"))
    pool = policies.eligible(session, track)
    if len(pool) < size:
        raise NotNow(_l("Only %(found)s members may decide this case; %(size)s are needed.", found=len(pool), size=size))
    seed = seed or secrets.token_hex(16)
    chosen = chosen_by(seed, pool, size, int(settings.value(session, "PANEL_OUTSIDE")))
    panel = Panel(track_id=track.id, round=track.round, size=size, seed=seed, drawn_at=now, drawn_by=actor.id)
    for place, (person, background) in enumerate(chosen):
        member = PanelMember(track_id=track.id, account_id=person.id, chair=place == 0, outside=policies.is_outside(background))
        panel.members.append(member)
    session.add(panel)
    session.flush()
    leads.note(session, track.case, "draw", actor, now, track=track.ref, seed=seed, pool=len(pool))
    return panel


def chosen_by(
    seed: str,
    pool: Sequence[tuple[Account, PanelBackground | None]],
    size: int,
    outside: int,
) -> list[tuple[Account, PanelBackground | None]]:
    """The members that a seed draws; the first drawn takes the chair.

    Members from outside are drawn first, as many as are asked for and there are; the rest from everybody left.
    """
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose; the seed itself is secret random bits
    from_outside = [each for each in pool if policies.is_outside(each[1])]
    first = dice.sample(from_outside, min(outside, len(from_outside)))
    left = [each for each in pool if each not in first]
    chosen = [*first, *dice.sample(left, size - len(first))]
    dice.shuffle(chosen)
    return chosen


def recuse(session: Session, member: PanelMember, *, reason: str, actor: Actor, now: datetime) -> None:
    """A member declares a conflict, or the head grants it: from now on no access and no vote."""
    if not (actor.has("head") or actor.id == member.account_id):
        raise NotAllowed
    if not reason.strip():
        raise BadInput("reason", _l("Give the reason."))
    if member.recused_at is not None:
        raise NotNow(_l("This member is already recused."))
    member.recused_at = now
    session.flush()
    track = session.get_one(CaseTrack, member.track_id)
    leads.note(session, track.case, "recuse", actor, now, track=track.ref, member=member.id)


def vote(  # noqa: PLR0913 - each value is named
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
    panel = rounds.panel(session, track)
    if panel is None or not policies.is_on(actor, panel):
        raise NotAllowed(_l("Only members of the panel vote."))
    if track.state != "DELIBERATION":
        raise NotNow(_l("The panel votes once the respondent's time has ended."))
    if choice not in CHOICES:
        raise BadInput("choice", _l("Choose how you vote."))
    if not reasons.strip():
        raise BadInput("reasons", _l("Give your reasons; they are kept with the vote."))
    member = next(each for each in rounds.sitting(panel) if each.account_id == actor.id)
    if any(each.member_id == member.id for each in rounds.votes(session, panel)):
        raise NotNow(_l("You have voted already."))
    proposal = rounds.proposal(session, track)
    wanted = sorted(set(measures)) if choice == "LIGHTER" else []
    if choice == "LIGHTER" and (proposal is None or not is_lighter(wanted, proposal.measures)):
        raise BadInput("measures", _l("Choose fewer or lighter measures than were proposed."))
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
    leads.note(session, track.case, "vote", actor, now, track=track.ref)
    return cast
