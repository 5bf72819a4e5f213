"""Statements that the server plans once for a connection: what every page asks, the same way each time.

    select(…).execution_options(**PLANNED)

Planning such a statement with its row policies takes the server several times as long as answering it. A plan that
fits any value is taken by the server only where it costs no more than one made for the values; what depends on them
(a search, filters, a place deep in a list) is left to be planned each time.

    LINES = Written(lambda: select(…).where(Complaint.id == any_(bindparam("numbers", None, ARRAY(BigInteger)))))
    LINES.rows(session, numbers=[…])

To put a statement together, and to find how it was written out before, takes the web longer than to send it and to read
its rows: what every page asks is written out once for the process as well, and not for each who asks: ME and PARTY are
places for the reader's own numbers.

    ahead(session, (NAMES, {}), (COUNTS, {"page": "complaints"}))

What a page asks anyway in many short questions is asked in one; whoever asks then finds the answer there.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Boolean,
    Engine,
    Integer,
    Select,
    String,
    bindparam,
    event,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.engine import ExecutionContext
from sqlalchemy.orm import Session

PLANNED: Final = {"planned": True}
ME: Final[BindParameter[Any]] = bindparam("me", None, BigInteger())
PARTY: Final[BindParameter[Any]] = bindparam("party", None, BigInteger())
"""The reader's account and company, in statements that are the same for many readers."""
AHEAD: Final = "asked ahead"
"""Under this name a session holds answers that were asked for ahead; `core.db` forgets them."""
_PLACE: Final = re.compile(r"%\((\w+)\)s")
NEVER_BY_ITSELF: Final = 2**31
"""psycopg prepares what it is told to, and nothing because it was seen so many times."""


def _keep() -> bool:
    """Nothing is forgotten: what is prepared outlives a rollback, and web and worker change no schema."""
    return False


@event.listens_for(Engine, "connect")
def _connected(connection: Any, _record: object) -> None:  # noqa: ANN401 - of psycopg
    connection.prepare_threshold = NEVER_BY_ITSELF
    connection._prepared.clear = _keep  # noqa: SLF001 - psycopg forgets at each rollback, with which every page ends


@event.listens_for(Engine, "do_execute")
def _execute(cursor: Any, statement: str, parameters: Any, context: ExecutionContext | None) -> bool:  # noqa: ANN401
    planned = context is not None and bool(context.execution_options.get("planned"))
    if planned:
        cursor.execute(statement, parameters, prepare=True)
    return planned


DIALECT: Final = psycopg.dialect()  # type: ignore[no-untyped-call]


class Written:
    """A statement over columns, written out once, with places (`bindparam` of none) for its values.

    Rows come as the server gives them: a column that the application reads as something else is refused.
    """

    def __init__(self, put_together: Callable[[], Select[*tuple[Any, ...]]], *, planned: bool = True) -> None:
        """`put_together` is called at the first question: what it says of tables is known by then."""
        self._put_together = put_together
        self.planned = planned
        self._options: dict[str, Any] = PLANNED if planned else {}

    @property
    def statement(self) -> Select[*tuple[Any, ...]]:
        """The statement, put together."""
        return self._put_together()

    @cached_property
    def _said(self) -> tuple[str, dict[str, Any], frozenset[str]]:
        """The words, the values that are the same each time, and the places of those that are not."""
        written = self.statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
        turned = [each.keyname for each in written._result_columns if _turns(each.type)]  # noqa: SLF001
        if turned:
            message = f"read otherwise than the server says them: {turned}"
            raise TypeError(message)
        ways: dict[str, Any] = dict(written._bind_processors)  # noqa: SLF001
        said = written.construct_params()
        always = {name: ways[name](value) if name in ways else value for name, value in said.items()}
        return str(written), always, frozenset(each.key for each in written.binds.values() if not each.unique)

    def rows(self, session: Session, **values: Any) -> Sequence[Any]:  # noqa: ANN401 - values of columns, rows
        """All rows, as the reader of the session sees them; not what it has changed and not written yet."""
        known = session.info.get(AHEAD)
        if known and self in known and known[self][0] == values:
            return known.pop(self)[1]  # type: ignore[no-any-return]
        return session.connection().exec_driver_sql(self._said[0], self._told(values), self._options).all()

    def column(self, mark: str, **values: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401 - values of columns
        """Its only column as an array, to be asked as one column of another question, and the values to be told to it.

        Its places begin with a mark, and are nobody else's.
        """
        words = _PLACE.sub(lambda place: f"%({mark}{place[1]})s", self._said[0])
        return f"ARRAY({words})", {mark + name: value for name, value in self._told(values).items()}

    def wants(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Of what is known, the values it has places for."""
        return {name: value for name, value in known.items() if name in self._said[2]}

    def _told(self, values: dict[str, Any]) -> dict[str, Any]:
        _words, always, places = self._said
        if values.keys() != places:
            message = f"asked with {sorted(values)}, not with {sorted(places)}"
            raise TypeError(message)
        return always | values


def _turns(kind: Any) -> bool:  # noqa: ANN401 - a type of a column
    kind = kind.item_type if isinstance(kind, ARRAY) else kind  # psycopg makes the list
    return kind.dialect_impl(DIALECT).result_processor(DIALECT, None) is not None


ASKERS: Final = 50
"""So many questions of several are kept: one for each who reads the same page, some hundred kilobytes."""
Question = tuple[Written, dict[str, Hashable]]
PLAIN: Final = (Integer, String, Boolean)
"""What JSON says as the server does."""


def ahead(session: Session, *asked: Question) -> None:
    """Ask all of these in one question; each is then answered once, where it is asked by the same values.

    For lists of some dozens of rows: they come as JSON. What cannot be planned for all is asked by itself later.
    """
    together = tuple(question for question in asked if question[0].planned)
    values = {name: value for _written, said in together for name, value in said.items()}
    if any(values[name] != value for _written, said in together for name, value in said.items()):
        message = f"two of these questions have another value in one place: {sorted(values)}"
        raise ValueError(message)
    every = tuple(written for written, _said in together)
    (answers,) = _in_one(every).rows(session, **values)
    known = session.info.setdefault(AHEAD, {})
    for (written, said), rows in zip(together, answers, strict=True):
        made = _row_of(written)
        known[written] = said, [made(*row) for row in rows]


@lru_cache(maxsize=ASKERS)
def _in_one(every: tuple[Written, ...]) -> Written:
    def listed(written: Written) -> Any:  # noqa: ANN401 - a column
        rows = written.statement.subquery()
        some = func.json_agg(func.json_build_array(*rows.c))
        return select(func.coalesce(some, literal_column("'[]'::json"))).select_from(rows).scalar_subquery()

    return Written(lambda: select(*map(listed, every)))


@lru_cache(maxsize=ASKERS)
def _row_of(written: Written) -> Callable[..., Any]:
    """What a row of it is made by."""
    columns = written.statement.selected_columns
    other = [each.key for each in columns if not isinstance(each.type, PLAIN)]
    if other:
        message = f"JSON says them otherwise: {other}"
        raise TypeError(message)
    return namedtuple("Row", [str(each.key) for each in columns], rename=True)  # noqa: PYI024 - their names come from the statement
