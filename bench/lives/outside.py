"""What complainants and respondents do in random lives, each by the verb of its page."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.lives.filling import NUMBERS, SENTENCES
from bench.lives.world import People
from casework import complaints, forwardings, intake, policies, rechecks, settlements, stop_contacts
from casework.intake import Company, Submission
from casework.models import Complaint, Forwarding
from casework.models_stop_contacts import StopContact
from casework.policies_forwardings import OUTCOMES
from casework.policies_stop_contacts import KINDS
from core.actors import NOBODY, Actor
from core.clock import day_of
from core.errors import NotNow
from desk import queries_complaint

CODES = {
    "light": ("V-F03", "V-M02"),
    "minor": ("V-C01", "V-C04", "V-F04"),
    "middle": ("V-C01", "V-C04"),
    "major": ("V-I01", "V-I02", "V-B02"),
}
"""Kinds of violations by the measures that they lead to."""
ROLES = ("DEBTOR", "DEBTOR", "UNRELATED", "OTHER_CONTACT", "GUARANTOR", "WRONG_NUMBER", "AGENT")
NAME = "沈若禾"
INSIDE = "（仅供协会知悉）"
"""Stands in every answer to the association, and never before a complainant (I-16)."""


class Nothing(NotNow):
    """Somebody wanted to do something, and there was nothing to do it with."""

    def __init__(self) -> None:
        super().__init__("nothing to do it with")


@dataclass(frozen=True)
class Bent:
    """Which way a life leans where chance would otherwise decide."""

    tier: str = ""
    finding: str = ""
    vote: str = ""
    review: str = ""
    outside: bool = False
    more: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Scene:
    """Who is there, when, what chance has in hand, and which way things lean."""

    at: Session
    world: People
    dice: random.Random
    now: datetime
    bent: Bent = Bent()

    def says(self) -> str:
        """Something that somebody writes."""
        return self.dice.choice(SENTENCES)

    def one(self, *roles: str) -> Actor:
        """One of the staff who has one of these roles."""
        found = self.world.able(*roles)
        if not found:
            raise Nothing
        return self.dice.choice(found)


Act = Callable[[Scene, Any], object]


def codes(scene: Scene) -> tuple[str, ...]:
    """The kinds of violations that fit the tier the life leans to."""
    return CODES.get(scene.bent.tier) or CODES[scene.dice.choice(("minor", "minor", "major"))]


def complain(scene: Scene) -> Complaint:
    """Somebody complains about one or two companies."""
    dice, day = scene.dice, day_of(scene.now)
    named = dice.sample(scene.world.companies, dice.choice((1, 1, 2)))
    if "unreachable" in scene.bent.more:
        named = ["不知名公司"]
    elif "reachable" in scene.bent.more:
        named = [scene.world.lender.name]
    ended = day - timedelta(days=dice.choice((1, 5, 30, 900)) if dice.random() < 0.3 else 3)
    some = codes(scene)
    said = Submission(
        channel=dice.choice(("WEB", "WEB", "PHONE")),
        lang=dice.choice(("zh", "zh", "en")),
        role="UNRELATED" if "reachable" in scene.bent.more else dice.choice(ROLES),
        name=dice.choice((NAME, NAME, None)),
        contact=dice.choice((*NUMBERS, "shen@example.invalid")),
        companies=[Company("INSTITUTION", "NAME", each, scene.world.named.get(each)) for each in named],
        facts=f"{scene.says()}我叫{NAME}，电话是13900001111。",
        request="停止联系我的同事",
        codes=dice.sample(some, dice.randint(1, len(some))),
        conduct_from=ended - timedelta(days=2),
        conduct_to=ended,
        share_identity=dice.random() < 0.3,
        agent_authorised=dice.random() < 0.7,
        consent="2026-11",
    )
    by = NOBODY if said.channel == "WEB" else scene.one("intake")
    made, _code = intake.submit(scene.at, said, key=f"life-{dice.random()}", actor=by, now=scene.now)
    return _shown(scene, made, said)


def _shown(scene: Scene, made: Complaint, said: Submission) -> Complaint:
    """Staff saw the authorisation that an agent sent with it."""
    if said.role == "AGENT" and said.agent_authorised:
        intake.authorise(scene.at, made, actor=scene.one("intake"), now=scene.now)
    return made


def complain_again(scene: Scene, it: Complaint) -> Complaint:
    """The same person tells the same facts once more."""
    companies = [Company(each.kind, each.how, each.value, each.party_id) for each in it.companies]
    person = it.complainant
    said = Submission(
        channel="WEB",
        lang=it.lang,
        role=person.role if person else "DEBTOR",
        name=person.name if person else None,
        contact=person.contact if person else None,
        companies=companies,
        facts=it.facts,
        codes=[each.code for each in it.codes],
        conduct_from=it.conduct_from,
        conduct_to=it.conduct_to,
        agent_authorised=True,
        consent="2026-11",
    )
    made, _code = intake.submit(scene.at, said, key=f"life-{scene.dice.random()}", actor=NOBODY, now=scene.now)
    return _shown(scene, made, said)


def person_of(it: Complaint) -> Actor:
    """The complainant, by the receipt code."""
    return Actor(None, frozenset({"complainant"}), subject_id=it.id)


def _give_info(scene: Scene, it: Complaint) -> None:
    intake.give_info(scene.at, it, text=scene.says(), actor=person_of(it), now=scene.now)


def _accept_reply(scene: Scene, it: Complaint) -> None:
    complaints.accept_reply(scene.at, it, actor=person_of(it), now=scene.now)


def _dispute(scene: Scene, it: Complaint) -> None:
    released = [each.id for each in policies.disputable(scene.at, it)]
    some = scene.dice.sample(released, scene.dice.randint(1, len(released))) if released else []
    complaints.dispute(scene.at, it, releases=some, why=scene.says(), actor=person_of(it), now=scene.now)


def withdraw(scene: Scene, it: Complaint) -> None:
    """The person takes it back."""
    pressed = scene.dice.choice((True, False))
    complaints.withdraw(scene.at, it, pressure=pressed, actor=person_of(it), now=scene.now)


def _settle(scene: Scene, it: Complaint) -> None:
    """One side proposes terms, and those who have not agreed yet agree, one of them at a time."""
    found = queries_complaint.settlement(scene.at, it)
    if found is None:
        settlements.propose(scene.at, it, scene.says(), actor=person_of(it), now=scene.now)
        return
    waiting = [each.party_id for each in it.forwardings if str(each.party_id) not in (found.confirmed or {})]
    by = scene.world.contact(scene.dice.choice(waiting), scene.dice) if waiting else person_of(it)
    if found.complainant_at is None and (not waiting or scene.dice.random() < 0.5):
        by = person_of(it)
    settlements.confirm(scene.at, it, terms=found.terms, pressure=False, actor=by, now=scene.now)


def ask_recheck(scene: Scene, it: Complaint) -> None:
    """The person asks that an end is looked at again."""
    rechecks.ask_recheck(scene.at, it, why=scene.says(), actor=person_of(it), now=scene.now)


def stop(scene: Scene, it: Complaint) -> None:
    """The holder of a number wants no more calls to it."""
    number = scene.dice.choice(NUMBERS)
    stop_contacts.request(scene.at, it, number=number, own=True, actor=person_of(it), now=scene.now)


def _lead(scene: Scene, it: Forwarding | StopContact) -> Actor:
    return scene.world.contact(it.party_id, scene.dice)


def _answer(scene: Scene, it: Forwarding) -> None:
    forwardings.answer(
        scene.at,
        it,
        outcome=scene.dice.choice(OUTCOMES),
        to_association=f"{scene.says()}{INSIDE}",
        to_complainant=scene.says(),
        actor=_lead(scene, it),
        now=scene.now,
    )


def _not_ours(scene: Scene, it: Forwarding) -> None:
    forwardings.not_ours(scene.at, it, why=scene.says(), actor=_lead(scene, it), now=scene.now)


def ask_time(scene: Scene, it: Forwarding) -> None:
    """The company asks for more time to answer."""
    forwardings.ask_time(scene.at, it, why=scene.says(), actor=_lead(scene, it), now=scene.now)


def _confirm(scene: Scene, it: StopContact) -> None:
    stop_contacts.confirm(scene.at, it, actor=_lead(scene, it), now=scene.now)


def _breach(scene: Scene, it: StopContact) -> None:
    complaint = scene.at.scalars(select(Complaint).where(Complaint.id == it.complaint_id)).one()
    at = scene.now - timedelta(hours=scene.dice.randint(1, 30))
    kind = scene.dice.choice(KINDS)
    by = person_of(complaint)
    stop_contacts.breach(scene.at, it, at=at, kind=kind, said=scene.says(), actor=by, now=scene.now)


OUTSIDE: dict[str, tuple[tuple[str, Act], ...]] = {
    "complaint": (
        ("give_info", _give_info),
        ("accept_reply", _accept_reply),
        ("dispute", _dispute),
        ("withdraw", withdraw),
        ("settle", _settle),
        ("recheck", ask_recheck),
        ("merge", complain_again),
        ("", stop),
    ),
    "forwarding": (("answer", _answer), ("not_ours", _not_ours), ("ask_time", ask_time)),
    "stop_contact": (("confirm", _confirm), ("breach", _breach)),
}
"""By machine: the event that must have a row from the present state (empty: none is asked), and the act."""
