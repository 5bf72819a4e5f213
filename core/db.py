"""The database: typed base, readers as database roles, and the one transaction."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, TypeVar

import structlog
from flask_sqlalchemy import SQLAlchemy
from psycopg.errors import DeadlockDetected, ForeignKeyViolation, UniqueViolation
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Identity,
    MetaData,
    Result,
    Select,
    any_,
    delete,
    event,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, InvalidRequestError, NoResultFound
from sqlalchemy.orm import (
    DeclarativeBase,
    Load,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    declared_attr,
    mapped_column,
)
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from core.errors import AlreadyDone, Changed, Refused, SentBefore
from core.faults_told import placed
from core.held_back import HoldingSession
from core.planned import AHEAD, PLANNED

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BigId = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
BigRef = Annotated[int, mapped_column(BigInteger)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]


log = structlog.get_logger()
_closing: list[Callable[[Session], None]] = []
KEPT = "kept"
"""Under this name a session keeps what is asked for again and again in one transaction, or on one page."""
GATHERED = "gathered"
"""Under this name a session that reads a page holds rows that were read together (core.gathered)."""
SPENT = "spent"
"""Under this name an open transaction holds the key of the form that it carries out."""
HELD, MOST_HELD = "held", 2000
"""Under this name it holds the last so many rows of models with `__held__`, which it would forget otherwise."""


def before_the_end(settle: Callable[[Session], None]) -> Callable[[Session], None]:
    """Register what every transaction does last, before it commits."""
    _closing.append(settle)
    return settle


def not_barred(kind: str, column: str = "id") -> str:
    """An SQL condition: things of this kind that are not closed to the reader, looked up once for the whole query."""
    return f"{column} NOT IN (SELECT b.id FROM zilu_barred() b WHERE b.kind = '{kind}')"  # noqa: S608 - our own words


def one_of(column: Any, values: list[Any]) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    """A condition whose SQL is the same for any number of values: it is compiled and planned once, for thousands."""
    return column == any_(literal(values, ARRAY(column.type)))  # type: ignore[no-any-return]


SUBJECT_NOT_BARRED = "(subject_kind, subject_id) NOT IN (SELECT b.kind, b.id FROM zilu_barred() b)"
"""The same for what names its subject."""
FILE_NOT_BARRED = "sha256 NOT IN (SELECT f.sha256 FROM zilu_barred_files() f)"
"""The same for bytes in the store."""


class Base(DeclarativeBase):
    """Every table; `__readers__` says by role which rows a reader may select.

    `__columns__` narrows a role to some columns; `__open__` says why a table hides no row.
    """

    metadata = MetaData(naming_convention=NAMES)
    __readers__: ClassVar[dict[str, str]] = {}
    __columns__: ClassVar[dict[str, tuple[str, ...]]] = {}
    __open__: ClassVar[str] = ""
    __held__: ClassVar[bool] = False
    """Whether a transaction that has read a row keeps it, so that it is not asked for by number again."""
    __numbered__: ClassVar[bool] = False
    """Whether the system may take numbers of new rows before it writes them (core.held_back)."""


class Versioned:
    """A row that people change by forms: of two who read the same version only the first writes, the second is told."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands on the class
        """Every write asks for the version that was read."""
        return {"version_id_col": cls.version}


Row = TypeVar("Row", bound=Base)


db: Any = SQLAlchemy(model_class=Base, session_options={"class_": HoldingSession, "expire_on_commit": False})


@dataclass(frozen=True)
class Reader:
    """As whom rows are read: a database role, and the settings that its policies look at."""

    role: str
    settings: tuple[tuple[str, str], ...] = ()


PUBLIC = Reader("zilu_public")
SYSTEM_READER = Reader("zilu_system")


class Once(Base):
    """Idempotency keys of forms already carried out, as digests."""

    __tablename__ = "once"
    __readers__: ClassVar[dict[str, str]] = {}
    digest: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[Instant] = mapped_column(server_default=text("now()"), index=True)
    said: Mapped[str | None]
    """A digest of what was sent and of the key, without which it cannot be guessed; none where there was no form."""


class Key(str):
    """The key of a form that was sent, which knows what was sent with it."""

    __slots__ = ("said",)
    said: str

    @classmethod
    def of(cls, key: str, content: str) -> "Key":
        """The key, and the digest of what came with it."""
        found = cls(key)
        found.said = _digest(f"{key}\0{content}")
        return found


def session() -> Session:
    """The session of this request, job or command."""
    found: Session = db.session()
    return found


def as_reader(connection: Connection, reader: Reader) -> None:
    """Set role and settings for one transaction by one statement: to PostgreSQL the role is a setting like others."""
    said = (("role", reader.role), *reader.settings)
    named = ", ".join("set_config(%s, %s, true)" for _pair in said)
    connection.exec_driver_sql(f"SELECT {named}", tuple(word for pair in said for word in pair), PLANNED)


def _begin_anew(at: Session) -> None:
    """Forget what was looked up for a page; what is looked up from here on may be kept for its reader."""
    at.info.pop(GATHERED, None)
    at.info.pop(AHEAD, None)
    at.info[KEPT] = {}


def read_as(at: Session, reader: Reader) -> None:
    """Let this session read as that reader from here on, also in a database transaction that has begun."""
    at.info["reader"] = reader
    at.info.pop(AHEAD, None)
    if not at.info.get("open"):
        _begin_anew(at)
    if at.in_transaction() and not at.info.get("open"):
        as_reader(at.connection(), reader)


@contextmanager
def transaction(once: str | None = None) -> Iterator[Session]:
    """The one place that commits: verbs run inside it as the system, and reads afterwards are the reader's again.

    `once` is the idempotency key of a form: a second use raises AlreadyDone (SentBefore, where something else was sent
    with it) and changes nothing. Where somebody else has changed the same row meanwhile, deleted it, or made the same
    one, or where the two wait for each other, it raises Changed.
    """
    at = session()
    if at.info.get("open"):
        message = "a transaction is already open"
        raise RuntimeError(message)
    _begin_anew(at)
    at.info["open"], at.info[HELD] = True, deque(maxlen=MOST_HELD)
    try:
        if at.in_transaction():
            as_reader(at.connection(), SYSTEM_READER)
        else:
            at.connection()  # which begins as the system
        at.expire_all()  # a collection that the reader's policies cut down must not be taken for the whole
        if once:
            _claim(at, once)
            at.info[SPENT] = once
        yield at
        at.flush()
        for settle in _closing:
            settle(at)
        at.commit()
    except BaseException as broken:
        at.rollback()
        if _somebody_else_did(broken):
            log.info("changed meanwhile", error=placed(broken))  # a fault of ours may look alike
            raise Changed from broken
        raise
    finally:
        at.info["open"] = False
        at.info.pop("journal", None)
        at.info.pop(SPENT, None)
        at.info.pop(HELD, None)
        _begin_anew(at)
        if at.info.get("reader") is None:
            at.info.pop(KEPT)


def _somebody_else_did(broken: BaseException) -> bool:
    """Whether it failed because of another transaction; whoever tries again sees what that one did."""
    if isinstance(broken, DBAPIError):
        return isinstance(broken.orig, UniqueViolation | ForeignKeyViolation | DeadlockDetected)
    looked_at_anew = isinstance(broken, InvalidRequestError) and str(broken).startswith(GONE)
    return looked_at_anew or isinstance(broken, StaleDataError | ObjectDeletedError | NoResultFound)


GONE = "Could not refresh instance"
"""How the message begins when a row to be refreshed is gone: SQLAlchemy has no class of error for that."""


def still_there(at: Session, kind: type[Row], number: int, *, hold: bool = False) -> Row:
    """A row that can be taken away, as it stood on a page a moment ago; Changed where somebody was quicker.

    `hold` locks it, and looks at it anew.
    """
    found = at.get(kind, number, with_for_update=True, populate_existing=True) if hold else at.get(kind, number)
    if found is None:
        raise Changed
    return found


class Attempt:
    """A part of a transaction that is undone as a whole, unless it is kept."""

    def __init__(self, at: Session) -> None:
        """Begin here."""
        self.at = at
        self.before = {name: len(at.info.get(name, ())) for name in WAITING}
        self.kept = False
        self.nested = at.begin_nested()

    def keep(self) -> None:
        """Let stand what was done."""
        self.nested.commit()
        self.kept = True

    def take_back(self) -> None:
        """Undo all of it: rows, entries of the journal and later work."""
        self.nested.rollback()  # also where a failed flush has done so already: until then the session is closed
        for name, many in self.before.items():
            del self.at.info.get(name, [])[many:]
        if KEPT in self.at.info:
            self.at.info[KEPT] = {}
        self.at.expire_all()


WAITING = ("journal", "later")
"""What a session holds until its transaction ends."""


@contextmanager
def attempt(at: Session) -> Iterator[Attempt]:
    """Try something inside an open transaction; unless it is kept it is undone, after an error too."""
    tried = Attempt(at)
    try:
        yield tried
    finally:
        if not tried.kept:
            tried.take_back()


def is_done(at: Session, key: str) -> bool:
    """Whether the form with this key was carried out."""
    return at.get(Once, _digest(key)) is not None


def already(at: Session, key: str) -> Refused | None:
    """What to tell whoever sends the form with this key, if it was carried out before."""
    done = at.get(Once, _digest(key), populate_existing=True)
    if done is None:
        return None
    said = key.said if isinstance(key, Key) else None
    return SentBefore() if said and done.said and said != done.said else AlreadyDone()


def forget_done(at: Session, long: timedelta, most: int) -> int:
    """Forget at most so many keys, the oldest first, of forms carried out longer ago than this; how many it forgot.

    Time is the database's own, by which the keys were noted.
    """
    old = select(Once.digest).where(Once.at < func.now() - long).order_by(Once.at).limit(most)
    gone = delete(Once).where(Once.digest.in_(old)).returning(Once.digest)
    return len(at.scalars(gone.execution_options(synchronize_session=False)).all())


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def _claim(at: Session, key: str) -> None:
    said = key.said if isinstance(key, Key) else None
    wanted = insert(Once).values(digest=_digest(key), said=said).on_conflict_do_nothing().returning(Once.digest)
    if at.execute(wanted).first() is None:
        raise already(at, key) or AlreadyDone


@event.listens_for(Session, "after_begin")
def _role_of_reader(at: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    reader = SYSTEM_READER if at.info.get("open") else at.info.get("reader")
    if reader is not None:
        as_reader(connection, reader)


@event.listens_for(Session, "loaded_as_persistent")
def _hold(at: Session, row: Base) -> None:
    if row.__held__ and (held := at.info.get(HELD)) is not None:
        held.append(row)


@event.listens_for(Session, "do_orm_execute")
def _only_columns_granted(asked: ORMExecuteState) -> Result[Any] | None:
    """Load only the columns that are granted to the reader, if not all are; reading another one is an error."""
    reader = asked.session.info.get("reader")
    asks = asked.statement
    if reader is None or asked.session.info.get("open") or not isinstance(asks, Select):
        return None
    role = reader.role.removeprefix("zilu_")
    for said in asks.column_descriptions:
        entity, granted = said.get("entity"), getattr(said.get("type"), "__columns__", {}).get(role)
        if granted and said["expr"] is entity:
            if asked.is_column_load:
                return _loaded_again(asked, entity, asks)
            columns = [getattr(entity, name) for name in granted]
            asks = asked.statement = asks.options(_loading(asked, entity).load_only(*columns, raiseload=True))
    return None


def _loaded_again(asked: ORMExecuteState, entity: Any, asks: Select[Any]) -> Result[Any] | None:  # noqa: ANN401
    """Read anew what the beginning of a transaction made the session forget, as far as it is granted."""
    if asks.whereclause is None:
        return None
    given: Any = asked.parameters or {}
    again = select(entity).where(asks.whereclause)
    return asked.session.execute(again, given, execution_options={"populate_existing": True})


def _loading(asked: ORMExecuteState, entity: Any) -> Load:  # noqa: ANN401 - a model or an alias of one
    """The way to the things that a statement loads: directly, or through relationships of others."""
    path: Any = asked.loader_strategy_path if asked.is_relationship_load else None
    if not path:
        return Load(entity)
    loading: Any = Load(path[0].entity)
    for step in path[1::2]:
        loading = loading.defaultload(getattr(step.parent.class_, step.key))
    return loading  # type: ignore[no-any-return]


@event.listens_for(Session, "before_commit")
def _only_inside(at: Session) -> None:
    if not at.info.get("open"):
        message = "commit outside core.db.transaction()"
        raise RuntimeError(message)
