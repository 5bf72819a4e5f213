"""The sweep after midnight: clocks that are due are acted on by their own rows, among many that are not due.

Due are clocks of a crowd, with all that their end brings about (notices, journal, later work); the others only run.
Half of the due ones are acted on while a tenth of the others are there, half among all of them: `ratio_of_sizes` says
what the others cost. Many are acted on in one transaction, so a clock's time is that of all, shared out. The floor ends
as many clocks by bare psycopg, each in a transaction of its own, and nothing else.
"""

import argparse
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice

import psycopg
from sqlalchemy import event, text
from sqlalchemy.engine import make_url

from bench import crowd
from bench.measure import MS, Result, of_times, peak_mb, report
from core import clock
from core.db import db, transaction
from core.under_way import stays
from registry import calendar, clock_sweep, seeds
from wsgi import create_app

BEYOND = 1_000_000_000
"""Subjects from this number on are nobody's: clocks that only run stand on them."""
FEW = 10
"""One part of so many of the clocks that are not due is there at first."""
A_DUE_ONE = 22
"""So many complaints bring one clock that ends within the days looked at, at least."""
RUNNING = (
    "INSERT INTO clock (key, subject_type, subject_id, state, day0, length, unit, basis, due_on, created_at, "
    "started_at) SELECT 'K07', 'complaint', n, 'RUNNING', %(day0)s, 30, 'CD', '[D]', %(due)s::date + (n %% 300)::int, "
    "now(), now() FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n"
)
LATER = "UPDATE clock SET provisional = true, alerted_at = now() WHERE state = 'RUNNING' AND subject_id < %s AND "
LATER += "subject_id %% 2 = 1 AND NOT provisional"
NOW_TOO = "UPDATE clock SET provisional = false, alerted_at = NULL WHERE provisional AND alerted_at IS NOT NULL"
DUE_BY = "SELECT due_on + 1 FROM clock WHERE state = 'RUNNING' AND NOT provisional AND subject_id < %s "
DUE_BY += "ORDER BY due_on LIMIT 1 OFFSET %s"
TO_END = "SELECT id FROM clock WHERE state = 'RUNNING' AND subject_id >= %s ORDER BY due_on, id LIMIT %s"
ENDED = "UPDATE clock SET state = 'ENDED', how = 'expired', ended_at = now() WHERE id = %s"


def say(words: str) -> None:
    """To whoever waits."""
    print(words, file=sys.stderr, flush=True)


@dataclass
class Acted:
    """What a sweep did."""

    keys: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    statements: int = 0

    @property
    def each_ms(self) -> float:
        """How long a clock took, on the whole."""
        return self.seconds / self.keys.total() * MS

    def result(self, name: str) -> Result:
        """As a part of what is said."""
        many = self.keys.total()
        per_second, cpu_ms = many / self.seconds, self.processor / many * MS
        return Result(name, many, median_ms=self.each_ms, per_second=per_second, cpu_ms=cpu_ms)

    def __str__(self) -> str:
        """For whoever waits."""
        many = self.keys.total()
        return (
            f"{many} in {self.seconds:.1f} s, {self.processor / many * MS:.1f} ms of this processor and "
            f"{self.statements / many:.1f} statements each, {self.failed} failed: {dict(sorted(self.keys.items()))}"
        )


def run(server: "psycopg.Connection[tuple[object, ...]]", first: int, last: int, now: datetime) -> None:
    """Clocks that run for months yet."""
    today = clock.day_of(now)
    said = {"day0": today - timedelta(days=1), "due": today + timedelta(days=200), "first": first, "last": last}
    server.execute("ALTER TABLE clock DISABLE TRIGGER USER")
    server.execute(RUNNING, said)
    server.execute("ALTER TABLE clock ENABLE TRIGGER USER")
    server.execute("VACUUM ANALYZE clock")


def swept(now: datetime, due: int) -> Acted:
    """So many clocks are acted on, in the order in which the sweep comes to them."""
    acted = Acted()

    def count(*_said: object) -> None:
        acted.statements += 1

    stays()
    with transaction() as at:
        calendar.confirm_passed(at, clock.day_of(now), now)  # once, and not by each clock
    event.listen(db.engine, "before_cursor_execute", count)
    began, processor = time.perf_counter(), time.process_time()
    for each in islice(clock_sweep.sweep(now), due):
        acted.keys[each.key] += 1
        acted.failed += not each.done
    acted.seconds, acted.processor = time.perf_counter() - began, time.process_time() - processor
    event.remove(db.engine, "before_cursor_execute", count)
    if acted.keys.total() < due:
        message = f"only {acted.keys.total()} of {due} clocks were due: more complaints are needed"
        raise SystemExit(message)
    return acted


def floor(server: "psycopg.Connection[tuple[object, ...]]", many: int) -> Result:
    """As many clocks ended, and nothing else: each with a commit of its own."""
    times = []
    for (number,) in server.execute(TO_END, [BEYOND, many]).fetchall():
        began = time.perf_counter()
        server.execute(ENDED, [number])
        times.append((time.perf_counter() - began) * MS)
    return of_times("floor", times)


def day_when_due(server: "psycopg.Connection[tuple[object, ...]]", due: int) -> datetime:
    """Just after midnight of the first day on which so many clocks are over; half an hour is for the commands."""
    found = server.execute(DUE_BY, [BEYOND, due]).fetchone()
    if found is None or not isinstance(found[0], date):
        message = f"fewer than {due} clocks will be due: more complaints are needed"
        raise SystemExit(message)
    return datetime.combine(found[0], datetime.min.time(), clock.ZONE) + timedelta(minutes=30)


def measure(server: "psycopg.Connection[tuple[object, ...]]", clocks: int, due: int) -> Result:
    """Half of them among few, half among all, then the floor."""
    spare = max(clock_sweep.MOST, due // 10)
    now = day_when_due(server, due + 2 * spare)
    few, half = clocks // FEW, due // 2
    server.execute(LATER, [BEYOND])
    run(server, BEYOND, BEYOND + few - 1, now)
    among_few = swept(now, half)
    say(f"among {few}: {among_few}")
    server.execute(NOW_TOO)
    run(server, BEYOND + few, BEYOND + clocks - 1, now)
    among_all = swept(now, half)
    say(f"among {clocks}: {among_all}")
    least = floor(server, half)
    small, large = among_few.result(f"among_{few}"), among_all.result(f"among_{clocks}")
    sizes = Result("ratio_of_sizes", due, median_ms=among_all.each_ms).against(among_few.each_ms)
    every = Acted(among_few.keys + among_all.keys, seconds=among_few.seconds + among_all.seconds)
    every.processor = among_few.processor + among_all.processor
    whole = every.result("sweep").against(least.median_ms or 0.0)
    seconds = Result("seconds_of_all", due, median_ms=every.seconds * MS)
    return replace(whole, peak_mb=peak_mb(), parts=(small, large, sizes, seconds, least))


def main() -> None:
    """Fill, measure, and say it as one line of JSON."""
    asked = argparse.ArgumentParser(prog="./zilu bench sweep")
    asked.add_argument("--clocks", type=int, default=1_000_000, help="how many clocks run and are not due")
    asked.add_argument("--due", type=int, default=10_000, help="how many are due, each with what its end brings about")
    words = asked.parse_args()
    owner = make_url(os.environ["DATABASE_OWNER_URL"]).set(drivername="postgresql")
    with create_app().app_context():
        with transaction() as at:
            seeds.sow(at, mode="demonstration", now=clock.now())
        complaints = words.due * A_DUE_ONE
        crowd.fill(complaints=complaints, cases=complaints // 20, tell=say)
        with transaction() as at:
            at.execute(text("SELECT 1"))
        with psycopg.connect(owner.render_as_string(hide_password=False), autocommit=True) as server:
            report(measure(server, words.clocks, words.due))


if __name__ == "__main__":
    main()
