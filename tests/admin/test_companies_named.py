"""The back office writes a company by any of its names, as staff do: the register is never written out as a list."""

from html import unescape

import pytest
from flask import Flask

from core.db import transaction
from registry.models import Engagement, Party, PartyAlias, PartyKind
from registry.models_accounts import Account
from sanctions.models_decisions import PanelBackground
from tests import builders
from tests.admin.office import Office, audit, system
from tests.desk.test_companies_named import radios

__all__ = ["audit", "system"]
TWIN = "双帆小额贷款有限公司"
FORMS = ("accounts/new/", "aliases/new/", "bases/new/", "engagements/new/", "pool/new/")


def register(app: Flask, many: int, *, named: str = "远航第{}小额贷款有限公司") -> None:
    with app.app_context(), transaction() as at:
        for number in range(many):
            builders.party(at, named.format(number), PartyKind.INSTITUTION)


def twins(app: Flask) -> list[Party]:
    with app.app_context(), transaction() as at:
        found = [builders.party(at, f"双帆小额贷款{place}有限公司") for place in "甲乙"]
        for each in found:
            each.name_zh = TWIN
        at.flush()
        at.expunge_all()
        return found


def test_no_form_of_the_back_office_grows_with_the_register(system: Office) -> None:
    def sizes() -> list[int]:
        return [len(system.get(path)) for path in FORMS]

    register(system.app, 20)
    few = sizes()
    register(system.app, 180, named="海望第{}网络小额贷款有限公司")
    assert max(many - size for many, size in zip(sizes(), few, strict=True)) < 100, "only keys and dates differ"


def test_of_two_that_bear_one_name_the_page_asks_which_and_a_code_says_it(system: Office) -> None:
    one, other = twins(system.app)
    said = {"kind": "APP", "value": "双帆快借"}
    page = unescape(system.post("aliases/new/", 422, **said, party=TWIN))
    offered = radios(page, "party")
    assert [label for _value, label in offered] == [f"{TWIN} · {each.uscc}" for each in (one, other)]
    assert 'value="双帆快借"' in page, "nothing that was typed is lost"
    system.post("aliases/new/", **said, party=[offered[1][0], TWIN])
    assert system.one(PartyAlias).party_id == other.id
    system.post("bases/new/", 422, party="无此公司", kind="MEMBERSHIP", from_on="2030-01-01")
    system.post("bases/new/", party=one.uscc, kind="SIGNATORY", from_on="2030-01-01")


def test_who_comes_from_a_companys_page_means_that_company_also_where_another_bears_its_name(system: Office) -> None:
    _one, other = twins(system.app)
    page = system.get(f"accounts/new/?party={other.id}")
    assert f'value="{TWIN}"' in page
    said = {"mail": "new@lanwan.invalid", "name": "新来的", "audience": "party", "language": "zh", "party": TWIN}
    system.post(f"accounts/new/?party={other.id}", **said)
    assert system.one(Account, Account.name == "新来的").party_id == other.id
    for strange in ("x", "9" * 30, "0"):
        system.get(f"accounts/new/?party={strange}")


def test_an_engagement_takes_institutions_and_firms_each_in_its_own_field(system: Office) -> None:
    lender = system.party()
    firm = system.party("海石资产管理服务有限公司", PartyKind.FIRM)
    wrong = {"institution": firm.name_zh, "firm": lender.name_zh, "from_on": "2024-01-01"}
    page = unescape(system.post("engagements/new/", 422, **wrong))
    assert all(f"名录中有“{each}”，但其单位类型不是" in page for each in (firm.name_zh, lender.name_zh))
    system.post(f"engagements/new/?firm={firm.id}", institution=lender.uscc, firm=firm.name_zh, from_on="2024-01-01")
    assert system.one(Engagement).firm_id == firm.id


def test_where_a_member_of_the_pool_works_stands_in_the_field(system: Office) -> None:
    party = system.party()
    with system.app.app_context(), transaction() as at:
        number = builders.account(at, "欧阳衡", "panel").id
    system.post("pool/new/", account=number, party=party.uscc, organisation="")
    assert f'value="{party.name_zh}"' in system.get(f"pool/edit/?id={number}")
    system.post(f"pool/edit/?id={number}", party=party.name_zh, organisation="")
    assert system.one(PanelBackground).party_id == party.id


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_names_are_suggested_to_whoever_keeps_the_register_and_to_no_other_administrator(app: Flask, role: str) -> None:
    office = Office(app, role)
    office.party()
    if role == "system_admin":
        assert 'data-suggest="/admin/companies"' in office.get("bases/new/")
        assert "澜桥消费金融有限公司" in office.get("companies?q=澜桥")
    else:
        office.get("companies?q=澜桥", 403)
