"""What is under way when a company goes on as another: whose conduct it is, who is told, which numbers stay stopped."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clauses, complaints, forwardings, leads, matters, policies, settlements, stop_contacts, triage
from casework.documents_cases import _told
from casework.intake import Company
from casework.models import Complaint, Forwarding, Settlement, Task
from casework.models_cases import CaseComplaint, CaseTrack
from casework.models_stop_contacts import StopContact
from casework.policies_tracks import acted, basis_of
from core import journal
from core.clock import day_of
from core.errors import BadInput, NotNow, Refused
from core.mail import Mail
from desk import deeds_triage, queries_complaint
from desk.deeds_triage import why
from notices import queries as notices
from notices import serving
from notices.models import Document, Service
from registry import clocks, successions
from registry.models import VIA_PRINCIPAL, Party
from registry.models_accounts import Account
from registry.models_lineage import PartySuccession, SuccessionKind
from tests.builders import MASKED, Desk, account, actor_of, address, party, person_of, rendered, told_of
from tests.conftest import NOW

SINCE = date(2026, 11, 20)
"""Ten days after the conduct."""
NUMBER = "13900005678"


class Heirs(Desk):
    """The lender was taken in by a company that nothing bound when the conduct took place."""

    def __post_init__(self) -> None:
        """Enter it, with somebody who works there."""
        super().__post_init__()
        self.heir = party(self.session, "远岬消费金融有限公司", basis=None)
        self.heirs_lead = account(self.session, "远岬联系人", "respondent", "lead", party=self.heir)

    def succeed(
        self, *matters: Any, gone: Party | None = None, to: Party | None = None, **said: Any
    ) -> PartySuccession:
        """It goes on as that company since a day, and these matters go on against it."""
        given = {
            "kind": SuccessionKind.ABSORBED,
            "from_on": SINCE,
            "evidence": "吸收合并协议",
            "matters": [f"{each.__tablename__}:{each.id}" for each in matters],
            "actor": self.head,
            "version": None,
            "now": self.now,
        }
        return successions.record(self.session, gone or self.lender, to or self.heir, **{**given, **said})

    def put_before(self, it: Complaint, *whom: Party) -> None:
        """Intake accepts it (C07)."""
        numbers = [each.id for each in whom]
        triage.accept(self.session, it, respondents=numbers, masked_facts=MASKED, actor=self.intake, now=self.now)

    def waiting(self) -> Service:
        """The letter of a forwarding to the lender waits in its portal, and its people were told."""
        forwarding = self.accepted().forwardings[0]
        letter = notices.last_document(self.session, ["D05b"], "forwarding", forwarding.id)
        assert letter is not None
        service = rendered(self.session, letter, self.now)[0]
        serving.onward(self.session, service, self.now)
        assert service.state == "ALERTED"
        return service


@pytest.fixture
def desk(session: Session) -> Heirs:
    return Heirs(session, NOW)


def offered(desk: Heirs, it: Complaint) -> set[str]:
    return {each.party.name_zh for each in queries_complaint.candidates(desk.session, it) if each.reachable}


def track_of(desk: Heirs, of: Party) -> CaseTrack:
    return desk.session.scalars(select(CaseTrack).where(CaseTrack.party_id == of.id)).one()


def test_a_complaint_about_a_member_that_is_gone_is_put_before_its_successor_and_not_referred_away(desk: Heirs) -> None:
    desk.succeed()
    it = desk.received()
    assert offered(desk, it) == {desk.heir.name_zh, desk.firm.name_zh}
    assert why(deeds_triage.respondents(desk.session, it)[0]) == "承继青屿消费金融有限公司 · 会员"
    with pytest.raises(Refused, match=desk.heir.name_zh):
        triage.refer_out(desk.session, it, triage.Referral("监管机构", "不属本协会"), actor=desk.intake, now=NOW)
    desk.put_before(it, desk.heir)
    assert [each.party for each in it.forwardings] == [desk.heir]


def said_in(desk: Heirs, kind: str, machine: str, number: int) -> str:
    letter = notices.last_document(desk.session, [kind], machine, number)
    assert letter is not None
    return str(letter.paper)


def test_letters_say_whose_conduct_a_successor_is_asked_about_and_to_whom_the_complaint_went(desk: Heirs) -> None:
    it = desk.received()
    desk.succeed()
    desk.put_before(it, desk.heir)
    told = said_in(desk, "D05a", "complaint", it.id)
    assert f"{desk.lender.name_zh}：已由{desk.heir.name_zh}承继，您的投诉已转办该承继单位" in told
    assert "目前无法接收转办" not in told
    asked = said_in(desk, "D05b", "forwarding", it.forwardings[0].id)
    assert f"由{desk.lender.name_zh}实施，你单位承继其权利和义务" in asked
    assert "承继其权利" not in said_in(desk, "D05b", "forwarding", desk.accepted(desk.firm).forwardings[0].id)


def test_of_what_a_successor_did_itself_it_answers_for_as_whatever_bound_it(desk: Heirs) -> None:
    desk.succeed()
    own = desk.received(companies=[Company("INSTITUTION", "NAME", desk.heir.name_zh)])
    later = desk.received(conduct_from=SINCE, conduct_to=SINCE)
    for it in (own, later):
        assert desk.heir.name_zh not in offered(desk, it)
        with pytest.raises(BadInput):
            desk.put_before(it, desk.heir)


def test_the_last_of_several_successors_is_offered_also_for_the_principal_of_a_firm(desk: Heirs) -> None:
    last = party(desk.session, "汀洲消费金融有限公司", basis=None)
    desk.succeed()
    desk.succeed(gone=desk.heir, to=last)
    for named in (desk.lender, desk.firm):
        it = desk.received(companies=[Company(named.kind.value, "NAME", named.name_zh)])
        shown = {each.party for each in queries_complaint.candidates(desk.session, it)}
        assert last in shown
        assert desk.heir not in shown
        assert last.name_zh in offered(desk, it)


def test_a_case_against_the_successor_is_about_its_predecessor_and_rests_on_what_bound_that_one(desk: Heirs) -> None:
    it = desk.disputed()
    forwarding = it.forwardings[0]
    desk.succeed(forwarding)
    complaints.escalate(desk.session, it, why="仍在联系同事", actor=desk.officer, now=NOW)
    track = track_of(desk, desk.heir)
    assert (track.basis, basis_of(desk.session, track)) == ("MEMBERSHIP", "MEMBERSHIP")
    assert acted(desk.session, track) == desk.lender.id
    assert clauses.standing(desk.session, track).startswith(f"承继{desk.lender.name_zh}的权利和义务")


def firms_and_lenders(desk: Heirs) -> set[Party]:
    return set(desk.session.scalars(select(Party).join(CaseTrack, CaseTrack.party_id == Party.id)))


def test_a_case_against_a_successor_brings_in_the_firm_that_its_predecessor_engaged(desk: Heirs) -> None:
    it = desk.disputed()
    desk.succeed(it.forwardings[0])
    complaints.escalate(desk.session, it, why="仍在联系同事", actor=desk.officer, now=NOW)
    assert firms_and_lenders(desk) == {desk.heir, desk.firm}
    assert track_of(desk, desk.firm).engagement_id is not None
    assert desk.session.scalar(select(Task.id).where(Task.kind == "white_list")) is None


def test_for_the_lender_that_is_gone_since_the_day_of_the_conduct_its_successor_answers_beside_the_firm(
    desk: Heirs,
) -> None:
    it = desk.accepted(desk.firm, codes=["V-B01"])
    desk.succeed()
    complaints.escalate(desk.session, it, why="辱骂", actor=desk.officer, now=NOW)
    assert firms_and_lenders(desk) == {desk.heir, desk.firm}
    track = track_of(desk, desk.heir)
    assert (track.role, track.basis, acted(desk.session, track)) == ("PRINCIPAL", "MEMBERSHIP", desk.lender.id)


@pytest.mark.parametrize("known", [True, False])
def test_whoever_complained_of_what_the_predecessor_did_learns_that_no_case_is_filed(desk: Heirs, known: bool) -> None:
    every = [desk.disputed(), desk.received(), desk.received(companies=[Company("AGENCY", "NAME", "别家催收公司")])]
    it, by_name, other = every
    by_name.companies[0].party_id, other.companies[0].party_id = (desk.lender if known else desk.firm).id, None
    desk.succeed(it.forwardings[0])
    complaints.escalate(desk.session, it, why="仍在联系同事", actor=desk.officer, now=NOW)
    track = track_of(desk, desk.heir)
    desk.session.add_all(CaseComplaint(case_id=track.case_id, complaint_id=each.id) for each in (by_name, other))
    track.engagement_id = None
    desk.session.flush()
    desk.session.refresh(track.case)
    assert _told(desk.session, track) == [it, by_name]


def test_a_case_about_the_successors_own_conduct_rests_on_nothing_that_bound_its_predecessor(desk: Heirs) -> None:
    desk.succeed()
    it = desk.received(companies=[Company("INSTITUTION", "NAME", desk.heir.name_zh)])
    case = leads.new_case(
        desk.session,
        title=leads.Title("x"),
        source="COMPLAINT",
        day=day_of(NOW),
        conduct=leads.conduct_of([it]),
        officer_id=desk.officer.id,
    )
    leads.link(desk.session, case, it, actor=desk.officer, now=NOW)
    assert (
        leads.new_track(desk.session, case, leads.Respondent(desk.heir, "PRINCIPAL"), lead="x").basis == VIA_PRINCIPAL
    )


def test_a_letter_that_waits_is_told_to_the_successors_people_who_have_the_whole_time(desk: Heirs) -> None:
    service, at = desk.waiting(), desk.on(2)
    address(desk.session, desk.heir, desk.heirs_lead)
    forwarding = desk.session.get_one(Forwarding, service.document.subject_id)
    period = clocks.live(desk.session, "K28", ("service", service.id))
    assert period is not None
    was, (left, *_waits) = period.due_on, notices.alerts_of(desk.session, service.id)
    left.sent_at = NOW
    desk.succeed(forwarding, now=at)
    assert (service.party_id, service.state, service.alerted_at) == (desk.heir.id, "ALERTED", at)
    assert {each.to for each in notices.alerts_of(desk.session, service.id)} == {desk.heirs_lead.mail}
    every = {each.to for each in desk.session.scalars(select(Mail).where(Mail.key.startswith("alert:")))}
    assert every == {left.to, desk.heirs_lead.mail}, "what had not left yet goes to nobody of the former company"
    assert (period.day0, period.due_on) > (day_of(NOW), was)
    assert told_of(desk.session, "passed_on:") == {desk.heirs_lead.id}


def test_a_letter_that_waits_goes_on_paper_to_a_successor_that_nothing_reaches_online(desk: Heirs) -> None:
    service = desk.waiting()
    desk.succeed(desk.session.get_one(Forwarding, service.document.subject_id))
    assert (service.party_id, service.state) == (desk.heir.id, "READY")
    assert clocks.live(desk.session, "K28", ("service", service.id)) is None


def test_what_goes_back_to_the_predecessor_is_told_to_its_people_again(desk: Heirs) -> None:
    service = desk.waiting()
    address(desk.session, desk.heir, desk.heirs_lead)
    made = desk.succeed(desk.session.get_one(Forwarding, service.document.subject_id))
    said: dict[str, Any] = {"reason": "录入错误", "actor": desk.head, "version": None, "now": desk.on(1)}
    successions.withdraw(desk.session, made, **said)
    people = set(desk.session.scalars(select(Account.mail).where(Account.party_id == desk.lender.id)))
    assert {each.to for each in notices.alerts_of(desk.session, service.id)} == people
    assert desk.lead.id in told_of(desk.session, "passed_on:")


def asked_to_stop(desk: Heirs) -> StopContact:
    it = desk.received(role="UNRELATED")
    return stop_contacts.request(desk.session, it, number=NUMBER, own=True, actor=person_of(it), now=NOW)[0]


def test_a_number_that_the_predecessor_confirmed_stays_stopped_for_its_successor(desk: Heirs) -> None:
    it = asked_to_stop(desk)
    stop_contacts.relay(desk.session, it, actor=desk.intake, now=NOW)
    desk.serve("stop_contact", it.id, "D33")
    stop_contacts.confirm(desk.session, it, actor=desk.lead, now=NOW)
    open_now = [each.number for each in successions.open_matters(desk.session, desk.lender.id) if each.text == it.ref]
    assert (it.state, open_now) == ("CONFIRMED", [it.id])
    desk.succeed(it)
    assert (it.party_id, it.state) == (desk.heir.id, "CONFIRMED")


def test_a_number_is_passed_on_to_whoever_goes_on_as_the_company_that_is_gone(desk: Heirs) -> None:
    early = asked_to_stop(desk)
    desk.succeed()
    said: dict[str, Any] = {"actor": desk.intake, "now": NOW}
    with pytest.raises(NotNow, match=desk.heir.name_zh):
        stop_contacts.relay(desk.session, early, **said)
    with pytest.raises(BadInput, match="可以"):
        stop_contacts.decline(desk.session, early, holder="UNREACHABLE", why="已注销", **said)
    late = asked_to_stop(desk)
    assert late.party_id == desk.heir.id
    stop_contacts.relay(desk.session, late, **said)
    assert late.state == "RELAYED"


@pytest.mark.parametrize("before", [True, False], ids=["agreed before", "only the other agreed"])
def test_what_was_agreed_binds_the_successor_and_what_the_successor_agreed_to_never_the_predecessor(
    desk: Heirs, before: bool
) -> None:
    complaint = desk.accepted(desk.lender, desk.firm)
    sent = next(each for each in complaint.forwardings if each.party_id == desk.lender.id)
    said = {"terms": "停止联系第三人", "now": desk.now}
    settlements.propose(desk.session, complaint, actor=person_of(complaint), **said)
    if before:
        settlements.confirm(desk.session, complaint, actor=desk.lead, **said)
    it = desk.succeed(sent)

    def asked() -> list[Party]:
        terms = desk.session.scalars(select(Settlement)).one()
        return [each.party for each in policies.waited_for(complaint, terms) if each.party_id != desk.firm.id]

    assert asked() == ([] if before else [desk.heir])
    settlements.confirm(desk.session, complaint, actor=actor_of(desk.heirs_lead), **said)
    assert asked() == []
    successions.withdraw(desk.session, it, reason="录入错误", actor=desk.head, version=None, now=desk.now)
    assert asked() == ([] if before else [desk.lender])


def test_a_letter_that_another_company_got_as_successor_is_the_companys_own_where_it_was_none(desk: Heirs) -> None:
    sent = desk.forwarded()
    it = desk.succeed(sent)
    forwardings.ask_time(desk.session, sent, why="需调取录音", actor=actor_of(desk.heirs_lead), now=desk.now)
    forwardings.extend(desk.session, sent, why="需调取录音", actor=desk.head, now=desk.now)
    whose = select(Document.party_id, Service.party_id).join(Service, Service.document_id == Document.id)
    letter = whose.where(Document.kind == "D06a", Document.subject_id == sent.id)
    assert [tuple(each) for each in desk.session.execute(letter)] == [(desk.heir.id, desk.heir.id)]
    successions.withdraw(desk.session, it, reason="录入错误", actor=desk.head, version=None, now=desk.now)
    assert [tuple(each) for each in desk.session.execute(letter)] == [(desk.lender.id, desk.lender.id)]


@pytest.mark.parametrize("did", ["answered", "opened", ""])
def test_what_a_company_did_that_was_no_successor_is_looked_through_by_the_head(desk: Heirs, did: str) -> None:
    service, before = desk.waiting(), desk.answer(desk.forwarded())
    sent, by = desk.session.get_one(Forwarding, service.document.subject_id), actor_of(desk.heirs_lead)
    it = desk.succeed(sent, before)
    if did == "opened":
        serving.received(desk.session, service.id, actor=by, now=desk.now)
    elif did:
        desk.answer(sent, actor=by)
    journal.settle(desk.session)  # that was another transaction
    successions.withdraw(desk.session, it, reason="录入错误", actor=desk.head, version=None, now=desk.on(1))
    told = select(Task.subject_id, Task.role).where(Task.kind == matters.BY_OTHERS)
    assert desk.session.execute(told).all() == ([(sent.id, "head")] if did else [])


def test_a_company_of_which_another_was_split_off_can_exist_after_all(desk: Heirs) -> None:
    desk.succeed(kind=SuccessionKind.SPLIT_OFF)
    by: dict[str, Any] = {"actor": desk.head, "version": None, "now": desk.now}
    successions.cease(desk.session, desk.lender, on=SINCE, evidence="注销通知", **by)
    successions.exist(desk.session, desk.lender, reason="查无注销登记", **by)
    assert desk.lender.ceased_on is None
