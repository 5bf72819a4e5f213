"""Complaints that come in: the submit verb by four writers, the form over HTTP, and the queue during a flood.

The verb writes the complaint, its journal, its clock and later work in one durable transaction, and hands that work
over beside it, as a web process does; a writer is done when all of its own is handed over. Its floor inserts the
rows that one submission wrote, by bare psycopg into tables without indexes, as often, by as many writers, with the same
durability. Over HTTP the last page is sent, with its token against forgery, from a draft that the pages before it left.
"""

import argparse
import os
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing import get_context
from random import Random
from typing import Any
from uuid import uuid4

import psycopg
from flask import Flask, current_app, g
from flask import session as cookie
from flask_wtf.csrf import generate_csrf
from sqlalchemy import event
from sqlalchemy.engine import make_url

from bench import crowd
from bench.crowd import searching
from bench.crowd.words import Words
from bench.measure import MS, Result, of_times, report
from bench.public import memory, part, server
from bench.readers import desks, load
from casework import intake
from casework.intake import Company, Submission
from complainants import complaining, resume_codes
from core import clock, drafts, outbox
from core.db import db, transaction
from core.under_way import stays
from core.web import new_key
from registry import seeds
from wsgi import create_app

WRITERS, WARM = 4, 10
CLIENTS, READERS = 4, 2
CODES = ("V-C01", "V-F04", "V-I01", "V-B01", "V-B06")
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
SCRATCH = "bench_floor"
Times = list[float]


def say(words: str) -> None:
    """To whoever waits."""
    print(words, file=sys.stderr, flush=True)


def owner() -> str:
    """Where the owner of the database is."""
    address = make_url(os.environ["DATABASE_OWNER_URL"]).set(drivername="postgresql")
    return address.render_as_string(hide_password=False)


def submissions(seed: int) -> Iterator[Submission]:
    """What different people say, each time the same, whose numbers nobody had before."""
    dice = Random(seed)  # noqa: S311 - data for benches
    words = Words(dice)
    while True:
        number = dice.randrange(10**8)
        yield Submission(
            channel="WEB",
            lang="zh",
            role="DEBTOR",
            companies=[Company("INSTITUTION", "NAME", f"{number % 400}号消费金融")],
            facts=words.facts(),
            name="测量",
            contact=f"1{secrets.randbelow(10**10):010}",
            consent=complaining.CONSENT,
            codes=dice.sample(CODES, 2),
            request=words.wish(),
            conduct_from=clock.today(),
            conduct_to=clock.today(),
        )


def submit(said: Submission) -> None:
    """As the last page does."""
    key = new_key()
    with transaction() as at:
        intake.submit(at, said, key=key, actor=complaining.SOMEBODY, now=clock.now(), at_once=False)


def written(said: Submission) -> list[tuple[str, str]]:
    """The rows that one submission writes: table, and the row as JSON."""
    counted: Counter[str] = Counter()

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counted[statement.split(None, 1)[0]] += 1

    with psycopg.connect(owner(), autocommit=True) as at:
        found = at.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        event.listen(db.engine, "before_cursor_execute", count)
        submit(said)
        event.remove(db.engine, "before_cursor_execute", count)
        say(f"statements of one submission: {sum(counted.values())}, {dict(counted.most_common())}")
        rows = []
        listed = "SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY relname"
        for (table,) in at.execute(listed).fetchall():
            mine = f"SELECT to_jsonb(t)::text FROM {table} t WHERE xmin::text::bigint > %s % 4294967296"
            rows += [(table, row) for (row,) in at.execute(mine.replace("% 4", "%% 4"), found).fetchall()]  # type: ignore[call-overload]
        at.execute(f"DROP SCHEMA IF EXISTS {SCRATCH} CASCADE")  # type: ignore[call-overload]
        at.execute(f"CREATE SCHEMA {SCRATCH}")  # type: ignore[call-overload]
        for table in {table for table, _row in rows}:
            at.execute(f"CREATE TABLE {SCRATCH}.{table} (LIKE public.{table})")  # type: ignore[call-overload]
    say(f"rows of one submission: {dict(Counter(table for table, _row in rows))}")
    return rows


def write_by_verb(seed: int, many: int) -> tuple[Times, float, float]:
    """One writer with its parent's application: milliseconds each, its seconds, and those of its processor."""
    said = submissions(seed)
    outbox.begin_beside(current_app._get_current_object())  # noqa: SLF001 - its thread has no context
    return _repeat(lambda: submit(next(said)), many, finish=outbox.end_beside)


def write_bare(rows: list[tuple[str, str]], many: int) -> tuple[Times, float, float]:
    """The same rows, and nothing else."""
    with psycopg.connect(owner(), autocommit=True) as at:

        def insert() -> None:
            with at.transaction():
                for table, row in rows:
                    whole = f"INSERT INTO {SCRATCH}.{table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s)"
                    at.execute(whole, [row])  # type: ignore[call-overload]

        return _repeat(insert, many)


def _repeat(
    work: Callable[[], None], many: int, finish: Callable[[], None] = lambda: None
) -> tuple[Times, float, float]:
    for _ in range(WARM):
        work()
    times, began, processor = [], time.perf_counter(), time.process_time()
    for _ in range(many):
        before = time.perf_counter()
        work()
        times.append((time.perf_counter() - before) * MS)
    finish()
    return times, time.perf_counter() - began, time.process_time() - processor


def by_writers(
    name: str, work: Callable[[Any, int], tuple[Times, float, float]], given: list[Any], many: int
) -> Result:
    """So many writers at once, each its share."""
    share = max(1, many // WRITERS)
    db.session.remove()
    db.engine.dispose()  # no connection is shared by two processes
    stays()  # as in a web process
    with get_context("fork").Pool(WRITERS) as pool:
        found = pool.starmap(work, [(each, share) for each in given])
    times = [each for one, _seconds, _processor in found for each in one]
    seconds = max(each for _times, each, _processor in found)
    processor = sum(each for _times, _seconds, each in found)
    return replace(of_times(name, times), per_second=len(times) / seconds, cpu_ms=processor / len(times) * MS)


def half_sent(app: Flask, many: int, seed: int) -> list[tuple[str, str, str]]:
    """Requests that send the last page, each of a browser of its own with a draft."""
    said, requests = submissions(seed), []
    name = app.config["SESSION_COOKIE_NAME"]
    signing = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    with app.test_request_context("/complain/send"):
        g.pop("csrf_token", None)  # of the call before this one
        token = generate_csrf()
        secret = cookie["csrf_token"]
    for _ in range(many):
        one, code = next(said), resume_codes.fresh()
        contact = {"name": one.name, "contact": one.contact, "consent": True}
        conduct = {"codes": one.codes, "facts": one.facts, "request": one.request}
        days = {"conduct_from": clock.today().isoformat(), "conduct_to": clock.today().isoformat()}
        fields = {
            "who": {"role": one.role},
            "company": {"how": "NAME", "value": one.companies[0].value},
            "conduct": conduct | days,
            "evidence": {"files": []},
            "contact": contact,
        }
        with transaction() as at:
            drafts.save(at, resume_codes.owner(code), resume_codes.PLACE, fields, clock.now())
        held = signing.dumps({complaining.TOKEN: code, "csrf_token": secret})
        lines = f"{FORM}Cookie: {name}={held}; lang=zh\r\n"
        requests.append(("/complain/send", lines, f"csrf_token={token}&key={uuid4().hex}&version="))
    return requests


def until_sent(requests: list[tuple[str, str, str]]) -> load.Request:
    """Each of them once."""
    waiting = iter(requests)

    def request(_dice: Random) -> tuple[str, str, str]:
        for each in waiting:
            return each
        raise load.Enough

    return request


def over_http(app: Flask, people: desks.Desks, words: argparse.Namespace) -> list[Result]:
    """The form alone; then the queue alone and during a flood of the form."""
    alone, flood = half_sent(app, words.sent + WARM, 101), half_sent(app, words.sent, 202)
    db.engine.dispose()
    looking = people.asking(people.every)
    with server("wsgi:create_app(RATELIMIT_ENABLED=False)") as (port, pid):  # all are sent from one address
        load.press(port, until_sent(alone[:WARM]), clients=1, seconds=60)
        form = part("form", load.press(port, until_sent(alone[WARM:]), clients=CLIENTS, seconds=600), "200")
        load.press(port, looking, clients=READERS, seconds=words.seconds / 4)
        calm = part("queue_calm", load.press(port, looking, clients=READERS, seconds=words.seconds), "200")
        pressed, sent = load.press_both(
            port, looking, until_sent(flood), clients=(READERS, CLIENTS), seconds=words.seconds
        )
        flooded, during = part("queue_in_a_flood", pressed, "200"), part("flood", sent, "200")
        peak = memory(pid)
    beside = replace(flooded, floor_ms=calm.p95_ms, ratio=(flooded.p95_ms or 0.0) / (calm.p95_ms or 1.0))
    return [replace(form, peak_mb=peak), calm, beside, during]


def measure(app: Flask, words: argparse.Namespace) -> Result:
    """The verb, its floor, the form, the flood."""
    with psycopg.connect(owner(), autocommit=True) as at:
        for name in ("fsync", "synchronous_commit"):
            row = at.execute(f"SHOW {name}").fetchone()  # type: ignore[call-overload]
            say(f"{name} is {row[0] if row else '?'}")
    said = submissions(1)
    for _ in range(WARM):
        submit(next(said))
    rows = written(next(said))
    people = desks.set_up(app)
    verb = by_writers("intake", write_by_verb, list(range(11, 11 + WRITERS)), words.submitted)
    say(verb.line())
    least = by_writers("floor", write_bare, [rows] * WRITERS, words.submitted)
    http = over_http(app, people, words)
    return replace(verb.against(least.median_ms or 0.0), parts=(*http, least))


def main() -> None:
    """Fill, measure, and say it as one line of JSON."""
    asked = argparse.ArgumentParser(prog="./zilu bench intake")
    asked.add_argument("--complaints", type=int, default=1_000_000, help="how many complaints there are before")
    asked.add_argument("--submitted", type=int, default=20_000, help="how many the four writers submit")
    asked.add_argument("--sent", type=int, default=4_000, help="how many forms are sent, alone and again in the flood")
    asked.add_argument("--seconds", type=float, default=20.0, help="how long the queue is read, calm and in the flood")
    words = asked.parse_args()
    app = create_app()
    with app.app_context():
        with transaction() as at:
            seeds.sow(at, mode="demonstration", now=clock.now())
        crowd.fill(complaints=words.complaints, cases=words.complaints // 5, tell=say)
        searching.index(owner(), say)
        report(measure(app, words))


if __name__ == "__main__":
    main()
