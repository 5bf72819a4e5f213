"""What staff do in random lives: every deed of the pages, through its form, by somebody whose role it is."""

import random
from collections.abc import Iterator
from typing import Any

from flask import g

from bench.lives.filling import fill
from bench.lives.world import People
from casework import deeds, deeds_cases, deeds_complaints, deeds_forwardings, deeds_stop_contacts
from core.actors import Actor
from core.db import SYSTEM_READER, read_as, session, transaction
from core.errors import BadInput
from core.machine import Machine
from sanctions import deeds_panel, deeds_publications, deeds_tracks

DEEDS: dict[str, dict[str, deeds.Deed]] = {
    "complaint": deeds_complaints.DEEDS,
    "forwarding": deeds_forwardings.DEEDS,
    "stop_contact": deeds_stop_contacts.DEEDS,
    "track": deeds_cases.MOVES | deeds_tracks.DEEDS | deeds_panel.DEEDS,
    "publication": deeds_publications.EVERY,
}


class Unfilled(BadInput):
    """The form would come back with its errors."""


def offered(machine: Machine, it: Any) -> Iterator[deeds.Deed]:  # noqa: ANN401 - a thing of any machine
    """The deeds that have a row from its state."""
    for deed in DEEDS.get(machine.name, {}).values():
        if machine.row(it.state, deed.event) is not None:
            yield deed


def somebody(world: People, machine: Machine, deed: deeds.Deed, it: Any, dice: random.Random) -> Actor:  # noqa: ANN401
    """One of those whose role it is; now and then somebody else tries."""
    row = machine.row(it.state, deed.event)
    able = [each for each in world.staff if row is not None and deed.speaks(each, it).has(*row.roles)]
    if machine.name == "track" and it.investigator_id and row is not None and "investigator" in row.roles:
        able = [each for each in able if each.id == it.investigator_id]
    stranger = not able or dice.random() < 0.03  # noqa: PLR2004
    return dice.choice(world.staff if stranger else able)


def do(deed: deeds.Deed, it: Any, actor: Actor, present: Any, dice: random.Random) -> None:  # noqa: ANN401
    """Open the form, fill it, send it."""
    at = session()
    read_as(at, SYSTEM_READER)
    g.me = actor
    form = deeds.form_of(at, deed, it)
    fill(form, dice)
    right = form.validate()
    at.rollback()
    if not right:
        raise Unfilled(next(iter(form.errors), ""), str(form.problems[:1]))
    with transaction() as inside:
        deed.do(inside, it, form, actor, present.now)
