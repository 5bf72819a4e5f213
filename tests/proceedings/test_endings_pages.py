"""Pages at the end of a track: more time, letters issued again, errors corrected, ends out of turn, the archive."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from casework.models_cases import CaseTrack
from core.clock import local
from core.clock import today as today_here
from core.db import transaction
from core.machine import Ask
from notices.models import Document
from notices.states import SERVICE
from registry import clocks
from registry.models import ServiceAddress
from sanctions import endings, measures, plans, records, verifications
from sanctions.models_corrections import TextCorrection
from sanctions.models_decisions import PanelMember
from sanctions.models_measures import Interview
from tests.builders import rendered
from tests.builders_cases import actor
from tests.casework.receipts import digest, receipt
from tests.conftest import NOW
from tests.proceedings.test_pages import House
from tests.sanctions.chain import Chain


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Every test happens on 25 November 2026."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def test_more_time_is_asked_for_in_the_portal_and_given_or_refused_by_the_head(house: House) -> None:
    house.fill(lambda chain: chain.executing([1, 3]))
    case, page = f"/portal/cases/{house.track}", f"/staff/tracks/{house.track}"
    lead = house.enter("lead")
    assert "Ask for more time" in lead.get(case)
    assert "At most 90 days in all can be given now" in lead.get(f"{case}/more-time/1")
    assert "Say why more time is needed." in lead.post(f"{case}/more-time/1", 422)
    lead.post(f"{case}/more-time/9", 404, why="系统改造尚需时间")
    lead.post(f"{case}/more-time/1", why="系统改造尚需时间")
    told = receipt(lead.client, lead.get(case), "more-time")
    assert digest("系统改造尚需时间") in told
    assert "Sentby—" not in told
    lead.post(f"{case}/more-time/3", why="讲师日程冲突")
    assert "has not decided yet" in lead.get(case)
    head = house.enter("head")
    assert "Give the respondent more time" in head.get(page)
    held = "Held until the request for more time is decided"
    assert head.get(page).count(held) == 2, "the clock of each measure says so"
    tasks = head.get("/staff/tasks")
    assert "(rectification)" in tasks
    assert "(training done)" in tasks
    assert re.search(
        r"Now \d+ days, until .{11,18}; left empty, it becomes 90 days", head.get(f"{page}/do/extend_execution")
    )
    head.post(f"{page}/do/extend_execution", level="1", why="理由正当", to="60")
    head.post(f"{page}/no-more-time", level="3", why="已有替代安排")
    assert held not in head.get(page)
    shown = house.enter("lead").get(case)
    assert "More time was given" in shown
    assert re.search(r"provisionally until \d+ \w+ 2027", shown), "the day that counts now"
    assert "before more time was given" in shown
    assert "已有替代安排" in shown
    for words in (
        "系统改造尚需时间",
        "讲师日程冲突",
        "asked for more time: ",
        "gave more time: ",
        "gave no more time: ",
    ):
        assert words in shown
    assert "Your request for more time is answered" in house.enter("lead").get("/portal/")
    house.enter("officer").post(f"{page}/no-more-time", 403, level="3", why="否")


def test_a_track_is_terminated_from_the_card_of_its_case(house: House) -> None:
    house.fill(lambda chain: chain.filed())
    case = house.read(lambda at: at.get_one(CaseTrack, house.track).case_id)
    head, deed = house.enter("head"), f"/staff/tracks/{house.track}/do/terminate"
    assert "Terminate the track" in head.get(f"/staff/cases/{case}")
    assert "note it first on the company" in head.post(deed, 422, ground="CEASED", reasons="注销")
    head.post(deed, ground="MISTAKE", reasons="立案对象有误")
    assert house.state == "NO_MEASURE"
    assert "The head terminated the track" in house.enter("officer").get(f"/staff/cases/{case}")
    assert "部门负责人决定终止办理" in house.enter("officer", "zh").get(f"/staff/cases/{case}")


def test_of_a_track_that_ended_without_a_proposal_nothing_is_suggested_any_more(house: House) -> None:
    house.fill(lambda chain: chain.reported())
    case, page = house.read(lambda at: at.get_one(CaseTrack, house.track).case_id), f"/staff/tracks/{house.track}"
    reviewer, words = house.enter("reviewer"), "The ladder suggests"
    assert words in reviewer.get(f"/staff/cases/{case}")
    house.enter("head").post(f"{page}/do/terminate", ground="MISTAKE", reasons="立案对象有误")
    for address in (page, f"/staff/cases/{case}"):
        shown = reviewer.get(address)
        assert words not in shown
        assert "Nothing is established" not in shown


def test_measures_that_cannot_be_carried_out_are_closed_by_the_head(house: House) -> None:
    house.fill(lambda chain: chain.executing([1]))
    deed = f"/staff/tracks/{house.track}/do/close_unexecuted"
    house.enter("officer").get(deed, 404)
    head = house.enter("head")
    assert "Confirm that the order stays binding" in head.post(deed, 422, ground="UNABLE", reasons="已停业")
    head.post(deed, ground="UNABLE", reasons="已停业", binding="y")
    assert house.state == "CLOSED"


def test_a_void_notice_is_issued_again_by_one_button(house: House) -> None:
    def make(chain: Chain) -> CaseTrack:
        track = chain.proposed([1])
        notice = chain.session.scalars(select(Document).where(Document.kind == "D17")).one()
        ask = Ask(chain.session, notice.services[0], actor(chain.head), {"reason": "地址有误"}, chain.later(4))
        SERVICE.carry_out(ask, "void")
        return track

    house.fill(make)
    head = house.enter("head")
    assert "Issue the void document again" in head.get(f"/staff/tracks/{house.track}")
    head.post(f"/staff/tracks/{house.track}/do/reissue")
    assert len(house.read(lambda at: at.scalars(select(Document.id).where(Document.kind == "D17")).all())) == 2
    assert "Issue the void document again" not in head.get(f"/staff/tracks/{house.track}")


def test_what_tells_of_an_end_is_issued_again_on_the_page_of_the_ended_track(house: House) -> None:
    def make(chain: Chain) -> CaseTrack:
        track, said = chain.filed(), {"ground": "MISTAKE", "reasons": "误立", "version": None}
        endings.terminate(chain.session, track, actor=actor(chain.head), now=chain.later(1), **said)  # type: ignore[arg-type]
        letter = chain.session.scalars(select(Document).where(Document.kind == "D16c")).one()
        gone = Ask(chain.session, letter.services[0], actor(chain.head), {"reason": "地址有误"}, chain.later(2))
        SERVICE.carry_out(gone, "void")
        return track

    house.fill(make)
    head = house.enter("head")
    assert "Issue the void document again" in head.get(f"/staff/tracks/{house.track}")
    head.post(f"/staff/tracks/{house.track}/do/reissue")
    assert len(house.read(lambda at: at.scalars(select(Document.id).where(Document.kind == "D16c")).all())) == 2
    assert "Issue the void document again" not in head.get(f"/staff/tracks/{house.track}")


def test_a_void_training_order_is_issued_again_with_other_days(house: House) -> None:
    def make(chain: Chain) -> CaseTrack:
        track, now = chain.effective([3]), chain.later(9)
        plan = plans.TrainingPlan(now.date() + timedelta(days=2), "线上")
        by = {"actor": actor(chain.officer), "version": None, "now": now}
        measures.execute(chain.session, track, training=plan, **by)  # type: ignore[arg-type]
        order = chain.session.scalars(select(Document).where(Document.kind == "D23d")).one()
        SERVICE.carry_out(Ask(chain.session, order.services[0], actor(chain.head), {"reason": "地址有误"}, now), "void")
        return track

    house.fill(make)
    head, deed = house.enter("head"), f"/staff/tracks/{house.track}/do/reissue"
    assert "First day of the training" in head.get(deed)
    assert "Say when the training takes place." in head.post(deed, 422, training_place="第三会议室")
    head.post(deed, first_on="2026-12-10", training_place="第三会议室")
    papers = house.read(
        lambda at: at.scalars(select(Document.paper).where(Document.kind == "D23d").order_by(Document.id)).all()
    )
    assert ["2026年12月10日" in str(each) for each in papers] == [False, True]


def test_an_error_is_put_to_those_who_decided_voted_on_and_corrected(house: House) -> None:
    house.fill(lambda chain: chain.effective([1]))
    deed, head = f"/staff/tracks/{house.track}/do/correct_text", house.enter("head")
    decision, drawn = house.read(
        lambda at: (
            at.scalars(select(Document.id).where(Document.kind == "D20")).one(),
            at.scalars(select(PanelMember.account_id)).all(),
        )
    )
    fields = {"document": str(decision), "reason": "漏字", "right": "事实清楚，证据确实。"}
    assert "copy it exactly" in head.post(deed, 422, wrong="没有这句话", **fields)
    named = {**fields, "right": "林晓芸所述事实清楚，证据确实。", "wrong": "事实清楚，证据充分。"}
    assert "林晓芸 (Something a complainant of the case told us about himself)" in head.post(deed, 422, **named)
    head.post(deed, wrong="事实清楚，证据充分。", **fields)
    page = f"/staff/panel/corrections/{house.read(lambda at: at.scalars(select(TextCorrection.id)).one())}"
    assert page in head.get(f"/staff/tracks/{house.track}")
    head.post(f"{page}/settle", 409)
    head.post(f"{page}/vote", 403, prefix="correction", choice="FOR", reasons="x")
    house.enter(house.drawn(sits=False)).get(page, 404)
    for name in [each for each, number in house.people.items() if number in drawn]:
        member = house.enter(name)
        assert page in member.get("/staff/panel")
        shown = member.get(page)
        assert "事实清楚，证据确实。" in shown
        assert (shown.count("Your vote"), shown.count("How do you vote?")) == (1, 1)
        assert f'href="/staff/notices/{decision}"' not in shown
        member.post(f"{page}/vote", 422, prefix="correction", choice="FOR", reasons="")
        member.post(f"{page}/vote", prefix="correction", choice="FOR", reasons=f"reasons of {name}")
        assert page not in member.get("/staff/panel")
        member.post(f"{page}/settle", 403)
    assert f'href="/staff/notices/{decision}"' in head.get(page)
    inside = house.read(lambda at: at.scalars(select(Document.id).where(Document.kind == "D15")).one())
    paper = head.get(f"/staff/notices/{inside}")
    assert "nvestigation report" in paper.partition("</title>")[0]
    assert "not served yet" not in paper, "nobody is served with what stays in the house"
    assert "3 for, 0 against, 0 abstained" in head.get(page)
    assert "reasons of" not in head.get(page)
    head.post(f"{page}/settle")
    assert house.read(lambda at: at.scalars(select(Document.number).where(Document.kind == "D40")).one())
    assert "Carried" in head.get(page)


def test_a_correction_is_taken_back_by_the_head(house: House) -> None:
    house.fill(lambda chain: chain.effective([1]))
    head = house.enter("head")
    decision = house.read(lambda at: at.scalars(select(Document.id).where(Document.kind == "D20")).one())
    fields = {"document": str(decision), "reason": "漏字", "wrong": "事实清楚，证据充分。", "right": "事实清楚。"}
    head.post(f"/staff/tracks/{house.track}/do/correct_text", **fields)
    page = f"/staff/panel/corrections/{house.read(lambda at: at.scalars(select(TextCorrection.id)).one())}"
    house.enter("officer").post(f"{page}/withdraw", 403)
    head.post(f"{page}/withdraw")
    assert "Withdrawn" in head.get(page)
    assert page not in head.get(f"/staff/tracks/{house.track}")


def closed(chain: Chain, *, over: bool = True) -> CaseTrack:
    """A track whose rectification passed; `over`: the time for a review has ended as well."""
    track = chain.executing([1])
    chain.report(track)
    chain.verify(track)
    verifications.pass_(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(22))
    chain.serve(track, "D24", chain.later(22))
    if over:
        clocks.keeper.stop(
            Ask(chain.session, track, actor(chain.officer), {}, chain.later(29)), "K20", ("track", track.id)
        )
    for document in chain.session.scalars(select(Document).order_by(Document.id)).all():
        rendered(chain.session, document, chain.later(22))
        document.pdf_sha256, document.pdf_at = document.pdf_sha256 or "0" * 64, chain.later(22)
    track.allegations[0].evidence[0].shows = "林晓芸的通话记录"
    return track


def test_a_closed_file_is_bound_looked_at_and_archived(house: House) -> None:
    house.fill(closed)
    page, officer = f"/staff/tracks/{house.track}", house.enter("officer")
    assert "Bind the volumes first" in officer.get(page)
    assert "No volume is bound yet." in officer.get(f"{page}/volumes")
    officer.post(f"{page}/volumes")
    shown = officer.get(f"{page}/volumes")
    assert "Main volume" in shown
    assert "The file can go into the archive." in shown
    assert "责令整改通知书" in shown
    assert "证据：林某的通话记录" in shown
    assert "正卷" in house.enter("officer", "zh").get(f"{page}/volumes")
    officer.post(f"{page}/do/archive")
    assert house.state == "ARCHIVED"
    assert "Main volume" in officer.get(f"{page}/volumes")
    assert "See the bound volumes" in officer.get(page)
    assert "Bind the volumes" not in officer.get(f"{page}/volumes"), "nothing came to the file since"
    assert "nothing came to it since" in officer.post(f"{page}/volumes", 409)


def test_a_bound_file_that_has_to_wait_is_told_what_it_waits_for(house: House) -> None:
    house.fill(lambda chain: closed(chain, over=False))
    page, officer = f"/staff/tracks/{house.track}/volumes", house.enter("officer")
    officer.post(page)
    shown = officer.get(page)
    assert "It can't go into the archive yet: A time limit still runs" in unescape(shown)
    assert "The file can go into the archive." not in shown


def test_attendance_is_ticked_and_an_interview_gets_another_day(house: House) -> None:
    def make(chain: Chain) -> CaseTrack:
        track = chain.effective([2, 3])
        first = chain.plan(chain.later(9))
        training = plans.TrainingPlan(
            date(2026, 11, 10), "线上", date(2026, 11, 11), ("11月10日，规则", "11月11日，个人信息")
        )
        measures.execute(
            chain.session,
            track,
            actor=actor(chain.officer),
            version=None,
            now=chain.later(9),
            interview=first,
            training=training,
        )
        chain.serve(track, "D23b", first.at - timedelta(days=1))
        people = [plans.Person("学员甲", "主管")]
        measures.enrol(chain.session, track, people=people, actor=actor(chain.lead), now=chain.later(10))
        return track

    house.fill(make)
    page, officer = f"/staff/tracks/{house.track}", house.enter("officer")
    before = officer.get(page)
    assert "Take attendance" in before
    assert "attended" not in before
    shown = officer.get(f"{page}/attendance")
    assert "11月11日，个人信息" in shown
    assert re.findall(r"<legend>(.*?)</legend>", shown) == ["学员甲"], "a person is not optional"
    name = shown.split('name="sessions_')[1].split('"')[0]
    officer.post(f"{page}/attendance", **{f"sessions_{name}": ["1", "2"]})
    assert "attended" in officer.get(page)
    assert "Give the interview another day" in officer.get(page)
    two = [str(house.people[each]) for each in ("officer", "second")]
    officer.post(f"{page}/interview-day", at="2026-12-14 10:00", place_of="第三会议室", interviewers=two)
    assert "第三会议室" in officer.get(page)
    moved = officer.get(f"{page}/interview-day")
    assert "The interview leaves time enough after its summons" in moved
    assert "Time that counts now" in moved, "the summons named another day, and came late for it"
    house.enter("reviewer").get(f"{page}/interview-day", 403)


def test_a_record_opened_again_holds_every_question_and_what_was_corrected(house: House) -> None:
    def make(chain: Chain) -> CaseTrack:
        track, by = chain.executing([2]), {"actor": actor(chain.lead), "name": "周岚"}
        now = chain.recorded(track, entries=tuple({"question": f"第{no}问", "answer": "是。"} for no in range(1, 8)))
        records.sign(chain.session, track, page=2, correction="第2问应答：否。", now=now, **by)  # type: ignore[arg-type]
        return track

    house.fill(make)
    page = house.enter("officer").get(f"/staff/tracks/{house.track}/record")
    assert 'name="entry_7_question"' in page
    assert "第7问" in page
    assert "第2问应答：否。" in page


def test_another_time_for_an_interview_that_came_on_paper_is_entered_on_its_page(house: House) -> None:
    house.fill(lambda chain: chain.executing([2]))
    page, words = f"/staff/tracks/{house.track}", "Enter another time that the company proposes on paper"
    form, held = f"{page}/interview-time/on-paper", house.read(lambda at: at.scalars(select(Interview)).one().at)
    with time_machine.travel(held - timedelta(days=1)):
        officer, wanted = house.enter("officer"), local(held + timedelta(days=7))
        officer.get(form, 403)
        with house.app.app_context(), transaction() as at:
            at.execute(update(ServiceAddress).values(electronic=False))
        assert words in officer.get(page)
        assert "An officer answers the proposal." in officer.get(form)
        said = {"received_on": f"{today_here()}", "arrived_on": f"{today_here()}", "signed_by": "周岚"}
        said |= {"text": "负责人出差。", "sent_before": "y"}
        assert "Say which time the company proposes." in officer.post(form, 422, **said)
        officer.post(form, **said, at=f"{wanted:%Y-%m-%d %H:%M}")
        assert "Answer the other time that the company proposes" in officer.get(page)
        told = f"handed over or posted on {today_here().day} {today_here():%B %Y}"
        assert house.enter("lead").get(f"/portal/cases/{house.track}").count(told) == 2, "there and in what happened"
