"""Wherever staff name a company it is written by any of its names: the register is never written out as a list."""

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from casework import policies_pages
from casework.intake import Company
from casework.models import Forwarding, NamedCompany
from casework.models_assignment import AssignmentRule
from casework.models_cases import CaseFile
from casework.models_stop_contacts import StopContact
from core import clock
from core.actors import SYSTEM
from core.db import transaction
from desk import choices, queries_queue
from desk.forms_complaints import IdentifyForm
from desk.queue_addresses import asked_in
from registry import merging, parties
from registry.company_fields import Named
from registry.models import AliasKind, Engagement, Party, PartyAlias, PartyKind
from registry.models_accounts import Account
from tests.builders import account, actor_of, party
from tests.casework.house import BEGUN, Browser, House, case, fill, house, received, today

__all__ = ["case", "house", "received", "today"]
LENDER, FIRM = "青屿消费金融有限公司", "海石催收服务有限公司"
SEVERAL = "Several companies are called"
NOBODY = "The register has no company called"


def radios(page: str, name: str) -> list[tuple[str, str]]:
    """What the radios of a field send and say."""
    found = re.findall(
        rf'<input type="radio" id="([^"]+)" name="{name}" value="([^"]+)".*?<label for="\1">([^<]+)</label>',
        page,
        re.DOTALL,
    )
    return [(unescape(value), unescape(label)) for _id, value, label in found]


@pytest.fixture
def twins(house: House) -> House:
    """A complaint about a lender; two other companies bear one name, one of which has an app."""

    def make(desk: Any) -> dict[str, Any]:
        kept = [party(desk.session, f"双帆小额贷款{place}有限公司") for place in "甲乙"]
        for each in kept:
            each.name_zh = "双帆小额贷款有限公司"
        said = {"actor": SYSTEM, "kind": AliasKind.APP, "value": "双帆快借", "now": BEGUN}
        parties.add_alias(desk.session, kept[1], **said)
        desk.session.add(Engagement(institution_id=kept[0].id, firm_id=desk.firm.id, from_on=BEGUN.date()))
        it = desk.received()
        codes = [each.uscc for each in kept]
        return {"ref": it.ref, "id": it.id, "codes": codes, "numbers": [each.id for each in kept]}

    return fill(house, make)


def opened(browser: Browser, status: int = 303, **said: Any) -> str:
    base = {"source": "MEDIA", "lead": "报道称多次致电", "conduct_from": "2026-11-01", "conduct_to": "2026-11-02"}
    return browser.post("/staff/cases/new", status, **base | said)


def tracks(house: House) -> list[int]:
    found = house.read(lambda at: [each.party_id for case in at.scalars(select(CaseFile)) for each in case.tracks])
    return sorted(found)


def test_days_of_conduct_that_lie_ahead_and_in_the_wrong_order_are_told_at_once(twins: House) -> None:
    officer, backwards = twins.enter("officer"), "The last day lies before the first."
    told = opened(officer, 422, conduct_from="2128-03-01", conduct_to="2128-02-01")
    assert told.count("This date is in the future.") == 2 * told.count(backwards) == 4, "above the form and beside it"
    assert backwards in opened(officer, 422, conduct_from="2026-11-02", conduct_to="2026-11-01")


def test_a_name_an_app_or_a_code_is_enough_and_several_companies_are_written_line_by_line(twins: House) -> None:
    officer, (one, other) = twins.enter("officer"), twins.made["codes"]
    page = officer.get("/staff/cases/new")
    assert page.count('name="parties"') == 3, "one line, and two more without scripts"
    opened(officer, parties=["双帆快借", "", one.lower(), other])
    assert tracks(twins) == sorted(twins.made["numbers"])


def test_who_opens_a_case_reads_which_firm_came_into_it_unnamed_and_what_was_named_twice(house: House) -> None:
    fill(house, lambda _desk: {})
    officer = house.enter("officer")
    opened(officer, parties=[LENDER, LENDER])
    page = unescape(officer.get("/staff/cases"))
    assert "海石催收服务有限公司 has a track as well, though nobody named it: by the register" in page
    assert f"{LENDER} was named twice and counts once." in page
    opened(officer, parties=[LENDER, "海石催收服务有限公司"])
    assert "though nobody named it" not in officer.get("/staff/cases")


def test_of_several_that_bear_one_name_the_page_asks_which_and_nothing_is_lost(twins: House) -> None:
    officer, codes = twins.enter("officer"), twins.made["codes"]
    page = unescape(opened(officer, 422, parties=["双帆小额贷款有限公司", LENDER]))
    assert f"{SEVERAL} “双帆小额贷款有限公司”: choose which one is meant." in page
    assert "报道称多次致电" in page
    offered = radios(page, "parties")
    assert [label for _value, label in offered] == [f"双帆小额贷款有限公司 · {code}" for code in codes]
    assert [f'value="{name}"' in page for name in ("双帆小额贷款有限公司", LENDER)] == [True, True]
    chosen = offered[1][0]
    opened(officer, parties=[chosen, "双帆小额贷款有限公司", LENDER])
    lender = int(twins.made["lender"])
    assert {twins.made["numbers"][1], lender} <= set(tracks(twins))
    assert twins.made["numbers"][0] not in tracks(twins)


def test_a_radio_answers_only_the_name_it_was_offered_for(twins: House) -> None:
    officer = twins.enter("officer")
    chosen = radios(opened(officer, 422, parties="双帆小额贷款有限公司"), "parties")[0][0]
    opened(officer, parties=[chosen, LENDER])
    assert not set(twins.made["numbers"]) & set(tracks(twins)), "what was typed was changed since"


def test_what_the_register_does_not_know_is_said_and_what_resembles_it_is_offered(twins: House) -> None:
    officer = twins.enter("officer")
    page = unescape(opened(officer, 422, parties="青屿"))
    assert f"{NOBODY} “青屿”: choose one that resembles it." in page
    assert [label for _value, label in radios(page, "parties")] == [LENDER]
    page = unescape(opened(officer, 422, parties="没有这家"))
    assert f"{NOBODY} “没有这家”: write another name of it, or its code." in page
    assert 'value="没有这家"' in page
    long = "x" * 201
    assert f'value="{long}"' in opened(officer, 422, parties=long), "too long for a name, and kept all the same"
    assert "can't be kept" in unescape(opened(officer, 422, parties="青\ue000屿"))
    said = {"key": "z", "source": "MEDIA", "parties": "没有这家"}
    chinese = officer.client.post("/staff/cases/new?lang=zh", data=said)
    assert "单位名录中没有名为“没有这家”的单位" in chinese.text


def test_triage_takes_another_respondent_by_its_app_beside_or_instead_of_who_was_named(twins: House) -> None:
    clerk, ref = twins.enter("intake"), twins.made["ref"]
    at = f"/staff/complaints/{ref}/do/accept"
    said = {"masked_facts": "每天多次致电投诉人的同事。", "version": "1"}
    page = unescape(clerk.post(at, 422, prefix="accept", **said, other="双帆小额贷款有限公司"))
    assert SEVERAL in page
    assert len(radios(page, "accept-other")) == 2
    clerk.post(at, 422, prefix="accept", **said | {"masked_facts": ""}, other=LENDER)
    clerk.post(at, prefix="accept", **said, other=LENDER)
    assert twins.read(lambda at: list(at.scalars(select(Forwarding.party_id)))) == [int(twins.made["lender"])]


def test_of_all_in_reach_each_is_a_tick_of_its_own_and_one_of_two_namesakes_goes_without_the_other(
    house: House,
) -> None:
    def make(desk: Any) -> dict[str, Any]:
        kept = [party(desk.session, f"双帆小额贷款{place}有限公司") for place in "甲乙丙丁戊己庚"]
        for each in kept:
            each.name_zh = "双帆小额贷款有限公司"
            worked = {"firm_id": desk.firm.id, "from_on": BEGUN.date().replace(year=2025)}
            desk.session.add(Engagement(institution_id=each.id, **worked))
        it = desk.accepted(desk.firm, companies=[Company("FIRM", "NAME", desk.firm.name_zh, desk.firm.id)])
        return {"ref": it.ref, "codes": [each.uscc for each in kept], "numbers": [each.id for each in kept]}

    fill(house, make)
    clerk, at = house.enter("intake"), f"/staff/complaints/{house.made['ref']}/do/add_respondent"
    page = clerk.get(at)
    ticks = re.findall(r'name="respondents" value="(\d+)"( checked)?', page)
    in_reach = [int(house.made["lender"]), *house.made["numbers"]]
    assert ticks == [(str(number), "") for number in in_reach], "whom the person named is ticked, and nobody else"
    assert [f"双帆小额贷款有限公司 · {code}" in page for code in house.made["codes"]] == [True] * 7
    assert "Choose at least one respondent" in clerk.post(at, 422, version="3")
    clerk.post(at, respondents=house.made["numbers"][3], other=house.made["codes"][5], version="3")

    def sent(at: Any) -> set[int]:
        return set(at.scalars(select(Forwarding.party_id)))

    assert house.read(sent) == {int(house.made["firm"]), house.made["numbers"][3], house.made["numbers"][5]}


def test_one_name_never_stands_for_two_companies_in_one_field(house: House) -> None:
    with house.app.test_request_context():
        field = IdentifyForm().party
        field.stands_for(Named(4, "双帆"), Named(4, "双帆"))
        with pytest.raises(ValueError, match="双帆"):
            field.stands_for(Named(5, "双帆"))


def test_a_code_written_after_a_name_leads_from_an_entry_that_was_merged_to_the_one_that_stands(twins: House) -> None:
    one, other = twins.made["numbers"]

    def gone(at: Any) -> None:
        at.get_one(Party, one).merged_into_id = other

    twins.read(gone)
    said = [f"双帆小额贷款有限公司 · {code}" for code in twins.made["codes"]]
    with twins.app.test_request_context(), transaction() as at:
        assert [[each.number for each in choices.called(at, each)] for each in said] == [[other]] * 2


def test_behind_a_name_a_code_alone_is_read(twins: House) -> None:
    with twins.app.test_request_context(), transaction() as at:
        assert choices.called(at, f"甲 · {LENDER}") == []


def test_a_named_company_is_matched_by_what_is_typed_within_its_kind(twins: House) -> None:
    clerk, ref = twins.enter("intake"), twins.made["ref"]
    number = twins.read(lambda at: at.scalar(select(NamedCompany.id)))
    at, prefix = f"/staff/complaints/{ref}/companies/{number}", f"company{number}"
    page = unescape(clerk.post(at, 422, prefix=prefix, party=FIRM))
    assert f"“{FIRM}” stands in the register, but not as" in page, "the person named a lender"
    clerk.post(at, prefix=prefix, party="双帆快借")
    assert twins.read(lambda at: at.get_one(NamedCompany, number).party_id) == twins.made["numbers"][1]
    stands = unescape(clerk.get(f"/staff/complaints/{ref}"))
    assert f'name="{prefix}-party" value="双帆小额贷款有限公司"' in stands
    clerk.post(at, prefix=prefix, party="双帆小额贷款有限公司")
    kept = twins.read(lambda at: at.get_one(NamedCompany, number).party_id)
    assert kept == twins.made["numbers"][1], "what the page wrote itself means whom it wrote"


def test_whom_a_name_resembles_stands_beside_a_company_that_is_not_matched(house: House) -> None:
    def half(desk: Any) -> dict[str, Any]:
        return {"ref": desk.received(companies=[Company("INSTITUTION", "NAME", "青屿")]).ref}

    fill(house, half)
    clerk, ref = house.enter("intake"), house.made["ref"]
    number = house.read(lambda at: at.scalar(select(NamedCompany.id)))
    [(value, label), (_other, line)] = radios(clerk.get(f"/staff/complaints/{ref}"), f"company{number}-party")
    assert (label, line) == (LENDER, "Another company")
    clerk.post(f"/staff/complaints/{ref}/companies/{number}", prefix=f"company{number}", party=["", value])
    assert house.read(lambda at: at.get_one(NamedCompany, number).party_id) == int(house.made["lender"])


def test_a_rule_and_an_interest_name_their_company_and_a_filter_leads_to_it(twins: House) -> None:
    head = twins.enter("head")
    who = str(twins.people["officer"])
    head.post("/staff/assignment/rule", 422, name="甲", people=who, party="青屿")
    head.post("/staff/assignment/rule", name="甲", people=who, party=LENDER)
    rule = twins.read(lambda at: at.scalar(select(AssignmentRule)))
    assert rule.party_id == int(twins.made["lender"])
    assert f'value="{LENDER}"' in head.get(f"/staff/assignment/rule/{rule.id}")
    interest = {"kind": "SHARES", "from_on": "2026-11-01"}
    head.post("/staff/recusals/interests", 422, **interest, party="")
    head.post("/staff/recusals/interests", **interest, party="双帆快借")
    where = f"/staff/cases?party={twins.made['lender']}"
    assert f"party={twins.made['lender']}" in head.where("/staff/cases?view=all&company=" + LENDER)
    assert LENDER in head.get(where)
    assert "text=%E5%8F%8C%E5%B8%86" in head.where("/staff/cases?company=双帆"), "several: by the words"
    assert "“双帆” names no one company: it is looked for as words." in unescape(head.get("/staff/cases"))
    typed = f"since=昨天&company={LENDER}"
    assert f"since={quote('昨天')}" in head.where(f"/staff?view=open&{typed}"), "a wrong day stays, and is told"


def test_what_is_typed_beside_a_chosen_company_of_the_matter_is_asked_about_and_the_choice_stays(
    house: House,
) -> None:
    named = [Company("INSTITUTION", "NAME", LENDER, 1), Company("FIRM", "NAME", FIRM, 2)]
    fill(house, lambda desk: {"ref": desk.received(companies=named).ref})
    clerk, at = house.enter("intake"), f"/staff/stop-contacts/new/{house.made['ref']}"
    every, lender, _firm, other = (value for value, _label in radios(clerk.get(at), "party"))

    def sent(status: int, *party: str) -> str:
        return unescape(clerk.post(at, status, number="13800138000", own="y", party=list(party)))

    def stops(at: Any) -> set[int]:
        return set(at.scalars(select(StopContact.party_id)))

    for radio, label in ((every, "Every company named in the complaint"), (lender, LENDER)):
        for typed in ("没有这家", FIRM):
            page = sent(422, radio, typed)
            assert f"“{label}” is chosen and “{typed}” written" in page
            assert re.findall(r'value="([^"]+)" checked', page)[-1:] == [radio]
    assert "Name the company." in sent(422, other, "")
    assert NOBODY in sent(422, other, "没有这家")
    assert house.read(stops) == set()
    sent(303, other, FIRM)
    assert house.read(stops) == {int(house.made["firm"])}
    sent(303, every, "")
    assert house.read(stops) == {int(house.made[each]) for each in ("lender", "firm")}


@pytest.mark.parametrize("address", ["/staff", "/staff/cases"])
@pytest.mark.parametrize("typed", ["双帆小额贷款有限公司", "没有这家", "13800138000"])
def test_a_filter_that_names_no_one_company_says_so_and_leaves_the_words_as_they_were(
    twins: House, address: str, typed: str
) -> None:
    head = twins.enter("head")
    page = unescape(head.get(f"{address}?view=all&text=abc&company={typed}"))
    assert f"“{typed}” names no one company: nothing was left out because of it." in page
    assert f'name="company" value="{typed}"' in page
    assert 'name="text" value="abc"' in page
    assert f"Respondent: {typed}" not in page


def standing_in(browser: Browser, address: str) -> str:
    """What stands in the filter of a list."""
    return unescape(re.findall(r'name="company" value="([^"]*)"', browser.get(address))[0])


@pytest.mark.parametrize("address", ["/staff", "/staff/cases"])
def test_what_stands_in_a_filter_means_the_company_that_is_filtered_by(twins: House, address: str) -> None:
    lender = int(twins.made["lender"])

    def known(at: Any) -> None:
        at.add(PartyAlias(party_id=twins.made["numbers"][0], kind=AliasKind.SHORT, value=LENDER))

    twins.read(known)
    head = twins.enter("head")
    for number in (*twins.made["numbers"], lender, int(twins.made["firm"])):
        stands = standing_in(head, f"{address}?view=all&party={number}")
        assert f"party={number}&code=V-C04" in head.where(f"{address}?view=all&code=V-C04&company={stands}"), stands
    assert stands == FIRM, "its code only where others bear its name"
    assert head.get(f"{address}?view=all&party={lender}").count("remove</span>") == 1
    assert "party=" not in head.where(f"{address}?view=all&party={lender}&company=海")


@pytest.mark.parametrize("address", ["/staff", "/staff/cases"])
def test_digits_typed_in_a_filter_are_a_telephone_number_and_no_key(twins: House, address: str) -> None:
    one, other = twins.made["numbers"]
    twins.read(lambda at: at.add(PartyAlias(party_id=other, kind=AliasKind.NUMBER, value=str(one))))
    assert f"party={other}" in twins.enter("head").where(f"{address}?view=all&company={one}")


def test_names_are_suggested_to_staff_alone_also_of_companies_that_are_suspended(twins: House) -> None:
    with twins.app.app_context(), transaction() as at:
        at.get_one(Party, twins.made["numbers"][0]).suspended_at = BEGUN
    shown = unescape(twins.enter("officer").get("/staff/companies?q=双帆"))
    assert re.findall(r'value="双帆小额贷款有限公司 · (\w+)"', shown) == twins.made["codes"]
    assert twins.app.test_client().get("/staff/companies?q=双帆").status_code != 200


@pytest.mark.parametrize("role", [*policies_pages.EVERYBODY, None])
def test_names_are_suggested_to_whoever_sees_a_field_for_them_and_to_nobody_else(house: House, role: str) -> None:
    fill(house, lambda _desk: {})
    with house.app.app_context(), transaction() as at:
        house.people["somebody"] = account(at, "某人", *([role] if role else [])).id
    somebody, status = house.enter("somebody"), 200 if role else 403
    assert ("data-suggest" in somebody.get("/staff/recusals/interests", status)) is bool(role)
    assert (LENDER in unescape(somebody.get("/staff/companies?q=青屿", status))) is bool(role)


def test_with_a_thousand_companies_no_page_of_staff_writes_them_out(received: House) -> None:
    ref = received.made["ref"]
    with received.app.app_context(), transaction() as at:
        new = range(1000)
        at.add_all(Party(kind=PartyKind.FIRM, name_zh=f"催收公司{place}", uscc=f"91{place:016d}") for place in new)
    officer, clerk, head = (received.enter(who) for who in ("officer", "intake", "head"))
    seen = [clerk.get(f"/staff/complaints/{ref}"), officer.get("/staff/cases/new"), officer.get("/staff/cases")]
    seen += [head.get("/staff/assignment/rule"), officer.get("/staff/recusals/interests")]
    for page in seen:
        assert "催收公司7" not in page
        lists = re.findall("<select.*?</select>", page, re.DOTALL)
        assert not [each for each in lists if each.count("<option") > 50]


def test_an_address_kept_before_a_company_was_merged_lists_it_and_a_saved_view_counts_it(case: House) -> None:
    """Drill-downs of the statistics, links and saved views name it by the number that it had."""
    with case.app.app_context(), transaction() as at:
        gone = at.scalars(select(Party).where(Party.name_zh == LENDER)).one()
        stands = party(at, "青屿金融股份有限公司")
        old, number = gone.id, at.scalar(select(CaseFile.id))
    officer = case.enter("officer")
    pages = (
        f"/staff?view=open&party={old}",
        f"/staff?view=all&party={old}",
        f"/staff?view=open&party={old}&code=V-C01",
    )
    before = [officer.get(page) for page in pages]
    with case.app.app_context(), transaction() as at:
        head = actor_of(at.get_one(Account, case.people["head"]))
        both = at.get_one(Party, old), at.get_one(Party, stands.id)
        merging.merge(at, *both, reason="同一公司", actor=head, versions=(None, None), now=clock.now())
    for page, was in zip(pages, before, strict=True):
        now = officer.get(page)
        listed = set(re.findall(r"/staff/complaints/(TS[^?\"]+)\?in", now))
        assert (
            listed
            == set(re.findall(r"/staff/complaints/(TS[^?\"]+)\?in", was))
            == {case.made["ref"], case.made["other"]}
        )
        assert "青屿金融股份有限公司" in now, "it is called as it is called now"
        assert f"party={old}" in now
    assert f"/staff/cases/{number}?in" in officer.get(f"/staff/cases?view=all&party={old}")
    with case.app.app_context(), transaction() as at:
        assert queries_queue.counts_of(at, [asked_in(f"view=open&party={old}")], head) == [2]
    assert "/staff/complaints/TS" not in officer.get("/staff?view=open&party=999999999")


def test_a_name_that_a_company_bears_in_another_way_is_not_said_to_be_unknown(house: House) -> None:
    def make(desk: Any) -> dict[str, Any]:
        parties.add_alias(desk.session, desk.lender, actor=SYSTEM, kind=AliasKind.APP, value="望潮贷", now=BEGUN)
        named = [Company("INSTITUTION", "SMS_SIGNATURE", "【望潮贷】")]
        return {"ref": desk.received(companies=named).ref}

    fill(house, make)
    intake, ref = house.enter("intake"), house.made["ref"]
    page = unescape(intake.get(f"/staff/complaints/{ref}/do/accept"))
    assert "the name, or nearly so, is that of " in page
    assert "not in the register under this name" not in page
    page = intake.get(f"/staff/complaints/{ref}")
    name = re.findall(r'name="(company\d+-party)"', page)[0]
    assert LENDER in [label for _sent, label in radios(page, name)], "it is offered there"


def test_a_signature_or_number_that_two_companies_bear_offers_both_to_the_clerk(house: House) -> None:
    """Such a name is matched by nobody but a person: it is said to be shared, not to be unknown."""
    shared = [(AliasKind.SMS_SIGNATURE, "【望潮】"), (AliasKind.NUMBER, "0100-5551001")]

    def make(desk: Any) -> dict[str, Any]:
        twin = party(desk.session, "望潮小额贷款有限公司")
        for one in (desk.lender, twin):
            for kind, value in shared:
                parties.add_alias(desk.session, one, actor=SYSTEM, kind=kind, value=value, now=BEGUN)
        named = [Company("INSTITUTION", "SMS_SIGNATURE", "望潮"), Company("INSTITUTION", "NUMBER", "01005551001")]
        return {"ref": desk.received(companies=named).ref}

    fill(house, make)
    intake, ref = house.enter("intake"), house.made["ref"]
    page = unescape(intake.get(f"/staff/complaints/{ref}/do/accept"))
    for said in ("望潮", "01005551001"):
        assert f"In the register “{said}” leads to several companies: " in page
    assert "not in the register" not in page
    assert "No company was found" not in page
    page = intake.get(f"/staff/complaints/{ref}")
    numbers = dict.fromkeys(re.findall(r'name="(company\d+-party)"', page))
    for name in numbers:
        assert [label for _sent, label in radios(page, name)][1:] == ["望潮小额贷款有限公司", "Another company"]
