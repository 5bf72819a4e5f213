"""Material in random lives: asked of an institution's own firm, answered or not, taken over, put aside, taken back."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.lives.outside import Act, Nothing, Scene
from bench.lives.readings import Found
from core.clock import day_of
from core.db import SYSTEM_READER, Reader, read_as
from core.errors import raise_first
from portal import materials, policies_materials, queries_waiting
from portal.models_materials import MaterialRequest
from portal.policies_materials import Matter

WAITS = "material that is asked for, or came, stands in the list of whoever must act"


def ask(scene: Scene, it: Matter) -> None:
    """The institution asks one of its firms, for a day before its own."""
    firms = policies_materials.own_firms(scene.at, it.party_id)
    if not firms:
        raise Nothing
    by, due = scene.world.contact(it.party_id, scene.dice), day_of(scene.now) + timedelta(days=scene.dice.randint(1, 4))
    firm = scene.dice.choice(firms)
    materials.ask(scene.at, it, firm_id=firm.id, text=scene.says(), due_on=due, actor=by, now=scene.now)


def _asked(scene: Scene, it: Matter, state: str) -> MaterialRequest:
    mine = select(MaterialRequest).where(MaterialRequest.subject_kind == policies_materials.kind_of(it))
    mine = mine.where(MaterialRequest.subject_id == it.id, MaterialRequest.state == state)
    found = scene.at.scalars(mine.order_by(MaterialRequest.id)).all()
    if not found:
        raise Nothing
    return scene.dice.choice(found)


def answer(scene: Scene, it: Matter) -> None:
    """The firm answers, perhaps late."""
    asked = _asked(scene, it, "OPEN")
    by = scene.world.contact(asked.firm_id, scene.dice)
    raise_first(policies_materials.answering(scene.at, asked, by))
    materials.answer(scene.at, asked, text=scene.says(), files=[], actor=by, version=None, now=scene.now)


def withdraw(scene: Scene, it: Matter) -> None:
    """The institution needs it no more."""
    asked = _asked(scene, it, "OPEN")
    by = scene.world.contact(asked.institution_id, scene.dice)
    materials.withdraw(scene.at, asked, why=scene.says(), actor=by, version=None, now=scene.now)


def take_over(scene: Scene, it: Matter) -> None:
    """The institution takes what the firm wrote into its draft."""
    asked = _asked(scene, it, "ANSWERED")
    by = scene.world.contact(asked.institution_id, scene.dice)
    materials.take_over(scene.at, asked, text=asked.answer or "", files=[], actor=by, now=scene.now)


def put_aside(scene: Scene, it: Matter) -> None:
    """It needs nothing of it."""
    asked = _asked(scene, it, "ANSWERED")
    by = scene.world.contact(asked.institution_id, scene.dice)
    materials.put_aside(scene.at, asked, actor=by, version=None, now=scene.now)


DEEDS: tuple[Act, ...] = (ask, answer, withdraw, take_over, put_aside)


def listed(at: Session) -> Iterator[Found]:
    """What is asked stands in the firm's list, also after its day; what came in the institution's until it is used."""
    asked = at.scalars(select(MaterialRequest).where(MaterialRequest.state.in_(("OPEN", "ANSWERED")))).all()
    wanted: list[tuple[int, str]] = []
    for it in asked:
        matter = policies_materials.matter_of(at, it.subject_kind, it.subject_id)
        if it.state == "OPEN" and policies_materials.is_wanted(at, it):
            wanted.append((it.firm_id, it.ref))
        elif it.state == "ANSWERED" and it.taken_at is None and it.put_aside_at is None and matter is not None:
            wanted += [(it.institution_id, it.ref)] * policies_materials.goes_on(matter)
    for party, ref in sorted(wanted):
        read_as(at, Reader("zilu_party", (("zilu.party", str(party)), ("zilu.account", "0"))))
        refs = {each.ref for each in queries_waiting.waiting(at, party)}
        read_as(at, SYSTEM_READER)
        yield WAITS, f"{ref} for party {party}", ref not in refs
