"""What the adjudication unit does without a measure: a report returned, a reminder, letters about a firm outside."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, inquiries, noting, tasks, tracks
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import journal
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from notices import queries as notices
from notices.models import Document
from notices.papers import text_of
from notices.states import SERVICE
from registry import clocks, successions
from registry.models import Basis
from registry.models_accounts import AccountRole
from registry.models_lineage import SuccessionKind
from sanctions import ladder, letters, policies_corrections, policies_letters, proposals, reissues, terms
from sanctions.ladder_scores import Judged
from sanctions.letters import ToPrincipal
from tests.builders_cases import DAY, World, actor, party


@pytest.fixture
def world(session: Session, now: Any) -> World:
    return World(session, now)


def text(world: World, track: CaseTrack, kind: str) -> str:
    found = notices.last_document(world.session, [kind], "track", track.id)
    assert found is not None, kind
    return text_of(found.frozen.blocks)


def documents(world: World, track: CaseTrack) -> dict[str, Document]:
    return {each.kind: each for each in notices.documents_of(world.session, [("track", track.id)])}


def signs(world: World, day: date) -> None:
    """The firm gave its undertaking on that day."""
    world.session.scalars(select(Basis).where(Basis.party_id == world.firm.id)).one().from_on = day


def firm_reported(world: World, finding: str = "ESTABLISHED", said: str = "系受托催收。") -> CaseTrack:
    """A firm outside the rules was asked, investigated and reported on."""
    signs(world, date(2027, 6, 1))
    track = world.case().tracks[1]
    facts = "10月7日至10日致电无关人员共六次"
    cases.allege(world.session, track, code="V-C04", facts=facts, actor=actor(world.officer), now=world.now)
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
    world.serve(track, "D41")
    tracks.explain(world.session, track, text=said, actor=actor(world.firm_lead), now=world.now)
    world.found(track, world.later(1), finding)
    return track


def remind(world: World, track: CaseTrack, **changed: Any) -> None:
    said = {
        "attention": ["核对外呼名单"],
        "reasons": "情节轻微",
        "approved_by": world.head,
        "actor": actor(world.reviewer),
        "version": None,
        "now": world.later(4),
    }
    letters.remind(world.session, track, **{**said, **changed})


def write(world: World, track: CaseTrack, principal: Any = None, **changed: Any) -> None:
    letter = ToPrincipal(principal or world.lender, ["督促纠正"], ["核查结果"], date(2026, 12, 31))
    said = {
        "reasons": "不受规则约束",
        "approved_by": world.head,
        "actor": actor(world.reviewer),
        "version": None,
        "now": world.later(4),
    }
    letters.write_to_principal(world.session, track, changed.pop("letter", letter), **{**said, **changed})


def give_back(world: World, track: CaseTrack, **changed: Any) -> None:
    said = {"gaps": ["未核对号码归属"], "actor": actor(world.reviewer), "version": None, "now": world.later(3)}
    letters.return_report(world.session, track, **{**said, **changed})


def test_a_report_is_returned_once_with_its_gaps_and_a_shorter_time(world: World) -> None:
    track = world.reported()
    with pytest.raises(BadInput):
        give_back(world, track, gaps=[" "])
    give_back(world, track)
    assert (track.state, track.gaps, track.returned_on) == ("INVESTIGATING", "未核对号码归属", day_of(world.later(3)))
    again = clocks.live(world.session, "K11", ("track", track.id))
    assert again is not None
    assert again.length == 20
    assert clocks.live(world.session, "K13", ("track", track.id)) is None
    assert [each.role for each in tasks.open_of(world.session, ("track", track.id))] == ["investigator"]
    world.found(track, world.later(4))
    assert tasks.open_of(world.session, ("track", track.id)) == []
    with pytest.raises(NotNow, match=r"一次|once"):
        give_back(world, track)


def test_whoever_investigated_returns_nothing_and_writes_no_letter(world: World) -> None:
    track = world.reported()
    track.investigator_id = world.reviewer.id
    for event in ("return_report", "propose_reminder", "write_to_principal"):
        asked = Ask(world.session, track, actor(world.reviewer), {}, world.now)
        assert any(isinstance(each, NotAllowed) for each in TRACK.refusals(asked, event)), event


def test_whoever_investigated_another_track_of_the_case_once_does_not_check_this_one(world: World) -> None:
    track = world.reported()
    other = next(each for each in track.case.tracks if each is not track)
    said = {"track": other.ref, "former": world.reviewer.id, "investigator": world.investigator.id}
    noting.of_case(world.session, track.case, "reassign", actor(world.head), world.later(2), **said)
    journal.settle(world.session)
    with pytest.raises(NotAllowed, match="调查"):
        give_back(world, track)
    asked = Ask(world.session, track, actor(world.reviewer), {}, world.later(3))
    assert any(isinstance(each, NotAllowed) for each in TRACK.refusals(asked, TRACK.rows["S14"].event))


def test_whoever_returned_a_report_is_not_given_its_investigation(world: World) -> None:
    track = world.reported()
    give_back(world, track)
    journal.settle(world.session)
    world.session.add(AccountRole(account_id=world.reviewer.id, role="investigator"))
    world.session.flush()
    world.session.expire(world.reviewer, ["roles"])
    with pytest.raises(NotAllowed, match="不得"):
        tracks.reassign(world.session, track, world.reviewer, actor=actor(world.head), version=None, now=world.later(4))


def test_a_reminder_is_only_for_what_the_ladder_leaves_without_a_measure(world: World) -> None:
    track = world.reported()
    assert ladder.suggest(world.session, track).band
    with pytest.raises(NotNow, match=r"阶梯|ladder"):
        remind(world, track)


MILD = {name: Judged("yes", "经核实", "") for name in ("M1", "M3", "M4", "M5")} | {"M2": Judged("filing", "已停止", "")}


def test_what_was_judged_in_favour_can_bring_a_breach_to_a_reminder(world: World) -> None:
    track = world.reported()
    assert not TRACK.refusals(Ask(world.session, track, actor(world.reviewer), {}, world.now), "propose_reminder")
    with pytest.raises(BadInput):
        remind(world, track, judged=MILD | {"M1": Judged("yes", " ", "")})
    remind(world, track, judged=MILD)
    assert track.state == "CLOSED"
    assert "（现有证据不足以证实）" not in text(world, track, "D25")


def test_what_even_everything_in_favour_leaves_with_a_measure_is_no_reminder(world: World) -> None:
    track = world.reported("V-B02")
    asked = Ask(world.session, track, actor(world.reviewer), {}, world.now)
    assert TRACK.refusals(asked, "propose_reminder")


def test_a_reminder_closes_the_track_says_nothing_of_a_breach_and_makes_no_history(world: World) -> None:
    track = world.reported(finding="UNPROVEN")
    remind(world, track)
    assert (track.state, track.reviewer_id, track.decided_level) == ("CLOSED", world.reviewer.id, None)
    made = documents(world, track)
    assert made["D25"].party_id == world.lender.id
    assert "不代表本协会认定你单位违规" in text(world, track, "D25")
    assert "核对外呼名单" in text(world, track, "D25")
    assert "提示函" in text(world, track, "D32")
    assert clocks.live(world.session, "K27", ("track", track.id))
    assert clocks.live(world.session, "K13", ("track", track.id)) is None


@pytest.mark.parametrize("wrong", [{"attention": [""]}, {"reasons": " "}, {"approved_by": None}])
def test_a_reminder_says_what_to_look_at_and_why_and_the_head_approves(world: World, wrong: dict[str, Any]) -> None:
    track = world.reported(finding="UNPROVEN")
    with pytest.raises(BadInput):
        remind(world, track, **wrong)


def test_nobody_but_the_head_approves(world: World) -> None:
    track = world.reported(finding="UNPROVEN")
    with pytest.raises(BadInput):
        remind(world, track, approved_by=world.officer)


def test_nothing_is_written_about_what_was_found_untrue(world: World) -> None:
    track = world.reported(finding="NOT_ESTABLISHED")
    with pytest.raises(NotNow):
        remind(world, track)


def test_of_a_firm_outside_the_rules_its_principal_is_told_and_it_is_invited_to_sign(world: World) -> None:
    track = firm_reported(world)
    assert policies_letters.principals(world.session, track)[0].id == world.lender.id
    write(world, track)
    assert track.state == "CLOSED"
    made = documents(world, track)
    assert made["D26"].party_id == world.lender.id
    assert made["D27"].party_id == world.firm.id
    said = text(world, track, "D26")
    assert world.firm.name_zh in said
    assert "系受托催收。" in said
    assert "2026年12月31日" in said
    assert "=== 自律承诺书" in text(world, track, "D27")
    assert made["D27"].paper["paper"]["attachments"] == ["自律承诺书"]
    report = text(world, track, "D32")
    assert "邀请当事单位签署承诺" in report
    assert "该事项成立，不符合" in report
    assert "违反" not in report, "what did not bind it, it did not breach"


def test_the_letter_about_a_firm_goes_to_whoever_goes_on_as_its_principal(world: World) -> None:
    track, heir = firm_reported(world), party(world.session, "远岬消费金融有限公司")
    said: dict[str, Any] = {"kind": SuccessionKind.ABSORBED, "from_on": world.now.date(), "evidence": "吸收合并协议"}
    said |= {"matters": [], "version": None, "now": world.now, "actor": actor(world.head)}
    successions.record(world.session, world.lender, heir, **said)
    assert policies_letters.principals(world.session, track) == [heir]
    with pytest.raises(BadInput, match="终止"):
        write(world, track)
    write(world, track, heir)
    assert documents(world, track)["D26"].party_id == heir.id


def test_a_letter_about_a_firm_that_was_void_goes_to_whoever_goes_on_as_its_principal_since(world: World) -> None:
    track, heir = firm_reported(world), party(world.session, "远岬消费金融有限公司")
    write(world, track)
    void = documents(world, track)["D26"]
    said: dict[str, Any] = {"kind": SuccessionKind.ABSORBED, "from_on": world.now.date(), "evidence": "吸收合并协议"}
    said |= {"matters": [], "version": None, "now": world.now, "actor": actor(world.head)}
    successions.record(world.session, world.lender, heir, **said)
    ask = Ask(world.session, void.services[0], actor(world.head), {"reason": "收件地址有误"}, world.now)
    SERVICE.carry_out(ask, "void")
    reissues.reissue(world.session, track, actor=actor(world.head), version=None, now=world.now)
    fresh = notices.last_document(world.session, ["D26"], "track", track.id)
    assert fresh is not None
    assert (fresh.id != void.id, fresh.party_id) == (True, heir.id)
    assert [each.party_id for each in fresh.services] == [heir.id]
    assert heir.name_zh in fresh.frozen.addressee


def test_no_notice_to_a_firm_corrects_a_letter_to_its_principal(world: World) -> None:
    track = firm_reported(world)
    write(world, track)
    assert documents(world, track)["D26"].number
    assert "D26" not in {each.kind for each in policies_corrections.correctable(world.session, track)}


def test_a_firm_outside_the_rules_is_given_no_duty_while_its_case_waits(world: World) -> None:
    signs(world, date(2027, 6, 1))
    outside, bound = world.case().tracks[1], world.filed()
    asked = {"investigator": world.investigator, "asked": ["受谁委托"], "opinion": "", "version": None}
    by: dict[str, Any] = {"actor": actor(world.head), "now": world.now}
    cases.allege(world.session, outside, code="V-C04", facts="致电", actor=actor(world.officer), now=world.now)
    inquiries.ask_outsider(world.session, outside, **asked, **by)
    for track, letter, told in ((outside, "D41", False), (bound, "D11b", True)):
        world.serve(track, letter)
        said = {"cause": "CRIMINAL", "reasons": "公安机关已立案侦查。", "version": None}
        inquiries.suspend(world.session, track, **said, **by)
        assert ("不得隐匿、伪造、销毁" in text(world, track, "D13a")) is told


def test_a_firm_that_has_signed_since_is_not_invited_to(world: World) -> None:
    track = firm_reported(world)
    signs(world, date(2026, 11, 20))
    assert "自律规则对上述行为没有约束力" in text(world, track, "D41")
    write(world, track)
    assert (track.state, set(documents(world, track)) & {"D26", "D27"}) == ("CLOSED", {"D26"})
    assert "邀请" not in text(world, track, "D32")


def test_a_firm_outside_the_rules_is_named_in_its_principals_papers_only_after_it_was_asked(world: World) -> None:
    track = world.reported()
    signs(world, date(2027, 6, 1))
    said: dict[str, Any] = {"measures": [1], "terms": terms.proposed(world.session, track, [1]), "version": None}
    said |= {"departure": "已整改", "actor": actor(world.reviewer), "now": world.later(4)}
    with pytest.raises(NotNow, match=f"{world.firm.name_zh}.*问询"):
        proposals.propose(world.session, track, reasons=f"放任{world.firm.name_zh}致电无关人员。", **said)
    firm = track.case.tracks[1]
    cases.allege(world.session, firm, code="V-C04", facts="致电无关人员", actor=actor(world.officer), now=world.now)
    asked: dict[str, Any] = {"investigator": world.investigator, "asked": ["受谁委托"], "opinion": "", "version": None}
    inquiries.ask_outsider(world.session, firm, **asked, actor=actor(world.head), now=world.later(3))
    world.serve(firm, "D41", world.later(3))
    proposals.propose(world.session, track, reasons=f"放任{world.firm.name_zh}致电无关人员。", **said)
    assert world.firm.name_zh in text(world, track, "D17")


def test_a_firm_that_left_while_the_conduct_went_on_is_named_as_one_that_the_rules_reach(world: World) -> None:
    track = world.reported()
    for basis in world.session.scalars(select(Basis).where(Basis.party_id == world.firm.id)):
        basis.to_on = DAY - timedelta(days=1)
    said: dict[str, Any] = {"measures": [1], "terms": terms.proposed(world.session, track, [1]), "version": None}
    said |= {"departure": "已整改", "actor": actor(world.reviewer), "now": world.later(4)}
    proposals.propose(world.session, track, reasons=f"放任{world.firm.name_zh}致电无关人员。", **said)
    assert world.firm.name_zh in text(world, track, "D17")


def test_no_measure_is_ever_proposed_against_a_firm_outside_the_rules(world: World) -> None:
    track = firm_reported(world)
    for event in ("propose_minor", "propose_major"):
        asked = Ask(world.session, track, actor(world.reviewer), {}, world.now)
        assert TRACK.refusals(asked, event), event
    assert ladder.suggest(world.session, track).band == []


def test_a_company_that_the_rules_bind_is_dealt_with_itself(world: World) -> None:
    with pytest.raises(NotNow):
        write(world, world.reported())


def test_a_firm_is_written_about_only_after_it_was_asked(world: World) -> None:
    track = firm_reported(world)
    for service in documents(world, track)["D41"].services:
        service.document.void_at, service.document.void_reason = world.now, "内容有误"
    world.session.flush()
    with pytest.raises(NotNow, match=r"问询|asked"):
        write(world, track)


@pytest.mark.parametrize("gone", ["principal", "duties", "reports"])
def test_a_letter_to_a_principal_has_its_recipient_and_its_points(world: World, gone: str) -> None:
    track = firm_reported(world)
    whole: dict[str, Any] = {"principal": world.lender, "duties": ["督促纠正"], "reports": ["核查结果"]}
    whole[gone] = None if gone == "principal" else []
    with pytest.raises(BadInput) as refusal:
        write(world, track, letter=ToPrincipal(**whole))
    assert refusal.value.field == gone


def test_an_end_without_a_breach_is_approved_by_the_head(world: World) -> None:
    track = world.reported(finding="NOT_ESTABLISHED")
    said = {"measures": (), "terms": {}, "reasons": "均不成立", "version": None, "now": world.later(4)}
    for nobody in (None, world.officer):
        with pytest.raises(BadInput):
            proposals.propose(world.session, track, approved_by=nobody, actor=actor(world.reviewer), **said)
    proposals.propose(world.session, track, approved_by=world.head, actor=actor(world.reviewer), **said)
    assert track.state == "NO_MEASURE"


def test_what_a_firm_wrote_tells_its_principal_nothing_of_who_complains(world: World) -> None:
    said = "系受托催收，债务人系投诉人林晓芸（电话138-1234-5678）的同事。"
    track = firm_reported(world, said=said)
    write(world, track)
    told = text(world, track, "D26")
    assert "系受托催收，债务人系投诉人林某（" in told
    assert not [each for each in ("林晓芸", "138-1234-5678", "13812345678") if each in told]


def test_a_firm_outside_the_rules_is_not_told_to_go_on_observing_them(world: World) -> None:
    track = firm_reported(world, "NOT_ESTABLISHED")
    said = {"measures": [], "terms": {}, "reasons": "证据不支持。", "approved_by": world.head, "version": None}
    proposals.propose(world.session, track, **said, actor=actor(world.reviewer), now=world.later(4))
    told = text(world, track, "D16a")
    assert documents(world, track)["D41"].number in told
    assert [each for each in ("立案调查", "应当继续遵守", "不再采取") if each in told] == []
    assert "请勿对投诉人、举报人施压" in told


def test_a_member_whose_case_ends_so_is(world: World) -> None:
    track = world.reported(finding="NOT_ESTABLISHED")
    said = {"measures": [], "terms": {}, "reasons": "证据不支持。", "approved_by": world.head, "version": None}
    proposals.propose(world.session, track, **said, actor=actor(world.reviewer), now=world.later(4))
    assert "你单位应当继续遵守催收自律规则" in text(world, track, "D16a")


def test_an_advance_notice_says_what_binds_a_firm_of_which_the_register_learned_only_later(world: World) -> None:
    """It was asked as a firm outside the rules; its undertaking was entered before measures were proposed."""
    track = firm_reported(world)
    signs(world, date(2026, 1, 1))
    said = {"measures": [1], "terms": terms.proposed(world.session, track, [1]), "reasons": "整改", "departure": "整改"}
    by = actor(world.reviewer)
    proposals.propose(world.session, track, **said, actor=by, version=None, now=world.later(4))
    told = text(world, track, "D17")
    assert "于行为发生时已书面承诺接受本协会自律规则约束" in told
    assert "未加入本协会" not in told
    assert track.basis == "UNDERTAKING"
