"""The whole index of the search written anew, block by block, by one process or several."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from multiprocessing import get_context
from signal import SIG_DFL, SIGTERM, signal
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import db, transaction
from search import entries as search_entries

BLOCK: Final = 5_000
"""So many numbers one process takes at a time."""


class Block(NamedTuple):
    """Things of a kind with numbers after one and up to another, and how many entries they have."""

    kind: str
    after: int
    upto: int
    entries: int = 0


def write_all(kinds: Iterable[str], *, after: int = 0, hands: int = 1) -> Iterator[Block]:
    """Write the entries of all things of these kinds; block after block, in the order of their numbers.

    Blocks of several processes are under way at once: what is given back has been written, and all before it.
    """
    with ExitStack() as ended:
        with transaction() as at:
            blocks = [block for kind in kinds for block in _blocks(at, kind, after)]
        if hands == 1:
            yield from map(_write, blocks)
            return
        db.session.remove()
        pool = ended.enter_context(get_context("fork").Pool(hands, initializer=_begin))
        yield from pool.imap(_write, blocks)


def _blocks(session: Session, kind: str, after: int) -> Iterator[Block]:
    last = session.scalar(select(func.max(search_entries.KNOWN.models[kind].__table__.c.id))) or 0
    for start in range(after, last, BLOCK):
        yield Block(kind, start, min(start + BLOCK, last))


def _begin() -> None:
    signal(SIGTERM, SIG_DFL)  # the parent may have other plans for it; a hand that is told to end, ends
    db.engine.dispose(close=False)  # its connections are the parent's


def _write(block: Block) -> Block:
    """A batch is a transaction: what was stopped has written whole batches."""
    many, last = 0, block.after
    while True:
        with transaction() as at:
            written, reached = search_entries.anew(at, block.kind, last, block.upto)
        if not reached:
            return block._replace(entries=many)
        many, last = many + written, reached
