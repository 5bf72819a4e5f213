"""Long jobs: prepared with every item and why some are left out, started, cancelled, gone on with, taken back."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from core.actors import Actor
from core.db import still_there
from core.errors import NotAllowed, NotNow, Refused
from core.forgetting import forget_later
from core.journal import Subject, note
from core.outbox import later
from core.plainly import number
from core.registered import Registered
from core.words import _l, in_both
from registry import accounts
from registry.models_accounts import Account
from registry.models_batches import Batch, BatchItem
from registry.policies import may_oversee_jobs

JOB = "registry.batch"
FILE_JOB = "registry.batch_file"
MOST = 20_000
"""So many things at once, and no more."""
PREPARED_FOR = timedelta(days=1)
"""So long something prepared waits to be started."""
GOING = ("WAITING", "RUNNING")
UNREADABLE = _l("You may not read this one any more.")


@dataclass(frozen=True)
class File:
    """What a long job hands over at its end, and which items are not in it, and why."""

    name: str
    media_type: str
    content: bytes
    left_out: Mapping[int, Refused] = field(default_factory=dict)
    rest: Mapping[str, Any] = field(default_factory=dict)
    """What was too much for one file: the job keeps it under "rest", and its kind makes another of it."""


@dataclass(frozen=True)
class Kind:
    """What a room registers: how one item is done, and what there is at the end."""

    title: Callable[[Session, Batch], str]
    do: Callable[[Session, Batch, BatchItem, Actor, datetime], None] | None = None
    """Does one item in a transaction of its own, by the verb that pages use; without it the file is all there is."""
    many: Callable[[Session, Batch, Sequence[BatchItem], Actor, datetime], Mapping[int, Refused]] | None = None
    """Does some hundred of them at once where that is much quicker; tells by item those that were refused."""
    may: Callable[[Actor], bool] = lambda _actor: True
    """Whether somebody in these roles begins it and takes its file: asked each time, for roles are taken away."""
    seen: Callable[[Session, BatchItem], bool] = lambda _session, _item: True
    """Whether whoever started it may still read this thing; asked as that reader."""
    url: Callable[[BatchItem], str] = lambda _item: ""
    called: Callable[[Session, Sequence[BatchItem]], Mapping[int, str]] = lambda _session, _items: {}
    """By number of an item what the thing is called, beside its own number."""
    file: Callable[[Session, Batch], File] | None = None
    reads: bool = False
    """Whether it only gives out what its starter may read: what was closed since is in no file made anew."""
    lacking: Callable[[Session, Batch], int] = lambda _session, _batch: 0
    """How many papers are still being made for the file."""
    undo: str = ""
    """The kind that takes it back."""
    ended: Callable[[Session, Batch, Actor, datetime], None] = lambda _session, _batch, _actor, _now: None
    """What is noted once it is done, or was cancelled."""
    by_system: bool = False
    """The house's own work, begun by what somebody did: it goes on also when that person is gone."""
    ways: Callable[[Batch], Sequence[tuple[Any, str]]] = lambda _batch: ()
    """Where whoever looks at it before starting may go instead: words and address."""
    note: Any = ""
    """What whoever looks at it before starting has to know."""
    warns: Callable[[Session, Batch], str] = lambda _session, _batch: ""
    """The same of this very one."""
    waits: timedelta = PREPARED_FOR
    """So long it waits to be started."""
    second: Any = ""
    """Who else has to confirm it, in a sentence: then nobody starts it by hand."""
    most: float = 0
    """So many things at once; the measure of the house where it is 0."""
    words: Collection[str] = ()
    """What of its params was written to people: it goes once one of them is erased."""


@dataclass(frozen=True)
class Chosen:
    """One thing that was chosen, and why it is left out, if it is."""

    kind: str
    id: int
    ref: str
    skip: Refused | None = None
    result: Mapping[str, Any] = field(default_factory=dict)


KINDS: dict[str, Kind] = {}
LEFT = Registered[Callable[[Session, Batch, datetime], None]]()
on_left = LEFT.add
"""Register who hears that the starter of a job can't go on with it, or that somebody does: func(session, job, time)."""


def kind(name: str, about: Kind) -> Kind:
    """Register a kind of long job."""
    KINDS[name] = about
    return about


def prepare(
    session: Session,
    name: str,
    chosen: Iterable[Chosen],
    *,
    params: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    key: str | None = None,
    undoes: int | None = None,
) -> Batch:
    """Lay down every item, those left out with their reasons; nothing is done before somebody starts it."""
    every = list({(each.kind, each.id): each for each in chosen}.values())
    if not every:
        raise NotNow(_l("Nothing was chosen."))
    most = KINDS[name].most if name in KINDS else 0
    if len(every) > (most or MOST):
        raise NotNow(_l("At most %(most)s at once; narrow the selection.", most=number(int(most or MOST))))
    left_out = sum(each.skip is not None for each in every)
    batch = Batch(
        kind=name,
        key=key,
        started_by=actor.id,
        prepared_at=now,
        params=dict(params),
        state="PREPARED",
        total=len(every),
        done=0,
        failed=0,
        skipped=left_out,
        leg=0,
        undoes=undoes,
    )
    session.add(batch)
    session.flush()
    said: dict[str, dict[str, str]] = {}
    session.execute(insert(BatchItem), [_row(batch.id, each, said) for each in every])
    return batch


def _row(batch_id: int, each: Chosen, said: dict[str, dict[str, str]]) -> dict[str, Any]:
    reason = None
    if each.skip is not None:
        words = each.skip.code + str(each.skip)
        reason = said.get(words) or said.setdefault(words, reason_of(each.skip))
    return {
        "batch_id": batch_id,
        "subject_kind": each.kind,
        "subject_id": each.id,
        "ref": each.ref,
        "state": "SKIPPED" if each.skip is not None else "WAITING",
        "tries": 0,
        "reason": reason,
        "result": dict(each.result),
    }


def reason_of(why: object) -> dict[str, str]:
    """Why an item is left out or failed, in both languages, and what that refusal is called, if it has a name."""
    code = why.code if isinstance(why, Refused) else ""
    return {**in_both(why), "code": code} if code else in_both(why)


def may_steer(actor: Actor, batch: Batch) -> bool:
    """Whether this person may steer a job: whoever started it, and the heads of department."""
    return may_oversee_jobs(actor) or (actor.id is not None and actor.id == batch.started_by)


def may_take(actor: Actor, batch: Batch) -> bool:
    """Whether this person may take its file: only its starter, who may read what is in it, and only with the roles."""
    return actor.id is not None and actor.id == batch.started_by and KINDS[batch.kind].may(actor)


def start(session: Session, batch: Batch, *, actor: Actor, now: datetime) -> None:
    """Begin with what was looked at; only whoever prepared it."""
    mine = _locked(session, batch)
    if actor.id != mine.started_by or not KINDS[mine.kind].may(actor):
        raise NotAllowed
    if KINDS[mine.kind].second:
        raise NotNow(KINDS[mine.kind].second)
    if mine.state != "PREPARED":
        raise NotNow(_l("This was started already."))
    if not mine.left:
        raise NotNow(_l("Nothing can be done to any of them; the reasons stand beside each."))
    mine.started_at = now
    _go(session, mine, actor, now)


def cancel(session: Session, batch: Batch, *, actor: Actor, now: datetime) -> None:
    """Stop between two items; what is done stays done."""
    mine = _steered(session, batch, actor)
    if mine.state not in GOING:
        raise NotNow(_l("It has ended already."))
    _note(session, mine, "cancel", actor, now, "CANCELLED", left=mine.left)
    mine.state, mine.ended_at = "CANCELLED", now
    KINDS[mine.kind].ended(session, mine, actor, now)


def go_on(session: Session, batch: Batch, *, actor: Actor, now: datetime) -> None:
    """Go on with the rest of what was cancelled or stopped; what failed is tried once more.

    It stays the work of whoever began it, unless that one is gone or may it no longer: then it is the actor's.
    """
    mine = _steered(session, batch, actor)
    if not KINDS[mine.kind].may(actor):
        raise NotAllowed
    if mine.state in {*GOING, "PREPARED"} or not (mine.left or mine.failed or mine.state == "FAILED"):
        raise NotNow(_l("There is nothing left to go on with."))
    _not_taken_back(session, mine)
    if not has_starter(session, mine):
        _take_over(session, mine, actor, now)
    failed = update(BatchItem).where(BatchItem.batch_id == mine.id, BatchItem.state == "FAILED")
    session.execute(failed.values(state="WAITING", reason=None, tries=0))
    mine.failed, mine.trouble, mine.ended_at = 0, None, None
    _go(session, mine, actor, now)
    left(session, mine, now)


def has_starter(session: Session, batch: Batch) -> bool:
    """Whether there is somebody, with the roles, in whose name the job is done; the system's own need nobody."""
    if batch.started_by is None or KINDS[batch.kind].by_system:
        return True
    starter = accounts.actor_of(session, batch.started_by)
    return starter is not None and KINDS[batch.kind].may(starter)


def may_undo(session: Session, actor: Actor, batch: Batch) -> bool:
    """Whether this person may take the job back: its starter, or a head if the starter is gone or lost the right."""
    if actor.id is not None and actor.id == batch.started_by:
        return True
    return may_oversee_jobs(actor) and not has_starter(session, batch)


def _take_over(session: Session, batch: Batch, actor: Actor, now: datetime) -> None:
    """Put the job in the name of whoever goes on; a file already made goes: it shows what another could read."""
    _note(session, batch, "take_over", actor, now, batch.state, former=batch.started_by or 0)
    forget_later(session, [batch.sha256] if batch.sha256 else [])
    batch.sha256 = batch.file_name = batch.size = None
    batch.started_by = actor.id


def left(session: Session, batch: Batch, now: datetime) -> None:
    """Tell what registered that its starter can't go on with it, or that somebody does."""
    for tell in LEFT:
        tell(session, batch, now)


def discard(session: Session, batch: Batch, *, actor: Actor) -> None:
    """Forget what was prepared and never started."""
    mine = _steered(session, batch, actor)
    if mine.state != "PREPARED":
        raise NotNow(_l("This was started already."))
    session.delete(mine)
    session.flush()


def undo(session: Session, batch: Batch, *, actor: Actor, now: datetime) -> Batch:
    """Prepare the taking back of all that was done; it is looked at and started like any other."""
    about, batch = KINDS[batch.kind], _locked(session, batch)
    if not about.undo:
        raise NotNow(_l("What this did can't be taken back in bulk."))
    if not may_undo(session, actor, batch):
        raise NotAllowed
    if batch.state in {*GOING, "PREPARED"}:
        raise NotNow(_l("It is still under way; cancel it first."))
    _not_taken_back(session, batch)
    did = select(BatchItem).where(BatchItem.batch_id == batch.id, BatchItem.state == "DONE").order_by(BatchItem.id)
    chosen = [Chosen(each.subject_kind, each.subject_id, each.ref, result=each.result) for each in session.scalars(did)]
    return prepare(session, about.undo, chosen, params=batch.params, actor=actor, now=now, undoes=batch.id)


def ask_file(session: Session, batch: Batch, *, actor: Actor, now: datetime) -> None:
    """Make the file of what is there now."""
    if not may_take(actor, batch):
        raise NotAllowed
    if KINDS[batch.kind].file is None or not batch.done or batch.state in {*GOING, "PREPARED"}:
        raise NotNow(_l("There is nothing to put into a file yet."))
    later(session, FILE_JOB, key=f"batch_file:{batch.id}:{now.timestamp()}", batch_id=batch.id)


def taken(session: Session, batch: Batch, *, actor: Actor, now: datetime) -> None:
    """Note in the journal that the file leaves the house; refused if something in it is closed to the reader."""
    if not may_take(actor, batch) or batch.sha256 is None:
        raise NotAllowed
    _note(session, batch, "file", actor, now, batch.state, file=batch.sha256)


def drop_files(session: Session, subjects: Sequence[tuple[str, int]]) -> set[str]:
    """Drop files made of these things, and any that is being made, and what was written; the digests of the files.

    The jobs are held first: what one of them keeps at this moment is looked for afterwards.
    """
    of = tuple_(BatchItem.subject_kind, BatchItem.subject_id).in_(subjects)
    whole = select(Batch).where(Batch.id.in_(select(BatchItem.batch_id).where(of))).order_by(Batch.id)
    gone: set[str] = set()
    for batch in session.scalars(whole.with_for_update().execution_options(populate_existing=True)).all():
        gone |= {batch.sha256} if batch.sha256 else set()
        batch.sha256 = batch.file_name = batch.size = None
        batch.leg += 1
        if batch.state not in GOING and batch.kind in KINDS:
            batch.params = {name: it for name, it in batch.params.items() if name not in KINDS[batch.kind].words}
    for item in session.scalars(select(BatchItem).where(of).execution_options(populate_existing=True)):
        gone |= {item.result["sha256"]} if "sha256" in item.result else set()
        item.result = {name: value for name, value in item.result.items() if name != "sha256"}
    return gone


def drop_files_of(session: Session, parties: Sequence[int]) -> None:
    """Drop files made for people of these companies, which may hold papers of another; they ask again.

    Nor is one kept that is being made.
    """
    people = select(Account.id).where(Account.party_id.in_(parties))
    mine = select(Batch).where(Batch.started_by.in_(people), Batch.state != "PREPARED").order_by(Batch.id)
    for batch in session.scalars(mine.with_for_update().execution_options(populate_existing=True)).all():
        forget_later(session, [batch.sha256] if batch.sha256 else [])
        batch.sha256 = batch.file_name = batch.size = None
        batch.leg += 1


def begin(session: Session, batch: Batch, *, actor: Actor, now: datetime) -> None:
    """Start at once what the machine itself begins, such as the delivery of a circular."""
    batch.started_at = now
    _go(session, batch, actor, now)


def forget_unstarted(session: Session, now: datetime) -> int:
    """Forget what nobody started in time (for most kinds, a day)."""
    longer = {name: about.waits for name, about in KINDS.items() if about.waits != PREPARED_FOR}
    old = [Batch.kind.not_in(longer) & (Batch.prepared_at < now - PREPARED_FOR)]
    old += [(Batch.kind == name) & (Batch.prepared_at < now - waits) for name, waits in longer.items()]
    gone = delete(Batch).where(Batch.state == "PREPARED", or_(*old))
    return len(session.scalars(gone.returning(Batch.id)).all())


def hand_on(session: Session, batch: Batch) -> None:
    """One more leg for the worker."""
    batch.leg += 1
    later(session, JOB, key=f"batch:{batch.id}:{batch.leg}", batch_id=batch.id)


def settled(session: Session, batch: Batch) -> None:
    """Count anew what became of the items."""
    counted = select(BatchItem.state, func.count()).where(BatchItem.batch_id == batch.id).group_by(BatchItem.state)
    found: dict[str, int] = dict(map(tuple, session.execute(counted)))  # type: ignore[arg-type]
    batch.done, batch.failed, batch.skipped = (found.get(state, 0) for state in ("DONE", "FAILED", "SKIPPED"))


def _go(session: Session, batch: Batch, actor: Actor, now: datetime) -> None:
    _note(session, batch, "start", actor, now, "WAITING", kind=batch.kind, items=batch.left, left_out=batch.skipped)
    batch.state = "WAITING"
    hand_on(session, batch)


def _not_taken_back(session: Session, batch: Batch) -> None:
    """Refuse what follows on being taken back: going on, or taking back once more."""
    if session.scalar(select(Batch.id).where(Batch.undoes == batch.id)) is not None:
        raise NotNow(_l("This is being taken back already."))


def _locked(session: Session, batch: Batch) -> Batch:
    return still_there(session, Batch, batch.id, hold=True)


def _steered(session: Session, batch: Batch, actor: Actor) -> Batch:
    mine = _locked(session, batch)
    if not may_steer(actor, mine):
        raise NotAllowed
    return mine


def _note(
    session: Session, batch: Batch, what: str, actor: Actor, now: datetime, after: str, **changes: int | str
) -> None:
    about, said = Subject("batch", batch.id, f"batch-{batch.id}"), {"kind": batch.kind, **changes}
    note(session, about, what, actor, now, (batch.state, after), said)
