"""What was filled before: a comment on the table, which a copy of the database keeps."""

import psycopg
from psycopg import sql

Server = psycopg.Connection[tuple[object, ...]]


def stands(server: Server, table: str, mark: str) -> bool:
    """Whether the table was filled with just this, and still has rows."""
    any_row = sql.SQL("SELECT obj_description(%s::regclass) = %s AND EXISTS (SELECT 1 FROM {})")
    return server.execute(any_row.format(sql.Identifier(table)), [table, mark]).fetchone() == (True,)


def leave(server: Server, table: str, mark: str) -> None:
    """Say what the table was filled with."""
    server.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(sql.Identifier(table), sql.Literal(mark)))
