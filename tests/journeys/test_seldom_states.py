"""Pages whose matters are brought into their state behind the scenes: counts of calls, companies that are one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from casework.models_contacts import ContactEvent
from registry import merging, successions
from registry.models import AliasKind, PartyAlias
from registry.models_lineage import SuccessionKind
from tests import vnu
from tests.builders import party
from tests.builders_cases import actor
from tests.casework.test_call_lists import BILL, FIRM, LENDER
from tests.casework.test_contacts import calls, case_of, investigated, track_on
from tests.conftest import NOW
from tests.journeys import cast, scenes, seldom, unlooked
from tests.journeys.backstage import behind
from tests.journeys.conftest import DATABASE, running
from tests.journeys.finding import Finder
from tests.journeys.look import Looker
from tests.journeys.person import Person
from tests.journeys.seldom import Seldom
from tests.notices.test_stamping import paper
from tests.site import Site

People = Callable[..., Person]
BEFORE = NOW - timedelta(days=4)
MEMBERS = "单位名称,统一社会信用代码,类型\n甲岸消费金融有限公司,91310000MA10000005,机构\n"


@dataclass(frozen=True)
class Scene:
    """What was brought about."""

    case: int
    complaint: int
    allegation: int
    contact: int
    twin: int
    heir: int
    merged: int
    succession: int


@pytest.fixture(scope="module")
def site(peopled: str) -> Iterator[Site]:
    """A site of its own: two of its companies become one."""
    with running(peopled, database=f"{DATABASE}_states") as made:
        yield made


@pytest.fixture(scope="module")
def states(site: Site) -> Seldom:
    """Measures, panels, figures and a letter in states that stories pass by."""
    with behind(site) as backstage:
        return seldom.brought_about(backstage)


@pytest.fixture(scope="module")
def scene(site: Site, states: Seldom) -> Scene:
    """A case about calls, filed on the lender; entries of one company, and one that goes on as another.

    After the states, for the lender is no member afterwards.
    """
    with behind(site) as backstage, backstage.at(BEFORE) as people:
        people.confirm()
        at, head = people.session, actor(people.head)
        for company, number in ((people.lender, LENDER), (people.firm, FIRM)):
            at.add(PartyAlias(party_id=company.id, kind=AliasKind.NUMBER, value=number))
        case = case_of(people)
        calls(people, case, people.lender.id, 5)
        alleged = investigated(people, track_on(case, people.lender.id))
        twin, gone, heir = (party(at, f"丹枫消费金融{word}公司") for word in ("股份", "甲", "乙"))
        same: dict[str, Any] = {"reason": "同一营业执照", "actor": head, "versions": (None, None), "now": BEFORE}
        merged = merging.merge(at, gone, twin, **same)
        said: dict[str, Any] = {
            "kind": SuccessionKind.ABSORBED,
            "from_on": date(2026, 11, 1),
            "evidence": "准予注销登记通知书",
        }
        said |= {"matters": [], "actor": head, "version": None, "now": BEFORE}
        succession = successions.record(at, people.lender, heir, **said)
        contact = at.scalars(select(ContactEvent.id).order_by(ContactEvent.id)).first() or 0
        numbers = (each.id for each in (twin, heir, merged, succession))
        return Scene(case.id, case.complaints[0].id, alleged.id, contact, *numbers)


@pytest.fixture(scope="module")
def looker(pytestconfig: pytest.Config) -> Looker:
    """What is wrong with the pages."""
    return Looker(not pytestconfig.option.markexpr)


def flawless(looker: Looker) -> None:
    assert not looker.flaws, "\n".join(looker.flaws)
    assert not vnu.errors(looker.written)


def test_pages_of_call_lists_and_of_counts(person: People, scene: Scene, looker: Looker) -> None:
    officer = person().sign_in(cast.mail("officer"))
    case = f"/staff/cases/{scene.case}"
    looker.at(officer, "counts-attach", f"{case}/allegations/{scene.allegation}/counts")
    looker.at(officer, "contact-out", f"{case}/contacts/{scene.contact}/out")
    file = {"name": "话单.csv", "mimeType": "text/csv", "buffer": BILL.encode("gbk")}
    officer.go(f"{case}/contacts/lists").send(files=file, giver="STAFF")
    read = officer.page.url.removeprefix(officer.site.address)
    looker.at(officer, "call-list-read", read)
    officer.go(read).send(press="look", whose=f"c{scene.complaint}")
    with officer.page.expect_navigation():
        officer.page.locator("button[value=keep]").click()
    looker.at(officer, "call-list-out", f"{read}/out")
    flawless(looker)


def test_pages_of_companies_merged_and_of_those_that_go_on(person: People, scene: Scene, looker: Looker) -> None:
    head = person().sign_in(cast.mail("head"))
    for name, path in (
        ("lineage-merge", f"/staff/parties/{scene.twin}/same/{scene.heir}"),
        ("lineage-undo", f"/staff/parties/merges/{scene.merged}/undo"),
        ("lineage-pass-on", f"/staff/parties/successions/{scene.succession}/pass-on"),
        ("lineage-withdraw", f"/staff/parties/successions/{scene.succession}/withdraw"),
    ):
        looker.at(head, name, path)
    flawless(looker)


def test_a_closed_month_is_counted_anew_and_says_what_changed(person: People, states: Seldom, looker: Looker) -> None:
    head = person().sign_in(cast.mail("head"))
    head.go("/staff/statistics/months").follow("更正")
    looker.at(head, "month-correct")
    head.send(reason="漏计一件投诉。")
    looker.at(head, "month-changes")
    assert "更正人" in head.reads()
    flawless(looker)


def test_a_letter_is_printed_stamped_and_comes_back_as_a_scan(person: People, states: Seldom, looker: Looker) -> None:
    keeper, page = person().sign_in(seldom.KEEPER), f"/staff/seals/{states.letter}"
    keeper.until("input[name=scan]", page)
    looker.at(keeper, "stamp", page)
    number, _to, _issued, pages, _sha = keeper.page.locator("#document dd").all_inner_texts()
    scan = {"name": "扫描件.pdf", "mimeType": "application/pdf", "buffer": paper(int(pages))}
    keeper.send(scan=scan, number=number)
    keeper.says("已用印")
    looker.at(keeper, "stamped")
    flawless(looker)


def test_pages_of_a_correction_and_of_a_request_to_the_panel(person: People, states: Seldom, looker: Looker) -> None:
    voter, page = person().sign_in(states.voter), f"/staff/panel/corrections/{states.correction}"
    voter.go("/staff/panel").page.locator(f"a[href='{page}']").wait_for()
    looker.at(voter, "correction", page)
    voter.go(page).send("/vote", **{"correction-choice": "FOR", "correction-reasons": "确系笔误。"})
    voter.says("表决不能更改")
    looker.at(person().sign_in(cast.mail("head")), "correction-head", page)
    member, seat = person().sign_in(states.member), f"/staff/panel/{states.judged}"
    member.go(seat).follow("驳回…")
    looker.at(member, "restoration-refuse")
    member.send(reasons="停电当日即已恢复。")
    member.says("停电当日即已恢复。")
    member.go(seat).follow("我有应当回避的情形")
    assert "/recusals/" in member.page.url
    officer = person().sign_in(cast.mail("officer")).go(f"/staff/tracks/{states.judged}").follow("申请回避")
    assert "/recusals/" in officer.page.url
    flawless(looker)


def test_pages_of_measures_that_take_longer(person: People, states: Seldom, looker: Looker) -> None:
    officer, head = person().sign_in(cast.mail("officer")), person().sign_in(cast.mail("head"))
    track = f"/staff/tracks/{states.ordered}"
    looker.at(officer, "interview-time", f"{track}/interview-time")
    officer.go(f"{track}/interview-time").send(answer="TAKE")
    looker.at(officer, "interview-day", f"/staff/tracks/{states.late}/interview-day")
    officer.go(f"/staff/tracks/{states.late}/interview-day").send()
    looker.at(head, "no-more-time", f"{track}/no-more-time")
    head.go(f"{track}/no-more-time").send(why="期限足够。")
    lead = person().sign_in("lead@yunqi.example").go(f"/portal/cases/{states.ordered}")
    lead.says("期限足够。")
    lead.says("2026年12月3日 10:30")
    flawless(looker)


def test_pages_on_which_staff_enter_what_came_on_paper(person: People, states: Seldom, looker: Looker) -> None:
    officer, secretary = (person().sign_in(cast.mail(who)) for who in ("officer", "secretary"))
    before, after = (f"/staff/tracks/{number}" for number in (states.untold, states.summoned))
    told, time = f"/staff/panel/{states.untold}/told", f"{after}/interview-time/on-paper"
    for who, name, track, page in (
        (officer, "restoration-on-paper", before, f"{before}/restoration/on-paper"),
        (secretary, "told-by-letter", before, told),
        (officer, "review-on-paper", after, f"/staff/reviews/track/{states.summoned}/on-paper"),
        (officer, "interview-time-on-paper", after, time),
    ):
        who.go(track).page.locator(f"main a[href='{page}']").first.wait_for(state="attached")
        looker.at(who, name, page)
    secretary.go(told).send(told_on="2026-11-24").says("已登记。当事单位申请回避的期间")
    officer.go(time).send(received_on="2026-11-24", at="2026-12-03T10:30", signed_by="郑安", text="负责人出差。")
    officer.says("已作为当事单位的材料留存。")
    flawless(looker)


def test_pages_of_an_admission_and_of_a_step_that_is_done(person: People, states: Seldom, looker: Looker) -> None:
    lead = person().sign_in("lead@yunqi.example")
    case, plan = f"/portal/cases/{states.noticed}", f"/portal/cases/{states.ordered}/plan"
    lead.go(case).follow("阅读后果")
    looker.at(lead, "admit")
    lead.send(signed_by="周岚", position="副总经理", authorised=True, told=True)
    lead.go(case).follow("撤回")
    looker.at(lead, "admission-back")
    lead.send(confirmed=True)
    looker.at(lead, "step-done", f"{plan}/{states.step}")
    proof = {"name": "签到表.png", "mimeType": "image/png", "buffer": scenes.picture()}
    lead.go(f"{plan}/{states.step}").send(done_on="2026-11-25", note="已停止并复核。", files=proof)
    lead.says("已停止并复核。")
    flawless(looker)


def test_pages_of_accounts_other_names_and_wordings_of_the_back_office(
    person: People, states: Seldom, looker: Looker
) -> None:
    system, security = (person().sign_in(cast.mail(who)) for who in ("system", "security"))
    officer = security.go("/admin/accounts/").follow(cast.STAFF["officer"][0]).page.url.partition("?")[2]
    looker.at(security, "account-act", f"/admin/accounts/do/lock/?{officer}")
    looker.at(system, "alias-mistake", "/admin/aliases/do/mistake/?id=1")
    text = system.go("/admin/wordings/D20.zh/new/").page.locator("[name=text]").input_value()
    system.send(text=f"{text}\n\n本决定由本协会秘书处负责解释。", basis="理事会决议〔2026〕7号")
    looker.at(system.follow("修改草稿"), "wording-edit")
    system.send(basis="理事会决议〔2026〕8号").says("理事会决议〔2026〕8号")
    flawless(looker)


def test_a_list_of_companies_is_looked_at_and_confirmed(person: People, states: Seldom, looker: Looker) -> None:
    head, system = (person().sign_in(cast.mail(who)) for who in ("head", "system"))
    file = {"name": "会员名单.csv", "mimeType": "text/csv", "buffer": MEMBERS.encode("utf-8-sig")}
    head.go("/staff/import").send(what="companies", files=file)
    head.send(date_form="%Y-%m-%d", column_0="name_zh", column_1="uscc", column_2="kind")
    head.until("#found")
    looker.at(system.go("/admin/company_lists/").follow("会员名单.csv"), "company-list")
    assert "甲岸消费金融有限公司" in system.page.locator("#rows").inner_text()
    system.send("/confirm/")
    system.until("[data-state=DONE]")
    system.go("/admin/parties/?search=甲岸").says("甲岸消费金融有限公司")
    flawless(looker)


def test_all_that_is_said_to_be_looked_at_here_was(looker: Looker, whole_app: Flask) -> None:
    finder = Finder(whole_app, {})
    assert {unlooked.page(finder.key(path)) for path in looker.addresses} == unlooked.BEHIND_THE_SCENES
