"""The investigation on pages: what staff can do with a track, what a firm outside the rules reads and may answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework import cases, inquiries
from casework.models_cases import CaseTrack
from core.db import transaction
from core.journal import JournalEntry
from notices import queries as notices
from registry.models import Basis, Engagement, Party
from registry.models_accounts import Account
from tests.builders import rendered
from tests.builders_cases import World, actor
from tests.conftest import NOW
from tests.sanctions.test_letters import firm_reported
from tests.signed_in import signed_in

BEGUN = NOW - timedelta(days=5)
_key = iter(range(10**6))


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Every test happens on 25 November 2026."""
    with time_machine.travel(NOW):
        yield


@dataclass
class House:
    """People by name, and the track that the test is about."""

    app: Flask
    people: dict[str, int]
    case: int
    track: int

    def enter(self, who: str) -> FlaskClient:
        return signed_in(self.app, self.people[who])

    def send(self, who: str, url: str, status: int = 303, **fields: Any) -> str:
        sent = {"key": f"inquiry{next(_key)}", **fields}
        answer = self.enter(who).post(url, data=sent, content_type="multipart/form-data")
        assert answer.status_code == status, re.sub(r"\s+", " ", answer.text)[:4000]
        return str(answer.text)

    def do(self, who: str, event: str, status: int = 303, **fields: Any) -> str:
        return self.send(who, f"/staff/cases/{self.case}/tracks/{self.track}/{event}", status, **fields)

    def look(self, who: str, url: str = "") -> str:
        answer = self.enter(who).get(url or f"/staff/cases/{self.case}")
        assert answer.status_code == 200, (url, answer.status_code)
        return str(answer.text)

    def state(self) -> str:
        with self.app.app_context(), transaction() as at:
            return at.get_one(CaseTrack, self.track).state


def _house(app: Flask, make: Any) -> House:
    with app.app_context(), transaction() as at:
        world = World(at, BEGUN)
        track = make(world)
        names = ("head", "officer", "second", "investigator", "reviewer", "lead", "firm_lead")
        people = {name: getattr(world, name).id for name in names}
        return House(app, people, track.case_id, track.id)


def _outside(world: World) -> CaseTrack:
    basis = world.session.scalars(select(Basis).where(Basis.party_id == world.firm.id)).one()
    basis.from_on = date(2026, 11, 1)
    track = world.case().tracks[1]
    facts = "10月7日致电无关人员六次"
    cases.allege(world.session, track, code="V-C04", facts=facts, actor=actor(world.officer), now=world.now)
    return track


def _asked(world: World) -> CaseTrack:
    track = _sent(world)
    world.serve(track, "D41")
    return track


def _sent(world: World) -> CaseTrack:
    """The question is out, and nobody noted yet that it was served."""
    track = _outside(world)
    inquiries.ask_outsider(
        world.session,
        track,
        investigator=world.investigator,
        asked=["受谁委托"],
        opinion="",
        actor=actor(world.head),
        version=None,
        now=world.now,
    )
    question = notices.last_document(world.session, ["D41"], "track", track.id)
    assert question is not None
    rendered(world.session, question, world.now)
    return track


def _investigated(world: World) -> CaseTrack:
    track = world.filed()
    world.serve(track, "D11b")
    return track


def test_the_head_is_offered_to_ask_a_firm_outside_the_rules_and_not_to_file(app: Flask) -> None:
    house = _house(app, _outside)
    page = house.look("head")
    assert f"/tracks/{house.track}/ask_outsider" in page
    assert f"/tracks/{house.track}/file" not in page
    assert "委托机构名称" in house.look("head", f"/staff/cases/{house.case}/tracks/{house.track}/ask_outsider")
    house.do("head", "ask_outsider", investigator=house.people["investigator"], asked="受谁委托")
    assert house.state() == "FILED"


def test_a_firm_reads_that_it_owes_no_answer_and_may_give_one(app: Flask) -> None:
    house = _house(app, _asked)
    assert "no duty" in house.look("firm_lead", f"/portal/cases/{house.track}")
    assert "Answer the question, if you wish to" in house.look("firm_lead", f"/portal/cases/{house.track}")
    assert "You may answer a question" in house.look("firm_lead", "/portal/")
    assert "no duty" in house.look("firm_lead", "/portal/cases/")
    assert house.enter("lead").get(f"/portal/cases/{house.track}").status_code == 404


@pytest.mark.parametrize("made", [_asked, _sent])
def test_staff_enter_what_a_firm_answered_on_paper_also_before_its_letter_was_noted_as_served(
    app: Flask, made: Any
) -> None:
    house = _house(app, made)
    assert "Enter an answer that came on paper" in house.look("officer")
    form = house.look("officer", f"/staff/cases/{house.case}/tracks/{house.track}/explain")
    assert 'name="signed_by"' in form
    house.do("officer", "explain", received_on="2026-11-24", signed_by="李经理", text="名单由委托方提供。")
    page = house.look("officer")
    assert "名单由委托方提供。" in page
    for told in (page, house.look("firm_lead", f"/portal/cases/{house.track}")):
        assert re.search("handed over or posted on [^<]*24[^<]*, entered", told)
    assert house.state() == "INVESTIGATING"


def test_an_investigation_is_suspended_resumed_and_extended_from_the_case_page(app: Flask) -> None:
    house = _house(app, _investigated)
    assert "Enter an answer that came on paper" not in house.look("officer")
    house.do("head", "extend", reasons="调取记录需时")
    house.do("head", "suspend", 422, reasons="公安机关立案侦查")
    house.do("head", "suspend", cause="CRIMINAL", reasons="公安机关立案侦查")
    assert "公安机关立案侦查" in house.look("officer")
    assert re.search(r"Suspended, \d+ working days left", house.look("officer")), "in the days in which it counts"
    assert "time limits stand still" in house.look("lead", f"/portal/cases/{house.track}")
    house.do("head", "resume", 422, reasons="已撤案")
    house.do("head", "resume", ended="y", reasons="已撤案")
    assert house.state() == "INVESTIGATING"


def test_a_referral_is_written_on_its_page_and_the_respondent_never_reads_it(app: Flask) -> None:
    house = _house(app, _investigated)
    said = {"authority": "蓝湾市公安局", "facts": "有人持械上门。", "suspected": "涉嫌违反治安管理规定"}
    house.do("head", "refer_part", scope="上门", **said)
    assert "关于移送" not in house.look("lead", f"/portal/cases/{house.track}")
    house.do("head", "refer_all", 422, **said)
    house.do("head", "refer_all", nothing_left="y", **said)
    assert house.state() == "REFERRED"


def test_a_questioning_is_entered_question_by_question(app: Flask) -> None:
    house = _house(app, _investigated)
    url = f"/staff/cases/{house.case}/tracks/{house.track}/question"
    assert "entry_4_answer" in house.look("investigator", url)
    assert "entry_5_answer" in house.do("investigator", "question", 200, more="entry")
    fields = {
        "started_at": "2026-11-24T09:00",
        "ended_at": "2026-11-24T10:00",
        "place_of": "协会会议室",
        "second": house.people["second"],
        "person": "赵某",
        "recusal": "NONE",
        "entry_1_question": "谁拨打的？",
        "entry_1_answer": "外呼组。",
        "signed_by": "赵某",
    }
    assert "told of the rights" in house.do("investigator", "question", 422, **fields)
    fields |= {"rights_told": "y", "entry_1_answer": "外呼组，致电林晓芸。"}
    assert "林晓芸 (Something a complainant of the case told us about himself)" in house.do(
        "investigator", "question", 422, **fields
    )
    passed = {"pass_on": "y", "pass_on_why": "核对身份所必需", "pass_on_seen": "林晓芸"}
    house.do("investigator", "question", **fields, **passed)
    noted = select(JournalEntry.changes).where(JournalEntry.row == "case.personal_sent")
    with app.app_context(), transaction() as at:
        assert at.scalar(noted) == {"kinds": "PERSON", "why": "核对身份所必需"}
    assert "Somebody was questioned" in house.look("officer")


def test_the_adjudication_unit_writes_to_the_principal_from_the_tracks_page(app: Flask) -> None:
    house = _house(app, firm_reported)
    url = f"/staff/tracks/{house.track}"
    assert f"{url}/do/write_to_principal" in house.look("reviewer", url)
    assert "监督" in house.look("reviewer", f"{url}/do/write_to_principal")
    with app.app_context(), transaction() as at:
        lender = at.get_one(Party, at.get_one(Account, house.people["lead"]).party_id).name_zh
    said = {"principal": lender, "duties": "督促纠正", "reports": "核查结果", "reasons": "不受规则约束"}
    house.send("reviewer", f"{url}/do/write_to_principal", approved_by=house.people["head"], **said)
    assert house.state() == "CLOSED"
    assert "No measure was taken against you" in house.look("firm_lead", f"/portal/cases/{house.track}")


def test_a_returned_report_shows_its_gaps_to_the_investigator(app: Flask) -> None:
    house = _house(app, lambda world: world.reported())
    url = f"/staff/tracks/{house.track}/do/return_report"
    assert "Gaps of the report" in house.look("reviewer", url)
    house.send("reviewer", url, gaps="未核对号码归属")
    assert "未核对号码归属" in house.look("investigator")
    again = house.look("investigator", f"/staff/cases/{house.case}/tracks/{house.track}/report")
    assert "未核对号码归属" in again
    assert "The report as it was:" in again


def test_a_reminder_shows_the_score_by_what_is_judged_and_then_goes_out(app: Flask) -> None:
    house = _house(app, lambda world: world.reported(finding="UNPROVEN"))
    url = f"/staff/tracks/{house.track}/do/propose_reminder"
    assert "What the ladder suggests" in house.look("reviewer", url)
    said = {"attention": "核对外呼名单", "reasons": "证据不足", "approved_by": house.people["head"]}
    assert "核对外呼名单" in house.send("reviewer", url, 200, more="score", **said)
    house.send("reviewer", url, **said)
    assert house.state() == "CLOSED"
    assert "核对外呼名单" not in house.look("lead", f"/portal/cases/{house.track}")


def test_beside_a_case_without_a_known_engagement_stands_where_to_look(app: Flask) -> None:
    def make(world: World) -> CaseTrack:
        engagement = world.session.scalars(select(Engagement)).one()
        engagement.to_on, engagement.white_list_url = date(2026, 9, 30), "https://qingyu.example/partners"
        return world.case().tracks[0]

    page = _house(app, make).look("officer")
    assert "Check the published list" in page
    assert 'href="https://qingyu.example/partners"' in page
