"""What bodies announce in random lives, as their page does: the form is kept, and it may wait for its approval."""

from typing import Any

from flask import g

from bench.lives.approving import sent_of
from bench.lives.outside import Scene
from core.actors import Actor
from notices import approvals, chains
from notices.models import Dossier
from proceedings.approved_pages import APPROVED


def announce(scene: Scene, deed: str, it: Any, by: Actor, **said: Any) -> Dossier | None:
    """Fill the form of the page, and announce by it what the votes come to; the draft, where it waits."""
    g.me = by
    doer, event = APPROVED[deed.partition("/")[0]], deed.partition("/")[2]
    form = doer.form(scene.at, it.id, event, None)
    for name, value in said.items():
        form[name].data = value

    def do() -> None:
        doer.do(scene.at, it.id, event, form, by, scene.now)

    if not chains.any_chain(scene.at):
        do()
        return None
    return approvals.carry_out(scene.at, deed, it.id, sent_of(scene.at, form), do, actor=by, now=scene.now)
