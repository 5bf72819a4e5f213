"""Papers in random lives: rendered soon, later or not at first; opened, posted, handed over, returned, voided."""

import random
from typing import Any

from sqlalchemy import select

from bench.lives.eye import Eye
from bench.lives.outside import Nothing
from bench.lives.world import People, Present
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.db import transaction
from core.machine import Ask
from notices import jobs, serving
from notices.models import Document, Service
from notices.states import SERVICE
from printing.pdf_failures import RenderFailed

PAPER = ("hand_over", "post", "slip_signed", "returned", "leave", "post_publicly", "void")
KINDLY = 0.7
"""How often a document is opened in the portal where it could be."""
TURNS = 40
"""So often a failed rendering is tried again."""


class Papers:
    """What the worker and the people at the counter do with documents."""

    def __init__(self, present: Present, dice: random.Random, eye: Eye) -> None:
        self.present, self.dice, self._eye = present, dice, eye

    def render(self, *, late: bool) -> None:
        """Make what waits to be made, by the worker's own job; it tries a failed one again."""
        if late:
            return
        for number in self._numbers(select(Document.id).where(Document.pdf_sha256.is_(None))):
            for _turn in range(TURNS):
                try:
                    jobs.render(number)
                except RenderFailed:
                    if self.dice.random() < 0.3:
                        break
                else:
                    break

    def step(self, world: People) -> str:
        """One service goes a step on."""
        found = self._numbers(select(Service.id).where(Service.state.not_in(SERVICE.ends)))
        if not found:
            return ""
        number = self.dice.choice(found)
        with transaction() as at:
            service = at.get_one(Service, number)
            state = service.state
            events = [row.event for row in SERVICE.rows_from(state)]
            able = [each for each in events if each in {*PAPER, "open", "ask_paper", "bounce"}]
            if not able:
                return f"service {number} waits in {state}"
            weights = [{"open": 6, "void": 1, "bounce": 1}.get(each, 3) for each in able]
            chosen = self.dice.choices(able, weights)[0]
            self._go(at, service, chosen, world)
        return f"service {number} {state}: {chosen}"

    def _go(self, at: Any, service: Service, chosen: str, world: People) -> None:
        now = self.present.now
        if chosen == "open":
            serving.open_(at, service.id, actor=self._recipient(service, world), now=now)
        elif chosen == "ask_paper":
            serving.step(at, service.id, chosen, actor=self._recipient(service, world), now=now)
        elif chosen == "bounce":
            SERVICE.carry_out(Ask(at, service, SYSTEM, {}, now), chosen)
        else:
            self._note(at, service.id, chosen, world)

    def _note(self, at: Any, number: int, chosen: str, world: People) -> None:
        role = "head" if chosen in {"void", "post_publicly"} else "officer"
        by = self.dice.choice([each for each in world.staff if each.has(role)])
        said = {"receiver": "前台 孙女士", "slip_no": "EMS1234567", "reason": "地址不详"}
        serving.step(at, number, chosen, actor=by, now=self.present.now, served_on=day_of(self.present.now), **said)

    def deliver(self, world: People) -> None:
        """Staff hand over what waits for paper; nobody opens anything."""
        waiting = select(Service.id).where(Service.state.in_(("READY", "UNDELIVERED", "POSTED")))
        for number in self._numbers(waiting):
            with transaction() as at:
                posted = at.get_one(Service, number).state == "POSTED"
                self._note(at, number, "slip_signed" if posted else "hand_over", world)

    def of(self, subject: tuple[str, int], *, kinds: tuple[str, ...] = ()) -> list[int]:
        """What is on its way about a thing."""
        mine = select(Service.id).join(Service.document).where(Service.state.not_in(SERVICE.ends))
        mine = mine.where(Document.subject_kind == subject[0], Document.subject_id == subject[1])
        return self._numbers(mine.where(Document.kind.in_(kinds)) if kinds else mine)

    def serve(self, world: People, subject: tuple[str, int]) -> bool:
        """Whatever is on its way about a thing is received, one way or another; False where nothing is."""
        self.render(late=False)
        found = self.of(subject)
        for number in found:
            with transaction() as at:
                service = at.get_one(Service, number)
                able = [event for event in ("open", "hand_over", "slip_signed") if SERVICE.row(service.state, event)]
                if not able:
                    raise Nothing
                self._go(at, service, able[0] if self.dice.random() < KINDLY else able[-1], world)
        return bool(found)

    def void(self, world: People, subject: tuple[str, int], kinds: tuple[str, ...] = ()) -> bool:
        """The head finds that what is on its way about a thing can't be served; False where nothing is."""
        found = self.of(subject, kinds=kinds)
        for number in found[:1]:
            with transaction() as at:
                self._note(at, number, "void", world)
        return bool(found)

    def go(self, world: People, number: int, event: str) -> None:
        """One service goes this step."""
        with transaction() as at:
            self._go(at, at.get_one(Service, number), event, world)

    def _recipient(self, service: Service, world: People) -> Actor:
        if service.complaint_id is not None:
            return Actor(None, frozenset({"complainant"}), subject_id=service.complaint_id)
        return world.contact(service.party_id, self.dice)

    def _numbers(self, wanted: Any) -> list[int]:
        return [number for (number,) in self._eye.rows(wanted.order_by(wanted.selected_columns[0]))]
