"""Chains of approval in random lives: laid down, taken step by step, sent back, written anew, given up, too late."""

import random
from typing import Any

from sqlalchemy import select

from bench.lives.eye import Eye
from bench.lives.filling import SENTENCES
from bench.lives.outside import Nothing, Scene
from bench.lives.world import People, Present
from core.actors import SYSTEM, Actor
from core.db import session, transaction
from core.errors import Refused
from core.forms import OWN
from filestore import files
from filestore.fields_files import Files
from notices import approval_steps, approvals, jobs_drafts, queries_approval, undoing
from notices.doers import Sent, body_of
from notices.models import Dossier
from registry import settings
from registry.models_settings import Setting

KINDS = ("D01", "D02", "D03", "D05", "D05b", "D06", "D07", "D07b", "D10", "D17", "D20", "D22", "D33")
"""Kinds of documents that need more than one hand, now and then."""
CHAINS = (["sign"], ["sign:head"], ["check:reviewer", "sign:head"], ["check:secretary", "countersign:officer", "sign"])
STEPS = ("take", "take", "take", "take", "send_back", "revise", "comment", "drop", "ask_to_drop", "too_late")


def lay_down_chain(scene: Scene) -> None:
    """The association says whose hands a kind of documents needs."""
    lay_down(scene, scene.dice.choice(KINDS), scene.dice.choice(CHAINS))


def many_hands(scene: Scene) -> None:
    """It wants more than one hand for every kind."""
    for kind in KINDS:
        lay_down(scene, kind, scene.dice.choice(CHAINS[1:]))


def lay_down(scene: Scene, kind: str, chain: list[str]) -> None:
    """Whose hands one kind of documents needs."""
    key, said = f"APPROVAL_CHAIN.{kind}", {"value": chain, "basis": "理事会决议", "actor": SYSTEM, "now": scene.now}
    row = scene.at.scalar(select(Setting).where(Setting.key == key))
    if row is None:
        row = settings.lay_down(scene.at, key, like="APPROVAL_CHAIN", meaning=(kind, kind), **said)  # type: ignore[arg-type]
    else:
        settings.change(scene.at, row, version=None, **said)  # type: ignore[arg-type]
    settings.confirm(scene.at, row, actor=SYSTEM, version=None, now=scene.now)


def sent_of(at: Any, form: Any) -> Sent:
    """What the browser would have sent of a form that is filled."""
    said: list[tuple[str, str]] = []
    kept = []
    for field in form:
        name = field.name
        if field.short_name in OWN or name.rpartition("-")[2] in OWN or field.data in (None, "", [], False):
            continue
        if isinstance(field, Files):
            brought = [(each.filename, files.keep(at, each.stream, each.filename).sha256) for each in field.data]
            kept += [(name, called, sha) for called, sha in brought]
        elif isinstance(field.data, list | tuple):
            said += [(name, str(each)) for each in field.data]
        else:
            said.append((name, "y" if field.data is True else _written(field)))
    return Sent(tuple(said), tuple(kept))


def _written(field: Any) -> str:
    writes = getattr(field, "write", None)
    return str(writes(field.data)) if writes else str(field.data)


class Approvals:
    """What becomes of drafts that wait."""

    def __init__(self, present: Present, dice: random.Random, eye: Eye) -> None:
        self.present, self.dice, self._eye = present, dice, eye

    def waiting(self) -> list[int]:
        """Drafts that nobody has issued or given up."""
        open_ = "state IN ('DRAFTED', 'IN_APPROVAL') AND deed IS NOT NULL"
        return [number for (number,) in self._eye.rows(f"SELECT id FROM dossier WHERE {open_} ORDER BY id")]

    def of(self, kind: str, number: int) -> list[int]:
        """Drafts that wait about a thing."""
        mine = "subject_kind = :kind AND subject_id = :number AND deed IS NOT NULL"
        asked = f"SELECT id FROM dossier WHERE state IN ('DRAFTED', 'IN_APPROVAL') AND {mine} ORDER BY id"
        return [each for (each,) in self._eye.rows(asked, kind=kind, number=number)]

    def step(self, world: People) -> str:
        """Something is done with one draft."""
        found = self.waiting()
        if not found:
            raise Nothing
        number, what = self.dice.choice(found), self.dice.choice(STEPS)
        if what == "too_late":
            jobs_drafts.look_again(number)
        else:
            with transaction() as at:
                getattr(self, f"_{what}")(at, at.get_one(Dossier, number), world)
        return f"draft {number}: {what}"

    def through(self, world: People, number: int) -> bool:
        """Everybody of its chain takes their step; whoever may gives it up where that can't be."""
        for _turn in range(len(CHAINS[-1]) + 1):
            with transaction() as at:
                it = at.get_one(Dossier, number)
                if it.state == "IN_APPROVAL":
                    self._take(at, it, world)
                elif it.state != "DRAFTED":
                    return True
                elif it.undo_until is None:
                    self._revise(at, it, world)
            if self._eye.one("SELECT state = 'DRAFTED' FROM dossier WHERE id = :number", number=number):
                self.present.now = max(self.present.now, self._until(number))
                jobs_drafts.do_it_now(number)
        return False

    def end(self, world: People) -> bool:
        """Staff alone bring every draft to its end: signed, else given up; whether anything was done."""
        found = self.waiting()
        for number in found:
            try:
                self.through(world, number)
            except Refused:
                session().rollback()
                self._give_up(world, number)
        return bool(found)

    def _give_up(self, world: People, number: int) -> None:
        jobs_drafts.look_again(number)
        with transaction() as at:
            it = at.get_one(Dossier, number, populate_existing=True)
            if it.state not in {"DRAFTED", "IN_APPROVAL"}:
                return
            for each in sorted(body_of(at, it)):
                if (member := world.who(each)) is not None:
                    self._asks(at, it, member)
            self._drop(at, it, world)

    def _until(self, number: int) -> Any:
        return self._eye.one("SELECT coalesce(undo_until, drafted_at) FROM dossier WHERE id = :number", number=number)

    def _take(self, at: Any, it: Dossier, world: People) -> None:
        step = queries_approval.next_step(at, it.id)
        if step is None:
            raise Nothing
        able = [each for each in world.able(step.role) if not approval_steps.refusals(at, it, each, self.present.now)]
        by = self.dice.choice(able or world.able(step.role) or world.staff)
        take = approval_steps.sign if step.step == "sign" else approval_steps.approve
        take(at, it, actor=by, version=None, now=self.present.now, said=self._says())

    def _send_back(self, at: Any, it: Dossier, world: People) -> None:
        step = queries_approval.next_step(at, it.id)
        by = self.dice.choice(world.able(step.role) if step is not None and world.able(step.role) else world.staff)
        approval_steps.send_back(at, it, actor=by, version=None, now=self.present.now, why=self._says())

    def _comment(self, at: Any, it: Dossier, world: People) -> None:
        approval_steps.comment(at, it, self._says(), actor=self._of_chain(at, it, world), version=None, now=self._now)

    def _revise(self, at: Any, it: Dossier, world: People) -> None:
        newest = queries_approval.version_of(at, it.id)
        by = world.who(it.drafted_by)
        if newest is None or by is None:
            raise Nothing
        approvals.revise(at, it, Sent.from_json(newest.sent), actor=by, version=None, now=self._now)

    def _drop(self, at: Any, it: Dossier, world: People) -> None:
        if it.undo_until is not None:
            undoing.take_back(at, it, actor=world.who(it.drafted_by) or SYSTEM, now=self._now)
        else:
            by = self._of_chain(at, it, world)
            approval_steps.drop(at, it, actor=by, version=None, now=self._now, reason=self._says())

    def _ask_to_drop(self, at: Any, it: Dossier, world: People) -> None:
        body = [each for number in sorted(body_of(at, it)) if (each := world.who(number)) is not None]
        self._asks(at, it, self.dice.choice(body or world.staff))

    def _asks(self, at: Any, it: Dossier, by: Actor) -> None:
        asked = {each.account_id for each in queries_approval.requests_of(at, it.id)}
        if by.id not in asked:
            approval_steps.ask_to_drop(at, it, actor=by, now=self._now, reason=self._says())

    def _of_chain(self, at: Any, it: Dossier, world: People) -> Actor:
        roles = {each.role for each in queries_approval.steps_of(at, it.id)}
        return self.dice.choice(world.able(*roles) or world.staff)

    @property
    def _now(self) -> Any:
        return self.present.now

    def _says(self) -> str:
        return self.dice.choice(SENTENCES)
