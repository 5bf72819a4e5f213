"""How the queue's median grows with what is in the database: 10,000, 100,000 and 1,000,000 complaints, the same desks.

`./zilu bench growth [SECONDS [SIZES…]]`. Each size has a database of its own, named after it, which may be there
already with its crowd; `ratio` is the largest median against the
smallest.
"""

import os
import sys
import time
from dataclasses import replace

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from bench import queue
from bench.measure import Result, report

SIZES, SECONDS = (10_000, 100_000, 1_000_000), 15.0
TRIES = 5
DATABASE_URL, OWNER_URL = "DATABASE_URL", "DATABASE_OWNER_URL"


def _of_its_own(model: str, name: str) -> None:
    """A database of this name, else a copy of the empty one, to which the environment leads from now on."""
    place = make_url(os.environ[OWNER_URL]).set(database="postgres", drivername="postgresql")
    with psycopg.connect(place.render_as_string(hide_password=False), autocommit=True) as server:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(model))
        for tried in range(TRIES):
            try:
                server.execute(made)
            except psycopg.errors.DuplicateDatabase:
                break
            except psycopg.errors.ObjectInUse:  # whoever made its tables is just leaving
                if tried == TRIES - 1:
                    raise
                time.sleep(1)
            else:
                break
    for which in (DATABASE_URL, OWNER_URL):
        os.environ[which] = make_url(os.environ[which]).set(database=name).render_as_string(hide_password=False)


def main() -> None:
    """Measure each size, and say it as one line of JSON."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    sizes = [int(word) for word in sys.argv[2:]] or list(SIZES)
    model = str(make_url(os.environ[DATABASE_URL]).database)
    parts: list[Result] = []
    for size in sizes:
        _of_its_own(model, f"{model}_{size}")
        people, floor = queue.fill(size)
        parts.append(replace(queue.measure(people, floor, seconds), bench=f"queue_{size}"))
    medians = [each.median_ms or 0.0 for each in parts]
    whole = Result("growth", sum(each.n for each in parts), median_ms=medians[-1], p95_ms=parts[-1].p95_ms)
    report(replace(whole.against(medians[0]), parts=tuple(parts)))


if __name__ == "__main__":
    main()
