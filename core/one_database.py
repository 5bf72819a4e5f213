"""Whether two addresses lead to one database, however they are written: what one locks there, the other sees."""

from typing import Final

import psycopg
from sqlalchemy import Engine, text

LOCK: Final = 726018
SEEN: Final = text(
    "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
    "WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.objid = :lock AND l.pid = :pid)"
)


def is_one(engine: Engine, address: str) -> bool:
    """A pool or a socket on the way makes no difference; a copy of the same name on another server does."""
    with psycopg.connect(address) as other:
        asked = other.execute("SELECT pg_backend_pid() FROM pg_advisory_xact_lock_shared(%s)", (LOCK,)).fetchone()
        with engine.connect() as ours:
            return bool(ours.scalar(SEEN, {"lock": LOCK, "pid": asked[0] if asked else 0}))
