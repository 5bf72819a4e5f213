"""The whole procedure under random lives: steps per second, and whether anything that must hold was broken."""

import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask_babel import force_locale

from bench.lives.driver import Broken, Lives, quiet
from bench.lives.world import BEGAN, standing_in
from bench.measure import MS, Result, peak_mb, report
from core.db import db, transaction
from registry import seeds
from wsgi import create_app

STEPS = 10_000
LIFE = 400
REASONS = 25
"""So many steps before everything is brought to its end, and time goes on."""


@contextmanager
def living(app: Flask, seed: int) -> Iterator[Lives]:
    """An association in whose time things happen."""
    with app.test_request_context("/staff/lives"), force_locale("zh_Hans_CN"):
        lives = Lives(seed)
        with standing_in(lives.present, random.Random(seed)):  # noqa: S311 - the same each time
            yield lives


def _asked() -> tuple[int, int]:
    """How many steps, and the seed: `./zilu bench procedure 300 7`."""
    said = [int(word) for word in sys.argv[1:3]]
    return (said[0] if said else STEPS), (said[1] if len(said) > 1 else 1)


def main() -> None:
    """Live, and say it as one line of JSON; a broken promise is told with its seed, and fails."""
    steps, seed = _asked()
    quiet()
    app = create_app(WTF_CSRF_ENABLED=False)
    with app.app_context(), transaction() as at:
        seeds.sow(at, mode="demonstration", now=BEGAN)
    began = time.perf_counter()
    with living(app, seed) as lives:
        try:
            for until in range(LIFE, steps + LIFE, LIFE):
                lives.run(min(until, steps))
                print(f"{lives.steps}/{steps}", end="\r", file=sys.stderr, flush=True)
        except Broken as broken:
            print(broken, file=sys.stderr)
            raise SystemExit(1) from None
        finally:
            db.session.rollback()
        rows = lives.covered()
        for why, many in lives.refused.most_common(REASONS):
            print(f"{many:5} {why}", file=sys.stderr)
    took = time.perf_counter() - began
    done = sum(lives.done.values())
    print(f"{done} done, {sum(lives.refused.values())} refused; {rows}", file=sys.stderr)
    report(Result("procedure", steps, median_ms=MS * took / steps, per_second=steps / took, peak_mb=peak_mb()))


if __name__ == "__main__":
    main()
