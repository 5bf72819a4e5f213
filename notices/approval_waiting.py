"""A draft that waits for approval holds up other moves on its subject, and is dropped once it is impossible."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.actors import SYSTEM
from core.errors import NotAllowed, NotNow, Refused
from core.machine import Ask, Row
from core.outbox import later
from core.words import _l
from notices import doers, queries, queries_approval, trials
from notices.doers import Sent
from notices.models import Dossier
from notices.states import APPROVAL, OPEN
from registry import accounts

JOB: Final = "notices.look_again"
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
    later(session, JOB, f"look_again:{dossier.id}:{now.timestamp()}", dossier_id=dossier.id)


def drop_if_impossible(session: Session, number: int, now: datetime) -> bool:
    """Drop a draft whose move is refused after what happened meanwhile, and tell its drafter (Q08): returns whether.

    If only its drafter may not do it any more, whoever signs is asked to give it up: the role may be given back.
    """
    dossier = session.get_one(Dossier, number, with_for_update=True, populate_existing=True)
    newest = queries_approval.version_of(session, dossier.id)
    drafter = accounts.actor_of(session, dossier.drafted_by)
    if dossier.state not in OPEN or newest is None or drafter is None:
        return False
    try:
        trials.papers_of(session, dossier, Sent.from_json(newest.sent), drafter, now)
    except Refused as refused:
        session.refresh(dossier)
        if isinstance(refused, NotAllowed) and queries_approval.steps_of(session, dossier.id):
            doers.tell(session, dossier, "left", "", now)
            return False
        APPROVAL.carry_out(Ask(session, dossier, SYSTEM, {"reason": str(refused)}, now), "drop")
        doers.tell(session, dossier, "dropped", "", now)
        return True
    return False
