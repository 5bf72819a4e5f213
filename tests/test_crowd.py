"""The crowd that benches stand on holds what verbs would have made: the queue opens on it, and no promise is broken."""

import os

import psycopg
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from bench import crowd
from bench.crowd import searching
from bench.lives import invariants
from casework.models import Complaint
from casework.models_cases import CaseTrack
from core import clock, journal
from core.clock import day_of
from core.db import db, transaction
from notices.models import Document
from registry import sessions
from registry.models_accounts import Account
from registry.models_clocks import Clock
from search import entries

MANY, CASES = 200, 40


def test_a_small_crowd_breaks_no_promise_and_its_queue_opens(app: Flask) -> None:
    with app.app_context():
        name = db.engine.url.database
        owner = make_url(os.environ["DATABASE_OWNER_URL"]).set(database=name).render_as_string(hide_password=False)
        crowd.fill(complaints=MANY, cases=CASES, url=owner, companies=30)
        plain = make_url(owner).set(drivername="postgresql").render_as_string(hide_password=False)
        searching.index(plain, print)
        told: list[str] = []
        crowd.fill(complaints=MANY, cases=CASES, url=owner, companies=30, tell=told.append)  # a copy is filled once
        searching.index(plain, told.append)
        assert told == ["the crowd is there already", "the index of the search is there already"]
        with transaction() as at:
            assert entries.drifted(at) == []
            assert at.scalar(text("SELECT count(*) FROM search_entry WHERE subject_kind = 'complaint'")) == MANY
    with psycopg.connect(plain) as server:
        for table in ("complaint", "clock", "journal", "document"):
            given = f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) > (SELECT max(id) FROM {table})"
            assert server.execute(given).fetchone() == (True,), table
    with app.app_context(), transaction() as at:
        assert at.scalar(select(func.count()).select_from(Complaint)) == MANY
        assert at.scalar(select(func.count(func.distinct(CaseTrack.case_id)))) == CASES
        assert {"FORWARDED", "CLOSED", "REJECTED", "HISTORIC"} <= set(at.scalars(select(Complaint.state)))
        assert at.scalar(select(func.count()).select_from(Clock).where(Clock.state == "RUNNING"))
        for promise, asked in invariants.every():
            given = {"today": day_of(clock.now())} if ":today" in asked else {}
            assert not [what for what, bad in at.execute(text(asked), given) if bad], promise
        assert list(journal.verify(at)) == []
        officer = at.scalars(select(Account).join(Account.roles).where(text("role = 'officer'"))).first()
        assert officer is not None
        token = sessions.begin(at, officer, passed=True, client="test", now=clock.now())
        letters = at.execute(select(Document.kind, func.max(Document.id)).group_by(Document.kind)).all()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    page = client.get("/staff?view=open")
    assert page.status_code == 200
    assert page.text.count('class="queue-link"') > 10
    assert {kind: client.get(f"/staff/notices/{number}").status_code for kind, number in letters} == dict.fromkeys(
        (kind for kind, _number in letters), 200
    )
