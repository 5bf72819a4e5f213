"""What staff do in random lives: every deed of the pages, through its form, by somebody whose role it is."""

import random
from collections.abc import Iterator
from typing import Any

from flask import g

from bench.lives.filling import fill
from bench.lives.world import People
from core.actors import Actor
from core.db import SYSTEM_READER, read_as, session, transaction
from core.errors import BadInput
from core.machine import Machine
from desk import deeds, deeds_cases, deeds_complaints, deeds_forwardings, deeds_stop_contacts
from proceedings import deeds_panel, deeds_publications, deeds_tracks
from sanctions import rounds

DEEDS: dict[str, dict[str, deeds.Deed]] = {
    "complaint": deeds_complaints.DEEDS,
    "forwarding": deeds_forwardings.DEEDS,
    "stop_contact": deeds_stop_contacts.DEEDS,
    "track": deeds_cases.MOVES | deeds_tracks.DEEDS | deeds_panel.DEEDS,
    "publication": deeds_publications.EVERY,
}
STRANGERS = 0.03
"""How often somebody tries whose role it is not."""


class Unfilled(BadInput):
    """The form would come back with its errors."""


def offered(machine: Machine, it: Any) -> Iterator[deeds.Deed]:
    """The deeds that have a row from its state."""
    for deed in DEEDS.get(machine.name, {}).values():
        if machine.row(it.state, deed.event) is not None:
            yield deed


def somebody(world: People, machine: Machine, deed: deeds.Deed, it: Any, dice: random.Random, *, well: bool) -> Actor:
    """One of those whose role it is; now and then somebody else tries."""
    row = machine.row(it.state, deed.event)
    able = [each for each in world.staff if row is not None and deed.speaks(each, it).has(*row.roles)]
    if machine.name == "track" and row is not None:
        able = _of_the_case(able, row.roles, it)
    stranger = not able or (not well and dice.random() < STRANGERS)
    return dice.choice(world.staff if stranger else able)


def _of_the_case(able: list[Actor], roles: tuple[str, ...], it: Any) -> list[Actor]:
    """The investigator of the track, the members of its panel: role words alone do not make them."""
    if it.investigator_id and "investigator" in roles:
        return [each for each in able if each.id == it.investigator_id]
    if roles == ("panel",):
        panel = rounds.panel(session(), it)
        mine = {each.account_id for each in rounds.sitting(panel)} if panel else set()
        return [each for each in able if each.id in mine]
    return able


def do(
    deed: deeds.Deed,
    it: Any,
    actor: Actor,
    present: Any,
    dice: random.Random,
    *,
    well: bool = False,
    **said: Any,
) -> None:
    """Open the form, fill it, send it."""
    at = session()
    read_as(at, SYSTEM_READER)
    g.me = actor
    form = deeds.form_of(at, deed, it)
    fill(form, dice, well=well, **said)
    right = form.validate()
    at.rollback()
    if not right:
        raise Unfilled(next(iter(form.errors), ""), f"{form.errors}"[:200])
    with transaction() as inside:
        deed.do(inside, it, form, actor, present.now)
