"""Later work of long jobs: one item after the other, each in a transaction of its own, in legs of some seconds."""

import time
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from core import clock, outbox
from core.actors import NOBODY as STRANGER
from core.actors import SYSTEM, Actor
from core.crypto import keyed_hash
from core.db import SYSTEM_READER, Reader, read_as, session, transaction
from core.errors import AlreadyDone, Changed, NotNow, Refused
from core.faults_told import placed
from core.forgetting import forget_later
from core.words import LazyString, _l, in_both
from filestore import files
from registry import accounts, batches
from registry.batches import KINDS, File
from registry.models_batches import Batch, BatchItem

log = structlog.get_logger()
SECONDS = 20.0
"""So long one leg takes; then other work has its turn."""
TOGETHER = 200
"""So many are done at once, of a kind that can."""
TRIES = 3
ENDS_WORKER = _l("The worker ended each time it came to this one; the others went on without it.")
IN_THE_WAY = _l("Somebody else was changing it each time this came to it; the others went on without it.")
FAULT = _l("A fault of the system; it is in the log. The others went on without it.")
NOBODY = _l("Whoever started this has no account any more.")
NO_ROLE = _l("Whoever started this has another role now, to which this work does not belong.")
GAVE_UP = _l("The worker could not go on. Once the cause is mended, go on with the rest here.")


@outbox.job(batches.JOB, goes_on=True)
def carry_on(batch_id: int) -> None:
    """One leg; a run after a crash finds what is done and goes on with the next."""
    until = time.monotonic() + SECONDS
    while one(batch_id):
        if time.monotonic() > until:
            with transaction() as at:
                batches.hand_on(at, at.get_one(Batch, batch_id, with_for_update=True, populate_existing=True))
            return


@outbox.job(batches.FILE_JOB)
def make_file(batch_id: int) -> None:
    """The file of a job that has ended, of what is there now."""
    _end(batch_id)


def one(batch_id: int) -> bool:
    """The next item that waits (or some, where they can be done at once); False where none is, or nobody wants it."""
    if _together(batch_id):
        return True
    number = _next(batch_id)
    if number is None:
        _end(batch_id)
        return False
    with transaction() as at:
        batch, item = _held(at, batch_id, number)
        if batch.state not in batches.GOING:
            return False
        batch.state = "RUNNING"
        actor, barred = _starter(at, batch)
        if barred is not None:
            _stop(at, batch, barred)
            return False
        item.tries += 1
        if item.tries > TRIES:
            _settle(at, batch, item, "FAILED", ENDS_WORKER)
            return True
    _try(batch_id, number, actor)
    return True


def _starter(at: Session, batch: Batch) -> tuple[Actor, LazyString | None]:
    """In whose name it is done, with the roles of now; and why it is not, where that person is gone or changed."""
    if batch.started_by is None or KINDS[batch.kind].by_system:
        return SYSTEM, None
    actor = accounts.actor_of(at, batch.started_by)
    if actor is None:
        return STRANGER, NOBODY
    return actor, None if KINDS[batch.kind].may(actor) else NO_ROLE


def _together(batch_id: int) -> bool:
    """Some that nobody tried yet, in one transaction; where that fails they were tried, and each is done alone."""
    numbers = _fresh(batch_id)
    if len(numbers) < 2:  # noqa: PLR2004 - one is done alone
        return False
    with transaction() as at:
        batch = at.get_one(Batch, batch_id, with_for_update=True, populate_existing=True)
        actor, barred = _starter(at, batch)
        if batch.state not in batches.GOING or barred is not None:
            return False
        batch.state = "RUNNING"
        mine = BatchItem.id.in_(numbers) & (BatchItem.state == "WAITING")
        at.execute(update(BatchItem).where(mine).values(tries=1))
    try:
        with transaction(once=_key(batch_id, numbers)) as at:
            _do_many(at, batch_id, numbers, actor)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - what is wrong with which one shows when each is done alone
        log.warning("items failed together", batch=batch_id, error=placed(error))
    return True


def _fresh(batch_id: int) -> list[int]:
    at = session()
    read_as(at, SYSTEM_READER)
    many = KINDS[at.get_one(Batch, batch_id).kind].many
    waiting = select(BatchItem.id).where(BatchItem.batch_id == batch_id, BatchItem.state == "WAITING")
    waiting = waiting.where(BatchItem.tries == 0).order_by(BatchItem.id).limit(TOGETHER)
    found = list(at.scalars(waiting)) if many is not None else []
    at.rollback()
    return found


def _do_many(at: Session, batch_id: int, numbers: list[int], actor: Actor) -> None:
    batch = at.get_one(Batch, batch_id, with_for_update=True, populate_existing=True)
    mine = select(BatchItem).where(BatchItem.id.in_(numbers), BatchItem.state == "WAITING").order_by(BatchItem.id)
    items = at.scalars(mine.with_for_update().execution_options(populate_existing=True)).all()
    many, now = KINDS[batch.kind].many, clock.now()
    if many is None or batch.state != "RUNNING":
        return
    refused = many(at, batch, items, actor, now)
    for item in items:
        item.state, item.ended_at = ("SKIPPED", None) if item.id in refused else ("DONE", now)
        if item.id in refused:
            item.reason = batches.reason_of(refused[item.id])
    batch.done += len(items) - len(refused)
    batch.skipped += len(refused)
    at.flush()


def _next(batch_id: int) -> int | None:
    at = session()
    read_as(at, SYSTEM_READER)
    batch = at.get_one(Batch, batch_id)
    waiting = select(BatchItem.id).where(BatchItem.batch_id == batch_id, BatchItem.state == "WAITING")
    if KINDS[batch.kind].do is None:
        waiting = waiting.where(BatchItem.id < 0)
    found = at.scalar(waiting.order_by(BatchItem.id).limit(1))
    at.rollback()
    return found


def _held(at: Session, batch_id: int, number: int) -> tuple[Batch, BatchItem]:
    """Lock the batch, always before its items: whoever cancels waits only for the item under way."""
    batch = at.get_one(Batch, batch_id, with_for_update=True, populate_existing=True)
    return batch, at.get_one(BatchItem, number, with_for_update=True, populate_existing=True)


def _try(batch_id: int, number: int, actor: Actor) -> None:
    said: tuple[str, object]
    try:
        said = _do(batch_id, number, actor)
    except (Changed, AlreadyDone):
        _again(batch_id, number)
        return
    except Refused as refused:
        said = "SKIPPED", refused
    except (OperationalError, InterfaceError):
        raise  # the database is away: the whole job waits
    except Exception as error:  # noqa: BLE001 - one item's fault is that item's: the others go on
        log.warning("item failed", batch=batch_id, item=number, error=placed(error))
        said = "FAILED", FAULT
    if said[0] != "DONE":
        with transaction() as at:
            _settle(at, *_held(at, batch_id, number), *said)


def _again(batch_id: int, number: int) -> None:
    """Somebody else was there at the same moment: it is looked at again, so often; who cancelled took no try away."""
    with transaction() as at:
        batch, item = _held(at, batch_id, number)
        if item.state == "WAITING" and batch.state != "RUNNING":
            item.tries -= 1
        elif item.tries >= TRIES:
            _settle(at, batch, item, "FAILED", IN_THE_WAY)


def _do(batch_id: int, number: int, actor: Actor) -> tuple[str, object]:
    """Do an item and note it in one transaction: after a crash either both are there or neither is.

    Its key is spent by what was done alone: who goes on after a cancelling needs it.
    """
    if not _is_open(number, actor):
        return "SKIPPED", batches.UNREADABLE
    with transaction(once=_key(batch_id, [number])) as at:
        batch, item = _held(at, batch_id, number)
        if batch.state != "RUNNING" or item.state != "WAITING":
            raise Changed
        do = KINDS[batch.kind].do
        if do is not None:
            do(at, batch, item, actor, clock.now())
        _settle(at, batch, item, "DONE", None)
    return "DONE", None


def _is_open(number: int, actor: Actor) -> bool:
    at = session()
    read_as(at, _reader(actor))
    try:
        item = at.get(BatchItem, number, populate_existing=True)
        return item is not None and KINDS[at.get_one(Batch, item.batch_id).kind].seen(at, item)
    finally:  # also where a question of it was refused: nothing more is asked in that transaction, nor as that reader
        at.rollback()
        read_as(at, SYSTEM_READER)


def _reader(actor: Actor) -> Reader:
    if actor.id is None:
        return SYSTEM_READER
    own = ("zilu.account", str(actor.id))
    if actor.party_id is not None:
        return Reader("zilu_party", (("zilu.party", str(actor.party_id)), own))
    return Reader("zilu_staff", (own,))


def _key(batch_id: int, numbers: list[int]) -> str:
    """What is spent by doing them; nobody else spends it, though every form brings a key of its sender's choice."""
    return keyed_hash("batch", f"{batch_id}:{numbers[0]}-{numbers[-1]}").hex()


def _settle(at: Session, batch: Batch, item: BatchItem, state: str, why: object) -> None:
    if item.state != "WAITING":
        return
    item.state, item.ended_at = state, clock.now() if state == "DONE" else None
    if why is not None:
        item.reason = batches.reason_of(why)
    counter = {"DONE": "done", "FAILED": "failed", "SKIPPED": "skipped"}[state]
    setattr(batch, counter, getattr(batch, counter) + 1)
    at.flush()


def _stop(at: Session, batch: Batch, why: object) -> None:
    batch.state, batch.trouble, batch.ended_at = "FAILED", in_both(why), clock.now()
    if why is NOBODY or why is NO_ROLE:
        at.flush()
        batches.left(at, batch, clock.now())


def _end(batch_id: int) -> None:
    """End the job, as no item waits: make its file, if it has one."""
    at = session()
    read_as(at, SYSTEM_READER)
    batch = at.get_one(Batch, batch_id, populate_existing=True)
    about, actor = KINDS[batch.kind], accounts.actor_of(at, batch.started_by) or SYSTEM
    leg = batch.leg
    going = batch.state in batches.GOING
    wants = about.file is not None and (not going or not about.lacking(at, batch))
    made: File | None = None
    trouble: object = _starter(at, batch)[1] if wants else None
    at.rollback()
    if batch.state == "PREPARED":
        return
    if wants and trouble is None:
        try:
            made = _made(batch_id, actor)
        except Refused as refused:
            if not going:
                return  # what was done is done: only its file is not there yet
            trouble = refused
    with transaction() as inside:
        mine = inside.get_one(Batch, batch_id, with_for_update=True, populate_existing=True)
        if made is not None and mine.leg != leg:
            _anew(inside, mine, going=going)
            return
        _close(inside, mine, made, trouble, clock.now(), going=going)
        if going and mine.state == "DONE":
            about.ended(inside, mine, actor, clock.now())


def _anew(at: Session, batch: Batch, *, going: bool) -> None:
    """Something of it was erased while the file was made of it: that file is kept nowhere, another is made."""
    if batch.state in batches.GOING:
        batches.hand_on(at, batch)
    elif not going:
        outbox.later(at, batches.FILE_JOB, key=f"batch_file:{batch.id}:{batch.leg}", batch_id=batch.id)


def _made(batch_id: int, actor: Actor) -> File:
    """As whoever started it may read; what is closed to that person is left out, and said to be."""
    at = session()
    read_as(at, _reader(actor))
    mine = select(BatchItem.id).where(BatchItem.batch_id == batch_id, BatchItem.state != "SKIPPED")
    try:
        batch = at.get_one(Batch, batch_id, populate_existing=True)
        about = KINDS[batch.kind]
        assert about.file is not None  # noqa: S101 - asked before
        open_ones = set(at.scalars(mine))  # first: what is closed from here on keeps the file from being taken
        made = about.file(at, batch)
    finally:
        at.rollback()
        read_as(at, SYSTEM_READER)
    if not about.reads:
        return made
    closed = set(at.scalars(mine)) - open_ones
    at.rollback()
    return replace(made, left_out={**dict.fromkeys(closed, NotNow(batches.UNREADABLE)), **made.left_out})


def _close(at: Session, batch: Batch, made: File | None, trouble: object, now: datetime, *, going: bool) -> None:
    if going and batch.state not in batches.GOING:
        return  # cancelled while the file was made
    if trouble is not None:
        _stop(at, batch, trouble)
        return
    if made is not None:
        kept = files.keep_made(at, made.content, made.name, made.media_type)
        if batch.sha256 and batch.sha256 != kept.sha256:
            forget_later(at, [batch.sha256])  # the file that was made before, where nothing else names it
        batch.sha256, batch.file_name, batch.size = kept.sha256, made.name, kept.size
        if made.rest:
            batch.params = {**batch.params, "rest": dict(made.rest)}
        for number, why in made.left_out.items():
            gone = update(BatchItem).where(BatchItem.id == number, BatchItem.batch_id == batch.id)
            at.execute(gone.values(state="SKIPPED", reason=batches.reason_of(why), ended_at=None))
    if going and KINDS[batch.kind].do is None:
        rest = update(BatchItem).where(BatchItem.batch_id == batch.id, BatchItem.state == "WAITING")
        at.execute(rest.values(state="DONE", ended_at=now))
    batches.settled(at, batch)
    if going:
        batch.state, batch.ended_at = "DONE", now


def gave_up(at: Session, row: outbox.Outbox) -> None:
    """The runner failed at a leg for the last time: the page says so, and how to go on."""
    if row.job in {batches.JOB, batches.FILE_JOB}:
        batch = at.get(Batch, row.args["batch_id"], with_for_update=True, populate_existing=True)
        if batch is not None and batch.state in batches.GOING:
            _stop(at, batch, GAVE_UP)
