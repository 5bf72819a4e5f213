"""What staff do in random lives: every deed of the pages, through its form, by somebody whose role it is."""

import random
from collections.abc import Iterator
from typing import Any

from flask import g

from bench.lives import approving
from bench.lives.filling import fill
from bench.lives.world import People
from core.actors import Actor
from core.db import SYSTEM_READER, read_as, session, transaction
from core.errors import BadInput
from core.machine import Machine
from desk import deeds, deeds_cases, deeds_complaints, deeds_forwardings, deeds_stop_contacts
from notices import approvals, chains, undoing
from proceedings import deeds_panel, deeds_publications, deeds_tracks
from sanctions import rounds

DEEDS: dict[str, dict[str, deeds.Deed]] = {
    "complaint": deeds_complaints.DEEDS,
    "forwarding": deeds_forwardings.DEEDS,
    "stop_contact": deeds_stop_contacts.DEEDS,
    "track": deeds_cases.MOVES | deeds_tracks.DEEDS | deeds_panel.DEEDS,
    "publication": deeds_publications.EVERY,
}
PAGES: dict[str, tuple[tuple[str, dict[str, deeds.Deed]], ...]] = {
    "complaint": (("casework.complaint", deeds_complaints.DEEDS),),
    "forwarding": (("casework.forwarding", deeds_forwardings.DEEDS),),
    "stop_contact": (("casework.stop_contact", deeds_stop_contacts.DEEDS),),
    "track": (("casework.track", deeds_cases.MOVES), ("sanctions.track", deeds_tracks.DEEDS)),
    "publication": (("sanctions.publication", deeds_publications.EVERY),),
}
"""The pages whose deeds may wait for other hands, as they are known to the drafts."""
TAKEN_BACK = 0.2
"""How often what can be taken back for some minutes waits for it."""
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
    machine: Machine,
    it: Any,
    actor: Actor,
    present: Any,
    dice: random.Random,
    *,
    well: bool = False,
    **said: Any,
) -> int | None:
    """Open the form, fill it, send it; the number of the draft if that waits for other hands."""
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

        def done() -> None:
            deed.do(inside, it, form, actor, present.now)

        page = next((name for name, own in PAGES.get(machine.name, ()) if own.get(deed.event) is deed), "")
        until = undoing.until(inside, present.now) if page and deed.undo and dice.random() < TAKEN_BACK else None
        if not page or (until is None and not chains.any_chain(inside)):
            done()
            return None
        name, sent = f"{page}/{deed.event}", approving.sent_of(inside, form)
        waits = approvals.carry_out(inside, name, it.id, sent, done, actor=actor, now=present.now, undo_until=until)
        return waits.id if waits is not None else None
