"""Statements that the server plans once for a connection: what every page asks, the same way each time.

    select(…).execution_options(**PLANNED)

Planning such a statement with its row policies takes the server several times as long as answering it. A plan that
fits any value is taken by the server only where it costs no more than one made for the values; what depends on them
(a search, filters, a place deep in a list) is left to be planned each time.

    LINES = Written(lambda: select(…).where(Complaint.id == any_(bindparam("numbers", None, ARRAY(BigInteger)))))
    LINES.rows(session, numbers=[…])

To put a statement together, and to find how it was written out before, takes the web longer than to send it and to read
its rows: what every page asks is written out once for the process as well.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ARRAY, Engine, Select, event
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.engine import ExecutionContext
from sqlalchemy.orm import Session

PLANNED: Final = {"planned": True}
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
        self._options: dict[str, Any] = PLANNED if planned else {}

    @cached_property
    def _said(self) -> tuple[str, dict[str, Any], frozenset[str]]:
        """The words, the values that are the same each time, and the places of those that are not."""
        written = self._put_together().compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
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
        words, always, places = self._said
        if values.keys() != places:
            message = f"asked with {sorted(values)}, not with {sorted(places)}"
            raise TypeError(message)
        return session.connection().exec_driver_sql(words, always | values, self._options).all()


def _turns(kind: Any) -> bool:  # noqa: ANN401 - a type of a column
    kind = kind.item_type if isinstance(kind, ARRAY) else kind  # psycopg makes the list
    return kind.dialect_impl(DIALECT).result_processor(DIALECT, None) is not None
