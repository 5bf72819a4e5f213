"""Somebody brings the database up to date for other code while it is served, and back at the end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from tests.conftest import DATABASE, _owner


@contextmanager
def brought_up_to_date() -> Iterator[Callable[[], object]]:
    """What does it when called."""
    with psycopg.connect(_owner(DATABASE), autocommit=True) as owner:
        was = owner.execute("SELECT version_num FROM alembic_version").fetchone()
        try:
            yield lambda: owner.execute("UPDATE alembic_version SET version_num = 'next'")
        finally:
            owner.execute("UPDATE alembic_version SET version_num = %s", was)
