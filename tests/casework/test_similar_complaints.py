"""Similar complaints about a company suggest a case: on whomever they were put before, and not on whom was let off."""

from typing import Any

import pytest

from casework import forwardings, intake, policies, triage
from casework.intake import Company
from casework.models import Complaint
from registry.models import Party, PartyKind
from tests.builders import MASKED, Desk, party
from tests.casework.test_complaints import desk

__all__ = ["desk"]


def test_several_similar_complaints_suggest_a_case(desk: Desk) -> None:
    found = [desk.received(contact=f"1390000333{place}") for place in range(3)]
    assert policies.verified_similar(desk.session, found[0], desk.now) == 0
    for complaint in found:
        intake.verify_contact(desk.session, complaint, actor=desk.intake, now=desk.now)
    elsewhere = party(desk.session, "白帆小额贷款有限公司")
    desk.received(contact="13900004444", companies=[Company("INSTITUTION", "NAME", "x", elsewhere.id)])
    assert policies.verified_similar(desk.session, found[0], desk.now) == 3


def verified(desk: Desk, contact: str, *parties: Party, **changed: Any) -> Complaint:
    """A complaint of somebody who was reached, put before these companies."""
    made = desk.received(contact=contact, **changed)
    intake.verify_contact(desk.session, made, actor=desk.intake, now=desk.now)
    numbers = [each.id for each in parties]
    triage.accept(desk.session, made, respondents=numbers, masked_facts=MASKED, actor=desk.intake, now=desk.now)
    return made


def test_complaints_are_alike_on_whom_they_were_put_before_whatever_firm_each_names(desk: Desk) -> None:
    firms = [party(desk.session, f"{name}催收有限公司", PartyKind.FIRM, None) for name in ("白石", "黑石", "红石")]
    named = [[Company("FIRM", "NAME", each.name_zh)] for each in firms]
    told = zip(("13900003331", "13900003332", "13900003333"), named, strict=True)
    found = [verified(desk, contact, desk.lender, companies=each) for contact, each in told]
    assert {policies.verified_similar(desk.session, each, desk.now) for each in found} == {3}
    assert {each.id for each in policies.similar(desk.session, found[0], desk.now)} == {each.id for each in found}
    forwardings.retract(desk.session, found[2].forwardings[0], why="非该机构贷款", actor=desk.intake, now=desk.now)
    assert policies.verified_similar(desk.session, found[0], desk.now) == 2


def test_whoever_was_found_not_to_be_concerned_gathers_no_complaints(desk: Desk) -> None:
    contacts = ("13900003331", "13900003332", "13900003333")
    found = [verified(desk, contact, desk.lender) for contact in contacts]
    assert policies.verified_similar(desk.session, found[0], desk.now) == 3
    forwardings.retract(desk.session, found[2].forwardings[0], why="非该机构贷款", actor=desk.intake, now=desk.now)
    assert policies.verified_similar(desk.session, found[0], desk.now) == 2
    assert policies.verified_similar(desk.session, found[2], desk.now) == 0


@pytest.mark.parametrize("many", [0, policies.MANY], ids=["walked", "listed"])
def test_what_is_alike_is_found_of_a_company_with_many_complaints_as_of_one_with_few(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(policies, "MANY", many)
    firm = party(desk.session, "白石催收有限公司", PartyKind.FIRM, None)
    named = [Company("FIRM", "NAME", "x", firm.id)]
    one, let_off = verified(desk, "13900003331", desk.lender), verified(desk, "13900003332", desk.lender)
    other = verified(desk, "13900003333", desk.lender, companies=named)
    desk.received(contact="13900003334", companies=named)
    verified(desk, "13900003335", desk.lender, codes=["V-F01"])
    forwardings.retract(desk.session, let_off.forwardings[0], why="非该机构贷款", actor=desk.intake, now=desk.now)
    assert [each.id for each in policies.similar(desk.session, one, desk.now)] == [other.id, one.id]
    assert [row.id for row in policies.near(desk.session, one, desk.now)] == [other.id, one.id]


@pytest.mark.parametrize("many", [0, policies.MANY], ids=["walked", "listed"])
def test_people_are_counted_once_each_however_often_they_complained_of_a_company_with_many_as_of_one_with_few(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(policies, "MANY", many)
    monkeypatch.setattr(policies, "AT_ONCE", 2)
    firm = party(desk.session, "白石催收有限公司", PartyKind.FIRM, None)
    named = [Company("FIRM", "NAME", "x", firm.id)]
    first, second = (verified(desk, contact, desk.lender) for contact in ("13900003331", "13900003332"))
    again = [verified(desk, "13900003333", desk.lender) for _time in range(3)]
    verified(desk, "13900003334", desk.firm, companies=named)
    verified(desk, "13900003335", desk.lender, codes=["V-F01"])
    desk.received(contact="13900003336")
    assert {policies.verified_similar(desk.session, each, desk.now) for each in (first, *again)} == {3}
    forwardings.retract(desk.session, second.forwardings[0], why="非该机构贷款", actor=desk.intake, now=desk.now)
    assert policies.verified_similar(desk.session, first, desk.now) == 2
