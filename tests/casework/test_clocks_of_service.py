"""Time limits of letters: one that nobody opens is deemed served, a public notice is taken down."""

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select

from casework import expiries, tasks
from casework.models import Complaint, Forwarding
from core.actors import SYSTEM
from core.db import transaction
from core.machine import Ask
from notices import serving
from notices.models import Document
from registry import clocks
from registry.models_clocks import Clock
from tests.builders import Desk, rendered
from tests.casework.test_clocks import START, Scene, after, conducted, end_of, of_kind, scene, sweep

__all__ = ["scene"]


def test_k28_deems_a_letter_served_on_the_last_day_and_its_period_runs_from_then(scene: Scene) -> None:
    def alerted(desk: Desk) -> Forwarding:
        forwarding = desk.accepted(**conducted()).forwardings[0]
        letter = desk.session.scalars(select(Document).where(Document.kind == "D05b")).one()
        [service] = rendered(desk.session, letter, START)
        serving.onward(desk.session, service, START)
        return forwarding

    _desk, number = scene(alerted)
    with transaction() as session:
        letter = session.scalars(select(Document).where(Document.kind == "D05b")).one()
        service_id = letter.services[0].id
        assert letter.services[0].state == "ALERTED"
    last = end_of("K28", "service", service_id)
    sweep(after(last, 3))
    with transaction() as session:
        running = clocks.live(session, "K03", ("forwarding", number))
        assert running.day0 == last


@pytest.mark.parametrize("provisional", [False, True])
def test_k19_over_is_nobodys_task_while_the_letter_serves_itself_on_its_page(scene: Scene, provisional: bool) -> None:
    def kept(desk: Desk) -> Complaint:
        complaint = desk.received(contact=None, **conducted())
        letter = desk.session.scalars(select(Document).where(Document.kind == "D01")).one()
        [service] = rendered(desk.session, letter, START)
        serving.onward(desk.session, service, START)
        assert service.state == "NOTICE_POSTED"
        return complaint

    scene(kept)
    with transaction() as session:
        service = session.scalars(select(Document).where(Document.kind == "D01")).one().services[0].id
    last = end_of("K19", "service", service)
    with transaction() as session:
        period = clocks.live(session, "K19", ("service", service))
        assert period is not None
        period.provisional = provisional
    sweep(after(last))
    assert of_kind("clock_ended:K19") + of_kind("clock_estimate:K19") == []


def test_a_letter_that_is_kept_on_its_page_at_last_is_nobodys_task_any_more(scene: Scene) -> None:
    """Its PDF could not be made for long; from here on K29 serves it."""
    scene(lambda desk: desk.received(contact=None, **conducted()))
    with transaction() as session:
        number = session.scalars(select(Document).where(Document.kind == "D01")).one().services[0].id
    over = after(end_of("K19", "service", number))
    sweep(over)
    with transaction() as session:
        letter = session.scalars(select(Document).where(Document.kind == "D01")).one()
        period = session.scalars(select(Clock).where(Clock.key == "K19", Clock.subject_id == number)).one()
        for what in ("estimate", "undated"):
            expiries.alert(session, period, what)
        assert len(tasks.open_of(session, ("service", number))) == 3
        [service] = rendered(session, letter, now := datetime.combine(over, time(2), UTC))
        serving.onward(session, service, now)
        assert service.state == "NOTICE_POSTED"
        assert tasks.open_of(session, ("service", number)) == []


def test_k33_over_takes_the_notice_down(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    monkeypatch.setattr(expiries, "_take_downs", [lambda _session, number, _now: taken.append(number)])
    _desk, number = scene(lambda desk: desk.received(**conducted()))
    with transaction() as session:
        ask = Ask(session, session.get_one(Complaint, number), SYSTEM, {}, START)
        clocks.keeper.start(ask, "K33", ("publication", 7))
    sweep(date(2026, 10, 8))
    assert taken == [7]
