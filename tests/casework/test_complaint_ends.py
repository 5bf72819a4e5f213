"""How a complaint ends by those whose it is: settled, withdrawn, merged, parted again, looked at again."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from casework import (
    complaints,
    expiries,
    forwardings,
    intake,
    messages,
    policies,
    putting_right_days,
    rechecks,
    settlements,
    triage,
)
from casework.intake import Company, EvidenceFile
from casework.models import Complaint, Task
from casework.models_cases import Evidence
from complainants import queries_tracking, stages
from core.actors import NOBODY
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from core.journal import JournalEntry, settle
from filestore import files
from notices import queries
from notices.models import Document
from notices.states import ENDED
from portal import queries_portal
from registry import clock_moves, clocks
from registry.models_clocks import ClockState
from tests.builders import MAIL, Desk, account, actor_of, known_year, person_of, submission
from tests.casework.test_complaints import desk, runs, tasks
from tests.filestore import making_files as made

__all__ = ["desk"]


def test_c19_both_sides_settle_the_same_terms(desk: Desk) -> None:
    complaint = desk.accepted(desk.lender, desk.firm)
    own = person_of(complaint)
    terms = "停止联系第三人并书面致歉"
    settlements.propose(desk.session, complaint, terms, actor=desk.lead, now=desk.now)
    assert not settlements.confirm(desk.session, complaint, terms=terms, actor=desk.firm_lead, now=desk.now)
    with pytest.raises(BadInput):
        settlements.confirm(desk.session, complaint, terms=terms, actor=own, now=desk.now)
    with pytest.raises(NotNow):
        settlements.confirm(desk.session, complaint, terms="别的", pressure=False, actor=own, now=desk.now)
    assert settlements.confirm(desk.session, complaint, terms=terms, pressure=False, actor=own, now=desk.now)
    assert (complaint.state, complaint.outcome, complaint.pressure) == ("CLOSED", "SETTLED", False)
    assert tasks(desk, "screen"), "what both agreed on does not end the matter"
    letter = queries.last_document(desk.session, ["D08"], "complaint", complaint.id)
    assert letter is not None
    names = "、".join(each.party.name_zh for each in complaint.forwardings)
    told = f"您与{names}已达成和解，投诉办结。和解方案：{terms}。对方未按该方案履行的，您可以另行提出投诉"
    assert told in str(letter.paper)


def test_c19_new_terms_undo_every_agreement_and_members_agree_to_nothing(desk: Desk) -> None:
    complaint = desk.accepted()
    own = person_of(complaint)
    settlements.propose(desk.session, complaint, "甲", actor=own, now=desk.now)
    with pytest.raises(NotAllowed):
        settlements.confirm(desk.session, complaint, terms="甲", actor=desk.member, now=desk.now)
    settlements.propose(desk.session, complaint, "乙", actor=desk.lead, now=desk.now)
    assert complaint.state == "FORWARDED"
    assert settlements.confirm(desk.session, complaint, terms="乙", pressure=True, actor=own, now=desk.now)
    assert tasks(desk, "retaliation")[0].urgent


def test_c19_whoever_proposes_other_terms_is_asked_about_pressure_anew(desk: Desk) -> None:
    complaint = desk.accepted(desk.lender, desk.firm)
    own, said = person_of(complaint), {"terms": "乙", "now": desk.now}
    settlements.propose(desk.session, complaint, "甲", actor=desk.lead, now=desk.now)
    settlements.confirm(desk.session, complaint, terms="甲", pressure=False, actor=own, now=desk.now)
    settlements.propose(desk.session, complaint, "乙", actor=own, now=desk.now)
    for each in (desk.lead, desk.firm_lead):
        assert not settlements.confirm(desk.session, complaint, actor=each, **said)
    assert settlements.confirm(desk.session, complaint, actor=own, pressure=False, **said)


def test_c19_nobody_settles_alone_where_no_company_is_left_that_could_agree(desk: Desk) -> None:
    complaint = desk.accepted()
    own = person_of(complaint)
    complaint.severity = policies.GRAVE
    complaints.escalate(desk.session, complaint, why="x", actor=desk.officer, now=desk.now)
    forwardings.not_ours(desk.session, complaint.forwardings[0], why="非我司客户", actor=desk.lead, now=desk.now)
    forwardings.accept_return(desk.session, complaint.forwardings[0], actor=desk.intake, now=desk.now)
    settlements.propose(desk.session, complaint, "甲", actor=own, now=desk.now)
    assert not settlements.confirm(desk.session, complaint, terms="甲", pressure=False, actor=own, now=desk.now)
    assert complaint.state == "ESCALATED"


def test_c20_withdrawal_asks_about_pressure_and_ends_everything(desk: Desk) -> None:
    forwarding = desk.forwarded()
    complaint = forwarding.complaint
    own = person_of(complaint)
    with pytest.raises(BadInput):
        complaints.withdraw(desk.session, complaint, pressure=None, actor=own, now=desk.now)
    with pytest.raises(NotAllowed):
        complaints.withdraw(desk.session, complaint, pressure=False, actor=NOBODY, now=desk.now)
    complaints.withdraw(desk.session, complaint, pressure=True, actor=own, now=desk.now)
    assert (complaint.state, complaint.outcome, forwarding.state) == ("WITHDRAWN", "WITHDRAWN", "CLOSED")
    assert tasks(desk, "retaliation")
    assert tasks(desk, "screen")
    assert clocks.live(desk.session, "K03", ("forwarding", forwarding.id)) is None


def test_c20_a_letter_that_nobody_was_served_is_void_by_itself_and_no_word_of_the_person_says_why(desk: Desk) -> None:
    complaint = desk.accepted()
    complaints.withdraw(desk.session, complaint, pressure=False, actor=person_of(complaint), now=desk.now)
    letter = desk.session.scalars(select(Document).where(Document.kind == "D05b")).one()
    assert (letter.void_at, letter.void_reason) == (desk.now, ENDED)


def test_what_was_withdrawn_unread_does_not_count_the_check_as_done(desk: Desk) -> None:
    def passed(complaint: Complaint) -> list[str]:
        complaints.withdraw(desk.session, complaint, pressure=False, actor=person_of(complaint), now=desk.now)
        found = queries_tracking.tracking(desk.session, complaint.id)
        assert found is not None
        return [str(each["text"]) for each in stages.of(found)]

    assert passed(desk.received()) == ["收到", "已撤回"]
    assert "协会审查是否受理" in passed(desk.forwarded().complaint)


def test_c20_staff_note_a_withdrawal_in_the_name_of_the_person(desk: Desk) -> None:
    complaint = desk.received()
    complaints.withdraw(desk.session, complaint, pressure=False, actor=desk.intake, now=desk.now)
    settle(desk.session)
    entry = desk.session.scalar(select(JournalEntry).where(JournalEntry.row == "C20"))
    assert entry.actor == f"account:{desk.intake.id}"


def test_c20_withdrawal_voids_letters_on_their_way(desk: Desk) -> None:
    forwarding = desk.accepted().forwardings[0]
    complaints.withdraw(
        desk.session, forwarding.complaint, pressure=False, actor=person_of(forwarding.complaint), now=desk.now
    )
    letter = desk.session.scalar(select(Document).where(Document.kind == "D05b"))
    assert letter.void_at is not None


def test_a_case_goes_on_after_a_withdrawal(desk: Desk) -> None:
    complaint = desk.disputed()
    complaints.escalate(desk.session, complaint, why="多人佐证", actor=desk.officer, now=desk.now)
    complaints.withdraw(desk.session, complaint, pressure=False, actor=person_of(complaint), now=desk.now)
    assert {track.state for track in policies.tracks_of(desk.session, complaint)} == {"SCREENING"}


# Merging


def twins(desk: Desk) -> tuple[Complaint, Complaint]:
    return desk.received(), desk.received()


def test_c23_c25_the_same_matter_follows_its_lead_to_the_end(desk: Desk) -> None:
    lead, second = twins(desk)
    triage.merge(desk.session, second, lead=lead, same_facts=True, actor=desk.intake, now=desk.now)
    assert (second.state, runs(desk, "K01", second)) == ("MERGED", None)
    complaints.withdraw(desk.session, lead, pressure=False, actor=person_of(lead), now=desk.now)
    assert (second.state, second.outcome) == ("CLOSED", "DUPLICATE")
    assert desk.letters("complaint", second.id)[-1] == "D08"


def test_c23_only_the_same_person_respondents_and_facts_are_merged(desk: Desk) -> None:
    lead, second = twins(desk)
    stranger = desk.received(contact="13900001111")
    firm, lender = Company("FIRM", "NAME", desk.firm.name_zh), Company("INSTITUTION", "NAME", desk.lender.name_zh)
    elsewhere, both = desk.received(companies=[firm]), desk.received(companies=[lender, firm])
    told = ((second, lead, False), (stranger, lead, True), (elsewhere, lead, True), (both, lead, True))
    for one, to, same in (*told, (lead, lead, True)):
        with pytest.raises(BadInput):
            triage.merge(desk.session, one, lead=to, same_facts=same, actor=desk.intake, now=desk.now)
    complaints.withdraw(desk.session, lead, pressure=False, actor=person_of(lead), now=desk.now)
    with pytest.raises(BadInput):
        triage.merge(desk.session, second, lead=lead, same_facts=True, actor=desk.intake, now=desk.now)


def test_c24_parted_again_later_messages_are_shared_out(desk: Desk) -> None:
    lead, second = twins(desk)
    triage.merge(desk.session, second, lead=lead, same_facts=True, actor=desk.intake, now=desk.now)
    written = messages.write(desk.session, lead, "关于第二件事", actor=person_of(lead), now=desk.now)
    said = {"actor": desk.intake, "now": desk.now}
    with pytest.raises(BadInput):
        triage.unmerge(desk.session, second, why="", messages=[], **said)
    with pytest.raises(BadInput):
        triage.unmerge(desk.session, second, why="事实不同", messages=None, **said)
    triage.unmerge(desk.session, second, why="事实不同", messages=[written.id], **said)
    assert (second.state, second.lead_id) == ("RECEIVED", None)
    assert [message.body for message in desk.thread(second)] == ["关于第二件事"]
    assert runs(desk, "K01", second) is ClockState.RUNNING


def test_c24_a_day_of_receipt_put_right_says_nothing_of_a_time_that_counts_from_the_parting(desk: Desk) -> None:
    lead, second = twins(desk)
    second.channel = "LETTER"
    said = {"actor": desk.intake, "now": desk.now + timedelta(days=3)}
    triage.merge(desk.session, second, lead=lead, same_facts=True, **said)
    triage.unmerge(desk.session, second, why="事实不同", messages=[], **said)
    day = day_of(desk.now) - timedelta(days=2)
    putting_right_days.receipt(desk.session, second, day=day, why="来信邮戳", **said)
    clock = clock_moves.newest(desk.session, "K01", ("complaint", second.id))
    assert (second.received_on, clock and clock.day0) == (day, day_of(said["now"]))
    told = desk.thread(second)[-1].body
    assert ("更正为" in told, "自该日起计算" in told) == (True, False)


def test_nobody_is_asked_any_more_about_a_time_that_counted_from_a_mistyped_year(desk: Desk) -> None:
    told = submission(channel="LETTER", conduct_from=None, conduct_to=None, came_on=date(2006, 11, 20))
    it, _code = intake.submit(desk.session, told, key="letter", actor=desk.intake, now=desk.now)
    clock = clock_moves.newest(desk.session, "K01", ("complaint", it.id))
    assert clock is not None
    expiries.alert(desk.session, clock, "estimate")  # as the sweep does where the year's calendar is not there
    open_tasks = select(Task.kind).where(Task.kind.startswith("clock_"), Task.done_at.is_(None))
    assert desk.session.scalars(open_tasks).all() == ["clock_estimate:K01"]
    day = day_of(desk.now) - timedelta(days=2)
    putting_right_days.receipt(desk.session, it, day=day, why="来信邮戳", actor=desk.intake, now=desk.now)
    assert desk.session.scalars(open_tasks).all() == []


def test_c24_people_covered_in_a_file_stay_covered_where_it_is_shared_out(desk: Desk) -> None:
    lead, second = twins(desk)
    triage.merge(desk.session, second, lead=lead, same_facts=True, actor=desk.intake, now=desk.now)
    kept, covered = (files.keep(desk.session, BytesIO(made.picture(size=(9, 9 + each))), "聊天.png") for each in (0, 1))
    given = EvidenceFile(kept.sha256, "聊天.png", kept.media_type, kept.size, shared=True)
    (it,) = intake.add_evidence(desk.session, lead, [given], now=desk.now, actor=person_of(lead))
    it.covered_sha256, it.covered_type, it.covered_size = covered.sha256, covered.media_type, covered.size
    it.covered_by, it.covered_at, it.cover_checked_by, it.cover_checked_at = (
        *(desk.officer.id, desk.now),
        *(desk.intake.id, desk.now),
    )
    desk.session.flush()
    said = {"why": "事实不同", "messages": [], "files": [it.id], "actor": desk.intake, "now": desk.now}
    triage.unmerge(desk.session, second, **said)
    desk.session.flush()
    copy = desk.session.scalars(select(Evidence).where(Evidence.complaint_id == second.id)).one()
    assert queries_portal.as_file(copy).sha256 == covered.sha256


def test_c25_what_follows_a_complaint_that_was_itself_merged_ends_with_the_last(desk: Desk) -> None:
    lead, second = twins(desk)
    third = desk.received()
    said = {"actor": desk.intake, "now": desk.now}
    triage.merge(desk.session, third, lead=second, same_facts=True, **said)
    triage.merge(desk.session, second, lead=lead, same_facts=True, **said)
    complaints.withdraw(desk.session, lead, pressure=False, actor=person_of(lead), now=desk.now)
    assert [(each.state, each.outcome) for each in (second, third)] == [("CLOSED", "DUPLICATE")] * 2
    assert all(desk.letters("complaint", each.id)[-1] == "D08" for each in (second, third))


def test_c24_what_came_to_the_last_of_several_merged_ones_is_shared_out_too(desk: Desk) -> None:
    lead, second = twins(desk)
    third = desk.received()
    said = {"actor": desk.intake, "now": desk.now}
    triage.merge(desk.session, third, lead=second, same_facts=True, **said)
    triage.merge(desk.session, second, lead=lead, same_facts=True, **said)
    written = messages.write(desk.session, lead, "关于第三件事", actor=person_of(lead), now=desk.now)
    triage.unmerge(desk.session, third, why="事实不同", messages=[written.id], **said)
    assert [each.body for each in desk.thread(third)] == ["关于第三件事"]
    assert (third.state, second.state, second.lead_id) == ("RECEIVED", "MERGED", lead.id)


def test_what_ended_with_its_lead_and_is_looked_at_again_leads_another_one(desk: Desk) -> None:
    lead, second = twins(desk)
    triage.merge(desk.session, second, lead=lead, same_facts=True, actor=desk.intake, now=desk.now)
    complaints.withdraw(desk.session, lead, pressure=False, actor=person_of(lead), now=desk.now)
    rechecks.recheck(desk.session, second, why="误并", own_error=True, actor=desk.head, now=desk.now)
    third = desk.received()
    assert second.complainant is not None
    assert third.complainant is not None
    offered = policies.open_with(desk.session, third.complainant.contact_hash or b"")
    assert offered == [third, second]
    triage.merge(desk.session, third, lead=second, same_facts=True, actor=desk.intake, now=desk.now)
    assert policies.open_with(desk.session, second.complainant.contact_hash or b"") == [second]


# Looking again


def test_c29_a_rejection_is_looked_at_again_once_by_somebody_new(desk: Desk) -> None:
    complaint = desk.received()
    triage.reject(desk.session, complaint, reason="NO_FACTS", ways=["x"], actor=desk.intake, now=desk.now)
    desk.serve("complaint", complaint.id, "D03")
    known_year(desk.session)
    with pytest.raises(BadInput):
        rechecks.recheck(desk.session, complaint, why="", actor=desk.head, now=desk.now)
    with pytest.raises(NotNow):
        rechecks.recheck(desk.session, complaint, why="补充", actor=desk.head, now=desk.on(40))
    complaint.ended_by = desk.head.id
    with pytest.raises(NotAllowed):
        rechecks.recheck(desk.session, complaint, why="补充", actor=desk.head, now=desk.now)
    complaint.ended_by = desk.intake.id
    desk.session.flush()
    rechecks.recheck(desk.session, complaint, why="有新材料", actor=desk.head, now=desk.now)
    assert (complaint.state, complaint.reason, complaint.rechecked) == ("RECEIVED", None, True)
    somebody_new = actor_of(account(desk.session, "受理丙", "intake"))
    triage.reject(desk.session, complaint, reason="NO_FACTS", ways=["x"], actor=somebody_new, now=desk.now)
    with pytest.raises(NotNow):
        rechecks.recheck(desk.session, complaint, why="再来", actor=desk.head, now=desk.now)


def test_letters_of_an_end_offer_a_new_look_while_there_was_none_and_never_after(desk: Desk) -> None:
    complaint = desk.disputed()
    complaints.close(desk.session, complaint, why="无违规", actor=desk.officer, now=desk.now)
    outside = [Company("FIRM", "NAME", "远山信息咨询有限公司")]
    rejected, referred = desk.received(contact="13900001111"), desk.received(contact=MAIL, companies=outside)
    triage.reject(desk.session, rejected, reason="NO_FACTS", ways=["x"], actor=desk.intake, now=desk.now)
    to = triage.Referral("蓝湾市金融监管局", "不属于本协会范围")
    triage.refer_out(desk.session, referred, to, actor=desk.intake, now=desk.now)

    def offered() -> list[bool]:
        ends = (("D08", complaint), ("D03", rejected), ("D04b", referred))
        made = (queries.last_document(desk.session, [kind], "complaint", it.id) for kind, it in ends)
        return ["重新审查一次" in str(each.paper["paper"]) for each in made if each is not None]

    assert offered() == [True, True, True]
    for each in (complaint, rejected, referred):
        rechecks.recheck(desk.session, each, why="漏看材料", own_error=True, actor=desk.head, now=desk.now)
    somebody_new = actor_of(account(desk.session, "受理丙", "intake", "officer"))
    complaints.close(desk.session, complaint, why="仍无违规", actor=somebody_new, now=desk.now)
    triage.reject(desk.session, rejected, reason="NO_FACTS", ways=["x"], actor=somebody_new, now=desk.now)
    triage.refer_out(desk.session, referred, to, actor=somebody_new, now=desk.now)
    assert offered() == [False, False, False]


def test_c30_a_closed_complaint_is_checked_again_but_not_an_accepted_one(desk: Desk) -> None:
    complaint = desk.disputed()
    complaints.close(desk.session, complaint, why="无违规", actor=desk.officer, now=desk.now)
    rechecks.recheck(desk.session, complaint, why="漏看材料", own_error=True, actor=desk.head, now=desk.on(90))
    assert (complaint.state, runs(desk, "K06", complaint)) == ("DISPUTED", ClockState.RUNNING)
    accepted = desk.released(contact="13900001111")
    complaints.accept_reply(desk.session, accepted, actor=person_of(accepted), now=desk.now)
    with pytest.raises(NotNow):
        rechecks.recheck(desk.session, accepted, why="反悔", actor=desk.head, now=desk.now)


# Around them
