"""A day of an institution's lead: what waits, what is answered, carried out and asked for, and what is taken along."""

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from zipfile import ZipFile

import pdfplumber
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator
from sqlalchemy import update

from casework import complaints, forwardings
from casework.models import Complaint, Forwarding
from casework.models_cases import CaseTrack
from core import clock
from figures import months
from filestore import files
from notices.models import Document
from notices.papers import day_text
from registry import notifications
from sanctions import interview_times
from sanctions.models_measures import Training
from tests.builders import person_of
from tests.builders_cases import actor
from tests.filestore import making_files as made
from tests.journeys import cast, scenes, squares
from tests.journeys.backstage import Backstage, behind
from tests.journeys.backstage import People as Cast
from tests.journeys.conftest import DATABASE, running
from tests.journeys.person import Person
from tests.site import Site

People = Callable[..., Person]
Ask = Callable[..., list[Any]]
BEFORE = timedelta(days=12)
"""So long ago began what is carried out today."""
POINTS = {"point_v_c01": "针对第一点：未向联系人催款。", "point_v_f04": "针对第二点：当日致电三次，已减为一次。"}
TO_US = "经核查通话记录，未发现违规。"
TO_PERSON = "我们已停止拨打您的电话，并向您致歉。"
GROUNDS = "认定的人数与通话记录不符，请求从轻。"
TRAINEES = ("高一鸣", "蒋文", "田野")
MARKS = (88, 91, 84)
UNDRAWN = "0" * 64
"""What the builders leave where a document was drawn."""


@dataclass(frozen=True)
class Day:
    """What waits for the lead this morning: three forwardings, a decision, and measures to carry out."""

    sent: int
    other: int
    complaint: int
    """Of the other forwarding."""
    mistaken: int
    """The third, which concerns somebody else."""
    decided: int
    ordered: int


@pytest.fixture(scope="module")
def site(peopled: str) -> Iterator[Site]:
    with running(peopled, database=f"{DATABASE}_lead") as made_site:
        yield made_site


@pytest.fixture(scope="module")
def stage(site: Site) -> Iterator[Backstage]:
    with behind(site) as made_stage:
        yield made_stage


@pytest.fixture(scope="module")
def day(stage: Backstage, site: Site) -> Day:
    with stage.at(site.now) as people:
        people.confirm()
        one, two, three = (people.forwarded(key) for key in ("one", "two", "three"))
        sent, other, complaint = one.forwardings[0].id, two.forwardings[0].id, two.id
        mistaken = three.forwardings[0].id
    with stage.at(site.now) as people:
        session, now = people.session, people.now
        past = Cast(session, now - BEFORE)
        ordered, decided = past.executing([1, 2, 3]), past.decided([1])
        taught = "至".join(day_text(clock.day_of(now) - timedelta(days=ago), "zh") for ago in (3, 2))
        session.execute(update(Training).values(dates=taught, sessions=[taught]))
        past.serve(decided, "D20", past.later(7))
        past.leave_undrawn()
        paper = files.keep_made(session, made.pdf(), "paper.pdf", "application/pdf")
        session.execute(update(Document).where(Document.pdf_sha256 == UNDRAWN).values(pdf_sha256=paper.sha256))
        for month in months.to_count(session, now):
            months.count(session, month, now)
        return Day(sent, other, complaint, mistaken, decided.id, ordered.id)


@pytest.fixture
def lead(person: People, day: Day) -> Person:
    return person().sign_in("lead@yunqi.example")


def downloaded(lead: Person, link: Locator) -> io.BytesIO:
    """What a link gives to keep."""
    with lead.page.expect_download() as coming:
        link.click()
    return io.BytesIO(coming.value.path().read_bytes())


def inbox(lead: Person) -> list[str]:
    """What stands in each line of it."""
    lead.go("/portal/")
    return [row.inner_text() for row in lead.page.locator("tbody tr:has(.queue-link)").all()]


def words(pdf: io.BytesIO) -> str:
    """All that stands in a PDF, without spaces and line breaks."""
    with pdfplumber.open(pdf) as document:
        return re.sub(r"\s", "", "".join(page.extract_text() for page in document.pages))


def cells(book: io.BytesIO) -> list[list[str]]:
    """The lines of a workbook, without their heads."""
    lines = [line for sheet in load_workbook(book) for line in sheet.iter_rows(min_row=2)]
    return [[str(cell.value or "") for cell in line] for line in lines]


def digest(content: str | bytes) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def test_the_inbox_is_by_deadline_and_comes_as_a_spreadsheet(lead: Person) -> None:
    lines, listed = list[str](), list[list[str]]()
    while lines != (now := inbox(lead)):  # a letter may still arrive, and then stands elsewhere
        lines, listed = now, cells(downloaded(lead, lead.page.get_by_role("link", name="下载为表格")))
    lead.picture("lead-inbox.zh")
    until = [row[1] for row in listed if row[1]]
    assert until == sorted(until)
    assert len(until) >= 3
    known = [bool(row[1] or row[-1]) for row in listed]
    assert known == sorted(known, reverse=True), "what has no day comes last"
    for _urgency, rows in groupby(listed, itemgetter(0)):
        days = [row[1] or row[-1] or "9" for row in rows]  # of what is not opened: when it counts as served
        assert days == sorted(days)
    for row, line in zip(listed, lines, strict=True):
        assert row[3] in line
        assert row[4] in line
        assert (row[1] or row[-1])[5:10] in line
    assert any("培训时间：" in line for line in lines), "long before the last day of its period"


def test_an_answer_speaks_to_each_point_and_its_receipt_has_the_digests(lead: Person, day: Day) -> None:
    place, log = f"/portal/forwardings/{day.sent}", scenes.pdf()
    lead.until("form[action$='/open']", place)
    lead.send("/open").go(f"{place}/answer").picture("lead-answer.zh")
    file = {"name": "通话清单.pdf", "mimeType": "application/pdf", "buffer": log}
    lead.send(press="look", outcome="EXPLAINED", to_complainant=TO_PERSON, files=file, **POINTS)
    assert all(text in lead.page.locator("#association").inner_text() for text in POINTS.values())
    lead.send(holding="seen")
    receipt = words(downloaded(lead, lead.page.get_by_role("link", name="本次答复的回执")))
    whole = lead.page.locator("#answers dd").first.inner_text()
    assert all(digest(each) in receipt for each in (whole, TO_PERSON, log))


def test_whoever_writes_while_the_matter_ends_is_told_and_keeps_the_text(
    lead: Person, stage: Backstage, site: Site, day: Day
) -> None:
    lead.go(f"/portal/forwardings/{day.other}/answer")
    form = lead.form(holding="to_complainant")
    lead.fill(form, outcome="EXPLAINED", to_association=TO_US, to_complainant=TO_PERSON)
    with stage.at(site.now) as people:
        it = people.session.get_one(Complaint, day.complaint)
        complaints.withdraw(people.session, it, pressure=False, actor=person_of(it), now=people.now)
    lead.press(form, "look")
    said = lead.reads()
    assert "本事项已结束，贵单位无需再办理。" in said
    assert TO_US in said
    assert TO_PERSON in said
    assert lead.page.locator("#send [data-off]").count(), "nothing is sent"


def test_whoever_writes_while_it_is_taken_back_is_told_why_and_keeps_the_text(
    lead: Person, stage: Backstage, site: Site, day: Day
) -> None:
    place = f"/portal/forwardings/{day.mistaken}"
    form = lead.go(f"{place}/answer").form(holding="to_complainant")
    lead.fill(form, outcome="EXPLAINED", to_association=TO_US, to_complainant=TO_PERSON)
    with stage.at(site.now) as people:
        it, by = people.session.get_one(Forwarding, day.mistaken), actor(people.who(cast.mail("intake")))
        forwardings.retract(people.session, it, why="经核对，涉及的是另一家机构。", actor=by, now=people.now)
    lead.press(form, "look")
    assert TO_US in lead.reads()
    assert lead.page.locator("#send [data-off]").count(), "nothing is sent"
    lead.go(place).says("经核对，涉及的是另一家机构。")


def test_a_rectification_is_planned_in_steps_and_done_with_proof(lead: Person, site: Site, day: Day) -> None:
    lead.go(f"/portal/cases/{day.ordered}").picture("lead-case.zh")
    lead.page.locator("#actions a[href$='/plan']").first.click()
    soon = f"{site.now + timedelta(days=3):%Y-%m-%d}"
    lead.send(item="1", text="对全体催收人员开展专项培训", due_on=soon)
    lead.says("步骤已列入计划。")
    lead.page.locator("li[id^=step-] a.button").first.click()
    proof = {"name": "签到表.png", "mimeType": "image/png", "buffer": scenes.picture()}
    lead.send(done_on=f"{site.now:%Y-%m-%d}", note="已完成培训，36人签到。", files=proof)
    lead.says("步骤已完成")
    step = lead.page.locator("li[id^=step-]")
    assert "36人签到" in step.inner_text()
    assert step.locator("a[href*='/portal/files/']").count() == 1


def test_another_time_is_proposed_refused_and_the_interview_confirmed_and_put_into_a_calendar(
    lead: Person, stage: Backstage, site: Site, day: Day, ask: Ask
) -> None:
    place = f"/portal/cases/{day.ordered}"
    held: datetime = ask("SELECT i.at FROM interview i JOIN measure m ON m.id = i.measure_id")[0].at
    lead.go(f"{place}/interview/other-time")
    lead.send(at=f"{clock.local(held + timedelta(days=1)):%Y-%m-%d 10:30}", why="负责人当日出差。")
    assert "负责人当日出差。" in lead.page.locator("#measure-2").inner_text()
    with stage.at(site.now) as people:
        track, by = people.session.get_one(CaseTrack, day.ordered), actor(people.officer)
        interview_times.refuse(people.session, track, why="会议室已定。", actor=by, version=None, now=people.now)
    lead.go(place)
    assert "会议室已定。" in lead.page.locator("#measure-2").inner_text()
    entry = downloaded(lead, lead.page.get_by_role("link", name="添加到日历")).read().decode()
    assert f"DTSTART;TZID=Asia/Shanghai:{clock.local(held):%Y%m%dT%H%M}" in entry
    lead.send("/interview")
    assert "已确认" in lead.page.locator("#measure-2").inner_text()


def test_people_are_enrolled_for_a_training_and_their_results_are_read(person: People, lead: Person, day: Day) -> None:
    lead.go(f"/portal/cases/{day.ordered}/training")
    people = {f"name_{place}": name for place, name in enumerate(TRAINEES, 1)}
    lead.send(**people, **{f"position_{place}": "催收主管" for place in (1, 2, 3)})
    lead.says("已报名")
    said = lead.page.locator("#measure-3, #people").first.inner_text()
    assert all(name in said for name in TRAINEES)
    officer = person().sign_in(cast.mail("officer")).go(f"/staff/tracks/{day.ordered}/do/confirm_training")
    for came in officer.page.locator("[name*='came_']").all():
        came.check()
    for mark, box in zip(MARKS, officer.page.locator("[name^='mark_']").all(), strict=True):
        box.fill(str(mark))
    officer.press(officer.page.locator("main form:has(table.results)"))
    said = lead.go(f"/portal/cases/{day.ordered}").page.locator("#measure-3").inner_text()
    assert all(str(mark) in said for mark in MARKS)
    lead.until("a:has-text('培训结业证明')", "/portal/notices/")


def test_the_square_on_a_letter_is_verified_on_a_phone(person: People, lead: Person, day: Day) -> None:
    link = lead.until("#notices a[href$='.pdf']", f"/portal/forwardings/{day.sent}").get_attribute("href")
    letter = lead.page.request.get(f"{lead.site.address}{link}").body()
    phone = person(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.go(squares.read(letter, lead.site.address)).says("有效")
    phone.says("转办函")
    assert cast.LENDER not in phone.page.content()
    phone.no_barrier()


def test_a_review_is_asked_for_with_the_last_day_and_the_working_days_left_in_sight(
    lead: Person, site: Site, day: Day, ask: Ask
) -> None:
    lead.go(f"/portal/cases/{day.decided}")
    last = ask("SELECT due_on FROM clock WHERE key = 'K20' AND subject_id = :it", it=day.decided)[0].due_on
    many = "SELECT count(*) AS days FROM calendar_day WHERE is_workday AND day > :today AND day <= :last"
    left = ask(many, today=clock.day_of(site.now), last=last)[0].days
    limits = re.sub(r"\s", "", lead.page.locator("#time").inner_text())
    assert f"至{last.year}年{last.month}月{last.day}日24时止剩余{left}个工作日" in limits
    lead.page.locator("#actions a[href$='/review']").first.click()
    lead.send(press="look", grounds=GROUNDS)
    lead.send(holding="seen")
    lead.says("复核申请已提交")
    lead.picture("lead-review.zh")
    assert digest(GROUNDS) in words(downloaded(lead, lead.page.locator("a[href*='/receipts/review']").first))


def test_one_s_own_history_is_shown_and_taken_along(lead: Person) -> None:
    lead.go("/portal/history").says("此处仅统计本单位。")
    lead.picture("lead-history.zh")
    assert lead.page.locator("main svg").count() >= 3
    lines = cells(downloaded(lead, lead.page.get_by_role("link", name="全部下载（XLSX）")))
    assert next(line[1] for line in lines if line[0] == "2026-11") == "3", "three forwardings this month"


def test_what_one_is_told_is_chosen_and_comes_by_mail(lead: Person, stage: Backstage, site: Site, ask: Ask) -> None:
    lead.go("/account/notifications")
    lead.send(**{"w-moves": "NONE", "w-party_dates": "DAILY"})
    lead.picture("lead-told.zh")
    chosen = {name: lead.page.locator(f"[name=w-{name}]").input_value() for name in ("moves", "party_dates")}
    assert chosen == {"moves": "NONE", "party_dates": "DAILY"}
    with stage.at(site.now) as people:
        for event in ("moved", "party_today", "terms"):
            notifications.tell_party(people.session, people.lender.id, event, key=f"journey:{event}", now=people.now)
    assert "/portal/" in stage.mailed("lead@yunqi.example", "和解")
    told = ask("SELECT event, way FROM notification WHERE key LIKE 'journey:%' ORDER BY event")
    assert [tuple(each) for each in told] == [("party_today", "DAILY"), ("terms", "MAIL")]


def test_everything_is_downloaded_with_an_index(lead: Person, day: Day) -> None:
    lead.go("/portal/downloads/").send(year="0")
    link = lead.until("#made a[href$='.zip']", "/portal/downloads/")
    with ZipFile(downloaded(lead, link)) as archive:
        index = next(name for name in archive.namelist() if not name[0].isdigit())
        rows = cells(io.BytesIO(archive.read(index)))
        assert {name for name, *_rest in rows} == {*archive.namelist()} - {index}
        assert all(digest(archive.read(row[0])) == row[4] for row in rows)
    assert {"立案通知书", "自律措施决定书"} <= {row[2] for row in rows}
