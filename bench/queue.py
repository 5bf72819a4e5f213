"""The staff's queue over HTTP: signed in, row-level security on, two web workers, random views, filters and pages.

`./zilu bench queue [COMPLAINTS [SECONDS]]`. The whole is four clients at once; `one_client` stands beside the floor,
one bare query and the same template; deep pages stand beside first ones.
"""

import os
import sys
from dataclasses import replace

from bench import crowd
from bench.measure import Result, of_times, report
from bench.public import memory, part, server
from bench.readers import desks, load
from core.db import db, transaction
from registry import seeds
from wsgi import create_app

MANY, SECONDS = 1_000_000, 20.0
CLIENTS, WARM = 4, 2.0
FLOORS = 60


def asked() -> tuple[int, float]:
    """How many complaints, and how long each load."""
    said = sys.argv[1:3]
    return (int(said[0]) if said else MANY), (float(said[1]) if len(said) > 1 else SECONDS)


def fill(complaints: int) -> tuple[desks.Desks, list[float]]:
    """A crowd in the database of the environment; who looks at it; and what the floor costs."""
    app = create_app()
    with app.app_context():
        with transaction() as at:
            seeds.sow(at, mode="demonstration", now=crowd.clock.now())
        crowd.fill(complaints=complaints, cases=complaints // 5, tell=lambda words: print(words, file=sys.stderr))
    people = desks.set_up(app)
    times = desks.floor(app, people.cookies[0], os.environ["DATABASE_URL"], FLOORS)
    with app.app_context():
        db.engine.dispose()
    return people, times


def measure(people: desks.Desks, floor: list[float], seconds: float) -> Result:
    """Everything at once, then kind by kind, then one client beside the floor."""
    kinds = {"first_pages": people.first, "deep_pages": people.deep, "filtered": people.filtered}
    with server() as (port, pid):
        load.press(port, people.asking(people.every), clients=CLIENTS, seconds=WARM)
        whole = part("queue", load.press(port, people.asking(people.every), clients=CLIENTS, seconds=seconds), "200")
        parts = [
            part(name, load.press(port, people.asking(paths), clients=CLIENTS, seconds=seconds / 2), "200")
            for name, paths in kinds.items()
        ]
        one = part("one_client", load.press(port, people.asking(people.every), clients=1, seconds=seconds / 2), "200")
        peak = memory(pid)
    least = of_times("floor", floor)
    one = one.against(least.median_ms or 0.0)
    return replace(whole, floor_ms=one.floor_ms, ratio=one.ratio, peak_mb=peak, parts=(*parts, one, least))


def main() -> None:
    """Fill, measure, and say it as one line of JSON."""
    complaints, seconds = asked()
    people, floor = fill(complaints)
    report(measure(people, floor, seconds))


if __name__ == "__main__":
    main()
