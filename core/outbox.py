"""Work for later: rows written in the transaction that asks for it, handed to RQ after commit, swept again if lost."""

import json
from collections.abc import Callable, Collection
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.job import Job
from rq.utils import as_text
from sqlalchemy import ColumnElement, Index, case, event, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock, valkey
from core.db import SYSTEM_READER, Base, BigId, Instant, db, read_as, session, transaction
from core.faults_told import placed, told
from core.held_back import held_back_of, writes
from core.passing_on import PassingOn
from core.planned import PLANNED
from core.registered import Registered
from core.under_way import application, begin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask import Flask

log = structlog.get_logger()

TRIES = 5
QUEUE = "zilu"
PATIENT = "zilu-patient"
"""Taken up only when nothing waits in the other: work handed over again, and the demonstration's many documents."""
FRESH_FOR = timedelta(seconds=10)
HANDED_FOR = timedelta(seconds=60)
"""How long a row may stay undone, once asked for and after each handing over, before the sweep hands it over."""
ENOUGH = 500
"""While more lies in the queues, the sweep hands nothing over."""
SLOWLY = timedelta(minutes=30)
"""The same once it has failed TRIES times and goes on being tried."""


class Outbox(Base):
    """One piece of later work; `key` makes asking for it twice the same as once."""

    __tablename__ = "outbox"
    __numbered__: ClassVar[bool] = True
    __table_args__ = (
        Index(
            "ix_outbox_waiting",
            "id",
            postgresql_where=text("done_at IS NULL AND gave_up_at IS NULL AND parked_at IS NULL"),
        ),
        Index("ix_outbox_parked", "id", postgresql_where=text("parked_at IS NOT NULL")),
        Index("ix_outbox_gave_up", "id", postgresql_where=text("gave_up_at IS NOT NULL")),
    )
    __readers__: ClassVar[dict[str, str]] = {
        "staff": "EXISTS (SELECT 1 FROM document d WHERE d.id = (args ->> 'document_id')::bigint)",
        "admin": "true",
    }
    id: Mapped[BigId]
    job: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    args: Mapped[dict[str, Any]] = mapped_column(JSONB)
    asked_at: Mapped[Instant]
    handed_at: Mapped[Instant | None]
    tries: Mapped[int] = mapped_column(default=0)
    """How many failed or ended their worker; one under way is counted until it succeeds."""
    done_at: Mapped[Instant | None]
    gave_up_at: Mapped[Instant | None]
    trouble: Mapped[str | None]
    parked_at: Mapped[Instant | None]
    """When it was open after a restore: it may have been done before, and waits for an administrator.

    With `gave_up_at`: when an administrator dropped it, or before.
    """

    @property
    def state(self) -> str:
        """How it stands; what an administrator dropped is not done, and a person may still ask for it."""
        if self.gave_up_at is not None:
            return "DROPPED" if self.parked_at is not None else "GAVE_UP"
        if self.done_at is not None:
            return "DONE"
        return "PARKED" if self.parked_at is not None else "WAITING"


ASKED = text(
    "INSERT INTO outbox (job, key, args, asked_at, tries) VALUES (:job, :key, CAST(:args AS jsonb), :at, 0) "
    "ON CONFLICT (key) DO NOTHING RETURNING id"
)
ALL_ASKED = text(
    "INSERT INTO outbox (job, key, args, asked_at, tries) SELECT job, key, args, at, 0 FROM json_to_recordset("
    "CAST(:rows AS json)) AS said (job text, key text, args jsonb, at timestamptz) "
    "ON CONFLICT (key) DO NOTHING RETURNING id"
)
"""A statement that nothing is written before, said to the connection itself: every document asks for work."""
OPEN = (Outbox.done_at.is_(None), Outbox.gave_up_at.is_(None), Outbox.parked_at.is_(None))
"""What waits to be done."""
JOBS: dict[str, Callable[..., None]] = {}
GOES_ON: set[str] = set()
FOR_AS_LONG: dict[str, timedelta] = {}
"""How long after it was asked for a job is not given up, however often it failed; the others: not at all."""
GIVEN_UP = Registered[Callable[[Session, Outbox], None]]()
"""Told, in the transaction that notes it, when a job failed for the last time."""
TRIED_AGAIN = Registered[Callable[[Session, int], None]]()
"""Told when a row that was given up waits again."""


def job(
    name: str, *, goes_on: bool = False, patience: timedelta = timedelta()
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a job; it takes ids, and may run twice without harm.

    One that goes on after what ended its worker counts those tries itself (`goes_on`). One that needs a server outside
    is tried for as long as that may be away (`patience`).
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        JOBS[name] = function
        if goes_on:
            GOES_ON.add(name)
        FOR_AS_LONG[name] = patience
        return function

    return register


def init_app(app: "Flask", redis_url: str) -> None:
    """Set up the hand-over to RQ. It does not wait long: the clock sweeps up later what Valkey did not take."""
    begin(app)
    app.extensions["outbox"] = valkey.connected(app, redis_url)


def patient_connection() -> Redis:
    """A connection for the worker, which waits for Valkey instead of giving up."""
    return Redis.from_url(application().extensions["zilu"].redis_url)


def later(at: Session, name: str, key: str, **ids: Any) -> None:  # noqa: ANN401 - JSON values
    """Ask for work after this transaction; the same key asks only once.

    Effects ask while the thing they move has its new facts and not its new state: nothing of that is written here.
    """
    if name not in JOBS:
        message = f"no job is called {name}"
        raise LookupError(message)
    if (back := held_back_of(at)) is not None:
        back.put_off(Outbox.__tablename__, {"job": name, "key": key, "args": ids, "at": clock.now().isoformat()})
        return
    said = {"job": name, "key": key, "args": json.dumps(ids), "at": clock.now()}
    found = at.connection().execute(ASKED, said, execution_options=PLANNED).scalar()
    if found is not None:
        at.info.setdefault("later", []).append(found)


def later_first(at: Session, name: str, key: str, **ids: Any) -> None:  # noqa: ANN401 - JSON values
    """Ask for work about a new thing, so that nobody asked before; written together with it (`core.held_back`)."""
    if name not in JOBS:
        message = f"no job is called {name}"
        raise LookupError(message)
    row = Outbox(job=name, key=key, args=ids, asked_at=clock.now())
    at.add(row)
    at.flush()
    at.info.setdefault("later", []).append(row.id)


@writes(Outbox.__tablename__)
def _all_asked(at: Session, rows: "Iterable[dict[str, Any]]") -> None:
    found = at.connection().execute(ALL_ASKED, {"rows": json.dumps(rows, ensure_ascii=False)})
    at.info.setdefault("later", []).extend(found.scalars())


@event.listens_for(Session, "after_commit")
def _hand_over(at: Session) -> None:
    if at.in_nested_transaction():
        return  # a part of it is done; nobody else sees its rows yet
    numbers = at.info.pop("later", [])
    beside = _beside[:1]  # looked at once: it may go meanwhile, where a request is late and the process ends
    if beside:
        beside[0].give(numbers)
    else:
        enqueue(numbers)


_beside: list[PassingOn] = []


def begin_beside(app: "Flask") -> None:
    """Hand over beside the requests from here on, as a process does that serves: a sixth of a complaint's time.

    What such a process had not handed over when it was killed, the clock sweeps up.
    """

    def pass_on(numbers: list[int]) -> None:
        with app.app_context():
            enqueue(numbers)

    _beside[:] = [PassingOn(pass_on)]


def end_beside() -> None:
    """Hand over what waits; at once from here on."""
    while _beside:
        _beside.pop().end()


@event.listens_for(Session, "after_rollback")
def _forget(at: Session) -> None:
    if at.in_nested_transaction():
        return  # a part of it is taken back; whoever tried it knows what is gone with it
    at.info.pop("later", None)


class OneNumber:
    """How work lies in Valkey: as the number of a row, which only `perform` reads.

    Whoever can write there names no other function by it, and no object that runs when it is read.
    """

    @staticmethod
    def dumps(said: Any) -> bytes:  # noqa: ANN401 - what RQ says of a job
        """As JSON."""
        return json.dumps(said).encode()

    @staticmethod
    def loads(kept: bytes) -> Any:  # noqa: ANN401 - what RQ said of a job
        """What `dumps` wrote of work of the outbox; raises ValueError where it is anything else."""
        said = json.loads(kept)
        if said in ({}, None):
            return said
        match said:
            case [name, None, [int()], {**named}] if name == f"{__name__}.{perform.__name__}" and not named:
                return said
            case _:
                message = "this is no row of the outbox"
                raise ValueError(message)


class OneWork(Job):
    """A piece of work as RQ keeps it; anything else written beside the number is ignored.

    RQ would call functions by the names that stand there, and tell addresses of how it ended.
    """

    HEARD: ClassVar[frozenset[str]] = frozenset(
        {"data", "origin", "status", "timeout", "result_ttl", "failure_ttl", "worker_name"}
        | {"created_at", "enqueued_at", "started_at", "ended_at", "last_heartbeat"}
    )

    def restore(self, raw_data: Any) -> Any:  # noqa: ANN401 - as RQ calls it
        """From Valkey."""
        return super().restore({name: said for name, said in raw_data.items() if as_text(name) in self.HEARD})


def queue_of(name: str, connection: Redis) -> Queue:
    """One of the queues, which hold only numbers of rows."""
    return Queue(name, connection=connection, job_class=OneWork, serializer=OneNumber)


def enqueue(numbers: Collection[int], queue: str = QUEUE) -> int:
    """Give rows to RQ at once; how many it took: none while Valkey is away (the clock sweeps them up later)."""
    if not numbers:
        return 0
    waiting = queue_of(queue, application().extensions["outbox"])
    jobs = [Queue.prepare_data(perform, (each,), timeout=180, result_ttl=0, failure_ttl=3600) for each in numbers]
    try:
        return len(waiting.enqueue_many(jobs))
    except (RedisError, OSError):
        return 0


def perform(number: int) -> None:
    """Do one row's work: run by RQ; a row already done, or under way elsewhere, is left."""
    with application().app_context(), _alone(number) as alone:
        if alone:
            _perform(number)


class WorkerEnded(Exception):  # noqa: N818 - it names what happened
    """No try came to an end: each time the worker died with it."""


def _perform(number: int) -> None:
    read_as(session(), SYSTEM_READER)
    begun = _begun(number)
    if begun is None:
        return
    name, ids = begun
    try:
        JOBS[name](**ids)
    except Exception as error:  # noqa: BLE001 - the one place that catches everything: the job runner
        log.warning("job failed", outbox=number, job=name, error=placed(error))
        session().rollback()  # where a question of it was refused, nothing more is asked in that transaction
        with transaction() as at:
            _failed(at, at.get_one(Outbox, number, populate_existing=True), error, _counted(name))
        return
    with transaction() as after:
        done = after.get_one(Outbox, number, populate_existing=True)
        done.done_at, done.trouble = clock.now(), None
        done.tries -= _counted(name)


def _begun(number: int) -> tuple[str, dict[str, Any]] | None:
    """The row to be done; its try is noted first, so that work that kills its worker is given up in the end."""
    with transaction() as at:
        row = at.get(Outbox, number, populate_existing=True)
        if row is None or row.state != "WAITING":
            return None
        if _enough(row, grace=2 * SLOWLY):  # one that needs a server has its last try after its time, and its own end
            log.warning("job ends its worker", outbox=number, job=row.job)
            _failed(at, row, WorkerEnded("the worker ended each time it did this"), 1)
            return None
        row.tries += _counted(row.job)
        return row.job, dict(row.args)


def _enough(row: Outbox, grace: timedelta = timedelta()) -> bool:
    return row.tries >= TRIES and _waited(row, grace)


def _waited(row: Outbox, grace: timedelta = timedelta()) -> bool:
    """Whether it has waited for an outside server for as long as that may be away."""
    patience = FOR_AS_LONG.get(row.job, timedelta())
    return not patience or clock.now() >= row.asked_at + patience + grace


def _counted(name: str) -> int:
    return 0 if name in GOES_ON else 1


def _failed(at: Session, row: Outbox, error: Exception, counted: int) -> None:
    row.trouble = told(error)
    untried = getattr(error, "untried", False)
    row.tries += (0 if untried else 1) - counted
    if (_waited(row) if untried else _enough(row)) or getattr(error, "final", False):
        row.gave_up_at = clock.now()
        for tell in GIVEN_UP:
            tell(at, row)


@contextmanager
def _alone(number: int) -> "Iterator[bool]":
    """Hold the row's advisory lock on a connection of its own, so that it is free again when the process dies.

    No transaction is open there meanwhile: a server may end one that rests, and with it would go the lock.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            asked = text("SELECT pg_try_advisory_lock(726011, :n)")
            yield bool(connection.execute(asked, {"n": number % 2**31}).scalar())
        except BaseException:
            connection.invalidate()  # closed, not given back: the pool would keep the lock with it
            raise
        connection.execute(text("SELECT pg_advisory_unlock_all()"))


def sweep(now: datetime) -> int:
    """Hand over again what was lost between commit and queue, or died with its worker.

    While much lies in the queues nothing is: what is not lost would only lie there once more.
    """
    if _waiting() > ENOUGH:
        return 0
    pause = case((Outbox.tries >= TRIES, SLOWLY), else_=HANDED_FOR)
    with transaction() as at:
        rows = at.scalars(
            select(Outbox)
            .where(*OPEN)
            .where(func.coalesce(Outbox.handed_at + pause - FRESH_FOR, Outbox.asked_at) < now - FRESH_FOR)
            .order_by(func.coalesce(Outbox.handed_at, Outbox.asked_at), Outbox.tries, Outbox.id)
            .limit(500)
            .with_for_update(skip_locked=True),
        ).all()
        numbers = [row.id for row in rows]
        for row in rows:
            row.handed_at = now
    return enqueue(numbers, PATIENT)


def _waiting() -> int:
    """How much lies in the queues; nothing if Valkey does not say."""
    connection = application().extensions["outbox"]
    try:
        return sum(queue_of(name, connection).count for name in (QUEUE, PATIENT))
    except (RedisError, OSError):
        return 0


def _of_given_up(names: Collection[str], since: datetime | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Outbox.gave_up_at.is_not(None),
        Outbox.done_at.is_(None),
        Outbox.parked_at.is_(None),
    ]
    if names:
        found.append(Outbox.job.in_(names))
    if since is not None:
        found.append(Outbox.gave_up_at >= since)
    return found


def all_given_up(
    at: Session, names: Collection[str] = (), since: datetime | None = None
) -> list[tuple[str, int, datetime, datetime]]:
    """What was given up, by job: how much, and when first and last; of these jobs, or of all."""
    moments = func.min(Outbox.gave_up_at), func.max(Outbox.gave_up_at)
    asked = select(Outbox.job, func.count(), *moments).where(*_of_given_up(names, since)).group_by(Outbox.job)
    found = at.execute(asked.order_by(Outbox.job))
    return [(name, many, first, last) for name, many, first, last in found if first and last]


def try_again(at: Session, *names: str, since: datetime | None = None) -> int:
    """Let work that was given up wait again from the beginning, of these jobs or of all; the sweep hands it over.

    It counts as asked for now: so another's server has as long as ever to come back.
    """
    given_up = update(Outbox).where(*_of_given_up(names, since))
    again = given_up.values(gave_up_at=None, handed_at=None, tries=0, asked_at=clock.now()).returning(Outbox.id)
    numbers = at.scalars(again).all()
    for number in numbers:
        _tell(at, number)
    return len(numbers)


def given_up(at: Session, keys: Collection[str]) -> list[Outbox]:
    """Work asked for under these keys that was given up, the oldest first."""
    found = select(Outbox).where(Outbox.key.in_(keys), Outbox.gave_up_at.is_not(None), Outbox.done_at.is_(None))
    return list(at.scalars(found.order_by(Outbox.id)))


def once_more(at: Session, row: Outbox) -> None:
    """Let one row that was given up wait again from the beginning; it is handed over after this transaction."""
    row.gave_up_at, row.parked_at, row.handed_at, row.tries, row.asked_at = None, None, None, 0, clock.now()
    at.info.setdefault("later", []).append(row.id)
    _tell(at, row.id)


def _tell(at: Session, number: int) -> None:
    for tell in TRIED_AGAIN:
        tell(at, number)


def run_all(limit: int = 1000) -> int:
    """Do everything that waits, here and now: for tests, which have no worker."""
    done = 0
    while done < limit:
        at = session()
        read_as(at, SYSTEM_READER)
        waiting = select(Outbox.id).where(*OPEN).order_by(Outbox.id)
        numbers = list(at.scalars(waiting.limit(100)))
        at.rollback()
        if not numbers:
            break
        run(numbers)
        done += len(numbers)
    return done


def run(numbers: "Iterable[int]") -> None:
    """Do the work of these rows, here and now; rows under way elsewhere are left alone."""
    for number in numbers:
        with _alone(number) as alone:
            if alone:
                _perform(number)
