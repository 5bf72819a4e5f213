"""What complainants and respondents do in random lives, each by the verb of its page."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.lives.filling import NUMBERS, SENTENCES
from bench.lives.world import People
from casework import complaints, forwardings, queries_pages, stop_contacts
from casework.complaints import Company, Submission
from casework.models import Complaint, Forwarding
from casework.models_stop_contacts import StopContact
from casework.policies_forwardings import OUTCOMES
from casework.policies_stop_contacts import KINDS
from core.actors import NOBODY, Actor
from core.clock import day_of

CODES = ("V-C01", "V-C04", "V-F04", "V-I01", "V-I02")
ROLES = ("DEBTOR", "DEBTOR", "UNRELATED", "OTHER_CONTACT", "GUARANTOR", "WRONG_NUMBER", "AGENT")
_sent = count(1)


@dataclass(frozen=True)
class Scene:
    """Who is there, when, and what chance has in hand."""

    at: Session
    world: People
    dice: random.Random
    now: datetime

    def says(self) -> str:
        """Something that somebody writes."""
        return self.dice.choice(SENTENCES)


Act = Callable[[Scene, Any], object]


def complain(scene: Scene) -> Complaint:
    """Somebody complains about one or two companies."""
    dice, day = scene.dice, day_of(scene.now)
    named = dice.sample(scene.world.companies, dice.choice((1, 1, 2)))
    ended = day - timedelta(days=dice.choice((1, 5, 30, 900)) if dice.random() < 0.3 else 3)  # noqa: PLR2004
    said = Submission(
        channel=dice.choice(("WEB", "WEB", "PHONE")),
        lang=dice.choice(("zh", "zh", "en")),
        role=dice.choice(ROLES),
        name="沈若禾",
        contact=dice.choice(NUMBERS),
        companies=[Company("INSTITUTION", "NAME", each) for each in named],
        facts=f"{scene.says()}我的电话是13900001111。",
        request="停止联系我的同事",
        codes=dice.sample(CODES, dice.randint(1, 2)),
        conduct_from=ended - timedelta(days=2),
        conduct_to=ended,
        consent="2026-11",
    )
    by = NOBODY if said.channel == "WEB" else next(each for each in scene.world.staff if each.has("intake"))
    made, _code = complaints.submit(scene.at, said, key=f"life-{next(_sent)}-{dice.random()}", actor=by, now=scene.now)
    return made


def _person(it: Complaint) -> Actor:
    return Actor(None, frozenset({"complainant"}), subject_id=it.id)


def _give_info(scene: Scene, it: Complaint) -> None:
    complaints.give_info(scene.at, it, text=scene.says(), actor=_person(it), now=scene.now)


def _accept_reply(scene: Scene, it: Complaint) -> None:
    complaints.accept_reply(scene.at, it, actor=_person(it), now=scene.now)


def _dispute(scene: Scene, it: Complaint) -> None:
    released = [each.id for each in queries_pages.releases(scene.at, it)]
    some = scene.dice.sample(released, scene.dice.randint(1, len(released))) if released else []
    complaints.dispute(scene.at, it, releases=some, why=scene.says(), actor=_person(it), now=scene.now)


def _withdraw(scene: Scene, it: Complaint) -> None:
    pressed = scene.dice.choice((True, False, None))
    complaints.withdraw(scene.at, it, pressure=pressed, actor=_person(it), now=scene.now)


def _settle(scene: Scene, it: Complaint) -> None:
    """One side proposes terms, or agrees to those that stand."""
    found = queries_pages.settlement(scene.at, it)
    parties = [each.party_id for each in it.forwardings]
    mine = scene.world.contact(scene.dice.choice(parties), scene.dice) if parties else _person(it)
    by = scene.dice.choice((_person(it), mine))
    if found is None:
        complaints.settle_propose(scene.at, it, scene.says(), actor=by, now=scene.now)
    else:
        complaints.settle_confirm(scene.at, it, terms=found.terms, pressure=False, actor=by, now=scene.now)


def _ask_recheck(scene: Scene, it: Complaint) -> None:
    complaints.ask_recheck(scene.at, it, why=scene.says(), actor=_person(it), now=scene.now)


def _stop(scene: Scene, it: Complaint) -> None:
    number = scene.dice.choice(NUMBERS)
    stop_contacts.request(scene.at, it, number=number, own=True, actor=_person(it), now=scene.now)


def _lead(scene: Scene, it: Forwarding | StopContact) -> Actor:
    return scene.world.contact(it.party_id, scene.dice)


def _answer(scene: Scene, it: Forwarding) -> None:
    forwardings.answer(
        scene.at,
        it,
        outcome=scene.dice.choice(OUTCOMES),
        to_association=scene.says(),
        to_complainant=scene.says(),
        actor=_lead(scene, it),
        now=scene.now,
    )


def _not_ours(scene: Scene, it: Forwarding) -> None:
    forwardings.not_ours(scene.at, it, why=scene.says(), actor=_lead(scene, it), now=scene.now)


def _ask_time(scene: Scene, it: Forwarding) -> None:
    forwardings.ask_time(scene.at, it, why=scene.says(), actor=_lead(scene, it), now=scene.now)


def _confirm(scene: Scene, it: StopContact) -> None:
    stop_contacts.confirm(scene.at, it, actor=_lead(scene, it), now=scene.now)


def _breach(scene: Scene, it: StopContact) -> None:
    complaint = scene.at.scalars(select(Complaint).where(Complaint.id == it.complaint_id)).one()
    at = scene.now - timedelta(hours=scene.dice.randint(1, 200))
    kind = scene.dice.choice(KINDS)
    stop_contacts.breach(scene.at, it, at=at, kind=kind, said=scene.says(), actor=_person(complaint), now=scene.now)


OUTSIDE: dict[str, tuple[tuple[str, Act], ...]] = {
    "complaint": (
        ("give_info", _give_info),
        ("accept_reply", _accept_reply),
        ("dispute", _dispute),
        ("dispute", _dispute),
        ("withdraw", _withdraw),
        ("settle", _settle),
        ("recheck", _ask_recheck),
        ("", _stop),
    ),
    "forwarding": (
        ("answer", _answer),
        ("answer", _answer),
        ("answer", _answer),
        ("not_ours", _not_ours),
        ("ask_time", _ask_time),
    ),
    "stop_contact": (("confirm", _confirm), ("breach", _breach)),
}
"""By machine: the event that must have a row from the present state (empty: none is asked), and the act."""
