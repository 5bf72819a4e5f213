"""What panels resolve: nothing harsher but on new facts, a case returned once, time opened again after an obstacle."""

import io
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, evidence, policies_recusals, recusals, tracks
from casework.models_cases import CaseTrack, Evidence
from casework.states import TRACK
from core.actors import Actor
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.machine import Ask
from notices import queries as notices
from notices.papers import text_of
from registry import clocks
from registry.models_accounts import Account
from registry.models_notifications import MAIL, Notification
from sanctions import (
    admissions,
    decisions,
    documents_hearings,
    hearings,
    motions,
    panels,
    queries_volumes,
    restorations,
    rounds,
    statements,
)
from sanctions.ladder_scores import Judged
from sanctions.models_resolutions import Motion, Restoration
from tests.builders_cases import actor
from tests.casework.test_company_told import chose
from tests.filestore import making_files as made
from tests.sanctions.hearing_room import HearingRoom


class Bench(HearingRoom):
    """A track on which a panel deliberates."""

    def sitting(self, measures: list[int] | None = None, code: str = "V-C04") -> tuple[CaseTrack, list[Actor]]:
        track = self.deliberating(measures or [1], code)
        return track, self.drawn(track, self.later(6))

    def found_later(self, track: CaseTrack, **changed: Any) -> Evidence:
        said = {"actor": actor(self.officer), "now": self.later(6), "shows": "新调取的通话记录", **changed}
        return evidence.add(self.session, track.case, io.BytesIO(made.picture()), "新.png", **said)

    def announce(self, track: CaseTrack, members: list[Actor], *choices: str, **changed: Any) -> Motion:
        """Somebody puts it, each member votes for itself, and the result is announced."""
        said = {
            "measures": [1, 2],
            "allegation": track.allegations[0],
            "new_facts": "另有三名无关人员被致电。",
            "evidence": [],
            "reasons": "新证据显示涉及人数更多。",
            "actor": members[0],
            "version": None,
            "now": self.later(7),
        }
        motions.put_harsher(self.session, track, **{**said, **changed})
        return self.settled(track, members, *choices, now=changed.get("now"))

    def send_back(self, track: CaseTrack, members: list[Actor], *choices: str, **changed: Any) -> Motion:
        said = {"questions": ["次数如何统计？"], "reasons": "事实未查清。", "actor": members[0], "version": None}
        motions.put_return(self.session, track, **{**said, "now": self.later(7), **changed})
        return self.settled(track, members, *choices, now=changed.get("now"))

    def settled(self, track: CaseTrack, members: list[Actor], *choices: str, now: datetime | None = None) -> Motion:
        when = now or self.later(7)
        for member, choice in zip(members, choices or ("FOR",) * 3, strict=False):
            motions.vote(self.session, track, choice=choice, reasons="理由充分", actor=member, now=when)
        return motions.settle(self.session, track, actor=members[0], now=when)

    def hindered(self, track: CaseTrack, **changed: Any) -> Restoration:
        ended = (self.later(3)).date()
        said = {"obstacle": "台风停电，无法提交。", "ended_on": ended, "actor": actor(self.lead), "now": self.later(7)}
        return restorations.ask_for(self.session, track, **{**said, **changed})

    def open_again(self, track: CaseTrack, member: Actor, **changed: Any) -> None:
        said = {"not_own": True, "reasons": "属实。", "actor": member, "version": None, "now": self.later(8)}
        restorations.grant(self.session, track, **{**said, **changed})


@pytest.fixture
def bench(session: Session, now: datetime) -> Bench:
    return Bench(session, now)


def test_new_facts_bring_a_new_notice_and_the_full_time_again(bench: Bench) -> None:
    track, members = bench.sitting()
    proof = bench.found_later(track)
    bench.announce(track, members, evidence=[proof])
    assert (track.state, track.round, track.proposed_level) == ("NOTICE_ISSUED", 2, 2)
    assert not bench.live(track, "K18")
    notice = bench.serve(track, "D17", bench.later(7))
    assert track.state == "PRE_NOTICE"
    assert bench.live(track, "K14")
    text = text_of(notice.frozen.blocks)
    assert "另有三名无关人员被致电" in text
    assert "新调取的通话记录" in text
    record = notices.last_document(bench.session, ["D31"], "track", track.id)
    assert record is not None
    said = text_of(record.frozen.blocks)
    assert "不因当事单位陈述、申辩或者申请听证而作出" in said
    assert "委员" in said
    statements.state(bench.session, track, text="补充", actor=actor(bench.lead), now=bench.later(8))
    assert not rounds.statements(bench.session, track)[-1].late


def test_a_harsher_notice_and_its_decision_tell_what_was_weighed_before(bench: Bench) -> None:
    track = bench.reported()
    bench.propose(track, [1], judged={"M4": Judged("yes", "主动提交全部录音", "")})
    bench.serve(track, "D17", bench.later(4))
    statements.waive(bench.session, track, confirmed=True, actor=actor(bench.lead), now=bench.later(5))
    members = bench.drawn(track, bench.later(6))
    bench.announce(track, members, evidence=[bench.found_later(track)])
    notice = text_of(bench.serve(track, "D17", bench.later(7)).frozen.blocks)
    weighed = "从轻情节：及早、全面配合（主动提交全部录音）"
    assert [notice.count(each) for each in (weighed, "受影响人数为2人", "新证据显示涉及人数更多")] == [1, 1, 1]
    assert "拟采取较此前更重措施所依据的新事实：另有三名无关人员被致电" in notice
    statements.waive(bench.session, track, confirmed=True, actor=actor(bench.lead), now=bench.later(8))
    by = {"actor": bench.vote(track, *["PROPOSED"] * 3, now=bench.later(8))[0], "now": bench.later(9)}
    decisions.decide(bench.session, track, reasons="事实清楚。", statement_dealt="", **by)  # type: ignore[arg-type]
    decision = notices.last_document(bench.session, ["D20"], "track", track.id)
    assert decision is not None
    assert weighed in text_of(decision.frozen.blocks)


def test_nothing_is_admitted_or_given_up_on_a_page_of_the_notice_before(bench: Bench) -> None:
    track, members = bench.sitting()
    bench.announce(track, members, evidence=[bench.found_later(track)])
    bench.serve(track, "D17", bench.later(7))
    said: dict[str, Any] = {"actor": actor(bench.lead), "now": bench.later(8), "seen": 1}
    signed = {"text": "", "signed_by": "周岚", "position": "副总经理", "authorised": True, "told": True}
    for deed in (
        lambda: admissions.admit(bench.session, track, **signed, **said),
        lambda: statements.waive(bench.session, track, confirmed=True, **said),
        lambda: hearings.waive(bench.session, track, confirmed=True, **said),
    ):
        with pytest.raises(Changed):
            deed()
    assert (track.state, track.round) == ("PRE_NOTICE", 2), "what was read was the lighter one"
    admissions.admit(bench.session, track, **signed, **{**said, "seen": 2})
    assert track.state == "ADMITTED"


@pytest.mark.parametrize("returned", [False, True])
def test_what_was_stated_before_a_new_notice_is_read_and_dealt_with(bench: Bench, *, returned: bool) -> None:
    track = bench.noticed([1], "V-C04")
    statements.state(bench.session, track, text="次数有误，请核对。", actor=actor(bench.lead), now=bench.later(5))
    statements.waive(bench.session, track, confirmed=True, actor=actor(bench.lead), now=bench.later(5))
    members = bench.drawn(track, bench.later(6))
    if returned:
        bench.send_back(track, members)
        bench.found(track, bench.later(8))
        bench.propose(track, [1], now=bench.later(9))
    else:
        bench.announce(track, members, evidence=[bench.found_later(track)])
    bench.serve(track, "D17", bench.later(9))
    statements.waive(bench.session, track, confirmed=True, actor=actor(bench.lead), now=bench.later(10))
    by = {"actor": bench.vote(track, *["PROPOSED"] * 3, now=bench.later(10))[0], "now": bench.later(11)}
    with pytest.raises(BadInput, match="陈述"):
        decisions.decide(bench.session, track, reasons="事实清楚。", statement_dealt="", **by)  # type: ignore[arg-type]
    said = {"reasons": "事实清楚。", "statement_dealt": "经核对，次数无误。"}
    decisions.decide(bench.session, track, **said, **by)  # type: ignore[arg-type]
    decision = notices.last_document(bench.session, ["D20"], "track", track.id)
    assert decision is not None
    told = text_of(decision.frozen.blocks)
    assert ["次数有误，请核对。" in told, "经核对，次数无误。" in told] == [True, True]


def test_a_decision_after_a_new_notice_tells_of_the_hearing_before_it(bench: Bench) -> None:
    track, members = bench.ready()
    bench.hold(track, members[0])
    said = {"measures": [1, 5], "evidence": [bench.found_later(track)], "now": bench.after(track)}
    bench.announce(track, members, *["FOR"] * 5, **said)
    assert "举行听证，听取了" in documents_hearings.summary(bench.session, track, "zh")


def test_what_only_new_facts_establish_has_its_correction_in_the_order(bench: Bench) -> None:
    track = bench.filed()
    said = {"facts": "向同事透露欠款", "actor": actor(bench.officer), "now": bench.now}
    about = cases.allege(bench.session, track, code="V-I01", **said)  # type: ignore[arg-type]
    bench.serve(track, "D11b")
    tracks.explain(bench.session, track, text="情况说明", actor=actor(bench.lead), now=bench.later(1))
    bench.found(track, bench.later(2), "ESTABLISHED")
    about.finding = "UNPROVEN"
    bench.session.flush()
    bench.propose(track, [1, 2])
    bench.serve(track, "D17", bench.later(4))
    statements.waive(bench.session, track, confirmed=True, actor=actor(bench.lead), now=bench.later(5))
    members = bench.drawn(track, bench.later(6))
    said = {"allegation": about, "measures": [1, 2, 3], "new_facts": "短信载明欠款金额。"}
    bench.announce(track, members, evidence=[bench.found_later(track)], **said)
    kept = rounds.proposal(bench.session, track)
    assert kept is not None
    assert [each["problem"] for each in kept.terms["1"]["items"]] == [
        "10月7日至10日致电无关人员共六次",
        "向同事透露欠款。短信载明欠款金额。",
    ]
    assert len(kept.terms["2"]["topics"]) == 2


def test_a_major_measure_on_new_facts_opens_both_windows(bench: Bench) -> None:
    track, members = bench.sitting([1], "V-C04")
    bench.announce(track, members, evidence=[bench.found_later(track)], measures=[1, 4])
    assert track.major
    bench.serve(track, "D17", bench.later(7))
    assert [bench.live(track, key) for key in ("K14", "K15", "K16")] == [False, True, True]
    hearings.ask_for(bench.session, track, wishes="听证", actor=actor(bench.lead), now=bench.later(8))
    assert track.state == "HEARING_ASKED"


def test_nothing_harsher_rests_on_the_statement_the_hearing_or_what_was_known(bench: Bench) -> None:
    """I-23, tried with everything that the respondent's defence brought."""
    track, members = bench.sitting()
    for purpose in ("STATEMENT", "EXPLANATION", "ANSWER"):
        handed = evidence.hand_in(
            bench.session,
            track,
            io.BytesIO(made.picture()),
            "陈述.png",
            purpose=purpose,
            actor=actor(bench.lead),
            now=bench.later(6),
        )
        with pytest.raises(BadInput):
            bench.announce(track, members, evidence=[handed])
    heard = evidence.put_on_record(
        bench.session,
        track,
        io.BytesIO(made.picture()),
        "听证.png",
        actor=members[0],
        now=bench.later(6),
        shows="听证录像",
    )
    for known in (heard, track.allegations[0].evidence[0]):
        with pytest.raises(BadInput):
            bench.announce(track, members, evidence=[known])
    with pytest.raises(BadInput):
        bench.announce(track, members, evidence=[])
    assert (track.state, track.round) == ("DELIBERATION", 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"measures": [1]},
        {"measures": []},
        {"measures": [4, 5]},
        {"new_facts": " "},
        {"reasons": " "},
        {"allegation": None},
    ],
)
def test_what_is_not_whole_or_not_harsher_is_not_announced(bench: Bench, wrong: dict[str, Any]) -> None:
    track, members = bench.sitting()
    proof = bench.found_later(track)
    with pytest.raises(BadInput):
        bench.announce(track, members, **{"evidence": [proof], **wrong})
    assert track.round == 1


def test_the_tier_decides_the_row_and_only_the_panel_acts(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    track, members = bench.sitting()
    proof = bench.found_later(track)
    facts = {
        "measures": [1, 4],
        "terms": {},
        "new_facts": "新",
        "evidence": [proof],
        "reasons": "新",
    }
    facts["allegation"] = track.allegations[0]
    assert TRACK.refusals(Ask(bench.session, track, members[0], facts, bench.later(7)), "harsher_minor")
    with pytest.raises(NotAllowed):
        bench.announce(track, [actor(bench.head)], evidence=[proof])
    with pytest.raises(NotAllowed):
        bench.send_back(track, [actor(bench.secretary)])
    monkeypatch.setattr(policies_recusals, "is_open", lambda _session, _case_id: True)
    with pytest.raises(NotNow, match=r"回避"):
        bench.announce(track, members, evidence=[proof])


def test_each_member_votes_once_in_secret_and_a_lost_motion_ends(bench: Bench) -> None:
    track, members = bench.sitting()
    with pytest.raises(NotNow, match="没有"):
        bench.settled(track, members)
    motions.put_return(
        bench.session, track, questions=["次数？"], reasons="未查清", actor=members[0], version=None, now=bench.later(7)
    )
    said = {"choice": "FOR", "reasons": "未查清", "actor": members[0], "now": bench.later(7)}
    for wrong in ({"choice": "PROPOSED"}, {"reasons": " "}):
        with pytest.raises(BadInput):
            motions.vote(bench.session, track, **{**said, **wrong})
    motions.vote(bench.session, track, **said)
    with pytest.raises(NotNow, match="已经表决"):
        motions.vote(bench.session, track, **said)
    with pytest.raises(NotAllowed):
        motions.vote(bench.session, track, **{**said, "actor": actor(bench.head)})
    with pytest.raises(NotNow, match="表决人数不足"):
        motions.settle(bench.session, track, actor=members[0], now=bench.later(7))
    lost = bench.settled(track, members[1:], "AGAINST", "ABSTAIN")
    assert (lost.outcome, lost.tally) == ("LOST", {"cast": 3, "yes": 1, "no": 1, "abstained": 1})
    assert track.state == "DELIBERATION"
    assert len([each for each in queries_volumes.internal(bench.session, track) if each.title.startswith("动议")]) == 3


def test_a_motion_is_voted_on_before_anything_else_and_taken_back_by_whoever_put_it(bench: Bench) -> None:
    track, members = bench.sitting()
    said = {"questions": ["次数？"], "reasons": "未查清", "actor": members[0], "version": None, "now": bench.later(7)}
    motions.put_return(bench.session, track, **said)
    with pytest.raises(NotNow, match="先行表决"):
        motions.put_return(bench.session, track, **said)
    refused = TRACK.refusals(Ask(bench.session, track, members[0], {}, bench.later(7)), "decide_minor")
    assert any("先行表决" in str(each) for each in refused)
    with pytest.raises(NotAllowed):
        motions.withdraw(bench.session, track, actor=members[1], now=bench.later(7))
    motions.withdraw(bench.session, track, actor=members[0], now=bench.later(7))
    assert bench.send_back(track, members, "FOR", "FOR", "AGAINST").outcome == "CARRIED"


def test_a_vote_on_a_motion_of_a_member_who_was_replaced_counts_no_more(bench: Bench) -> None:
    """Of three the motion needs all: instead of whoever was locked out, the one drawn has to vote."""
    track, members = bench.sitting()
    said = {"questions": ["致电次数是多少？"], "reasons": "事实不清", "actor": members[0], "version": None}
    motion = motions.put_return(bench.session, track, **said, now=bench.later(7))  # type: ignore[arg-type]
    for member in members:
        motions.vote(bench.session, track, choice="FOR", reasons="理由充分", actor=member, now=bench.later(7))
    gone = bench.session.get_one(Account, members[2].id)
    gone.locked_at, gone.lock_reason = bench.later(7), "离任"
    bench.session.flush()
    panels.fill(bench.session, track, actor=actor(bench.secretary), now=bench.later(7))
    assert motion.tally == {"cast": 2, "yes": 2, "no": 0, "abstained": 0}
    with pytest.raises(NotNow, match="表决人数不足"):
        motions.settle(bench.session, track, actor=members[0], now=bench.later(7))


def test_no_motion_is_announced_while_a_vote_to_come_could_turn_it(bench: Bench) -> None:
    """Of five members four are enough, and two against two are not what the fifth makes of it."""
    track, members = bench.sitting([1, 4])
    said = {"questions": ["次数？"], "reasons": "未查清", "actor": members[0], "version": None, "now": bench.later(7)}
    motions.put_return(bench.session, track, **said)
    with pytest.raises(NotNow, match="尚未投出的票"):
        bench.settled(track, members, "FOR", "FOR", "AGAINST", "AGAINST")
    assert bench.settled(track, members[4:], "FOR").outcome == "CARRIED"


def test_after_the_last_day_of_the_panel_nobody_is_waited_for(bench: Bench) -> None:
    track, members = bench.sitting([1, 4])
    said = {"questions": ["次数？"], "reasons": "未查清", "actor": members[0], "version": None, "now": bench.later(7)}
    motion = motions.put_return(bench.session, track, **said)
    with pytest.raises(NotNow):
        bench.settled(track, members, "FOR", "FOR", "AGAINST", "AGAINST")
    with time_machine.travel(bench.later(200)):
        assert not list(motions.settle_refusals(bench.session, track, motion, members[0]))


def test_an_answer_to_one_request_for_lost_time_answers_no_later_one(bench: Bench) -> None:
    track, members = bench.sitting()
    first = bench.hindered(track)
    restorations.refuse(bench.session, track, reasons="自身原因", seen=first.id, actor=members[0], now=bench.later(7))
    second = bench.hindered(track, obstacle="住院。")
    said = {"seen": first.id, "actor": members[1], "now": bench.later(8)}
    with pytest.raises(Changed, match="又提出了新的申请"):
        restorations.refuse(bench.session, track, reasons="自身原因", **said)
    with pytest.raises(Changed, match="又提出了新的申请"):
        bench.open_again(track, members[1], seen=first.id)
    assert second.waits
    bench.open_again(track, members[1], seen=second.id)
    assert second.granted_at


def test_what_is_before_the_panel_is_put_anew_where_the_time_of_the_company_runs_again(bench: Bench) -> None:
    track, members = bench.sitting()
    said = {"questions": ["次数？"], "reasons": "未查清", "actor": members[0], "version": None, "now": bench.later(7)}
    motion = motions.put_return(bench.session, track, **said)
    bench.open_again(track, members[1], seen=bench.hindered(track).id)
    assert (motion.outcome, motion.ended_at is not None) == ("WITHDRAWN", True)


def test_a_recused_members_vote_on_a_motion_counts_no_more(bench: Bench) -> None:
    track, members = bench.sitting()
    said = {"questions": ["次数？"], "reasons": "未查清", "actor": members[0], "version": None, "now": bench.later(7)}
    motion = motions.put_return(bench.session, track, **said)
    for member in members:
        motions.vote(bench.session, track, choice="FOR", reasons="理由", actor=member, now=bench.later(7))
    recusals.declare(bench.session, track.case, ground="SHARES", facts="持有股权", actor=members[2], now=bench.later(7))
    assert (motion.tally or {})["cast"] == 2
    with pytest.raises(NotNow, match="表决人数不足"):
        motions.settle(bench.session, track, actor=members[0], now=bench.later(7))


def test_a_case_is_returned_once_with_questions_and_the_shorter_time(bench: Bench) -> None:
    track, members = bench.sitting()
    for wrong in ({"questions": [" "]}, {"reasons": ""}):
        with pytest.raises(BadInput):
            bench.send_back(track, members, **wrong)
    bench.send_back(track, members)
    assert track.state == "INVESTIGATING"
    clock = clocks.live(bench.session, "K11", ("track", track.id))
    assert clock is not None
    assert clock.length == 20
    record = notices.last_document(bench.session, ["D31"], "track", track.id)
    assert record is not None
    assert "次数如何统计" in text_of(record.frozen.blocks)
    bench.found(track, bench.later(8))
    bench.propose(track, [1], now=bench.later(8), reasons="补充调查后仍建议整改")
    bench.serve(track, "D17", bench.later(8))
    statements.waive(bench.session, track, confirmed=True, actor=actor(bench.lead), now=bench.later(9))
    again = bench.drawn(track, bench.later(9))
    with pytest.raises(NotNow, match=r"一次"):
        bench.send_back(track, again, now=bench.later(9))


def test_a_case_that_ends_after_its_return_says_that_what_was_announced_is_not_pursued(bench: Bench) -> None:
    track, members = bench.sitting()
    announced = notices.last_document(bench.session, ["D17"], "track", track.id)
    bench.send_back(track, members)
    bench.found(track, bench.later(8), "NOT_ESTABLISHED")
    bench.propose(track, [], now=bench.later(8))
    made = notices.last_document(bench.session, ["D16a"], "track", track.id)
    assert made is not None
    assert announced is not None
    said = text_of(made.frozen.blocks)
    assert f"此前以{announced.number}告知你单位拟采取的自律措施，本协会不再采取。" in said


def test_after_a_return_nothing_harsher_is_proposed_but_on_new_facts(bench: Bench) -> None:
    track, members = bench.sitting()
    bench.send_back(track, members)
    bench.found(track, bench.later(8))
    with pytest.raises(BadInput, match="不得重于"):
        bench.propose(track, [1, 2], now=bench.later(8))
    defence = evidence.put_on_record(
        bench.session, track, io.BytesIO(made.picture()), "听证.png", actor=members[0], now=bench.later(8), shows="录像"
    )
    proofs = track.allegations[0].evidence
    track.allegations[0].evidence = [defence]
    with pytest.raises(BadInput, match="证据"):
        bench.propose(track, [1, 2], now=bench.later(8), new_facts="另查明三人")
    track.allegations[0].evidence = proofs
    bench.propose(track, [1, 2], now=bench.later(8), new_facts="另查明三人")
    notice = notices.last_document(bench.session, ["D17"], "track", track.id)
    assert notice is not None
    assert "另查明三人" in text_of(notice.frozen.blocks)


def test_members_who_wish_to_are_told_that_they_were_drawn_and_of_each_vote_that_begins(bench: Bench) -> None:
    for person in bench.panel:
        chose(bench.session, person.id, votes=MAIL)
    track = bench.noticed([1], "V-C04")
    members = bench.drawn(track)
    statements.waive(bench.session, track, confirmed=True, actor=actor(bench.lead), now=bench.later(5))
    said = {"questions": ["次数如何统计？"], "reasons": "事实未查清。", "actor": members[0], "version": None}
    motions.put_return(bench.session, track, **said, now=bench.later(7))  # type: ignore[arg-type]
    told = bench.session.execute(select(Notification.event, Notification.account_id)).all()
    every = {each.id for each in members}
    others = every - {members[0].id}
    wanted = Counter([*(("drawn", each) for each in every), *(("vote", each) for each in every)])
    wanted += Counter([("drawn_for", bench.lead.id or 0)])  # the company hears of the draw as well
    assert Counter(tuple(each) for each in told) == wanted + Counter(("vote", each) for each in others)
