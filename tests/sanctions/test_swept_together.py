"""Ends of cases, services, publications and what hangs on them, acted on together: every row is as one by one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from casework import recusals
from casework.models import Complaint
from casework.models_cases import CaseTrack
from notices import queries as notices
from notices import serving
from sanctions import bulletins, measures, rounds
from tests import sweeping
from tests.builders import Desk, rendered
from tests.builders_cases import DAY, actor
from tests.casework.test_stop_contacts import relayed, requested
from tests.sanctions.reviewing import Reviewing
from tests.sanctions.test_admissions import Desk as Admitting

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 10, 17, 0, tzinfo=UTC)
"""After months of absence: what began by an end is over as well."""
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

    def asked_for_a_hearing(self) -> None:
        """A hearing is to be held."""
        Admitting.asked(self)  # the class before asks for a review

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


def fill(session: Session) -> None:
    """Requests first: complaints name a company that only one is called so."""
    desk = Desk(session, START)
    days = {"conduct_from": date(2026, 2, 20), "conduct_to": date(2026, 2, 25)}
    requested(desk, contact="13900000001", **days)
    relayed(desk, contact="13900000002", **days)
    Everything(session, START).fill()


def test_whatever_ends_stands_as_if_each_had_ended_by_itself(
    app: Flask, restored: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sweeping.equally(app, restored, monkeypatch, fill, LATER) >= OVER
