"""What is told later than it was noted: only what is still so then, and never at night on a telephone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from casework import complaints, forwardings, tasks, telling
from casework.models import Forwarding, Task
from core import mail, texts
from core.actors import Actor
from core.clock import day_of
from core.db import transaction
from core.outbox import Outbox, run, run_all
from registry import notifications
from registry.models_accounts import Account
from registry.models_notifications import DAILY, MAIL, NONE, TEXT, Notification
from tests.builders import Desk, account, actor_of
from tests.casework.test_telling import _eve, want
from tests.casework.test_telling import told as told_to
from tests.conftest import NOW
from tests.core.catching_mail import mail_server
from tests.core.catching_texts import Caught
from tests.registry.test_notifications import NIGHT, confirmed, officer, taking, told

__all__ = ["taking"]
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def in_charge(app: Flask, way: str) -> tuple[int, Actor, datetime]:
    """A forwarding whose clerk is told so, the company's lead, and the midnight before the last day but one."""
    with app.app_context(), transaction() as session:
        desk = Desk(session, NOW)
        want(session, desk.intake, staff_dates=way, tasks=way)
        want(session, desk.lead, party_dates=NONE)
        it = desk.forwarded()
        complaints.assign(session, it.complaint, desk.intake.id, actor=desk.head, now=NOW)
        midnight = _eve(session, it.id).replace(hour=16, minute=1) - timedelta(days=1)
        return it.id, desk.lead, midnight


def remind(app: Flask, at: datetime) -> None:
    with time_machine.travel(at), app.app_context(), transaction() as session:
        telling.deadlines(session, at)


def subjects(app: Flask, at: datetime) -> list[str]:
    return [each.subject for each in told(app, at)]


@pytest.mark.parametrize("hours", [0, 9, 20])
def test_also_one_mail_a_day_tells_of_a_day_before_it_has_come(app: Flask, hours: int) -> None:
    _number, _lead, midnight = in_charge(app, DAILY)
    at = midnight + hours * HOUR
    remind(app, at)
    with app.app_context(), transaction() as session:
        asked = select(Notification).where(Notification.event == "staff_tomorrow")
        assert day_of(session.scalars(asked).one().due_at) == day_of(midnight)
    assert subjects(app, midnight + max(9, hours) * HOUR) == ["您经办的事项有一项期限明日届满"]


def test_a_day_noted_before_midnight_is_not_told_after_it(app: Flask) -> None:
    _number, _lead, midnight = in_charge(app, MAIL)
    remind(app, midnight - timedelta(minutes=2) + 24 * HOUR)
    assert subjects(app, midnight + 24 * HOUR) == []


def test_nobody_is_reminded_in_the_morning_of_what_was_answered_in_the_night(app: Flask) -> None:
    number, lead, midnight = in_charge(app, MAIL)
    remind(app, midnight)
    said = {
        "outcome": "EXPLAINED",
        "to_association": "经核查通话记录，共致电三次。",
        "to_complainant": "我司已停止联系。",
    }
    with time_machine.travel(midnight + HOUR), app.app_context(), transaction() as session:
        forwardings.answer(session, session.get_one(Forwarding, number), **said, actor=lead, now=midnight + HOUR)
    assert subjects(app, midnight + 9 * HOUR) == []


def test_a_task_that_was_done_is_not_in_the_mail_of_the_day(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            want(session, desk.intake, tasks=DAILY)
            complaint = desk.received()
            for kind in ("cover_waits", "stop_contact"):
                tasks.put(session, kind, ("complaint", complaint.id, complaint.ref), role="intake", now=NOW)
        run_all()
        with transaction() as session:
            session.scalars(select(Task).where(Task.kind == "cover_waits")).one().done_at = NOW
    assert subjects(app, NOW + 24 * HOUR) == ["有一项任务等待您处理"]


def test_what_was_switched_off_before_it_was_told_is_not_told(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        person = officer(session, tasks=DAILY, approvals=DAILY)
        for event in ("task", "approval"):
            notifications.tell(session, person, event, key=event, now=NOW)
        notifications.choose(session, person, {"tasks": NONE, "approvals": MAIL})
    assert subjects(app, NOW + 24 * HOUR) == ["有文书等待您审批"]


def test_a_mail_that_says_tomorrow_does_not_leave_after_midnight(app: Flask) -> None:
    _number, _lead, midnight = in_charge(app, MAIL)
    kept = app.extensions["zilu"]
    mail.init(replace(kept, smtp_url="", mode="production"))
    remind(app, midnight)
    try:
        with app.app_context(), mail_server() as caught:
            _hand_over(midnight + 9 * HOUR, notifications.JOB)
            mail.init(replace(kept, smtp_url=f"smtp://127.0.0.1:{caught.port}"))
            with time_machine.travel(midnight + 25 * HOUR):
                run_all()
            assert caught.messages == []
    finally:
        mail.init(kept)


def _hand_over(at: datetime, *jobs: str) -> None:
    """What the clock does, and the worker of these jobs alone."""
    with time_machine.travel(at):
        with transaction() as session:
            notifications.hand_over(session, at)
        for job in jobs:
            with transaction() as session:
                numbers = session.scalars(select(Outbox.id).where(Outbox.job == job, Outbox.done_at.is_(None))).all()
            run(numbers)


@pytest.mark.usefixtures("taking")
def test_no_telephone_rings_at_night_for_a_mail_of_the_day_that_comes_then(app: Flask) -> None:
    late = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)
    with app.app_context(), transaction() as session:
        person = officer(session, staff_dates=TEXT)
        confirmed(session, person)
        notifications.tell(session, person, "staff_past", key="1", now=NOW, at=late)
        asked = select(Notification.due_at)
        assert session.scalars(asked).one() == datetime(2026, 11, 26, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("away", ["clock", "gateway"])
def test_no_telephone_rings_at_night_after_an_evening_on_which_nothing_went_out(
    app: Flask, taking: Caught, away: str
) -> None:
    evening = NIGHT - 3 * HOUR
    with app.app_context(), transaction() as session:
        person = officer(session, approvals=TEXT)
        confirmed(session, person)
        notifications.tell(session, person, "approval", key="1", now=evening)
    if away == "gateway":
        taking.status = 503
        with app.app_context():
            _hand_over(evening, notifications.JOB, texts.SENDING)
        taking.status = 200
    before = len(taking.messages)
    for at, many in ((NIGHT, 0), (NIGHT + 5 * HOUR, 0), (NIGHT + 9 * HOUR, 1), (NIGHT + 10 * HOUR, 1)):
        told(app, at)
        assert len(taking.messages) - before == many


def test_where_whoever_was_in_charge_has_left_the_others_hear_of_the_answer(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            gone, second = account(session, "受理丙", "intake"), account(session, "受理丁", "intake")
            want(session, actor_of(gone), actor_of(second), answers=MAIL)
            it = desk.forwarded()
            complaints.assign(session, it.complaint, gone.id, actor=desk.head, now=NOW)
            session.get_one(Account, gone.id).locked_at = NOW
            session.flush()
            desk.answer(it)
            other = second.id
        assert told_to(app, "answer:") == {other}
