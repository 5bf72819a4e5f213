"""Fills a migrated database: `python -m bench.crowd --complaints 1000000 --cases 200000 [--seed 1]`.

A bench that is told a copy of it (DATABASE_URL, DATABASE_OWNER_URL) takes it as it is instead of filling its own.
"""

import os
import sys
import time
from argparse import ArgumentParser

from sqlalchemy.engine import make_url

from bench import crowd
from bench.crowd import searching
from core.db import transaction
from registry import seeds
from wsgi import create_app


def say(words: str) -> None:
    """To whoever waits."""
    print(words, file=sys.stderr, flush=True)


def main() -> None:
    """The database is the one of DATABASE_URL and DATABASE_OWNER_URL; seeds are sown where they are missing."""
    asked = ArgumentParser(prog="python -m bench.crowd", description=__doc__)
    asked.add_argument("--complaints", type=int, default=100_000)
    asked.add_argument("--cases", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=1)
    wanted = asked.parse_args()
    began = time.monotonic()
    with create_app().app_context():
        with transaction() as at:
            seeds.sow(at, mode="demonstration", now=crowd.clock.now())
        crowd.fill(
            complaints=wanted.complaints,
            cases=wanted.cases,
            seed=wanted.seed,
            tell=say,
        )
        address = make_url(os.environ["DATABASE_OWNER_URL"]).set(drivername="postgresql")
        searching.index(address.render_as_string(hide_password=False), say)
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
