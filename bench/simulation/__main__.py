"""Run a simulation, print what it came to, and say so loudly where something that must hold does not."""

import sys
import time
from typing import Any

import structlog
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import Engine, event

from bench.simulation import asked, checks, table
from bench.simulation.life import live
from bench.simulation.season import Season
from wsgi import create_app

ENGINE = {"pool_size": 2}
"""One process and a server of its own: a connection is not asked whether it still lives."""

PLANNED_AFTER, MOST_PLANS = 3, 5000
"""A life sends the same many hundreds of statements again and again; psycopg keeps a hundred by itself."""


@event.listens_for(Engine, "connect")
def keep_plans(connection: Any, _record: object) -> None:
    """The server plans each statement once for a connection; said after the web's own wish (core.planned)."""
    connection.prepare_threshold, connection.prepared_max = PLANNED_AFTER, MOST_PLANS


def main() -> int:
    """Live, check, print."""
    words = asked.read()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))  # what failed is told at the end
    return run(create_app(SQLALCHEMY_ENGINE_OPTIONS=ENGINE), words.seed, words.years, words.cases, words.hands)


def run(app: Flask, seed: int, years: int, cases: int, hands: int = 1) -> int:
    """The exit code: 0 where everything holds."""
    began = time.perf_counter()
    with app.app_context(), force_locale("zh_Hans_CN"):
        season = live(seed, years, cases, tell, hands)
        lived = time.perf_counter() - began
        wrong = [*season.trouble, *checks.broken(season)]
        table.show(season, lived, time.perf_counter() - began - lived)
    for each in wrong[:40]:
        print(f"BROKEN: {each}", file=sys.stderr)
    return 1 if wrong else 0


def tell(season: Season) -> None:
    """How far it has come, now and then."""
    if season.morning.day == 1:
        steps = sum(season.steps.values())
        print(f"{season.morning:%Y-%m} {steps:>10,} steps", end="\r", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
