"""Bundles in the list of long jobs: what somebody asked for, and how far it is."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.actors import Actor
from core.machine import Machine
from core.words import _, language
from notices.bundles import is_in_the_making
from notices.models_bundles import Bundle
from notices.queries import LINKS
from registry.queries_batches import Other, also


@also
def bundles(session: Session, actor: Actor, most: int) -> Sequence[Other]:
    """The newest bundles that this person asked for and may still see."""
    mine = select(Bundle).where(Bundle.asked_by == actor.id).order_by(Bundle.id.desc()).limit(most)
    return [_shown(session, each) for each in session.scalars(mine)]


def _shown(session: Session, it: Bundle) -> Other:
    going = "RUNNING" if it.steps else "WAITING"
    state = "DONE" if it.sha256 else going if is_in_the_making(it, clock.now()) else "FAILED"
    link = LINKS[it.subject_kind](it.subject_id) if it.subject_kind in LINKS else ""
    title = " · ".join(filter(None, (str(_("A file bound as one PDF")), _ref(session, it))))
    note = ""
    if state == "FAILED":
        note = it.trouble[language()] if it.trouble else str(_("It took too long."))
    return Other(title, it.asked_at, state, it.done, it.steps, link, note)


def _ref(session: Session, it: Bundle) -> str:
    """The reference of what it is a file of."""
    machine = Machine.all.get(it.subject_kind)
    thing = session.get(machine.model, it.subject_id) if machine and machine.model else None
    return str(thing.ref) if thing is not None else ""
