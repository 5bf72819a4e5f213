"""Recusals in random lives: asked by whoever may, declared, found by the check; decided; the work given to others."""

from collections import Counter
from datetime import date
from typing import Any

from bench.lives.outside import Act, Nothing, Scene, person_of
from bench.lives.tracks import who
from casework import policies_recusals, recusals, tracks
from casework.models_cases import CaseTrack
from casework.models_recusals import Recusal
from core.actors import Actor
from core.clock import day_of
from registry.models import Party
from registry.models_accounts import Account

GROUNDS = ("EMPLOYED", "SHARES", "BUSINESS", "RELATIVE", "TOOK_PART")


FEWEST = 2
"""So many of each role are spared: an association of which nobody is left appoints somebody, who is not modelled."""


def _taking_part(scene: Scene, it: CaseTrack) -> list[int]:
    found = policies_recusals.taking_part(scene.at, it.case_id)
    gone = policies_recusals.barred(scene.at, it.case_id)
    left = Counter(role for each in scene.world.staff if each.id not in gone for role in each.roles)
    free = [each for each in sorted(found) if each not in gone and _can_be_spared(who(scene, each), left)]
    if not free:
        raise Nothing
    return free


def _can_be_spared(person: Actor, left: Counter[str]) -> bool:
    return all(left[role] > FEWEST for role in person.roles)


def _asker(scene: Scene, it: CaseTrack, about: int) -> Actor:
    insiders = [who(scene, each) for each in _taking_part(scene, it) if each != about]
    complainants = [person_of(each) for each in it.case.complaints]
    company = scene.world.contact(it.party_id, scene.dice)
    return scene.dice.choice([company, company, scene.one("officer"), *complainants, *insiders])


def ask(scene: Scene, it: CaseTrack) -> None:
    """Somebody concerned asks that a person takes no part."""
    about = scene.dice.choice(_taking_part(scene, it))
    said = {"ground": scene.dice.choice(GROUNDS), "facts": scene.says()}
    recusals.ask(scene.at, it.case, about, **said, actor=_asker(scene, it, about), now=scene.now)


def declare(scene: Scene, it: CaseTrack) -> None:
    """Somebody who takes part, mostly a member, declares a conflict of interest."""
    by = who(scene, scene.dice.choice(_taking_part(scene, it)))
    said = {"ground": scene.dice.choice(GROUNDS), "facts": scene.says()}
    recusals.declare(scene.at, it.case, **said, actor=by, now=scene.now)


def declare_interest(scene: Scene, it: CaseTrack) -> None:
    """Somebody declares what ties him to the company: open cases about it are checked at once."""
    by = who(scene, scene.dice.choice(_taking_part(scene, it)))
    today = day_of(scene.now)
    said: dict[str, Any] = {"kind": "SHARES", "from_on": date(2026, 1, 1), "to_on": today, "note": scene.says()}
    about = scene.at.get_one(Party, it.party_id)
    recusals.declare_interest(scene.at, about, **said, actor=by, now=scene.now, today=today)


def reassign(scene: Scene, it: CaseTrack) -> None:
    """The head gives the investigation to somebody else."""
    others = [each for each in scene.world.able("investigator") if each.id != it.investigator_id]
    person = scene.at.get_one(Account, scene.dice.choice(others).id)
    tracks.reassign(scene.at, it, person, actor=scene.one("head"), version=None, now=scene.now)


def _decider(scene: Scene, it: Recusal) -> Actor:
    able = [each for each in scene.world.staff if policies_recusals.may_decide(scene.at, it, each)]
    gone = policies_recusals.barred(scene.at, it.case_id)
    return scene.dice.choice([each for each in able if each.id not in gone] or scene.world.staff)


def grant(scene: Scene, it: Recusal) -> None:
    """Whoever decides grants it."""
    by = _decider(scene, it)
    recusals.grant(scene.at, it, reasons=scene.says(), actor=by, version=None, now=scene.now)


def refuse(scene: Scene, it: Recusal) -> None:
    """Whoever decides refuses it."""
    by = _decider(scene, it)
    recusals.refuse(scene.at, it, reasons=scene.says(), actor=by, version=None, now=scene.now)


TRACK_ACTS: tuple[tuple[str, Act], ...] = (
    ("terminate", ask),
    ("terminate", declare),
    ("terminate", declare_interest),
    ("report", reassign),
    ("uphold", ask),
    ("execute", ask),
)
ACTS: tuple[tuple[str, Act], ...] = (("grant", grant), ("refuse", refuse))
