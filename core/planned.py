"""Statements that the server plans once for a connection: what every page asks, the same way each time.

    select(…).execution_options(**PLANNED)

Planning such a statement with its row policies takes the server several times as long as answering it. A plan that
fits any value is taken by the server only where it costs no more than one made for the values; what depends on them
(a search, filters, a place deep in a list) is left to be planned each time.
"""

from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExecutionContext

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
