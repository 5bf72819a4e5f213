"""Volume and duplicates: the same told twice, or to one script, is suggested; merging and parting lose nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import (
    cases,
    jobs,
    messages,
    policies,
    policies_complaints,
    scripts,
    tracks,
    triage,
    wordings_alike,
)
from casework import intake as coming_in
from casework.intake import Company, EvidenceFile
from casework.models import Complaint, Task
from casework.models_cases import CaseTrack, Evidence
from core.db import transaction
from core.machine import Ask
from filestore import files
from registry.models_settings import Installation, Setting
from tests.builders import MAIL, Desk, party, person_of
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.signed_in import signed_in

ZH = (
    "本人{name}，自{day}起，{company}的催收人员每天多次拨打我单位前台电话，向我的同事和领导透露我欠款逾期的情况，"
    "并威胁如不还款将上门张贴通知。我多次要求对方停止，对方态度恶劣，拒不停止，严重影响了我的正常工作和生活。"
)
EN = (
    "My name is {name}. Since {day} the collectors of {company} have called the front desk of my company many times a "
    "day, told my colleagues and my manager about my overdue debt, and threatened to post notices at my door unless I "
    "pay. I asked them again and again to stop, but they refuse, and I can no longer work or sleep."
)
OTHER = (
    "该借款软件安装时强制要求读取手机通讯录，不同意就无法继续使用，客服说这是所有用户都要接受的条款。"
    "我只想正常还款，没有逾期，希望删除被上传的联系人信息，并允许手动填写两名紧急联系人。"
)


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


def filled(text: str, name: str, day: str) -> str:
    return text.format(name=name, day=day, company="青屿消费金融有限公司")


def likeness(one: str, other: str) -> float:
    return sum(share for _number, share in wordings_alike.closest(one, [(1, other)]))


@pytest.mark.parametrize("text", [ZH, EN])
def test_one_script_is_known_in_both_languages_whoever_fills_it_in(text: str) -> None:
    one, other = filled(text, "陈某", "11月3日"), filled(text, "王小明", "2026-11-09").replace("拒不停止，", "")
    assert likeness(one, other) >= wordings_alike.NEAR
    assert set(wordings_alike.bands(one)) & set(wordings_alike.bands(other))
    assert likeness(one, OTHER) == 0
    assert likeness("他们打电话", "他们打电话") == 0


def test_numbers_days_and_signs_do_not_tell_texts_apart() -> None:
    assert likeness(EN.replace(",", ";"), EN.upper()) == 1


def test_the_same_told_twice_by_one_person_is_suggested_for_merging(desk: Desk) -> None:
    first = desk.received(facts=filled(ZH, "沈若禾", "11月3日"))
    second = desk.received(facts=filled(ZH, "沈若禾", "11月4日"))
    desk.received(facts=OTHER, contact=MAIL)
    [found] = scripts.alike(desk.session, second)
    assert (found.complaint, found.same_person, found.near, found.mergeable) == (first, True, True, True)


def test_a_script_of_several_people_is_counted_and_nobody_is_merged(desk: Desk) -> None:
    three = [
        desk.received(facts=filled(EN, f"Person {place}", "3 November"), contact=f"1390000777{place}", lang="en")
        for place in range(3)
    ]
    alone = desk.received(facts=OTHER, contact=MAIL)
    found = scripts.alike(desk.session, three[2])
    assert {each.complaint.id for each in found} == {each.id for each in three[:2]}
    assert not any(each.mergeable for each in found)
    assert not scripts.alike(desk.session, alone)


def test_what_is_added_later_is_compared_as_well(desk: Desk) -> None:
    desk.received(facts=filled(ZH, "陈某", "11月3日"), contact=MAIL)
    late = desk.received(facts="他们每天打电话骚扰我的同事")
    assert not scripts.alike(desk.session, late)
    triage.ask_info(desk.session, late, missing=["经过"], actor=desk.intake, now=desk.now)
    text = filled(ZH, "沈若禾", "11月9日")
    coming_in.give_info(desk.session, late, text=text, actor=person_of(late), now=desk.now)
    assert len(scripts.alike(desk.session, late)) == 1


# Three in ninety days


def verified(desk: Desk, place: int, *companies: Company, **changed: object) -> Complaint:
    made_ = desk.received(
        contact=f"1390000888{place}",
        companies=list(companies) or [Company("INSTITUTION", "NAME", desk.lender.name_zh)],
        **changed,
    )
    coming_in.verify_contact(desk.session, made_, actor=desk.intake, now=desk.now)
    return made_


def test_three_verified_distinct_people_on_one_company_count_and_agents_and_twins_do_not(desk: Desk) -> None:
    first = verified(desk, 1)
    verified(desk, 1)
    verified(desk, 2, role="AGENT")
    desk.received(contact="13900008889")
    assert policies.verified_similar(desk.session, first, desk.now) == 1
    verified(desk, 3)
    verified(desk, 4)
    assert policies.verified_similar(desk.session, first, desk.now) == 3
    assert policies.verified_similar(desk.session, first, desk.on(91)) == 0


def test_complaints_on_different_companies_are_not_added_up(desk: Desk) -> None:
    other = party(desk.session, "白帆小额贷款有限公司")
    lender, sail = (Company("INSTITUTION", "NAME", each.name_zh) for each in (desk.lender, other))
    both = verified(desk, 1, lender, sail)
    verified(desk, 2, lender)
    verified(desk, 3, sail)
    assert policies.verified_similar(desk.session, both, desk.now) == 2


def test_the_third_suggests_a_case_once(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            numbers = [verified(desk, place).id for place in range(3)]
        with time_machine.travel(NOW):
            for number in numbers[1:]:
                jobs.suggest(number)
                jobs.suggest(number)
        with transaction() as at:
            assert len(at.scalars(select(Task.id).where(Task.kind == "similar")).all()) == 1


def suggested(*numbers: int) -> int:
    """Look at each anew; how many suggestions there are then."""
    for number in numbers:
        jobs.suggest(number)
    with transaction() as at:
        return len(at.scalars(select(Task.id).where(Task.kind == "similar")).all())


def test_only_an_open_case_keeps_quiet_a_lead_that_was_declined_does_not(app: Flask) -> None:
    with app.app_context(), time_machine.travel(NOW):
        with transaction() as at:
            desk = Desk(at, NOW)
            first = desk.accepted(contact="13900008880")
            others = [verified(desk, place) for place in (1, 2, 3)]
            case = cases.open(at, [first], title="", actor=desk.officer, now=NOW)
            leads, head, numbers = [each.id for each in case.tracks], desk.head, [each.id for each in others]
        assert suggested(*numbers) == 0
        with transaction() as at:
            for lead in leads:
                it = at.get_one(CaseTrack, lead)
                tracks.decline(at, it, reasons="证据不足", actor=head, version=None, now=NOW)
        assert suggested(*numbers) == suggested(*numbers) == 1


def test_a_number_of_complaints_that_nobody_confirmed_makes_no_case(app: Flask) -> None:
    with app.app_context(), time_machine.travel(NOW):
        with transaction() as at:
            desk = Desk(at, NOW)
            numbers = [verified(desk, place).id for place in range(3)]
            at.execute(update(Installation).values(mode="production"))
            at.execute(update(Setting).where(Setting.key != "SIMILAR_COUNT").values(confirmed_at=NOW))
        for many in (0, 1):
            with transaction() as at:
                at.execute(update(Setting).where(Setting.key == "SIMILAR_COUNT").values(confirmed_at=[None, NOW][many]))
            assert suggested(numbers[-1]) == many
            with transaction() as at:
                it = at.get_one(Complaint, numbers[-1])
                it.severity = 1
                said = [str(each) for each in policies_complaints.severe_or_many(Ask(at, it, desk.officer, {}, NOW))]
                assert any("SIMILAR_COUNT" in each for each in said) is not bool(many)


# Merging and parting


def test_merged_and_parted_nothing_is_lost_and_nothing_comes_twice(desk: Desk) -> None:
    lead = desk.accepted()
    second = desk.received(facts="他们还给我的邻居打电话。")
    said = {"actor": desk.intake, "now": desk.now}
    triage.merge(desk.session, second, lead=lead, same_facts=True, **said)
    own = person_of(second)
    messages.write(desk.session, second, "写给后一件", actor=own, now=desk.now)
    later = messages.write(desk.session, lead, "关于邻居", actor=person_of(lead), now=desk.on(1))
    picture = files.keep(desk.session, BytesIO(made.picture()), "截图.png")
    file = EvidenceFile(picture.sha256, picture.name, picture.media_type, picture.size)
    [brought] = coming_in.bring_evidence(desk.session, lead, [file], actor=person_of(lead), now=desk.on(1))
    desk.serve("forwarding", lead.forwardings[0].id, "D05b")
    reply = desk.release(desk.answer(lead.forwardings[0]))
    for _turn in range(2):
        triage.unmerge(
            desk.session,
            second,
            why="邻居一事另行处理",
            messages=[later.id],
            files=[brought.id],
            replies=[reply.id],
            **said,
        )
        assert (second.state, second.lead_id, second.merged_at) == ("RECEIVED", None, None)
        assert second.facts == "他们还给我的邻居打电话。"
        wrote = [each.body for each in desk.thread(second)]
        assert sorted(wrote) == sorted(["写给后一件", "关于邻居", reply.body])
        mine = select(Evidence.sha256).where(Evidence.complaint_id == second.id)
        assert desk.session.scalars(mine).all() == [picture.sha256]
        triage.merge(desk.session, second, lead=lead, same_facts=True, **said)
        assert second.merged_at == desk.now


def test_a_message_of_another_complaint_is_not_shared_out(desk: Desk) -> None:
    lead, second = desk.received(), desk.received()
    foreign = desk.received(contact=MAIL)
    written = messages.write(desk.session, foreign, "别人的话", actor=person_of(foreign), now=desk.now)
    said = {"actor": desk.intake, "now": desk.now}
    triage.merge(desk.session, second, lead=lead, same_facts=True, **said)
    triage.unmerge(desk.session, second, why="事实不同", messages=[written.id], **said)
    assert not desk.thread(second)


# On the pages


@pytest.fixture
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def test_it_is_suggested_at_intake_and_on_the_queue(app: Flask, today: None) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW - timedelta(days=1))
        first = desk.received(facts=filled(ZH, "沈若禾", "11月3日"))
        second = desk.received(facts=filled(ZH, "沈若禾", "11月4日"))
        agent = desk.received(facts=filled(ZH, "陈某", "11月5日"), contact=MAIL, role="AGENT")
        refs, intake, second.urgent = [each.ref for each in (first, second, agent)], desk.intake.id, True
    client = signed_in(app, intake, now=NOW)
    page = client.get(f"/staff/complaints/{refs[1]}").text
    assert "The same person has told nearly the same." in page
    assert refs[0] in page
    assert refs[2] in page
    assert "by an agent" in page
    assert refs[0] in client.get(f"/staff/complaints/{refs[1]}/do/merge").text
    assert "same words as 2 others" in client.get("/staff?view=open").text
    assert f"{refs[1]}<" in client.get("/staff?view=urgent").text
    sent = {"lead": refs[0], "same_facts": "y", "key": "m"}
    assert client.post(f"/staff/complaints/{refs[1]}/do/merge", data=sent).status_code == 303
    assert client.get(f"/staff/complaints/{refs[1]}/do/unmerge").status_code == 200
    held = [f"{refs[1]}<" in client.get(f"/staff?view={view}").text for view in ("open", "unassigned", "urgent")]
    assert held == [True, False, False], "what was merged is nobody's work, urgent or not"
