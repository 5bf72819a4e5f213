"""A day of an institution's lead: what waits, what is answered, carried out and asked for, and what is taken along.

What its firm is asked for, and the answer that comes of it, are read and written on a phone, in English.
"""

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
from registry import accounts, notifications
from registry.models_accounts import Audience
from sanctions import interview_times
from sanctions.models_measures import Training
from tests.builders import person_of
from tests.builders_cases import actor, from_outside
from tests.filestore import making_files as made
from tests.journeys import cast, scenes, squares
from tests.journeys.backstage import Backstage, behind
from tests.journeys.backstage import People as Cast
from tests.journeys.conftest import DATABASE, running
from tests.journeys.person import PHONE, Person
from tests.site import Site

People = Callable[..., Person]
Ask = Callable[..., list[Any]]
BEFORE = timedelta(days=12)
"""So long ago began what is carried out today."""
LATELY = timedelta(days=5)
"""So long ago was a report made of which the advance notice was served yesterday."""
POINTS = {"point_v_c01": "针对第一点：未向联系人催款。", "point_v_f04": "针对第二点：当日致电三次，已减为一次。"}
TO_US = "经核查通话记录，未发现违规。"
TO_PERSON = "我们已停止拨打您的电话，并向您致歉。"
WANTED = "请提供该账户11月的通话清单。"
GIVEN = "该账户11月共致电三次，均在9时至18时之间。"
LOG = scenes.pdf()
GROUNDS = "认定的人数与通话记录不符，请求从轻。"
TRAINEES = ("高一鸣", "蒋文", "田野")
MARKS = (88, 91, 84)
REVIEWERS = {"江以宁": "review1@lanwan.example", "温如故": "review2@lanwan.example", "贺知远": "review3@lanwan.example"}
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
    noticed: int
    """It can be heard."""


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
        noticed = Cast(session, now - LATELY)
        hearable = noticed.proposed([1, 4], "V-I02")
        noticed.serve(hearable, "D17", noticed.later(4))
        _review_body(people)
        past.leave_undrawn()
        paper = files.keep_made(session, made.pdf(), "paper.pdf", "application/pdf")
        session.execute(update(Document).where(Document.pdf_sha256 == UNDRAWN).values(pdf_sha256=paper.sha256))
        for month in months.to_count(session, now):
            months.count(session, month, now)
        return Day(sent, other, complaint, mistaken, decided.id, ordered.id, hearable.id)


def _review_body(people: Cast) -> None:
    """Those who review decisions."""
    said: dict[str, Any] = {"audience": Audience.STAFF, "roles": ["review body"], "party": None, "now": cast.LONG_AGO}
    for name, mail in REVIEWERS.items():
        from_outside(people.session, accounts.enter_demonstration(people.session, mail=mail, name=name, **said))


@pytest.fixture
def lead(person: People, day: Day) -> Person:
    return person().sign_in("lead@yunqi.example")


@pytest.fixture
def phone(person: People, day: Day) -> Person:
    """The lead on the way, who reads English."""
    return person("en", **PHONE).sign_in("lead@yunqi.example")


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
    assert any("培训场次已全部结束" in line for line in lines), "long before the last day of its period"


def test_a_firm_is_asked_by_an_earlier_day_and_what_it_gives_goes_into_the_answer(
    person: People, phone: Person, day: Day, site: Site, ask: Ask
) -> None:
    place = f"/portal/forwardings/{day.sent}"
    phone.until("form[action$='/open']", place)
    phone.send("/open").go(place).follow("Ask the firm…")
    period = "SELECT due_on FROM clock WHERE key = 'K03' AND subject_type = 'forwarding' AND subject_id = :it"
    own, (firm,) = ask(period, it=day.sent)[0].due_on, ask("SELECT id FROM party WHERE name_zh = :it", it=cast.FIRM)[0]
    asked = {"firm": str(firm), "asked": WANTED}
    phone.send(right=False, **asked, due_on=f"{own}")
    assert phone.page.locator("#due_on-error").count() == 1, "the firm's day is before one's own"
    earlier = clock.day_of(site.now) + timedelta(days=3)
    phone.send(**asked, due_on=f"{earlier}").says("Your firm has been asked")
    other = scenes.confirmed(person("en", **PHONE).sign_in("lead@hengtai.example")).go("/portal/")
    other.follow("Give the institution the material")
    assert WANTED in other.reads()
    assert ask("SELECT ref FROM forwarding WHERE id = :it", it=day.sent)[0].ref not in other.page.content()
    other.picture("material-asked.en.phone")
    other.follow("Write the answer").no_barrier()
    file = {"name": "通话清单.pdf", "mimeType": "application/pdf", "buffer": LOG}
    other.send(press="look", text=GIVEN, files=file)
    other.send(holding="seen").says("Your answer is with the institution.")
    phone.go("/portal/").follow("Read the material of your firm").picture("material-given.en.phone")
    phone.no_barrier()
    phone.send("/take").says("Taken over into the draft of your answer.")
    assert GIVEN in phone.page.locator("[name=to_association]").input_value()


def test_an_answer_speaks_to_each_point_and_its_receipt_has_the_digests(phone: Person, day: Day) -> None:
    phone.go(f"/portal/forwardings/{day.sent}").follow("Go on with the draft").picture("lead-answer.en.phone")
    phone.send(press="look", outcome="EXPLAINED", to_complainant=TO_PERSON, **POINTS)
    said = phone.page.locator("#association").inner_text()
    assert all(text in said for text in (*POINTS.values(), GIVEN))
    phone.no_barrier()
    phone.picture("lead-answer-check.en.phone")
    phone.send(holding="seen")
    receipt = words(downloaded(phone, phone.page.get_by_role("link", name="Receipt of this answer")))
    whole = phone.page.locator("#answers dd").first.inner_text()
    assert all(digest(each) in receipt for each in (whole, TO_PERSON, LOG)), "with the firm's own file"


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
    entry = downloaded(lead, lead.page.locator("#measure-2").get_by_role("link", name="添加到日历")).read().decode()
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
    officer.press(officer.page.locator("main form:has(table.findings)"))
    said = lead.go(f"/portal/cases/{day.ordered}").page.locator("#measure-3").inner_text()
    assert all(str(mark) in said for mark in MARKS)
    lead.until("a:has-text('培训结业证明')", "/portal/notices/")


def test_the_square_on_a_letter_is_verified_on_a_phone(person: People, lead: Person, day: Day) -> None:
    link = lead.until("#notices a[href$='.pdf']", f"/portal/forwardings/{day.sent}").get_attribute("href")
    letter = lead.page.request.get(f"{lead.site.address}{link}").body()
    phone = person(**PHONE)
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


def test_a_body_of_others_decides_the_review_and_the_company_reads_its_letter(
    person: People, lead: Person, day: Day, ask: Ask
) -> None:
    secretary = person().sign_in(cast.mail("secretary")).go("/staff/reviews")
    secretary.send("/draw")
    secretary.no_barrier()
    (review,) = ask("SELECT id FROM review")[0]
    members = "SELECT a.name FROM review_member m JOIN account a ON a.id = m.account_id ORDER BY m.chair DESC, m.id"
    seats = [person().sign_in(REVIEWERS[each.name]).go(f"/staff/reviews/{review}") for each in ask(members)]
    for seat in seats:
        assert GROUNDS in seat.reads()
        seat.send("/vote", **{"vote-choice": "UPHOLD", "vote-reasons": "人数与通话记录相符。"})
    chair = seats[0].go(f"/staff/reviews/{review}")
    chair.no_barrier()
    chair.picture("review-to-announce.zh")
    chair.send("/decision", **{"decision-reasons": "认定的人数有通话记录佐证，处分适当。"})
    lead.until("tr:has-text('复核决定书') a.queue-link", "/portal/notices/").click()
    lead.until("form[action$='/open']")
    lead.send("/open").go(f"/portal/cases/{day.decided}").says("维持")
    lead.picture("lead-reviewed.zh")


def test_one_s_own_history_is_shown_and_taken_along(lead: Person) -> None:
    lead.go("/portal/history").says("此处仅统计贵单位。")
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


def test_a_hearing_is_asked_for_set_held_and_its_minutes_are_signed(
    person: People, lead: Person, site: Site, day: Day, ask: Ask
) -> None:
    """The last of the day: it goes on weeks later."""
    case, track = f"/portal/cases/{day.noticed}", f"/staff/tracks/{day.noticed}"
    lead.go(case).page.locator("#actions a[href$='/hearing']").click()
    lead.send(wishes=GROUNDS)
    secretary = person().sign_in(cast.mail("secretary")).go(track)
    secretary.send("/draw").go(track).follow("确定…")
    secretary.send(place_of="协会三楼会议室")
    lead.until("tr:has-text('听证通知书') a.queue-link", "/portal/notices/").click()
    lead.until("form[action$='/open']")
    lead.send("/open").go(case).picture("lead-hearing.zh")
    held: datetime = ask("SELECT at FROM hearing")[0].at
    entry = downloaded(lead, lead.page.locator("a[href$='hearing.ics']").first).read().decode()
    assert f"DTSTART;TZID=Asia/Shanghai:{clock.local(held):%Y%m%dT%H%M}" in entry
    site.be_at(held + timedelta(hours=3))
    asked = "SELECT a.name FROM panel_member m JOIN account a ON a.id = m.account_id WHERE m.track_id = :it AND m.chair"
    named = {name: who for who, (name, _roles) in cast.STAFF.items()}[ask(asked, it=day.noticed)[0].name]
    chair = person().sign_in(cast.mail(named)).go(f"/staff/panel/{day.noticed}")
    chair.follow("笔录…").picture("minutes-to-enter.zh")
    chair.no_barrier()
    answers = {
        str(each.get_attribute("name")): "次数有误，应为五次。" for each in chair.page.locator("[name$=_answer]").all()
    }
    answers |= {"attendee_1_name": "郑安", "attendee_1_position": "副总经理", "recusal_answer": "不申请回避"}
    chair.send(ended_at=f"{clock.local(held + timedelta(hours=2)):%Y-%m-%d %H:%M}", rights_told=True, **answers)
    lead.sign_in().go(case).follow("查看笔录")
    assert "次数有误，应为五次。" in lead.reads()
    lead.picture("minutes-to-sign.zh")
    lead.send(signed_by="郑安", checked=True).no_barrier()
    assert "郑安" in lead.page.locator("#signature").inner_text()
