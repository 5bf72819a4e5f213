"""Runs migrations as the owner (DATABASE_OWNER_URL), who alone is not bound by row-level security."""

import os

from alembic import context
from alembic.util import CommandError
from flask import current_app
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import create_engine, func, pool, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

PATIENCE = "30s"
"""So long a step waits for a table: whoever waits longer bars it for everybody who comes after."""
LOCK = 726017
"""The advisory lock of whoever brings a database up to date: of two at once one would end half-way."""
SEEN = text(
    "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
    "WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.objid = :lock AND l.pid = :pid)"
)
"""Whether the two addresses lead to one database, however they are written: what one locks there, the other sees."""
NOT_OF_IT = "DATABASE_OWNER_URL has to name the database of DATABASE_URL, as its owner."
database = current_app.extensions["migrate"].db


def run() -> None:
    """Upgrade or downgrade within one transaction per migration."""
    address = make_url(os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"])
    engine = create_engine(address, poolclass=pool.NullPool, connect_args={"options": f"-c lock_timeout={PATIENCE}"})
    with engine.connect() as connection:
        if not connection.scalar(select(func.pg_try_advisory_lock(LOCK))):
            message = "Another command brings this database up to date already."
            raise CommandError(message)
        pid = connection.scalar(select(func.pg_backend_pid()))
        connection.commit()
        with database.engine.connect() as ours:
            if not ours.scalar(SEEN, {"lock": LOCK, "pid": pid}):
                raise CommandError(NOT_OF_IT)
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


try:
    run()
except OperationalError as error:
    message = f"The database is away, or can't go on: {str(error.orig).partition(chr(10))[0].rstrip('.')}."
    raise CommandError(message) from None
except ProgrammingError as error:
    if not isinstance(error.orig, InsufficientPrivilege):
        raise
    raise CommandError(NOT_OF_IT) from None
