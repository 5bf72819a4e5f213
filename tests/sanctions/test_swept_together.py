"""Ends of cases, services, publications and what hangs on them, acted on together: every row is as one by one."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from casework import recusals, search_entries
from casework.models import Complaint
from casework.models_cases import CaseTrack
from core import journal
from core.db import Base, transaction
from notices import queries as notices
from notices import serving
from registry import clock_sweep
from sanctions import bulletins, measures, rounds
from tests.builders import Desk
from tests.builders_cases import DAY, actor, rendered
from tests.casework.test_stop_contacts import relayed, requested
from tests.sanctions.reviewing import Reviewing
from tests.sanctions.test_admissions import Desk as Admitting

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 10, 17, 0, tzinfo=UTC)
"""After months of absence: what began by an end is over as well."""
DRAWN = re.compile(
    r"\b[0-9a-f]{64}\b|\bT[SL]2026-\w{6}|\b2026-[0-9a-z]{8}\b|91\d{6}\w{10}|[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}|\b[0-9a-f]{8}-[0-9a-f-]{27}\b"
    r"|\d{4}-\d\d-\d\d[T ][\d:.]+(?:[+-]\d\d:?\d\d|Z)?|:\d+\b|\\\\x[0-9a-f]+"
)
"""Digests, references, codes, moments and numbers within words: another one each time."""
OTHERWISE = {"check_code", "terms", "stamp", "verify_url", "receipt_hash", "digest", "prev", "version"}
"""Columns of what is drawn; how often a row was written is another matter as well."""
OVER = {"K08", "K09", "K10", "K11", "K12", "K13", "K14", "K15", "K17", "K18"}
OVER |= {"K19", "K20", "K21", "K22", "K24", "K26", "K28", "K31", "K33", "K34"}


class Everything(Admitting, Reviewing):
    """Tracks at each window, with all that hangs on them."""

    back = timedelta()

    def fill(self) -> None:
        """Each of them waits for something that does not come."""
        self.fill_pool()
        self.case()
        self.serve(self.filed(), "D11b")
        self.noticed([1, 2], "V-C04")
        self.noticed()
        self.admitted()
        self.asked_for_a_hearing()
        self.served_decision([1])
        Reviewing.asked(self, self.served_decision([5], "V-I02"))
        self.executing([1, 3])
        self.not_opened(self.proposed([1]))
        self.published()
        track = self.reported()
        recusals.ask(
            self.session,
            track.case,
            self.investigator.id,
            ground="EMPLOYED",
            facts="曾任职",
            actor=actor(self.lead),
            now=self.now,
        )

    def complaint(self, *said: Any, **more: Any) -> Complaint:
        """About other days each time."""
        it = super().complaint(*said, **more)
        self.back += timedelta(days=7)
        it.conduct_from, it.conduct_to = DAY - self.back, DAY - self.back + timedelta(days=2)
        self.session.flush()
        return it

    def asked_for_a_hearing(self) -> CaseTrack:
        """A hearing is to be held."""
        return Admitting.asked(self)  # the class before asks for a review

    def not_opened(self, track: CaseTrack) -> None:
        """The advance notice lies in the portal, and nobody opens it."""
        document = notices.last_document(self.session, ["D17"], "track", track.id)
        assert document is not None
        rendered(self.session, document, self.later(4))
        for service in document.services:
            serving.onward(self.session, service, self.later(4))

    def published(self) -> None:
        """One bulletin stays, one is withdrawn."""
        for goes in (False, True):
            track = self.effective([5], code="V-I02")
            measures.execute(self.session, track, actor=actor(self.officer), version=None, now=self.later(9))
            it = rounds.publication(self.session, track)
            assert it is not None
            self.publish(it, self.later(10))
            if goes:
                bulletins.withdraw(
                    self.session, it, reason="法院判决", actor=actor(self.head), version=None, now=self.later(20)
                )


def stands(session: Session) -> dict[str, Counter[str]]:
    """Every row of every table, without numbers, moments and what is drawn."""
    found = {}
    for table in Base.metadata.sorted_tables:
        rows = [dict(row) for row in session.scalars(text(f'SELECT to_jsonb(t) FROM "{table.name}" t'))]
        for row in rows:
            for name in [name for name in row if name == "id" or name.endswith(("_id", "_at")) or name in OTHERWISE]:
                del row[name]
        found[table.name] = Counter(DRAWN.sub("~", str(row)) for row in rows)
    return found


def test_whatever_ends_stands_as_if_each_had_ended_by_itself(
    app: Flask, restored: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[list[tuple[str, bool]]] = []
    came_of_it: list[dict[str, Counter[str]]] = []
    apart: list[Any] = []
    monkeypatch.setattr(clock_sweep.log, "info", lambda *_said, **more: apart.append(more))
    monkeypatch.setattr(clock_sweep, "BRIEFLY", 3600)
    for many in (1, 100):
        restored()
        monkeypatch.setattr(clock_sweep, "MOST", many)
        with app.app_context():
            with transaction() as session:
                desk = Desk(session, START)  # first: complaints name a company that only one is called so
                days = {"conduct_from": date(2026, 2, 20), "conduct_to": date(2026, 2, 25)}
                requested(desk, contact="13900000001", **days)
                relayed(desk, contact="13900000002", **days)
                Everything(session, START).fill()
            swept.append([(one.key, one.done) for one in clock_sweep.sweep(LATER)])
            with transaction() as session:
                came_of_it.append(stands(session))
                assert list(journal.verify(session)) == []
                assert search_entries.drifted(session) == []
    assert apart == []
    assert swept[0] == swept[1]
    assert all(done for _key, done in swept[1])
    came = {key for key, _done in swept[1]}
    assert came >= OVER
    unequal = {
        table: ((rows - came_of_it[1][table]).most_common(3), (came_of_it[1][table] - rows).most_common(3))
        for table, rows in came_of_it[0].items()
        if rows != came_of_it[1][table]
    }
    assert unequal == {}
