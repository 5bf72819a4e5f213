"""The staff's page of a case over HTTP: signed in, row-level security and journal on, two web workers, a crowd around.

`./zilu bench case [--complaints 100000] [--seconds 20]`. Each case has 40 events, 30 files and 12 notices; the whole is
four clients who open investigated ones. `one_client` stands beside the floor: bare queries of the rows, and the page's
own template filled with what was read before. `statements` says how many one page sends, the door's and the head's too.
"""

import argparse
import os
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import psycopg
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bench import crowd
from bench.crowd import full
from bench.measure import MS, Result, of_times, report
from bench.public import memory, part, server
from bench.readers import desks, load
from casework.models_cases import CaseTrack
from core.db import db, transaction
from registry import seeds
from registry.models_accounts import Account, AccountRole
from wsgi import create_app

MANY, SECONDS, CLIENTS, WARM = 100_000, 20.0, 4, 2.0
CASES, FLOORS = 12, 40
STATES = {"investigated": "INVESTIGATING", "to_propose": "REVIEWING", "closed": "CLOSED"}
"""The kinds of cases that are opened: the state of the track that was filled up."""
BARE = (
    "SELECT * FROM case_file WHERE id = %(case)s",
    "SELECT t.*, p.name_zh, p.name_en FROM case_track t JOIN party p ON p.id = t.party_id WHERE t.case_id = %(case)s",
    "SELECT * FROM allegation WHERE track_id IN (SELECT id FROM case_track WHERE case_id = %(case)s)",
    "SELECT * FROM evidence WHERE case_id = %(case)s ORDER BY id",
    "SELECT n.*, a.name FROM note n JOIN account a ON a.id = n.author_id WHERE n.case_id = %(case)s",
    """SELECT d.*, s.* FROM document d LEFT JOIN service s ON s.document_id = d.id WHERE d.subject_kind = 'track'
    AND d.subject_id IN (SELECT id FROM case_track WHERE case_id = %(case)s)""",
    """SELECT * FROM ((SELECT * FROM journal WHERE subject_kind = 'case' AND subject_id = %(case)s) UNION ALL
    (SELECT j.* FROM case_track t JOIN journal j ON j.subject_kind = 'track' AND j.subject_id = t.id
    WHERE t.case_id = %(case)s)) j ORDER BY at DESC LIMIT 200""",
)
"""What the page cannot do without."""


@dataclass(frozen=True)
class Full:
    """Who looks, which cases by kind, and what was found before the load."""

    cookies: Sequence[str]
    cases: dict[str, list[int]]
    statements: dict[str, int]
    floor: list[float]

    def asking(self, kind: str) -> load.Request:
        """Somebody opens one of them."""
        return lambda dice: (
            f"/staff/cases/{dice.choice(self.cases[kind])}",
            f"Cookie: {dice.choice(self.cookies)}\r\n",
        )


def fill(complaints: int) -> Full:
    """A crowd, some of its cases filled up, and people who open them."""
    app = create_app()
    with app.app_context():
        with transaction() as at:
            seeds.sow(at, mode="demonstration", now=crowd.clock.now())
        crowd.fill(complaints=complaints, cases=complaints // 5, tell=lambda words: print(words, file=sys.stderr))
        with transaction() as at:
            officers = select(Account).join(Account.roles).where(AccountRole.role == "officer").order_by(Account.id)
            people = at.scalars(officers).all()
            cases = {kind: _filled(at, state, people[0]) for kind, state in STATES.items()}
            cookies = [desks.cookie_of(app, at, each) for each in people[: desks.PEOPLE]]
        with psycopg.connect(_plain(os.environ["DATABASE_OWNER_URL"]), autocommit=True) as owner:
            owner.execute("ANALYZE evidence, document, journal, note, service")
    statements = {kind: _statements(app, cookies[0], of[0]) for kind, of in cases.items() if of}
    times = floor(app, cookies[0], cases["investigated"][0])
    with app.app_context():
        db.engine.dispose()
    return Full(cookies, {kind: of for kind, of in cases.items() if of}, statements, times)


def _filled(at: Session, state: str, by: Account) -> list[int]:
    """The cases of some filed tracks in this state, filled up."""
    asked = select(CaseTrack).where(CaseTrack.state == state, CaseTrack.investigator_id.is_not(None))
    tracks = at.scalars(asked.order_by(CaseTrack.id.desc()).limit(CASES)).all()
    for track in tracks:
        full.fill_up(at, track, by, full.EVENTS, full.FILES, full.NOTICES)
    return [track.case_id for track in tracks]


def _plain(address: str) -> str:
    return re.sub(r"\+psycopg", "", address)


def _get(app: Flask, cookie: str, case: int) -> None:
    answer = app.test_client(use_cookies=False).get(f"/staff/cases/{case}", headers={"Cookie": cookie})
    if answer.status_code != 200:
        message = f"case {case}: {answer.status_code}"
        raise SystemExit(message)


def _statements(app: Flask, cookie: str, case: int) -> int:
    """How many statements one page sends, once its connection knows the prepared one."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    with app.app_context():
        engine = db.engine
    _get(app, cookie, case)  # outside of a context, so that it opens its session as a browser's request does
    event.listen(engine, "before_cursor_execute", note)
    _get(app, cookie, case)
    event.remove(engine, "before_cursor_execute", note)
    return len(said)


def floor(app: Flask, cookie: str, case: int) -> list[float]:
    """The least it could cost."""
    walls = []
    address = _plain(os.environ["DATABASE_URL"])
    with psycopg.connect(address, autocommit=True) as bare, desks.drawn(app) as drawn:
        bare.execute("SET ROLE zilu_staff")
        with app.test_request_context(f"/staff/cases/{case}", headers={"Cookie": cookie}):
            app.preprocess_request()
            app.dispatch_request()
            template, context = drawn[-1]  # panels are drawn before the page in which they stand
            for _ in range(FLOORS):
                began = time.perf_counter()
                for question in BARE:
                    bare.execute(question, {"case": case}, prepare=False).fetchall()
                template.render(context)
                walls.append((time.perf_counter() - began) * MS)
            db.session.remove()
    return walls


def measure(given: Full, seconds: float) -> Result:
    """Four clients on investigated cases; every other kind; one client beside the floor."""
    with server() as (port, pid):
        for kind in given.cases:
            load.press(port, given.asking(kind), clients=CLIENTS, seconds=WARM)
        found = {
            kind: part(kind, load.press(port, given.asking(kind), clients=CLIENTS, seconds=seconds), "200")
            for kind in given.cases
        }
        one = load.press(port, given.asking("investigated"), clients=1, seconds=seconds / 2)
        peak = memory(pid)
    least = of_times("floor", given.floor)
    alone = part("one_client", one, "200").against(least.median_ms or 0.0)
    counts = [Result(f"statements_{kind}", many) for kind, many in given.statements.items()]
    whole = replace(found["investigated"], bench="case", floor_ms=alone.floor_ms, ratio=alone.ratio, peak_mb=peak)
    return replace(
        whole, parts=(*(each for kind, each in found.items() if kind != "investigated"), alone, least, *counts)
    )


def main() -> None:
    """Fill, measure, and say it as one line of JSON."""
    asked = argparse.ArgumentParser(prog="./zilu bench case")
    asked.add_argument("--complaints", type=int, default=MANY, help="how many complaints there are; a fifth have cases")
    asked.add_argument("--seconds", type=float, default=SECONDS, help="how long each kind is opened")
    words = asked.parse_args()
    report(measure(fill(words.complaints), words.seconds))


if __name__ == "__main__":
    main()
