"""A company that is gone goes on as another: its tracks, what bound it, what it was ordered before, and its end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, clauses, tracks
from casework.models_cases import CaseTrack
from casework.policies_recusals import concerned
from casework.policies_tracks import acted, basis_of
from casework.states import FORWARDING, TRACK
from core.actors import SYSTEM, Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.machine import Ask
from notices import making
from notices import queries as notices
from notices.papers import Lang, text_of
from portal import queries_portal
from proceedings import bulletin_page
from registry import lineage, merging, renaming, settings, successions
from registry import queries as register
from registry.models import VIA_PRINCIPAL, Engagement, Party, PartyKind
from registry.models_accounts import Account
from registry.models_lineage import PartySuccession, SuccessionKind
from registry.policies import basis_on
from sanctions import (
    decisions,
    documents,
    file_views,
    hearings,
    ladder_history,
    measures,
    policies,
    queries_volumes,
    reviews,
    rounds,
    statements,
    verifications,
)
from sanctions.files_made import Made, made_for
from sanctions.ladder import suggest
from sanctions.policies_publications import text_now
from tests.builders import Desk, enter, person
from tests.builders_cases import actor, at_work, party
from tests.sanctions.chain import Chain
from tests.sanctions.reviewing import Reviewing
from tests.sanctions.test_endings import _terminate
from tests.sanctions.test_ladder import established, had

EVIDENCE = "准予注销登记通知书（蓝湾）登销字〔2026〕第12号；吸收合并协议"


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


@pytest.fixture
def heir(chain: Chain) -> Party:
    """Nothing ever bound it itself."""
    return party(chain.session, "远岬消费金融有限公司", basis=None)


def succeed(chain: Chain, heir: Party, *tracks: CaseTrack, **changed: Any) -> PartySuccession:
    """The lender was taken in by another company, and these tracks go on against it."""
    said = {
        "kind": SuccessionKind.ABSORBED,
        "from_on": chain.now.date(),
        "evidence": EVIDENCE,
        "matters": [f"case_track:{each.id}" for each in tracks],
        "actor": actor(chain.head),
        "version": None,
        "now": chain.now,
    }
    return successions.record(chain.session, changed.pop("gone", chain.lender), heir, **{**said, **changed})


def test_a_track_goes_on_against_the_successor_with_its_letters_and_what_bound_the_predecessor(
    chain: Chain, heir: Party
) -> None:
    track = chain.filed()
    letter = notices.last_document(chain.session, ["D11b"], "track", track.id)
    assert letter is not None
    was = (letter.paper_sha256, letter.number)
    succeed(chain, heir, track)
    assert track.party is heir
    assert queries_portal.track(chain.session, track.id, heir.id) is track
    assert queries_portal.track(chain.session, track.id, chain.lender.id) is None
    assert (letter.party_id, letter.paper_sha256, letter.number) == (heir.id, *was)
    assert {each.party_id for each in letter.services} == {heir.id}
    assert basis_on(chain.session, heir, date(2026, 10, 10)) == VIA_PRINCIPAL
    assert basis_of(chain.session, track) == "MEMBERSHIP"


def test_what_was_passed_on_goes_back_when_the_succession_is_withdrawn(chain: Chain, heir: Party) -> None:
    track = chain.filed()
    it = succeed(chain, heir, track)
    successions.withdraw(
        chain.session, it, reason="录入错误", actor=actor(chain.head), version=None, now=chain.later(1)
    )
    assert (track.party, chain.lender.ceased_on) == (chain.lender, None)
    assert {each.party_id for each in notices.documents_of(chain.session, [("track", track.id)]) if each.outward} == {
        chain.lender.id
    }
    assert lineage.successions(chain.session, chain.lender.id) == []


def test_what_the_successor_passed_on_itself_comes_back_step_by_step(chain: Chain, heir: Party) -> None:
    track, third = chain.filed(), party(chain.session, "汀洲消费金融有限公司", basis=None)
    first = succeed(chain, heir, track)
    second = succeed(chain, third, track, gone=heir)
    said = dict[str, Any](reason="录入错误", actor=actor(chain.head), version=None, now=chain.later(1))
    with pytest.raises(NotNow):
        successions.withdraw(chain.session, first, **said)
    assert track.party is third
    for each in (second, first):
        successions.withdraw(chain.session, each, **said)
    assert track.party is chain.lender


def test_a_company_that_was_divided_is_gone_while_one_of_its_successors_stands(chain: Chain, heir: Party) -> None:
    other = party(chain.session, "汀洲消费金融有限公司", basis=None)
    made = [
        succeed(chain, each, kind=SuccessionKind.DIVIDED, evidence=paper)
        for each, paper in ((heir, "甲"), (other, "乙"))
    ]
    said = dict[str, Any](reason="录入错误", actor=actor(chain.head), version=None, now=chain.later(1))
    successions.withdraw(chain.session, made[0], **said)
    assert (chain.lender.ceased_on, chain.lender.ceased_evidence) == (chain.now.date(), "乙")
    successions.withdraw(chain.session, made[1], **said)
    assert chain.lender.ceased_on is None


def test_a_company_that_was_gone_already_is_gone_since_that_day_whoever_is_entered_as_its_successor_or_no_more(
    chain: Chain, heir: Party
) -> None:
    since = chain.now.date() - timedelta(days=9), "甲"
    said = dict[str, Any](actor=actor(chain.head), version=None, now=chain.later(1))
    successions.cease(chain.session, chain.lender, on=since[0], evidence=since[1], **said)
    made = succeed(chain, heir)
    assert (chain.lender.ceased_on, chain.lender.ceased_evidence) == since
    successions.withdraw(chain.session, made, reason="录入错误", **said)
    assert (chain.lender.ceased_on, chain.lender.ceased_evidence) == since


def test_a_track_is_not_terminated_while_a_successor_is_there(chain: Chain, heir: Party) -> None:
    track = chain.filed()
    with pytest.raises(BadInput, match="没有"):
        _terminate(chain, track, ground="CEASED")
    it = succeed(chain, heir)
    with pytest.raises(BadInput, match=heir.name_zh):
        _terminate(chain, track, ground="CEASED")
    successions.withdraw(chain.session, it, reason="误", actor=actor(chain.head), version=None, now=chain.now)
    said = {"actor": actor(chain.head), "version": None, "now": chain.now}
    successions.cease(chain.session, chain.lender, on=chain.now.date(), evidence=EVIDENCE, **said)
    _terminate(chain, track, ground="CEASED")
    assert track.state == "NO_MEASURE"


@pytest.mark.parametrize(("counts", "points"), [(True, 15), (False, 0)])
def test_measures_of_the_predecessor_count_as_the_association_laid_down(
    chain: Chain, heir: Party, counts: bool, points: int
) -> None:
    before = had(chain, "V-C04", date(2026, 5, 1), 1)
    row = settings.setting(chain.session, "SUCCESSOR_PRIORS")
    row.value = counts
    track = established(chain, chain.case().tracks[0], "V-C04")
    succeed(chain, heir, track)
    found = suggest(chain.session, track)
    assert sum(part.points for part in found.parts if part.name == "A3") == points
    assert [(each.ref, each.of) for each in found.history] == (
        [(before.track.ref, chain.lender.name_zh)] if counts else []
    )
    before.track.case.conduct_from, before.track.case.conduct_to = track.case.conduct_from, track.case.conduct_to
    chain.session.flush()
    twice = ladder_history.for_the_same_days(chain.session, track)
    assert twice == [before.track.ref], "nobody is disciplined for one act twice, whatever counts against it"
    assert ladder_history.ordered_before(chain.session, track) == ({1} if counts else set())


def test_measures_ordered_under_a_merged_entry_count_for_the_company(chain: Chain) -> None:
    before = had(chain, "V-C04", date(2026, 5, 1), 1)
    twin = party(chain.session, "青屿消费金融股份公司")
    said = {"reason": "同一公司", "actor": actor(chain.head), "versions": (None, None), "now": chain.now}
    merging.merge(chain.session, chain.lender, twin, **said)  # type: ignore[arg-type]
    track = established(chain, chain.case().tracks[0], "V-C04")
    assert track.party is twin
    assert [(each.ref, each.of) for each in suggest(chain.session, track).history] == [(before.track.ref, "")]


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"evidence": " "}, BadInput),
        ({"from_on": date(2999, 1, 1)}, BadInput),
        ({"matters": ["case_track:999"]}, BadInput),
        ({"actor": None}, NotAllowed),
        ({"heir": "itself"}, BadInput),
    ],
)
def test_a_succession_is_refused(chain: Chain, heir: Party, changed: dict[str, Any], refused: type[Exception]) -> None:
    if "actor" in changed:
        changed = {"actor": actor(chain.officer)}
    to = chain.lender if changed.pop("heir", "") else heir
    with pytest.raises(refused):
        succeed(chain, to, **changed)


def test_no_company_is_its_own_predecessor_and_none_succeeds_twice(chain: Chain, heir: Party) -> None:
    succeed(chain, heir)
    with pytest.raises(BadInput, match="已登记"):
        succeed(chain, heir)
    with pytest.raises(BadInput, match="被承继单位"):
        succeed(chain, chain.lender, gone=heir)
    with pytest.raises(NotNow, match="撤销该承继登记"):
        successions.exist(chain.session, chain.lender, reason="x", actor=actor(chain.head), version=None, now=chain.now)
    assert [str(each) for each in merging.refusals(chain.session, chain.lender, heir)] == [
        "登记显示两者之间存在承继关系，请先撤销该承继登记。"
    ]


def test_a_matter_in_which_the_successor_stands_already_is_not_passed_on(chain: Chain, heir: Party) -> None:
    track = chain.filed()
    session = chain.session
    session.add(CaseTrack(ref="AJ-x", case_id=track.case_id, party_id=heir.id, role="PRINCIPAL", basis="MEMBERSHIP",
                          state="SCREENING"))  # fmt: skip
    session.flush()
    with pytest.raises(NotNow, match="已是当事单位"):
        succeed(chain, heir, track)


def test_nothing_new_is_sent_to_a_company_that_is_gone_and_its_successor_is_offered(chain: Chain, heir: Party) -> None:
    assert chain.lender.kind is PartyKind.INSTITUTION
    succeed(chain, heir)
    assert register.found(chain.session, "青屿") == []
    assert chain.lender.id not in register.members_on(chain.session, chain.later(1).date())
    assert [each.id for each in lineage.predecessors(chain.session, heir.id)] == [chain.lender.id]


@pytest.mark.parametrize("kind", [SuccessionKind.ABSORBED, SuccessionKind.SPLIT_OFF])
def test_what_the_predecessor_still_had_to_carry_out_is_its_own_breach_also_where_it_is_found_later(
    chain: Chain, heir: Party, kind: SuccessionKind
) -> None:
    track = chain.executing([1])
    chain.report(track)
    chain.verify(track, "FAIL")
    verifications.fail(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(22))
    chain.serve(track, "D23a", chain.later(22))
    chain.report(track, chain.later(23))
    succeed(chain, heir, track, kind=kind, from_on=chain.later(24).date(), now=chain.later(24))
    chain.verify(track, "FAIL", chain.later(25))
    verifications.fail(chain.session, track, actor=actor(chain.head), version=None, now=chain.later(25))
    lead = chain.session.scalars(select(CaseTrack).where(CaseTrack.earlier_id == track.id)).one()
    gone = kind is SuccessionKind.ABSORBED
    assert lead.party is (heir if gone else chain.lender)
    assert (lead.basis, basis_of(chain.session, lead)) == ("MEMBERSHIP", "MEMBERSHIP")
    assert acted(chain.session, lead) == (chain.lender.id if gone else None)
    assert lead.case.conduct_to == chain.later(23).date()


def test_a_bulletin_is_read_under_the_name_that_its_text_names(chain: Chain) -> None:
    track = chain.effective([5], code="V-I02")
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9))
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    text = text_now(publication)
    assert text is not None
    renaming.rename(chain.session, chain.lender, actor=SYSTEM, name_zh="青屿金融有限公司", version=None, now=chain.now)
    assert track.party.name_zh == "青屿金融有限公司"
    assert bulletin_page.company(chain.session, publication, text, track.party) == "青屿消费金融有限公司"


def test_a_decision_says_whose_conduct_it_is_about_what_bound_that_company_and_upon_whom_the_notice_was_served(
    chain: Chain, heir: Party
) -> None:
    track, gone = chain.deliberating([1]), chain.lender.name_zh
    before = clauses.standing(chain.session, track)
    assert "承继" not in before
    succeed(chain, heir, track)
    assert track.party_id == heir.id
    said = clauses.standing(chain.session, track)
    assert said == f"承继{gone}的权利和义务，本案所涉行为由{gone}实施，该单位{before}"
    assert "whose conduct this case is about and which was a member" in clauses.standing(chain.session, track, "en")
    served = documents._notice_values(chain.session, track, "zh")["advance_notice_served_on"]
    assert served.endswith(f"日向{gone}")


def test_of_conduct_whose_end_is_not_known_the_predecessor_is_called_as_on_its_first_day(
    chain: Chain, heir: Party
) -> None:
    track, before = chain.deliberating([1]), chain.lender.name_zh
    opened, track.case.conduct_to = track.case.opened_on, None
    said = {"name_zh": "青屿金融有限公司", "from_on": opened, "version": None, "now": chain.now}
    renaming.rename(chain.session, chain.lender, actor=SYSTEM, **said)
    succeed(chain, heir, track)
    assert f"由{before}实施" in clauses.standing(chain.session, track)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_orders_demands_and_results_tell_a_successor_whom_the_decision_names(
    chain: Chain, heir: Party, language: Lang
) -> None:
    heir.language, heir.name_en = language, "Yuanjia Consumer Finance Co., Ltd."
    track, said = chain.effective([1]), clauses.BEFORE_IT[language == "en"].format(name=chain.lender.name_zh)
    succeed(chain, heir, track)
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9))
    track.state = "VERIFYING"
    chain.session.flush()
    asked = Ask(chain.session, track, SYSTEM, {}, chain.later(20), machine=TRACK.name)
    rows = ("S40", "D24"), ("S39", "D07c")
    made = [making.drafts(replace(asked, row=TRACK.rows[row]), kind)[0] for row, kind in rows]
    order = notices.last_document(chain.session, ["D23a"], "track", track.id)
    assert order is not None
    assert said in text_of(order.frozen.blocks)
    assert [each.values["succession"] for each in made] == [said, said]


def test_the_decision_of_a_review_tells_a_successor_whom_the_decision_reviewed_names(
    session: Session, now: datetime
) -> None:
    chain = Reviewing(session, now).fill_pool()
    track, heir = chain.served_decision([4], "V-I02"), party(session, "远岬消费金融有限公司", basis=None)
    review = chain.asked(track)
    succeed(chain, heir, track)
    chain.reviewed(review, *["UPHOLD"] * 5)
    paper = text_of(chain.paper(review).frozen.blocks)
    assert clauses.BEFORE_IT[0].format(name=chain.lender.name_zh) in paper


def test_a_decision_quotes_what_was_stated_and_says_why_nothing_was(chain: Chain) -> None:
    track = chain.proposed([1])
    chain.serve(track, "D17", chain.later(4))
    explained, nothing = documents.statement_summary(chain.session, track, "zh").split("\n")
    assert explained.endswith("提交书面说明。"), "the explanation of the investigation is not passed over"
    assert nothing == "你单位未提交陈述、申辩意见。"
    statements.waive(chain.session, track, confirmed=True, actor=actor(chain.lead), now=chain.later(5))
    assert "书面表示不再提交陈述、申辩意见" in documents.statement_summary(chain.session, track, "zh")
    other = chain.proposed([1])
    chain.serve(other, "D17", chain.later(4))
    statements.state(chain.session, other, text="请求从轻", actor=actor(chain.lead), now=chain.later(5))
    assert "提出：“请求从轻”" in documents.statement_summary(chain.session, other, "zh")


def test_whoever_is_tied_to_the_company_whose_conduct_it_was_or_works_with_it_decides_on_no_successor_of_it(
    chain: Chain, heir: Party
) -> None:
    last, partner = (
        party(chain.session, "汀洲消费金融有限公司", basis=None),
        party(chain.session, "磐石催收服务有限公司", PartyKind.FIRM),
    )
    chain.session.add(Engagement(institution_id=chain.lender.id, firm_id=partner.id, from_on=date(2025, 1, 1)))
    for each, where in zip(chain.panel, (chain.lender, heir, partner), strict=False):
        at_work(chain.session, each, where)
    track = chain.filed()
    succeed(chain, heir, track)
    succeed(chain, last, track, gone=heir)
    assert {chain.lender.id, heir.id, last.id, partner.id} <= concerned(chain.session, track.case_id)
    drawn_from = {each.id for each, _background in policies.eligible(chain.session, track)}
    assert drawn_from == {each.id for each in chain.panel[3:]}


def enters(chain: Chain, heir: Party) -> Account:
    """Somebody who speaks for the successor."""
    lead = person("远岬联系人", "respondent", "lead", party=heir)
    enter(chain.session, lead)
    return lead


@pytest.mark.parametrize("kind", [SuccessionKind.ABSORBED, SuccessionKind.SPLIT_OFF])
def test_the_successor_of_a_firm_takes_each_step_of_its_case_and_the_firm_again_where_it_was_entered_by_mistake(
    chain: Chain, kind: SuccessionKind
) -> None:
    session, firm, before = chain.session, chain.firm, actor(chain.firm_lead)
    heir = party(session, "远岬催收服务有限公司", PartyKind.FIRM, basis=None)
    chain.firm_lead = enters(chain, heir)
    lead, track = actor(chain.firm_lead), chain.case().tracks[1]
    said: dict[str, Any] = {"actor": actor(chain.officer), "now": chain.now}
    cases.allege(session, track, code="V-I02", facts="张贴欠款信息", persons=2, acts=6, **said)
    said = {"opinion": "同意", "actor": actor(chain.head), "version": None, "now": chain.now}
    tracks.file(session, track, investigator=chain.investigator, **said)
    it = succeed(chain, heir, track, gone=firm, kind=kind)
    chain.firm = heir
    chain.serve(track, "D11b", chain.now)

    def only_now(step: Callable[..., Any], days: int, **given: Any) -> Any:
        with pytest.raises(NotAllowed):
            step(session, track, **given, actor=before, now=chain.later(days))
        return step(session, track, **given, actor=lead, now=chain.later(days))

    only_now(tracks.explain, 1, text="情况说明")
    chain.found(track, chain.later(2))
    chain.propose(track, [1, 5])
    chain.serve(track, "D17", chain.later(4))
    only_now(statements.state, 5, text="请求从轻")
    only_now(hearings.ask_for, 5, wishes="对事实有异议")
    only_now(hearings.waive, 5, confirmed=True)
    only_now(statements.waive, 5, confirmed=True)
    members = chain.vote(track, *["PROPOSED"] * 5)
    given: dict[str, Any] = {"reasons": "事实清楚，证据充分。", "statement_dealt": "不予采纳。"}
    decisions.decide(session, track, actor=members[0], now=chain.later(7), **given)
    chain.serve(track, "D20", chain.later(7))
    review = only_now(reviews.ask_review, 8, grounds="请求从轻")
    said = {"reason": "录入错误", "actor": actor(chain.head), "version": None, "now": chain.later(9)}
    successions.withdraw(session, it, **said)
    assert (track.party, basis_of(session, track)) == (firm, "UNDERTAKING")
    with pytest.raises(NotAllowed):
        reviews.withdraw(session, review, confirmed=True, actor=lead, now=chain.later(9))
    reviews.withdraw(session, review, confirmed=True, actor=before, now=chain.later(9))


def test_the_successor_reports_what_its_predecessor_was_ordered_to_put_right(chain: Chain, heir: Party) -> None:
    track = chain.executing([1])
    succeed(chain, heir, track)
    with pytest.raises(NotAllowed):
        chain.report(track)
    chain.lead = enters(chain, heir)
    chain.report(track)
    assert track.state == "VERIFYING"


@pytest.mark.parametrize(("kind", "seen"), [(SuccessionKind.ABSORBED, True), (SuccessionKind.SPLIT_OFF, False)])
def test_a_successor_reads_what_was_put_before_a_company_that_is_gone_also_where_that_was_over_before(
    session: Session, now: datetime, kind: SuccessionKind, seen: bool
) -> None:
    desk = Desk(session, now)
    it = desk.disputed()
    asked = desk.letters("forwarding", it.forwardings[0].id)
    track = cases.open(session, [it], title="", actor=desk.officer, now=now).tracks[0]
    heir = party(session, "远岬消费金融有限公司", basis=None)
    said: dict[str, Any] = {"kind": kind, "from_on": now.date(), "evidence": EVIDENCE, "version": None, "now": now}
    successions.record(session, track.party, heir, matters=[f"case_track:{track.id}"], actor=desk.head, **said)
    made = made_for(session, track)
    assert ({"D05b"} <= {each.kind for each in made.entries}, "D05b" in asked) == (seen, True)
    assert not list(file_views.made_for_this_respondent(_viewing(session, track, made, now)))
    assert {each.mark.split(":")[0] for each in queries_volumes.main(session, track)} >= {"document", "answer"}


def _viewing(session: Session, track: CaseTrack, made: Made, now: datetime) -> Ask:
    reader = Actor(1, frozenset({"respondent", "lead"}), party_id=track.party_id)
    return Ask(session, track, reader, {"made": made}, now)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_successor_reads_in_what_follows_a_letter_that_its_predecessor_had_it(
    session: Session, now: datetime, language: Lang
) -> None:
    desk = Desk(session, now)
    it, heir = desk.forwarded(), party(session, "远岬消费金融有限公司", basis=None)
    heir.language, heir.name_en, gone = language, "Yuanjia Consumer Finance Co., Ltd.", desk.lender.name(language)
    said: dict[str, Any] = {"from_on": now.date(), "evidence": EVIDENCE, "version": None, "now": now}
    kind, matters = SuccessionKind.ABSORBED, [f"forwarding:{it.id}"]
    successions.record(session, desk.lender, heir, kind=kind, matters=matters, actor=desk.head, **said)
    asked = Ask(session, it, SYSTEM, {}, now, machine="forwarding")
    it.gaps = "通话录音"
    rows = ("F08", "D07a"), ("F12", "D07b")
    made = [making.drafts(replace(asked, row=FORWARDING.rows[row]), letter)[0] for row, letter in rows]
    assert {each.values["succession"] for each in made} == {clauses.BEFORE_IT[language == "en"].format(name=gone)}


def test_a_successor_reads_in_a_termination_who_was_told_of_the_case(chain: Chain, heir: Party) -> None:
    track = chain.filed()
    succeed(chain, heir, track)
    _terminate(chain, track, ground="MISTAKE")
    paper = notices.last_document(chain.session, ["D16c"], "track", track.id)
    assert paper is not None
    said = text_of(paper.frozen.blocks)
    assert clauses.BEFORE_IT[0].format(name=chain.lender.name_zh) in said
