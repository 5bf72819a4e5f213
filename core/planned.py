"""Statements that the server plans once for a connection: what every page asks, the same way each time.

    select(…).execution_options(**PLANNED)

Planning such a statement with its row policies takes the server several times as long as running it. The server uses
a plan for any value only if it costs no more than one made for the values at hand; statements whose best plan depends
on them (a search, filters, a place deep in a list) are planned each time.

    LINES = Written(lambda: select(…).where(Complaint.id == any_(bindparam("numbers", None, ARRAY(BigInteger)))))
    LINES.rows(session, numbers=[…])

Building a statement and looking up its compiled form takes the web process longer than sending it and reading its
rows. So what every page asks is also compiled once for the process, whoever asks: ME and PARTY are places for the
reader's own numbers.

    ahead(session, (NAMES, {}), (COUNTS, {"page": "complaints"}))

What a page would ask in many short statements is asked ahead in one; later code finds the answers there.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
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
"""psycopg prepares what it is told to prepare, and nothing merely because it ran so many times."""


def _keep() -> bool:
    """Forget nothing: what is prepared outlives a rollback, and neither web nor worker changes the schema."""
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
    """A statement over columns, compiled once, with places (`bindparam` without a value) for its values.

    Rows come as the server gives them: a column whose type converts its values is refused.
    """

    def __init__(self, put_together: Callable[[], Select[*tuple[Any, ...]]], *, planned: bool = True) -> None:
        """`put_together` is called when the statement is first used: by then all tables are known."""
        self._put_together = put_together
        self.planned = planned
        self._options: dict[str, Any] = PLANNED if planned else {}

    @property
    def statement(self) -> Select[*tuple[Any, ...]]:
        """The statement, put together."""
        return self._put_together()

    @cached_property
    def _said(self) -> tuple[str, dict[str, Any], frozenset[str]]:
        """The SQL, the values that are always the same, and the places of the others."""
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
        """All rows as the session's reader sees them, without changes that the session has not written yet."""
        known = session.info.get(AHEAD)
        if known and self in known and known[self][0] == values:
            return known.pop(self)[1]  # type: ignore[no-any-return]
        return session.connection().exec_driver_sql(self._said[0], self._told(values), self._options).all()

    def column(self, mark: str, **values: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401 - values of columns
        """Its only column as an array, for use as one column of another statement, and the values for its places.

        The names of its places begin with `mark`, so that they are nobody else's.
        """
        words = _PLACE.sub(lambda place: f"%({mark}{place[1]})s", self._said[0])
        return f"ARRAY({words})", {mark + name: value for name, value in self._told(values).items()}

    def wants(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the known values for which it has places."""
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
"""So many combinations of statements are kept compiled: several hundred kilobytes."""
Question = tuple[Written, dict[str, Any]]
PLAIN: Final = (Integer, String, Boolean)
"""Types whose values come out of JSON as the server gives them."""


def ahead(session: Session, *asked: Question) -> None:
    """Ask all of these by one statement; each answer is then used once, for the same values.

    For lists of some dozens of rows, since they come as JSON. Statements that are not `planned` are left out.
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
    """The class of its rows."""
    columns = written.statement.selected_columns
    other = [each.key for each in columns if not isinstance(each.type, PLAIN)]
    if other:
        message = f"JSON says them otherwise: {other}"
        raise TypeError(message)
    return namedtuple("Row", [str(each.key) for each in columns], rename=True)  # noqa: PYI024 - their names come from the statement
