"""Who of staff is told of tasks, answers, assignments and days: the officer in charge, once, if wanted."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casework import complaints, forwardings, recusals, tasks, telling, tracks
from casework.models import Forwarding, Task
from casework.models_cases import CaseTrack
from casework.models_queue import QueueEntry
from casework.models_recusals import Interest
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.db import transaction
from core.errors import NotAllowed
from core.outbox import Outbox, run_all
from registry import absences, accounts, clock_sweep, clocks, notifications
from registry.models_accounts import Account
from registry.models_notifications import DAILY, MAIL, NONE, Notification
from tests.builders import Desk, account, actor_of, told_of
from tests.builders_cases import actor
from tests.casework.test_company_told import chose
from tests.conftest import NOW
from tests.sanctions.chain import Chain


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def told(app: Flask, key: str) -> set[int]:
    """What the worker does, and who is to be told of it."""
    run_all()
    with transaction() as session:
        return told_of(session, key)


def want(session: Session, *people: Actor, **ways: str) -> None:
    for each in people:
        assert each.id is not None
        chose(session, each.id, **ways)


def test_while_nobody_wants_to_be_told_no_work_is_asked_for(session: Session) -> None:
    desk = Desk(session, NOW)
    it = desk.forwarded()
    desk.answer(it)
    assert session.scalars(select(Outbox.id).where(Outbox.job == telling.JOB)).all() == []


def test_an_answer_is_told_to_the_officer_in_charge_and_to_nobody_else(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            want(session, desk.intake, desk.officer, answers=MAIL)
            it = desk.forwarded()
            complaints.assign(session, it.complaint, desk.intake.id, actor=desk.head, now=NOW)
            desk.answer(it)
            charged = desk.intake.id
        assert told(app, "answer:") == {charged}


def test_an_answer_in_a_matter_whose_officer_has_left_is_told_to_those_of_the_role(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            colleague = actor_of(account(session, "受理丁", "intake"))
            want(session, desk.intake, colleague, answers=MAIL)
            it = desk.forwarded()
            complaints.assign(session, it.complaint, desk.intake.id, actor=desk.head, now=NOW)
            session.get_one(Account, desk.intake.id).locked_at = NOW
            desk.answer(it)
        assert told(app, "answer:") == {colleague.id}


def test_an_officer_who_takes_no_complaints_hears_of_the_answer_in_a_matter_of_that_officer(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            officer = actor_of(account(session, "经办丙", "officer"))
            want(session, desk.intake, officer, answers=MAIL)
            it = desk.forwarded()
            complaints.assign(session, it.complaint, officer.id, actor=desk.head, now=NOW)
            desk.answer(it)
            subject, charged = ("forwarding", it.id, "x"), officer.id
        assert told(app, "answer:") == {charged}
        with transaction() as session:
            want(session, desk.head, answers=MAIL)
            tasks.put(session, "time_asked", subject, role="head", now=NOW)
        assert told(app, "task:") == {charged, desk.head.id}, "the head decides"


def test_a_message_where_nobody_is_in_charge_is_told_to_those_of_the_role_who_want_it(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            second = actor_of(account(session, "受理丙", "intake"))
            third = actor_of(account(session, "受理丁", "intake"))
            want(session, desk.intake, second, desk.head, answers=DAILY)
            complaint = desk.received()
            subject = ("complaint", complaint.id, complaint.ref)
            tasks.put(session, "message", subject, role="intake", now=NOW)
            tasks.put(session, "message", subject, role="intake", now=NOW)
            wanted = {desk.intake.id, second.id}
        assert third.id not in told(app, "task:")
        assert told(app, "task:") == wanted


def test_an_approval_is_told_to_those_who_approve(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            want(session, desk.head, desk.officer, approvals=MAIL, tasks=MAIL)
            tasks.put(session, "dossier_approve", ("approval", 1, "1"), role="head", now=NOW)
            head = desk.head.id
        assert told(app, "task:") == {head}
        with transaction() as session:
            assert {each.event for each in session.scalars(select(Notification))} == {"approval"}


def test_whoever_takes_no_part_in_a_matter_hears_nothing_of_it(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            chain = Chain(session, NOW)
            track = chain.reported()
            asked = recusals.ask(
                session,
                track.case,
                chain.investigator.id,
                ground="SHARES",
                facts="持有股权",
                actor=actor(chain.lead),
                now=NOW,
            )
            recusals.grant(session, asked, actor=actor(chain.head), version=None, now=NOW)
            second = account(session, "第二调查员", "investigator")
            want(session, actor(chain.investigator), actor_of(second), tasks=MAIL)
            tasks.put(session, "time_waits", ("track", track.id, track.ref), role="investigator", now=NOW)
            other = second.id
        assert told(app, "task:") == {other}


@pytest.mark.parametrize("how", ["role", "case", "stays"])
def test_nobody_is_told_late_of_what_he_can_neither_see_nor_do_any_more(app: Flask, how: str) -> None:
    with app.app_context():
        with transaction() as session:
            chain = Chain(session, NOW)
            track, person = chain.reported(), chain.investigator
            want(session, actor(person), tasks=DAILY)
            subject = ("track", track.id, track.ref)
            tasks.put(session, "time_waits", subject, role="investigator", now=NOW)
        assert told(app, "task:") == {person.id}
        with transaction() as session:
            mine = session.get_one(Account, person.id)
            if how == "role":
                accounts.take_role(session, mine, "investigator", actor=SYSTEM, now=NOW)
            elif how == "case":
                case = session.get_one(CaseTrack, track.id).case
                recusals.declare(session, case, ground="RELATIVE", facts="亲属", actor=actor(mine), now=NOW)
            waits = notifications.waiting_for(session, person.id, NOW + timedelta(days=1))
            found = notifications.still_so(session, mine, waits, NOW + timedelta(days=1))
            assert len(found) == (1 if how == "stays" else 0)


def test_what_takes_a_second_person_is_told_to_everybody_of_the_role_but_the_first(app: Flask) -> None:
    """Also where the first is the officer in charge, who alone would hear of other tasks."""
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            second = actor_of(account(session, "受理丙", "intake"))
            want(session, desk.intake, second, tasks=MAIL)
            it = desk.forwarded()
            complaints.assign(session, it.complaint, desk.intake.id, actor=desk.head, now=NOW)
            subject = ("complaint", it.complaint_id, it.complaint.ref)
            tasks.put(session, "cover_waits", subject, role="intake", now=NOW, but=desk.intake.id)
            other = second.id
        assert told(app, "task:") == {other}


def test_what_takes_a_second_person_the_first_does_not_tick_off_also_as_head(session: Session) -> None:
    desk = Desk(session, NOW)
    both = actor_of(account(session, "双职", "officer", "head"))
    complaint = desk.received()
    subject = ("complaint", complaint.id, complaint.ref)
    tasks.put(session, "cover_waits", subject, role="officer", now=NOW, but=both.id)
    task = session.scalars(select(Task).where(Task.kind == "cover_waits")).one()
    with pytest.raises(NotAllowed):
        tasks.done(session, task, actor=both, now=NOW)
    tasks.done(session, task, actor=desk.officer, now=NOW)
    assert task.done_by == desk.officer.id


def test_a_substitute_hears_what_the_officer_who_is_away_would_hear(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            want(session, desk.intake, desk.officer, answers=MAIL)
            it = desk.forwarded()
            complaints.assign(session, it.complaint, desk.intake.id, actor=desk.head, now=NOW)
            away = [session.get_one(Account, each.id) for each in (desk.intake, desk.officer)]
            days = (date(2026, 11, 25), date(2026, 11, 27))
            absences.enter(session, away[0], away[1], days, actor=desk.head, now=NOW)
            desk.answer(it)
            both = {each.id for each in away}
        with transaction() as session:
            tasks.put(session, "time_asked", ("forwarding", it.id, "x"), role="officer", now=NOW)
        assert told(app, "task:") == both


@pytest.mark.parametrize("why", ["role", "interest", "left"])
def test_what_a_substitute_could_not_do_everybody_of_the_role_hears(app: Flask, why: str) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            it = desk.forwarded()
            second = account(session, "受理丙", "intake")
            roles = ("officer",) if why == "role" else ("officer", "intake")
            substitute = account(session, "代班丁", *roles)
            want(session, actor_of(second), actor_of(substitute), tasks=MAIL)
            complaints.assign(session, it.complaint, desk.intake.id, actor=desk.head, now=NOW)
            away = session.get_one(Account, desk.intake.id)
            days = (date(2026, 11, 25), date(2026, 11, 27))
            absences.enter(session, away, substitute, days, actor=desk.head, now=NOW)
            if why == "interest":
                tie = {"account_id": substitute.id, "party_id": desk.lender.id, "kind": "SHARES"}
                session.add(Interest(**tie, from_on=date(2025, 1, 1), declared_at=NOW))
            elif why == "left":
                substitute.locked_at = NOW
            subject = ("complaint", it.complaint_id, it.complaint.ref)
            tasks.put(session, "stop_contact", subject, role="intake", now=NOW)
            other = second.id
        assert told(app, "task:") == {other}


@pytest.mark.parametrize(("able", "left"), [(True, False), (False, False), (True, True)])
def test_a_day_is_told_to_a_substitute_who_can_do_it_else_to_those_of_the_role(
    app: Flask, able: bool, left: bool
) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            it = desk.forwarded()
            officer, second = account(session, "经办丁", "officer", "secretary"), account(session, "受理丙", "intake")
            substitute = account(session, "代班丁", "secretary", *(("officer",) if able else ()))
            want(session, actor_of(second), actor_of(substitute), staff_dates=MAIL)
            want(session, desk.lead, party_dates=NONE)
            complaints.assign(session, it.complaint, officer.id, actor=desk.head, now=NOW)
            eve = _eve(session, it.id)
            absences.enter(session, officer, substitute, (day_of(eve), day_of(eve)), actor=desk.head, now=NOW)
            substitute.locked_at = NOW if left else None
            wanted = {substitute.id if able and not left else second.id}
        with transaction() as session:
            telling.deadlines(session, eve)
            assert told_of(session, "tomorrow:") == wanted


def test_what_somebody_else_assigned_is_told_and_what_one_took_oneself_is_not(session: Session) -> None:
    desk = Desk(session, NOW)
    want(session, desk.officer, assigned=MAIL)
    complaint = desk.accepted()
    complaints.assign(session, complaint, desk.officer.id, actor=desk.officer, now=NOW)
    assert told_of(session, "complaint_assigned:") == set()
    complaints.assign(session, complaint, desk.officer.id, actor=desk.head, now=NOW)
    assert told_of(session, "complaint_assigned:") == {desk.officer.id}


def test_whoever_investigates_hears_of_the_assignment_and_of_its_last_day(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            chain = Chain(session, NOW)
            other = account(session, "调查丙", "investigator")
            people = [actor(chain.investigator), actor_of(other), actor(chain.officer)]
            want(session, *people, assigned=MAIL, staff_dates=MAIL)
            track = chain.filed()
            assert told_of(session, "investigation_assigned:") == {chain.investigator.id}
            tracks.reassign(session, track, other, actor=actor(chain.head), version=None, now=chain.later(1))
            assert told_of(session, "investigation_assigned:") == {chain.investigator.id, other.id}
            track.case.officer_id = chain.officer.id
            period = clocks.live(session, "K11", ("track", track.id))
            assert period is not None
            period.due_on, period.provisional = day_of(NOW) + timedelta(days=1), False
            new = other.id
        with transaction() as session:
            telling.deadlines(session, NOW)
            assert told_of(session, "tomorrow:") == {new}


@pytest.mark.parametrize("wants", [True, False])
def test_of_whoever_steps_aside_those_of_the_role_are_reminded_of_the_days_of_the_matter(
    app: Flask, wants: bool
) -> None:
    with app.app_context():
        with transaction() as session:
            chain = Chain(session, NOW)
            other = account(session, "调查丙", "investigator")
            want(session, actor_of(other), *([actor(chain.investigator)] if wants else []), staff_dates=MAIL)
            track = chain.filed()
            said = {"ground": "SHARES", "facts": "持有股权", "actor": actor(chain.lead), "now": NOW}
            asked = recusals.ask(session, track.case, chain.investigator.id, **said)
            recusals.grant(session, asked, actor=actor(chain.head), version=None, now=NOW)
            period = clocks.live(session, "K11", ("track", track.id))
            assert period is not None
            period.due_on, period.provisional = day_of(NOW) + timedelta(days=1), False
            colleague = other.id
        with transaction() as session:
            telling.deadlines(session, NOW)
            assert told_of(session, "tomorrow:") == {colleague}


def test_the_days_of_a_matter_whose_officer_has_left_are_told_to_those_of_the_role(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            other, clerk = account(session, "立案丙", "officer"), account(session, "受理丁", "intake")
            want(session, *map(actor_of, (other, clerk)), staff_dates=MAIL)
            want(session, desk.lead, party_dates=NONE)
            it = desk.forwarded()
            complaints.assign(session, it.complaint, desk.intake.id, actor=desk.head, now=NOW)
            eve, colleague, charged = _eve(session, it.id), clerk.id, desk.intake.id
        with transaction() as session:
            telling.deadlines(session, eve)
            assert told_of(session, "tomorrow:") == set(), "somebody is in charge, and wants nothing"
            session.get_one(Account, charged).locked_at = NOW
        with transaction() as session:
            telling.deadlines(session, eve)
            assert told_of(session, "tomorrow:") == {colleague}


def test_no_day_is_told_that_is_an_estimate_or_by_words_that_were_true_yesterday(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            want(session, desk.intake, staff_dates=MAIL)
            it = desk.forwarded()
            complaints.assign(session, it.complaint, desk.intake.id, actor=desk.head, now=NOW)
            eve, number, charged = _eve(session, it.id), it.id, desk.intake.id
        with transaction() as session:
            telling.deadlines(session, eve)
            person, mine = session.get_one(Account, charged), Notification.account_id == charged
            found = list(session.scalars(select(Notification).where(mine, Notification.key.startswith("tomorrow:"))))
            assert len(telling.still_so(session, person, found, eve)) == 1
            assert telling.still_so(session, person, found, eve + timedelta(days=1)) == []
            period = clocks.live(session, "K03", ("forwarding", number))
            assert period is not None
            period.provisional = True
            assert telling.still_so(session, person, found, eve) == []


def test_an_overdue_relay_hides_no_other_last_day_of_the_complaint(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            want(session, desk.intake, staff_dates=MAIL)
            want(session, desk.lead, party_dates=NONE)
            it = desk.forwarded()
            complaints.assign(session, it.complaint, desk.intake.id, actor=desk.head, now=NOW)
            eve, number, charged = _eve(session, it.id), it.complaint_id, desk.intake.id
        with transaction() as session:
            session.get_one(QueueEntry, number).due_on = day_of(NOW) - timedelta(days=9)
        with transaction() as session:
            telling.deadlines(session, eve)
            assert told_of(session, "tomorrow:") == {charged}


def _eve(session: Session, forwarding: int) -> datetime:
    """The day before the company's time for its answer certainly ends."""
    period = clocks.live(session, "K03", ("forwarding", forwarding))
    assert period is not None
    assert period.due_on is not None
    period.provisional = False
    return NOW + (period.due_on - day_of(NOW)) - timedelta(days=1)


@pytest.mark.parametrize(("days", "moment"), [(-1, "tomorrow"), (0, "today"), (1, "past")])
def test_the_days_of_a_matter_are_told_once_in_the_morning_to_both_sides(app: Flask, days: int, moment: str) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            want(session, desk.intake, staff_dates=MAIL)
            want(session, desk.lead, party_dates=MAIL)
            it = desk.forwarded()
            desk.serve("forwarding", it.id, "D05b")
            complaints.assign(session, it.complaint, desk.intake.id, actor=desk.head, now=NOW)
            due = clocks.live(session, "K03", ("forwarding", it.id)).due_on
            session.execute(text("UPDATE calendar_day SET confirmed = true"))
            session.execute(text("UPDATE clock SET provisional = false"))
            people = {desk.intake.id, desk.lead.id}
        night = NOW.replace(hour=16, minute=1) + (due - NOW.date() + timedelta(days=days - 1))
        for turn in range(2):
            with transaction() as session:
                telling.deadlines(session, night + timedelta(seconds=turn))
                notifications.hand_over(session, night)
                found = session.scalars(select(Notification).where(Notification.key.startswith(f"{moment}:"))).all()
                assert {each.account_id for each in found} == people
                assert {each.event for each in found} == {f"staff_{moment}", f"party_{moment}"}
                assert {each.due_at - night for each in found} == {timedelta(hours=8, minutes=29)}
                assert len(found) == 2


def test_no_day_has_passed_for_a_company_while_its_request_for_more_time_waits(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            want(session, desk.lead, party_dates=MAIL)
            it = desk.forwarded()
            desk.serve("forwarding", it.id, "D05b")
            clock = clocks.live(session, "K03", ("forwarding", it.id))
            clock.provisional = False
            forwardings.ask_time(session, it, why="需调取录音", actor=desk.lead, now=NOW)
            number, head = it.id, desk.head
            after = NOW + (clock.due_on - NOW.date()) + timedelta(days=1)
        with transaction() as session:
            telling.deadlines(session, after)
            assert told_of(session, "past:") == set()
            forwardings.refuse_time(session, session.get_one(Forwarding, number), why="否", actor=head, now=after)
            telling.deadlines(session, after)
            assert told_of(session, "past:") == {desk.lead.id}


def test_a_substitute_hears_of_the_days_as_well_but_of_nothing_that_is_closed_to_that_person(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, NOW)
            second, third = (account(session, name, "intake") for name in ("受理丙", "受理丁"))
            want(session, actor_of(second), actor_of(third), staff_dates=MAIL)
            want(session, desk.lead, party_dates=NONE)
            it = desk.forwarded().complaint
            complaints.assign(session, it, desk.intake.id, actor=desk.head, now=NOW)
            person = session.get_one(Account, desk.intake.id)
            eve = _eve(session, it.forwardings[0].id)
            absences.enter(session, person, second, (day_of(eve), day_of(eve)), actor=desk.head, now=NOW)
            substitute = second.id
        with monkeypatch.context() as closed, transaction() as session:
            closed.setattr(telling, "is_closed", lambda *_asked: True)
            telling.deadlines(session, eve)
            assert told_of(session, "tomorrow:") == set()
        with transaction() as session:
            telling.deadlines(session, eve)
            assert told_of(session, "tomorrow:") == {substitute}
            telling.deadlines(session, eve + timedelta(days=1))
            assert told_of(session, "today:") == set(), "the officer is back, and wants nothing"


def test_a_last_day_in_the_last_week_of_december_is_told_before_and_never_called_certain_once_over(app: Flask) -> None:
    """Until the next year's notice it is an estimate, and acts all the same once it has passed."""
    begun = datetime(2026, 12, 14, 2, 0, tzinfo=UTC)
    with app.app_context():
        with transaction() as session:
            desk = Desk(session, begun)
            it = desk.forwarded()
            lead, number = desk.lead.id, it.id
            period = clocks.live(session, "K03", ("forwarding", number))
            assert period is not None
            assert (period.due_on, period.provisional) == (date(2026, 12, 29), True)
        for day, moment in ((28, "tomorrow:"), (29, "today:")):
            with transaction() as session:
                telling.deadlines(session, datetime(2026, 12, day, 2, 0, tzinfo=UTC))
                assert told_of(session, moment) == {lead}
        over = datetime(2026, 12, 30, 2, 0, tzinfo=UTC)
        with time_machine.travel(over):
            list(clock_sweep.sweep(over))
            with transaction() as session:
                assert session.get_one(Forwarding, number).state == "OVERDUE"
                assert told_of(session, "certain:") == set()
