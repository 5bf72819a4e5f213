"""How was this date computed? Opens day by day for whoever may see a clock, and for nobody else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Route
from sqlalchemy import select

from casework import intake, messages, triage
from casework.models import Complaint
from core.actors import Actor
from core.clock import day_of
from core.db import transaction
from desk import queries_workload
from notices.models import Document
from registry import calendar, clocks
from registry.clock_sweep import sweep
from registry.models_clocks import Clock
from tests import browser
from tests.admin.office import Office
from tests.builders import MASKED, Desk, account, person_of
from tests.codes import opened
from tests.kept_states import brought_once
from tests.signed_in import signed_in

NOW = datetime(2026, 12, 21, 2, 0, tzinfo=UTC)
"""A Monday: five working days from here pass days that only the next notice settles."""
ADMIN = Actor(7, frozenset({"system_admin"}))


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@dataclass
class Matter:
    """A forwarding under way with its clocks, and browsers of everybody."""

    app: Flask
    complaint: int
    forwarding: int
    people: dict[str, int]
    clocks: dict[str, int]

    def enter(self, who: str, lang: str = "en", now: datetime = NOW) -> FlaskClient:
        return signed_in(self.app, self.people[who], lang=lang, now=now)

    def person(self, complaint: int | None = None, lang: str = "en") -> FlaskClient:
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie.update(opened(self.app, complaint or self.complaint))
        client.set_cookie("lang", lang)
        return client


@pytest.fixture
@brought_once
def matter(app: Flask) -> Matter:
    with app.app_context(), transaction() as session:
        desk = Desk(session, NOW)
        it = desk.forwarded()
        other = desk.received(facts="另一件投诉：11月10日一天内来电十余次，内容与还款无关。")
        found = {clock.key: clock.id for clock in clocks.of(session, ("forwarding", it.id))}
        found |= {clock.key: clock.id for clock in clocks.of(session, ("complaint", it.complaint_id))}
        people = {
            "intake": desk.intake.id,
            "lead": desk.lead.id,
            "firm": desk.firm_lead.id,
        }
        return Matter(app, it.complaint_id, it.id, people | {"other": other.id}, found)


def test_staff_the_respondent_and_the_complainant_read_the_same_days(matter: Matter) -> None:
    k03 = matter.clocks["K03"]
    pages = [
        matter.enter("intake").get(f"/staff/clocks/{k03}"),
        matter.enter("lead").get(f"/portal/clocks/{k03}"),
        matter.person().get(f"/track/clocks/{k03}"),
    ]
    assert [page.status_code for page in pages] == [200, 200, 200]
    for page in pages:
        assert "21 Dec" in page.text
        assert "· Service of the forwarding" in page.text, "the event from which it counts is named"
        assert "Service of the forwarding, or its passing on to a successor: not counted" in page.text
        assert "Public holiday: not counted" not in page.text  # natural days
        assert page.text.count("not official yet") >= 10
        assert "This date is provisional" in page.text


def test_what_began_the_acceptance_check_is_named_alone(matter: Matter) -> None:
    with matter.app.app_context(), transaction() as session:
        desk = Desk(session, NOW)
        it = desk.received(facts="上月被催收人员连续来电，要求代为还款，影响工作。")
        triage.ask_info(session, it, missing=["录音"], actor=desk.intake, now=NOW)
        intake.give_info(session, it, text="录音已丢失。", actor=person_of(it), now=NOW + timedelta(minutes=5))
        first, second = (clock.id for clock in clocks.of(session, ("complaint", it.id)) if clock.key == "K01")
    for number, event in ((first, "The complaint came in"), (second, "What was asked for came in")):
        page = matter.enter("intake").get(f"/staff/clocks/{number}").text
        assert f"· {event}<" in page
        assert f"{event}: not counted" in page
        assert "or its return by the companies" not in page


def test_the_page_is_in_chinese_as_well(matter: Matter) -> None:
    page = matter.person(lang="zh").get(f"/track/clocks/{matter.clocks['K03']}").text
    assert "暂定" in page
    assert "How was" not in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_day_by_day_a_phone_shows_all_three_columns(matter: Matter, lang: str) -> None:
    k03 = matter.clocks["K03"]
    pages = {
        "/staff": matter.enter("intake", lang).get(f"/staff/clocks/{k03}").text,
        "/portal": matter.enter("lead", lang).get(f"/portal/clocks/{k03}").text,
        "/track": matter.person(lang=lang).get(f"/track/clocks/{k03}").text,
    }
    anybody = matter.app.test_client()

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://localhost")
        if path in pages:
            route.fulfill(body=pages[path], content_type="text/html; charset=utf-8")
        else:
            found = anybody.get(path)
            route.fulfill(body=found.data, content_type=found.mimetype)

    with browser.chromium() as begun:
        page = begun.new_page(viewport={"width": 390, "height": 844})
        page.route("**/*", answer)
        for path in pages:
            page.goto(f"http://localhost{path}")
            frame = "document.querySelector('#days .table-frame')"
            assert page.evaluate(f"{frame}.scrollWidth - {frame}.clientWidth") == 0, path


def test_nobody_reads_the_clock_of_another(matter: Matter) -> None:
    k03, k01 = matter.clocks["K03"], matter.clocks["K01"]
    assert matter.enter("firm").get(f"/portal/clocks/{k03}").status_code == 404
    assert matter.enter("lead").get(f"/portal/clocks/{k01}").status_code == 404
    assert matter.person(matter.people["other"]).get(f"/track/clocks/{k03}").status_code == 404
    assert matter.person(matter.people["other"]).get("/track/clocks/999999").status_code == 404
    assert matter.app.test_client().get(f"/track/clocks/{k03}").status_code == 302


def test_each_matter_lists_its_time_limits_those_that_are_over_too(matter: Matter) -> None:
    staff = matter.enter("intake")
    listed = staff.get(f"/staff/clocks/of/complaint/{matter.complaint}").text
    assert f"/staff/clocks/{matter.clocks['K01']}" in listed
    assert "Ended:" in listed
    theirs = matter.enter("lead").get(f"/portal/clocks/of/forwarding/{matter.forwarding}").text
    assert f"/portal/clocks/{matter.clocks['K03']}" in theirs
    for url in (f"forwarding/{matter.forwarding}", "track/99999", "nothing/1"):
        assert matter.enter("firm").get(f"/portal/clocks/of/{url}").status_code == 404, "as any page of others"


def test_cards_lead_to_the_page_and_say_that_a_date_is_provisional(matter: Matter) -> None:
    k03 = matter.clocks["K03"]
    staff = matter.enter("intake").get(f"/staff/forwardings/{matter.forwarding}").text
    assert f"/staff/clocks/{k03}" in staff
    assert "provisional" in staff
    portal = matter.enter("lead").get(f"/portal/forwardings/{matter.forwarding}").text
    assert f"/portal/clocks/{k03}" in portal
    assert "provisionally until" in portal
    person = matter.person().get("/track/complaint").text
    assert f"/track/clocks/{k03}" in person
    assert "provisionally until" in person


def test_the_notice_that_began_a_period_leads_to_its_count(matter: Matter) -> None:
    with matter.app.app_context(), transaction() as session:
        letter = session.scalars(select(Document.id).where(Document.kind == "D05b")).one()
    for who, url in (("intake", "/staff/notices"), ("lead", "/portal/notices")):
        page = matter.enter(who).get(f"{url}/{letter}").text
        assert f"{url.removesuffix('notices')}clocks/{matter.clocks['K03']}" in page
        assert "provisionally until" in page


def test_the_tracking_page_has_the_persons_own_next_date_and_no_wait_for_a_letter(matter: Matter) -> None:
    with matter.app.app_context(), transaction() as session:
        waits = session.scalars(select(Clock).where(Clock.subject_type == "service")).all()
        assert waits
        for each in waits:
            each.visible_complaint = matter.complaint
    page = matter.person(lang="zh").get("/track/complaint").text
    assert "机构答复" in page.partition('id="time"')[2].partition("</section>")[0]
    time = page.partition('id="time"')[2].partition("</section>")[0]
    assert "送达" not in time.replace("送达之日", "").replace("转办函送达或者移交承继单位，当日", "")
    assert "期限：" not in page.partition('id="state"')[2].partition("</section>")[0]  # it is the company's turn


def test_whoever_is_to_say_whether_an_answer_settles_it_is_addressed_and_not_spoken_of(matter: Matter) -> None:
    with matter.app.app_context(), transaction() as session:
        released = Desk(session, NOW).released().id
    page = matter.person(released, lang="zh").get("/track/complaint").text
    assert "待您反馈" in page
    assert "您的反馈" in page
    assert "投诉人反馈" not in page
    assert "投诉人反馈" in matter.enter("intake", lang="zh").get(f"/staff/clocks/of/complaint/{released}").text


def test_before_a_company_opened_the_letter_its_time_is_said_to_begin_with_it(matter: Matter) -> None:
    with matter.app.app_context(), transaction() as session:
        unopened = Desk(session, NOW).accepted().id
    said = "when it is opened, or some days later; on paper, when it arrives."
    assert said in matter.person(unopened).get("/track/complaint").text
    assert said not in matter.person().get("/track/complaint").text


def test_that_staff_serve_in_time_is_no_time_limit_of_the_recipient(matter: Matter) -> None:
    with matter.app.app_context(), transaction() as session:
        internal = session.scalars(select(Clock).where(Clock.key == "K19")).all()
        assert internal
        assert not any(clock.visible_party or clock.visible_complaint for clock in internal)
    assert (
        "service"
        not in matter.person().get("/track/complaint").text.partition('id="time"')[2].partition("</section>")[0]
    )


def test_lists_mark_a_provisional_date(matter: Matter) -> None:
    for who, url in (("intake", "/staff"), ("lead", "/portal/")):
        page = matter.enter(who).get(url).text
        assert "tag-orange" in page
        assert ">provisional</span>" in page


def test_by_an_estimate_that_has_passed_nobody_is_late_in_lists_and_on_cards(matter: Matter) -> None:
    passed = NOW + timedelta(days=45)
    with time_machine.travel(passed):
        staff = matter.enter("intake", now=passed)
        queue, card = staff.get("/staff?view=open").text, staff.get(f"/staff/forwardings/{matter.forwarding}").text
    for page in (queue, card):
        assert "The estimated day has passed" in page
        assert not re.search(r"group-over|days? overdue|\d overdue", page)
    assert "group-ok" in queue
    with matter.app.app_context(), transaction() as at:
        assert {each.overdue for each in queries_workload.loads(at, day_of(passed)) if each.open} == {0}


def test_a_time_limit_that_waits_for_somebody_to_look_is_late_on_no_card(matter: Matter) -> None:
    begun, since = NOW - timedelta(days=30), NOW - timedelta(days=5)
    with matter.app.app_context(), transaction() as at:
        desk = Desk(at, begun)
        it = desk.released()
        messages.write(at, it, "我还在核对金额。", actor=person_of(it), now=begun + timedelta(days=1))
        ref = it.ref
    with matter.app.app_context(), time_machine.travel(since):
        assert "K05" not in {each.key for each in sweep(since)}
    page = matter.enter("intake").get(f"/staff/complaints/{ref}").text
    assert "Its last day has passed; it ends once what came in time is looked at" in page
    assert "days overdue" not in page


def test_a_check_of_the_association_that_is_late_is_owed_until_it_is_made_and_no_longer(matter: Matter) -> None:
    with matter.app.app_context(), transaction() as at:
        desk = Desk(at, NOW - timedelta(days=30))
        it = desk.received(contact="13900001234")
        number, ref = it.id, it.ref
    with matter.app.app_context():
        assert "K01" in {each.key for each in sweep(NOW)}
    staff, late = matter.enter("intake"), []
    for _turn in range(2):
        late.append("working days overdue" in staff.get(f"/staff/complaints/{ref}").text)
        with matter.app.app_context(), transaction() as at:
            checked = at.get_one(Complaint, number)
            if checked.state == "RECEIVED":
                whom = [desk.lender.id]
                triage.accept(at, checked, respondents=whom, masked_facts=MASKED, actor=desk.intake, now=NOW)
    assert late == [True, False]


def test_who_can_load_the_next_year_is_reminded_from_october_and_nobody_else(matter: Matter) -> None:
    says, office = "The calendar of 2027 is not loaded", Office(matter.app, "system_admin")
    assert says in office.get("?lang=en")
    assert says not in Office(matter.app, "audit_admin").get("?lang=en")
    assert says not in matter.enter("intake").get("/staff").text
    assert says not in matter.enter("lead").get("/portal/").text
    with matter.app.app_context(), transaction() as session:
        calendar.load_year(session, 2027, {date(2027, 1, 1): False}, "示例〔2026〕1号", ADMIN, NOW)
    assert says not in office.get("?lang=en")


def test_a_date_that_the_calendar_moved_says_so_where_it_is_read(matter: Matter) -> None:
    k03 = matter.clocks["K03"]
    with matter.app.app_context(), transaction() as session:
        was = session.get_one(Clock, k03).due_on
        rest = {date(2027, 1, n): False for n in range(1, 9)}
        calendar.load_year(session, 2027, rest, "示例〔2026〕1号", ADMIN, NOW)
        it = session.get_one(Clock, k03)
        assert (it.moved_from, it.provisional) == (was, False)
        assert it.due_on > was
    for client, url in (
        (matter.enter("intake"), f"/staff/clocks/{k03}"),
        (matter.enter("lead"), f"/portal/forwardings/{matter.forwarding}"),
        (matter.person(), "/track/complaint"),
    ):
        page = client.get(url).text
        assert "when the official calendar changed" in page
        assert "provisional" not in page


def test_who_reads_no_complaint_or_no_file_sees_no_time_limit_of_one(matter: Matter) -> None:
    with matter.app.app_context(), transaction() as at:
        matter.people |= {role: account(at, role, role).id for role in ("council", "seal keeper")}
    for who in ("council", "seal keeper"):
        browser = matter.enter(who)
        for page in (matter.clocks["K03"], f"of/forwarding/{matter.forwarding}"):
            answer = browser.get(f"/staff/clocks/{page}")
            assert (answer.status_code, "TS2026-" in answer.text) == (403, False), (who, page)
