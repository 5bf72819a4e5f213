"""A draft that waits for approval holds up other moves on its subject, and is dropped once it is impossible."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from core import clock
from core.actors import SYSTEM
from core.db import transaction
from core.errors import NotNow, Refused
from core.machine import Ask, Row
from core.outbox import job, later
from core.words import _l
from notices import doers, queries, queries_approval, trials
from notices.doers import Sent
from notices.models import Dossier
from notices.states import APPROVAL, OPEN
from registry import accounts

APPROVED_FIRST = _l("Documents for this matter wait for approval: nothing else is done with it until then.")


def gate(ask: Ask, _row: Row) -> Iterator[Refused]:
    """While a draft waits, staff begin no other move on its subject; pages say so before anybody tries."""
    if not ask.by_staff or ask.fired_by is not None or not ask.session.info.get("open") or ask.it.id is None:
        return
    waiting = queries.open_dossier(ask.session, ask.machine, ask.it.id)
    if waiting is not None and waiting.deed and waiting is not ask.session.info.get(trials.HELD):
        yield NotNow(APPROVED_FIRST)


def look_again(session: Session, dossier: Dossier, now: datetime) -> None:
    """After a move from outside, ask later whether the waiting draft could still be carried out."""
    later(session, "notices.look_again", f"look_again:{dossier.id}:{now.timestamp()}", dossier_id=dossier.id)


@job("notices.look_again")
def drop_if_impossible(dossier_id: int) -> None:
    """Drop a draft whose move is refused after what happened meanwhile, and tell its drafter (Q08)."""
    from_now = clock.now()
    with transaction() as at:
        dossier = at.get_one(Dossier, dossier_id, with_for_update=True, populate_existing=True)
        newest = queries_approval.version_of(at, dossier.id)
        drafter = accounts.actor_of(at, dossier.drafted_by)
        if dossier.state not in OPEN or newest is None or drafter is None:
            return
        try:
            trials.papers_of(at, dossier, Sent.from_json(newest.sent), drafter, from_now)
        except Refused as refused:
            at.refresh(dossier)
            APPROVAL.carry_out(Ask(at, dossier, SYSTEM, {"reason": str(refused)}, from_now), "drop")
            doers.tell(at, dossier, "dropped", "", from_now)
