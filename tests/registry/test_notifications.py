"""Who is told of what, and how: as each person chose, once per event, in one mail, never at night on a telephone."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import MethodNotAllowed, NotFound

from core import texts
from core.actors import SYSTEM
from core.db import transaction
from core.errors import BadInput, NotNow
from core.mail import Mail, may_be_mailed
from core.outbox import run_all
from core.texts import TextMessage
from registry import accounts, jobs_notifications, notifications, settings, text_numbers
from registry.events import CHOICES, EVENTS
from registry.models import Party
from registry.models_accounts import Account
from registry.models_notifications import DAILY, MAIL, NONE, TEXT, Notification
from registry.settings_shapes import require_shape
from tests.builders import account, party
from tests.conftest import NOW
from tests.core.catching_texts import Caught, gateway
from tests.portal.house import Enter, enter  # noqa: F401 - a fixture

NIGHT = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
"""Eleven in the evening in Shanghai."""
MORNING = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
NUMBER = "13912345607"
"""Not the one that a hint gives as an example."""


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def taking(app: Flask, tmp_path: Path) -> Iterator[Caught]:
    kept = app.extensions["zilu"]
    with gateway(tmp_path) as caught:
        texts.init(replace(kept, texts_file=caught.file))
        yield caught
    texts.init(kept)


def officer(session: Session, **ways: str) -> Account:
    """A case officer who chose so."""
    return _chose(session, account(session, "周岩", "officer"), ways)


def lead(session: Session, of: Party, **ways: str) -> Account:
    """The lead of a company; without a choice the usual holds."""
    return _chose(session, account(session, "陈立", "respondent", "lead", party=of), ways)


def _chose(session: Session, person: Account, ways: dict[str, str]) -> Account:
    if ways:
        notifications.choose(session, person, notifications.ways(session, person) | ways)
    return person


def confirmed(session: Session, person: Account, at: datetime = NOW) -> None:
    """The person's mobile number, with the code of the message entered."""
    subject = ("account", person.id)
    text_numbers.ask(session, subject, NUMBER, language=person.language, now=at)
    assert text_numbers.confirm(session, subject, last_code(session), now=at)


def last_code(session: Session) -> str:
    asked = select(TextMessage).where(TextMessage.kind == "code").order_by(TextMessage.id.desc()).limit(1)
    (code,) = re.findall(r"\d{6}", session.scalars(asked).one().words)
    return code


def test_nobody_has_codes_sent_to_more_than_five_numbers_in_a_day(session: Session, taking: Caught) -> None:
    subject = ("account", officer(session).id)
    for last in range(text_numbers.MOST_CODES):
        text_numbers.ask(session, subject, f"1391234560{last}", language="zh", now=NOW)
    with pytest.raises(NotNow):
        text_numbers.ask(session, subject, "13912345609", language="zh", now=NOW)


def test_whoever_gives_a_number_up_has_no_more_codes_sent_that_day(session: Session, taking: Caught) -> None:
    subject = ("account", officer(session).id)
    for last in range(text_numbers.MOST_CODES):
        text_numbers.ask(session, subject, f"1391234560{last}", language="zh", now=NOW)
        text_numbers.end(session, subject)
        assert text_numbers.standing(session, subject, NOW) == text_numbers.Standing()
    with pytest.raises(NotNow, match="明日"):
        text_numbers.ask(session, subject, "13912345609", language="zh", now=NOW)


def told(app: Flask, now: datetime) -> list[Mail]:
    """What the clock and the worker do at this time, and every mail that stands there afterwards."""
    with time_machine.travel(now), app.app_context():
        with transaction() as session:
            notifications.hand_over(session, now)
            texts.hand_over(session, now)
        run_all()
        with transaction() as session:
            found = list(session.scalars(select(Mail).order_by(Mail.id)))
            for each in found:
                session.expunge(each)
    return found


def test_staff_are_told_of_nothing_that_they_did_not_choose(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        person = officer(session)
        assert set(notifications.ways(session, person).values()) == {NONE}
        assert not any(notifications.tell(session, person, event, key="e", now=NOW) for event in EVENTS)
    assert told(app, NOW) == []


def test_the_same_event_is_told_once_also_when_the_clock_starts_anew(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        person = officer(session, assigned=MAIL)
        assert notifications.tell(session, person, "case_assigned", key="case:1", now=NOW)
        assert not notifications.tell(session, person, "case_assigned", key="case:1", now=NOW)
    assert len(told(app, NOW)) == 1
    with app.app_context(), transaction() as session:
        again = session.get_one(Account, person.id)
        assert not notifications.tell(session, again, "case_assigned", key="case:1", now=NOW + timedelta(days=1))
    assert len(told(app, NOW + timedelta(days=2))) == 1


def test_many_things_at_once_make_one_mail_that_counts_them(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        person = officer(session, assigned=MAIL, approvals=MAIL)
        for number in range(40):
            notifications.tell(session, person, "complaint_assigned", key=f"complaint:{number}", now=NOW)
        notifications.tell(session, person, "approval", key="approval:1", now=NOW)
    (mail,) = told(app, NOW)
    assert mail.subject == "有41项事务等待您处理"
    assert "（40）：\n" in mail.body
    assert "/staff/approvals" in mail.body


def test_what_is_due_is_told_also_by_a_worker_whose_clock_is_behind(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        notifications.tell(session, officer(session, assigned=MAIL), "case_assigned", key="case:1", now=NOW)
        notifications.hand_over(session, NOW)
    with time_machine.travel(NOW - timedelta(seconds=2)), app.app_context():
        run_all()
        with transaction() as session:
            assert len(session.scalars(select(Mail)).all()) == 1


def test_the_day_s_mail_comes_at_half_past_eight_and_holds_all_of_the_day(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        person = officer(session, tasks=DAILY, assigned=DAILY, approvals=MAIL)
        notifications.tell(session, person, "task", key="task:1", now=NOW)
        notifications.tell(session, person, "case_assigned", key="case:1", now=NIGHT)
        notifications.tell(session, person, "approval", key="approval:1", now=NIGHT)
    (at_once,) = told(app, NIGHT)
    assert "/staff/approvals" in at_once.body
    assert told(app, datetime(2026, 11, 26, 0, 29, tzinfo=UTC))[1:] == []
    (_at_once, mail) = told(app, datetime(2026, 11, 26, 0, 30, tzinfo=UTC))
    assert mail.subject == "有2项事务等待您处理"


def test_a_text_message_waits_for_the_morning_and_says_nothing_but_where(app: Flask, taking: Caught) -> None:
    with app.app_context(), transaction() as session:
        person = officer(session, approvals=TEXT)
        confirmed(session, person, NIGHT)
        notifications.tell(session, person, "approval", key="approval:1", now=NIGHT)
    assert told(app, NIGHT) == []
    assert len(taking.messages) == 1, "the code alone"
    told(app, MORNING)
    assert taking.words[1:] == ["有文书等待您审批。请登录查看：http://127.0.0.1:8000/staff/approvals"]
    assert taking.messages[1]["to"] == f"+86{NUMBER}"


@pytest.mark.parametrize(("hour", "waits_until"), [(21, 8), (23, 8), (2, 8), (7, 8), (8, None), (12, None), (20, None)])
def test_quiet_hours_are_counted_in_shanghai(session: Session, hour: int, waits_until: int | None) -> None:
    at = datetime(2026, 11, 25, hour, 0, tzinfo=UTC) - timedelta(hours=8)
    found = notifications.awake(session, at)
    assert (found == at) if waits_until is None else ((found + timedelta(hours=8)).hour == waits_until and found > at)
    assert found - at < timedelta(hours=12)


def test_without_a_confirmed_number_what_was_to_come_by_text_comes_by_mail(app: Flask, taking: Caught) -> None:
    with app.app_context(), transaction() as session:
        person = officer(session, approvals=TEXT)
        text_numbers.ask(session, ("account", person.id), NUMBER, language="zh", now=NOW)
        notifications.tell(session, person, "approval", key="approval:1", now=NOW)
    assert len(told(app, NOW)) == 1
    assert [each["template"] for each in taking.messages] == ["C-1"]


def test_a_number_that_takes_none_must_be_confirmed_anew_and_what_was_to_come_there_comes_by_mail(
    app: Flask, taking: Caught
) -> None:
    with app.app_context(), transaction() as session:
        person = officer(session, approvals=TEXT, assigned=TEXT)
        confirmed(session, person)
        for event in ("approval", "case_assigned"):
            notifications.tell(session, person, event, key=f"{event}:1", now=NOW)
    taking.status = 410
    assert [each.subject for each in told(app, NOW)] == ["有2项事务等待您处理"]
    with app.app_context(), transaction() as session:
        assert text_numbers.confirmed(session, ("account", person.id)) is None
        notifications.tell(session, session.get_one(Account, person.id), "approval", key="approval:2", now=NOW)
    assert len(told(app, NOW)) == 2, "and nothing is told twice"
    with app.app_context(), transaction() as session:
        refused = session.scalars(select(TextMessage).where(TextMessage.key.startswith("told:"))).one()
        text_numbers.ask(session, ("account", person.id), "13712345607", language="zh", now=NOW)
        assert text_numbers.confirm(session, ("account", person.id), last_code(session), now=NOW)
        text_numbers.takes_none(session, refused)
        assert text_numbers.confirmed(session, ("account", person.id)), "another number has been confirmed since"


@pytest.mark.parametrize("what", ["ended", "changed", "left"])
def test_what_waits_for_a_number_that_was_given_up_comes_by_mail_and_never_there(
    app: Flask, taking: Caught, what: str
) -> None:
    with app.app_context(), transaction() as session:
        person = officer(session, approvals=TEXT)
        confirmed(session, person, NIGHT)
        notifications.tell(session, person, "approval", key="approval:1", now=NIGHT)
    with time_machine.travel(NIGHT), app.app_context():
        jobs_notifications.tell(person.id, MORNING.isoformat())
        with transaction() as session:
            if what == "changed":
                text_numbers.ask(session, ("account", person.id), "13712345607", language="zh", now=NIGHT)
            elif what == "ended":
                text_numbers.end(session, ("account", person.id))
            else:
                accounts.lock(session, session.get_one(Account, person.id), actor=SYSTEM, why="离职", now=NIGHT)
    assert [each.subject for each in told(app, MORNING)] == ["有文书等待您审批"] * (what != "left")
    assert [each["to"] for each in taking.messages if each["template"] == "N-1"] == []


@pytest.mark.parametrize("days", [0, 3])
def test_what_a_gateway_has_not_taken_goes_with_the_number_however_old_it_is(
    session: Session, taking: Caught, days: int
) -> None:
    person = officer(session)
    confirmed(session, person)
    texts.send_later(session, f"told:{person.id}:1", NUMBER, "有文书等待您审批。")
    with time_machine.travel(NOW + timedelta(days=days)):
        text_numbers.end(session, ("account", person.id))
    assert session.scalars(select(TextMessage).where(TextMessage.kind == "news")).all() == []


def test_a_number_that_takes_none_is_not_tried_with_what_else_waits(app: Flask, taking: Caught) -> None:
    with app.app_context(), transaction() as session:
        person = officer(session, approvals=TEXT)
        confirmed(session, person, NIGHT)
    for number in (1, 2):
        with time_machine.travel(NIGHT), app.app_context():
            with transaction() as session:
                mine = session.get_one(Account, person.id)
                notifications.tell(session, mine, "approval", key=f"approval:{number}", now=NIGHT)
            jobs_notifications.tell(person.id, MORNING.isoformat())
    told(app, NIGHT)
    taking.status = 410
    assert len(told(app, MORNING)) in {1, 2}, "both came by mail, together or not"
    assert [each["template"] for each in taking.messages].count("N-1") == 1


def test_what_came_to_leads_before_still_comes_and_they_may_switch_it_off(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        bank = party(session, "青屿消费金融有限公司")
        lead(session, bank)
        lead(session, bank, requests=NONE)
        account(session, "林一", "respondent", "member", party=bank)
        notifications.tell_party(session, bank.id, "answered", key="asked:1", now=NOW)
    assert [mail.subject for mail in told(app, NOW)] == ["贵单位的一项申请已有答复"]


def test_a_mail_that_the_rules_require_is_not_switched_off_and_not_sent_twice(app: Flask, taking: Caught) -> None:
    with app.app_context(), transaction() as session:
        bank = party(session, "青屿消费金融有限公司")
        person = lead(session, bank, notices=NONE)
        assert notifications.ways(session, person)["notices"] == MAIL
        other = lead(session, bank, notices=TEXT)
        confirmed(session, other)
        notifications.tell_party(session, bank.id, "notice", key="service:1", now=NOW)
    assert told(app, NOW) == [], "the mail of the service itself stands where the service is made"
    assert len(taking.messages) == 2
    taking.status = 410
    with app.app_context(), transaction() as session:
        notifications.tell_party(session, bank.id, "notice", key="service:2", now=NOW)
    assert told(app, NOW) == [], "also where the number takes no messages any more"
    assert len(taking.messages) == 3


def test_somebody_who_is_locked_out_is_told_of_nothing(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        person = officer(session, tasks=DAILY)
        notifications.tell(session, person, "task", key="task:1", now=NOW)
        person.locked_at = NOW
        assert not notifications.tell(session, person, "task", key="task:2", now=NOW)
    assert told(app, NOW + timedelta(days=1)) == []


def test_a_wrong_code_confirms_nothing_and_five_of_them_end_it(session: Session) -> None:
    subject = ("account", officer(session).id)
    text_numbers.ask(session, subject, NUMBER, language="zh", now=NOW)
    right = last_code(session)
    wrong = "000000" if right != "000000" else "111111"
    assert not any(text_numbers.confirm(session, subject, wrong, now=NOW) for _ in range(text_numbers.MOST_TRIES))
    with pytest.raises(NotNow):
        text_numbers.confirm(session, subject, right, now=NOW)
    assert text_numbers.confirmed(session, subject) is None


def test_a_code_is_good_for_a_quarter_of_an_hour_and_for_its_own_number(session: Session) -> None:
    subject = ("account", officer(session).id)
    text_numbers.ask(session, subject, NUMBER, language="zh", now=NOW)
    old = last_code(session)
    with pytest.raises(NotNow):
        text_numbers.confirm(session, subject, old, now=NOW + timedelta(minutes=16))
    text_numbers.ask(session, subject, "13900139000", language="zh", now=NOW)
    assert last_code(session) == old or not text_numbers.confirm(session, subject, old, now=NOW)


def test_a_code_that_is_sent_twice_is_right_twice_and_later_no_more(session: Session) -> None:
    subject = ("account", officer(session).id)
    text_numbers.ask(session, subject, NUMBER, language="zh", now=NOW)
    code = last_code(session)
    assert [text_numbers.confirm(session, subject, code, now=NOW) for _sending in range(2)] == [True, True]
    with pytest.raises(NotNow):
        text_numbers.confirm(session, subject, code, now=NOW + timedelta(hours=1))


def test_another_number_is_not_confirmed_because_the_one_before_was(session: Session) -> None:
    person = officer(session)
    confirmed(session, person)
    text_numbers.ask(session, ("account", person.id), "13900139000", language="zh", now=NOW)
    assert text_numbers.confirmed(session, ("account", person.id)) is None


def test_no_telephone_is_flooded_with_codes_by_many_people(session: Session) -> None:
    for _ in range(text_numbers.MOST_CODES):
        text_numbers.ask(session, ("account", officer(session).id), NUMBER, language="zh", now=NOW)
    with pytest.raises(NotNow):
        text_numbers.ask(session, ("account", officer(session).id), NUMBER, language="zh", now=NOW)
    text_numbers.ask(session, ("account", officer(session).id), NUMBER, language="zh", now=NOW + timedelta(days=1))


def test_every_event_leads_to_a_page_and_its_sentence_holds_nobody_s_data(app: Flask) -> None:
    addresses = app.url_map.bind("zilu.example")
    for name, event in EVENTS.items():
        assert event.choice in CHOICES, name
        try:
            addresses.match(event.path)
        except (NotFound, MethodNotAllowed):
            pytest.fail(f"{name} leads nowhere: {event.path}")
        with app.test_request_context():
            assert may_be_mailed(str(event.words))
            assert len(str(event.words)) < texts.MOST // 2


@pytest.mark.parametrize("value", ["21-8", "21:00", "25:00-08:00", "08:00-08:00", "21:00-08:00-09:00"])
def test_quiet_hours_have_a_beginning_and_an_end(value: str) -> None:
    with pytest.raises(BadInput):
        require_shape("TEXT_QUIET", value)


def test_one_s_own_page_says_what_is_told_and_lets_choose(app: Flask, enter: Enter, taking: Caught) -> None:  # noqa: F811
    with app.app_context(), transaction() as session:
        person = officer(session)
        other = account(session, "唐宁", "officer")
    page = enter(person.id)
    shown = page.get("/account/notifications")
    assert "Documents wait for my approval" in shown
    assert "8:30" in shown
    ways = {f"w-{name}": NONE for name, each in CHOICES.items() if each.audience == "staff"}
    refused = page.post("/account/notifications", 422, **(ways | {"w-approvals": TEXT}))
    assert "Confirm a mobile number first." in refused
    assert "<title>Error: " in refused
    page.post("/account/notifications/number", **{"n-number": NUMBER})
    with app.app_context(), transaction() as session:
        code = last_code(session)
    assert "139" in page.get("/account/notifications")
    assert NUMBER not in page.get("/account/notifications")
    wrong = "000000" if code != "000000" else "111111"
    page.post("/account/notifications/code", 422, **{"c-code": wrong})
    page.post("/account/notifications/code", **{"c-code": code})
    page.post("/account/notifications", **(ways | {"w-approvals": TEXT, "w-tasks": DAILY}))
    with app.app_context(), transaction() as session:
        chosen = notifications.ways(session, session.get_one(Account, person.id))
        assert (chosen["approvals"], chosen["tasks"], chosen["answers"]) == (TEXT, DAILY, NONE)
        assert set(notifications.ways(session, session.get_one(Account, other.id)).values()) == {NONE}
    page.post("/account/notifications/number/end")
    with app.app_context(), transaction() as session:
        assert text_numbers.confirmed(session, ("account", person.id)) is None


def test_what_holds_longer_than_its_day_does_not_end_with_a_reminder_that_stands_beside_it() -> None:
    of_the_day, lasting = (Notification(event=each) for each in ("staff_today", "approval"))
    assert jobs_notifications._until([of_the_day], NOW) == datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
    assert jobs_notifications._until([of_the_day, lasting], NOW) is None


def test_what_was_told_long_ago_is_forgotten(session: Session) -> None:
    person = officer(session, tasks=MAIL)
    notifications.tell(session, person, "task", key="task:1", now=NOW)
    session.scalars(select(Notification)).one().told_at = NOW
    session.flush()
    notifications.forget_old(session, NOW + timedelta(days=91))
    assert session.scalars(select(Notification)).all() == []
    assert settings.value(session, "DIGEST_AT") == "08:30"
