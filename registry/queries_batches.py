"""Long jobs as they are read: one's own, a head's all, with what became of each item."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import keyset
from core.actors import Actor
from core.registered import Registered
from registry.models_batches import Batch, BatchItem
from registry.queries import account_names

SIZE = 50
OTHERS = 20
"""So many of each other kind of long work are shown beside."""
STATES = ("WAITING", "DONE", "SKIPPED", "FAILED")


@dataclass(frozen=True)
class Other:
    """Work with progress that is no batch, such as a bundle being made: listed with the rest."""

    title: str
    at: datetime
    state: str
    done: int
    steps: int
    url: str = ""
    note: str = ""
    """Why it could not be done."""


Look = Callable[[Session, Actor, int], Sequence[Other]]
OTHER = Registered[Look]()
also = OTHER.add
"""Register other long work: func(session, whose, at most), newest first."""


def batch(session: Session, number: int) -> Batch | None:
    """One long job that this reader may see."""
    return session.scalar(select(Batch).where(Batch.id == number))


def listed(
    session: Session, actor: Actor, *, everybody: bool, place: keyset.Place = keyset.BEGINNING
) -> tuple[list[Batch], keyset.Part]:
    """The newest first; whose they are is the reader's choice among what the rows show."""
    wanted = () if everybody else (Batch.started_by == actor.id,)
    part = keyset.part(session, select(Batch), wanted, (Batch.id,), place, down=True)
    return [row[0] for row in part.rows], part


def items(
    session: Session, number: int, *, state: str = "", place: keyset.Place = keyset.BEGINNING
) -> tuple[list[BatchItem], keyset.Part]:
    """The items in their order: all, those of one state, or those left out or failed for what has this code."""
    of_it = BatchItem.state == state if state in STATES else BatchItem.reason["code"].astext == state
    wanted = (of_it,) if state else ()
    part = keyset.part(session, select(BatchItem).where(BatchItem.batch_id == number), wanted, (BatchItem.id,), place)
    return [row[0] for row in part.rows], part


def every_item(session: Session, number: int, *states: str) -> Sequence[BatchItem]:
    """All items of these states; a job holds no more than it may be prepared with."""
    asked = select(BatchItem).where(BatchItem.batch_id == number, BatchItem.state.in_(states))
    return session.scalars(asked.order_by(BatchItem.id)).all()


def hidden(session: Session, it: Batch) -> int:
    """How many of its items this reader may not see (any more)."""
    seen = select(func.count()).select_from(BatchItem).where(BatchItem.batch_id == it.id)
    return it.total - (session.scalar(seen) or 0)


def is_closed(session: Session, it: Batch) -> bool:
    """Whether something in its file is closed to this reader; what was left out of it is not in it."""
    seen = select(func.count()).where(BatchItem.batch_id == it.id, BatchItem.state == "DONE")
    return it.done > (session.scalar(seen) or 0)


def reasons(session: Session, number: int, lang: str) -> list[tuple[str, int]]:
    """Why items are left out or failed, each reason with how many."""
    word = BatchItem.reason[lang].astext
    asked = select(word, func.count()).where(BatchItem.batch_id == number, BatchItem.state.in_(("SKIPPED", "FAILED")))
    rows = session.execute(asked.group_by(word).order_by(func.count().desc(), word).limit(SIZE)).all()
    return [(why, count) for why, count in rows]


def left_out(session: Session, number: int) -> dict[str, int]:
    """How many items are left out for what has which code; "" where it has none."""
    code = func.coalesce(BatchItem.reason["code"].astext, "")
    asked = select(code, func.count()).where(BatchItem.batch_id == number, BatchItem.state == "SKIPPED")
    return dict(map(tuple, session.execute(asked.group_by(code))))


def undone_by(session: Session, it: Batch) -> Batch | None:
    """The job that takes this one back."""
    return session.scalar(select(Batch).where(Batch.undoes == it.id))


def names(session: Session, rows: Sequence[Batch]) -> dict[int, str]:
    """Who started them."""
    return account_names(session, (each.started_by for each in rows))


def others(session: Session, actor: Actor) -> list[Other]:
    """Other long work of this person, the newest first."""
    found = [each for function in OTHER for each in function(session, actor, OTHERS)]
    return sorted(found, key=lambda each: each.at, reverse=True)[:OTHERS]
