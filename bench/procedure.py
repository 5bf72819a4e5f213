"""The whole procedure under random lives, driven by Hypothesis: rows walked, promises kept, steps per second.

`./zilu bench procedure [STEPS [SEED]] [long] [ROW ...]`; long: a life in which something broke is told as it was, not
made shorter; with rows lives are steered to these and to no other. Each life begins with nothing, is steered to a few
rows of the tables between what people do at random, and is brought to its end by staff and the sweep alone; rows that
no life has walked yet are wanted next. It fails where a promise is broken, where too few rows were walked, and where
a promise never had anything to be broken by.
"""

import gc
import math
import os
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

import psycopg
from flask import Flask
from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.engine import make_url

from bench.lives import courses
from bench.lives.anew import Anew
from bench.lives.driver import quiet
from bench.lives.procedure import Tally, goals, procedure, settled
from bench.lives.watching import Watch
from bench.lives.world import BEGAN
from bench.measure import KIB_PER_MB, MS, Result, report
from core.db import db, transaction
from registry import seeds
from wsgi import create_app

STEPS = 10_000
LIFE = 100
"""So many steps before everything is brought to its end, the first of which only opens the book."""
ROUND = 10
"""So many lives before it is asked again which rows were not walked yet."""
FORGOTTEN = 0.2
"""After how many lives the years pass until everything told is erased."""
MISSING = 12
"""So many rows may be left unwalked in a whole run, and no more."""
REASONS = 20
DATABASE_URL, OWNER_URL = "DATABASE_URL", "DATABASE_OWNER_URL"


def _asked() -> tuple[int, int, list[str]]:
    """How many steps, the seed, and the rows: `./zilu bench procedure 300 7 S28 R03`."""
    said = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    rows = [word for word in sys.argv[1:] if not word.isdecimal() and word != LONG]
    if unknown := [row for row in rows if row not in courses.rows()]:
        sys.exit(f"no such row: {' '.join(unknown)}")
    return (said[0] if said else STEPS), (said[1] if len(said) > 1 else 1), rows


QUICK = ("synchronous_commit = off", "plan_cache_mode = force_generic_plan")
"""A life is put back in the end: nothing of it need outlive the server, and tables of some rows need one plan each."""
STATEMENTS = 1500
"""So many plans are kept."""
LONG = "long"
Lived = tuple[Tally, str, float, float]
"""What lives did, what was broken in one, seconds of the processor, and memory."""


def _plan_once(connection: Any, _record: object) -> None:
    """No statement is measured here: each is planned once for a connection, which outlives many lives."""
    connection.prepare_threshold, connection.prepared_max = 1, STATEMENTS


class Worker:
    """One process with a database of its own; a life in it never meets another's."""

    app: Flask
    anew: Anew
    number = 0

    @classmethod
    def begin(cls, model: str) -> None:
        """Copy the bench's database, and connect to the copy."""
        cls.number = os.getpid()
        mine = f"{model}_{cls.number}"
        with psycopg.connect(_on("postgres", OWNER_URL), autocommit=True) as server:
            copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(mine), sql.Identifier(model))
            server.execute(copied)
            for quick in QUICK:
                server.execute(sql.SQL("ALTER DATABASE {} SET " + quick).format(sql.Identifier(mine)))
        quiet()
        cls.app = create_app(WTF_CSRF_ENABLED=False, SQLALCHEMY_DATABASE_URI=_on(mine, DATABASE_URL, driver=None))
        with cls.app.app_context():
            event.listen(db.engine, "connect", _plan_once)
            cls.anew = Anew(os.environ[OWNER_URL])
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)  # modules and mappers stay: nothing is gained by looking through them again

    @classmethod
    def live(cls, wanted: list[str], lives: int, steps: int, seeded: int) -> "Lived":
        """So many lives; what they did, what was broken, seconds of the processor, and memory."""
        tally, broken = Tally(), ""
        began = time.process_time()
        with cls.app.test_request_context("/staff/lives"):
            machine = seed(seeded)(procedure(cls.anew, tally, wanted, seeded, FORGOTTEN))
            try:
                run_state_machine_as_test(machine, settings=settled(lives, steps, shrink=LONG not in sys.argv))
            except AssertionError as failed:
                broken = str(failed) + "\n" + "\n".join(getattr(failed, "__notes__", ()))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MB
        return tally, broken, time.process_time() - began, peak


def _on(database: str, which: str, *, driver: str | None = "postgresql") -> str:
    address = make_url(os.environ[which]).set(database=database)
    address = address.set(drivername=driver) if driver else address
    return address.render_as_string(hide_password=False)


def _sow() -> str:
    """The bench's database with its seeds; its name."""
    app = create_app(WTF_CSRF_ENABLED=False)
    with app.app_context():
        with transaction() as at:
            seeds.sow(at, mode="demonstration", now=BEGAN)
        name = str(db.engine.url.database)
        db.session.remove()
        db.engine.dispose()
    return name


def _wrong(tally: Tally, steps: int) -> list[str]:
    """Why the bench fails although no promise was broken: what it did not reach, it did not prove."""
    never = [row for row in courses.rows() if not tally.walked[row]]
    idle = [name for name in Watch.names() if not tally.premises[name]]
    print(f"rows never walked: {' '.join(never) or 'none'}", file=sys.stderr)
    for name in Watch.names():
        print(f"{tally.premises[name]:8} {name}", file=sys.stderr)
    if steps < STEPS:
        return []
    few = [f"{len(never)} rows were never walked"] if len(never) > MISSING else []
    return [*few, *(f"nothing to ask about: {name}" for name in idle)]


def main() -> None:
    """Live, and say it as one line of JSON."""
    steps, seeded, rows = _asked()
    quiet()
    began, tally, used, peak = time.perf_counter(), Tally(), 0.0, 0.0
    model, many = _sow(), len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(many, get_context("spawn"), Worker.begin, (model,)) as workers:
        round_ = 0
        while (left := steps - tally.steps) > 0:
            round_ += 1
            lives, most, first = math.ceil(left / LIFE), min(LIFE, left + 1), seeded * 1_000_000 + round_ * 100
            each = max(1, min(ROUND, lives // many))
            wanted = rows or goals(tally.walked)
            asked = [
                workers.submit(Worker.live, wanted, each, most, first + place) for place in range(min(many, lives))
            ]
            for found in asked:
                lived, broken, seconds, memory = found.result()
                if broken:
                    print(broken, file=sys.stderr)
                    raise SystemExit(1)
                tally.add(lived)
                used, peak = used + seconds, max(peak, memory)
            walked = sum(1 for row in courses.rows() if tally.walked[row])
            if rows:
                walks = {row: tally.walked[row] for row in rows}
                print(f"walked so often: {walks}", file=sys.stderr, flush=True)
            print(f"{tally.steps}/{steps} steps, {walked} of {len(courses.rows())} rows", file=sys.stderr, flush=True)
    took = time.perf_counter() - began
    for why, times in tally.refused.most_common(REASONS):
        print(f"{times:5} {why}", file=sys.stderr)
    wrong = _wrong(tally, steps)
    print(
        f"{tally.lives} lives, {tally.steps} steps, {tally.turns} turns at their ends: "
        f"{sum(tally.done.values())} done, {sum(tally.refused.values())} refused; "
        f"{sum(1 for row in courses.rows() if tally.walked[row])} of {len(courses.rows())} rows walked; "
        f"{took:.0f} s, {used:.0f} s of the processor in {many} processes",
        *wrong,
        sep="\n",
        file=sys.stderr,
    )
    found = Result("procedure", tally.steps, per_second=tally.steps / took, peak_mb=peak)
    report(replace(found, median_ms=MS * took / tally.steps, cpu_ms=MS * used / tally.steps))
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
