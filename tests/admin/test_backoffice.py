"""The back office: each role its tables, every change by its verb, nothing of complaints and cases."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from admin.records import Records
from casework import complaints
from casework.models_cases import CaseFile
from core import clock, journal, mail, outbox
from core.actors import SYSTEM
from core.clock import now as present
from core.db import transaction
from core.journal import JournalEntry
from desk import queries_workload
from registry import absences, accounts, sessions
from registry.models import Basis, BasisKind, Engagement, Party, PartyAlias, PartyKind
from registry.models_accounts import REPLACED, WITHDRAWN, Account
from registry.models_rulebook import Instrument, Provision, Violation
from registry.models_settings import Setting
from registry.names import check_character
from sanctions import pools
from sanctions.models_decisions import PanelBackground
from tests import builders
from tests.admin.office import TABLES, Office, audit, system

__all__ = ["audit", "system"]

USCC = "91999900MA7000001"


@pytest.mark.parametrize("role", sorted(TABLES))
def test_each_administrator_opens_only_what_is_his(app: Flask, role: str) -> None:
    office = Office(app, role)
    assert office.get("")
    for path in set().union(*TABLES.values()):
        office.get(f"{path}/", 200 if path in TABLES[role] else 403)
    side = office.get("")
    assert all((f'/admin/{path}/"' in side) == (path in TABLES[role]) for path in set().union(*TABLES.values()))


def test_the_overview_is_where_one_is_on_its_own_page_only(system: Office) -> None:
    overview = re.compile(r'href="/admin/" aria-current="page"')
    assert overview.search(system.get(""))
    for path in ("chains", "wordings", "jobs", "settings"):
        assert not overview.search(system.get(f"{path}/")), path


def test_no_table_holds_complaints_or_cases_and_nothing_is_deleted(app: Flask) -> None:
    office = app.extensions["admin"][0]
    tables = [view for view in office._views if isinstance(view, Records)]
    models = {view.model for view in tables} - {PanelBackground}
    assert {model.__module__.split(".")[0] for model in models} <= {"registry", "notices"}
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/admin/")]
    assert {rule.endpoint.split(".")[1] for rule in rules} <= {
        "index_view",
        "create_view",
        "edit_view",
        "details_view",
        "act_view",
        "index",
        "of_a_kind",
        "show",
        "export",
        "listing",
        "year",
        "load",
        "confirm",
        "send_back",
        "let_go",
        "drop",
        "suggestions",
    }
    assert not [rule for rule in rules if "delete" in rule.rule or "static" in rule.rule]


def test_a_stranger_and_staff_stay_outside(app: Flask, client: FlaskClient) -> None:
    assert client.get("/admin/parties/").status_code == 302
    with app.app_context(), transaction() as at:
        person = builders.account(at, "陈若安", "head")
        token = sessions.begin(at, person, passed=True, client="test", now=present())
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    assert client.get("/admin/").status_code == 403


def test_a_party_is_entered_by_its_verb_and_the_journal_says_who(system: Office) -> None:
    code = USCC + check_character(USCC)
    wrong = system.post("parties/new/", 422, kind="INSTITUTION", name_zh="新屿小额贷款有限公司", uscc=USCC + "Z")
    assert "新屿小额贷款有限公司" in wrong
    assert 'id="uscc-error"' in wrong
    system.post("parties/new/", kind="INSTITUTION", name_zh="新屿小额贷款有限公司", uscc=code, named_executive="褚维桢")
    party = system.one(Party, Party.uscc == code)
    entry = system.one(JournalEntry, JournalEntry.subject_kind == "party", JournalEntry.subject_id == party.id)
    assert (entry.row, entry.actor) == ("party.create", f"account:{system.id}")
    assert "新屿小额贷款有限公司" in system.get(f"parties/details/?id={party.id}")


def test_a_new_name_keeps_the_old_one(system: Office) -> None:
    party = system.party()
    system.post(f"parties/do/rename/?id={party.id}", name_zh="澜桥新消费金融有限公司")
    assert system.one(PartyAlias).value == "澜桥消费金融有限公司"
    assert "澜桥新消费金融有限公司" in system.get("parties/?search=澜桥新")


def test_two_people_at_one_party_and_the_second_is_told(system: Office) -> None:
    party = system.party()
    page = system.get(f"parties/edit/?id={party.id}")
    seen = re.search(r'name="version" type="hidden" value="(\d+)"', page)
    with system.app.app_context(), transaction() as at:
        at.get_one(Party, party.id).named_executive = "别人"
    answer = system.client.post(
        f"/admin/parties/edit/?id={party.id}",
        data={
            "version": seen.group(1) if seen else "0",
            "key": "k" * 32,
            "member_no": "LW0099",
            "named_executive": "我",
            "language": "zh",
        },
    )
    assert answer.status_code == 409
    assert 'value="LW0099"' in answer.get_data(as_text=True)
    assert system.one(Party).named_executive == "别人"


def test_staff_enter_in_which_language_a_party_is_written_to(system: Office) -> None:
    party = system.party()
    assert ">中文<" in system.get(f"parties/details/?id={party.id}")
    system.post(f"parties/edit/?id={party.id}", version=party.version, named_executive="褚维桢", language="en")
    assert system.one(Party).language == "en"
    told = system.one(JournalEntry, JournalEntry.row == "party.write_in")
    assert (told.actor, told.changes) == (f"account:{system.id}", {"before": "zh", "after": "en"})


def test_a_party_is_suspended_with_a_reason_and_restored(system: Office) -> None:
    party = system.party()
    system.post(f"parties/do/suspend/?id={party.id}", 422, why="")
    system.post(f"parties/do/suspend/?id={party.id}", why="正在清算")
    assert system.one(Party).suspended_at
    assert "澜桥" in system.get("parties/?flt0_suspended=1")
    system.post(f"parties/do/restore/?id={party.id}")
    assert system.one(Party).suspended_at is None


def test_a_company_of_the_wrong_kind_is_put_right_where_nothing_rests_on_it(system: Office) -> None:
    party = system.party()
    system.post(f"parties/do/kind/?id={party.id}", 422, kind="FIRM", why="")
    system.post(f"parties/do/kind/?id={party.id}", kind="FIRM", why="录入错误")
    assert system.one(Party).kind is PartyKind.FIRM


def test_a_table_has_no_page_that_it_could_only_refuse(system: Office) -> None:
    for path in ("addresses/new/", "settings/new/", "violations/edit/?id=V-M04"):
        system.get(path, 404)
    assert "admin_parties.act_view" in system.app.view_functions
    assert "admin_engagements.act_view" not in system.app.view_functions


def test_a_name_entered_by_mistake_is_taken_out_with_a_reason(system: Office) -> None:
    lender = system.party()
    system.post(f"aliases/new/?party={lender.id}", party=lender.name_zh, kind="FORMER", value="兰桥消费金融有限公司")
    mistake = system.one(PartyAlias)
    assert "系误录，撤除" in system.get(f"aliases/details/?id={mistake.id}")
    system.post(f"aliases/do/mistake/?id={mistake.id}", 422, why="")
    system.post(f"aliases/do/mistake/?id={mistake.id}", why="录入时写错一字")
    assert "兰桥" not in system.get("aliases/")
    system.get(f"aliases/details/?id={mistake.id}", 404)


def test_names_bases_and_engagements_are_added_from_the_party(system: Office) -> None:
    lender, firm = system.party(), system.party("海石资产管理服务有限公司", PartyKind.FIRM)
    system.post(f"aliases/new/?party={lender.id}", party=lender.name_zh, kind="APP", value="澜桥分期")
    system.post(f"aliases/new/?party={lender.id}", 422, party=lender.name_zh, kind="APP", value="澜桥分期")
    system.post("bases/new/", party=firm.uscc, kind="MEMBERSHIP", from_on="2020-01-01", to_on="2020-12-31")
    basis = system.one(Basis, Basis.party_id == firm.id, Basis.kind == BasisKind.MEMBERSHIP, Basis.to_on.is_not(None))
    system.post(f"bases/edit/?id={basis.id}", 422, status="WITHDRAWN", to_on="2019-12-31")
    system.post(f"bases/edit/?id={basis.id}", status="WITHDRAWN", to_on="2020-06-30")
    system.post(
        "engagements/new/", 422, institution="澜桥分期", firm=firm.name_zh, from_on="2024-01-01", white_list_url="x"
    )
    system.post("engagements/new/", institution="澜桥分期", firm=firm.name_zh, from_on="2024-01-01")
    engaged = system.one(Engagement)
    system.post(f"engagements/edit/?id={engaged.id}", to_on="2026-06-30", last_evaluated_on="2026-05-01")
    page = system.get(f"parties/details/?id={lender.id}")
    assert all(word in page for word in ("澜桥分期", "海石资产管理服务有限公司", "2026-06-30"))


def test_a_setting_needs_what_it_rests_on_and_is_confirmed_by_itself(system: Office) -> None:
    number, told = system.one(Setting, Setting.key == "K03").id, system.client.get("/").text
    system.post(f"settings/edit/?id={number}", 422, value="20", basis="")
    system.post(f"settings/edit/?id={number}", 422, value="twenty", basis="会员大会2026年11月决议")
    system.post(f"settings/edit/?id={number}", value="20", basis="会员大会2026年11月决议")
    assert (
        system.one(Setting, Setting.key == "K03").value,
        system.one(Setting, Setting.key == "K03").confirmed_at,
    ) == (20, None)
    for page in (f"settings/details/?id={number}", f"settings/edit/?id={number}"):
        text = re.sub(r"<[^>]+>|\s", "", system.get(page))
        assert "确认前适用的值15日" in text, text
    assert system.client.get("/").text == told, "nobody outside reads what is not confirmed"
    assert "20（确认前适用：15日）" in system.get("settings/?search=K03")
    system.post(f"settings/do/confirm/?id={number}")
    assert system.one(Setting, Setting.key == "K03").confirmed_by == system.id
    assert "20日" in system.client.get("/").text
    yes = system.one(Setting, Setting.key == "REAL_NAME_REQUIRED").id
    system.post(f"settings/edit/?id={yes}", value="yes", basis="决议")
    assert system.one(Setting, Setting.key == "REAL_NAME_REQUIRED").value is True


def test_codes_retire_and_provisions_are_verified_anew_after_a_change(system: Office) -> None:
    system.post("violations/do/retire/?id=V-M04")
    assert system.one(Violation, Violation.code == "V-M04").retired
    system.post("violations/do/restore/?id=V-M04")
    with system.app.app_context(), transaction() as at:
        number = at.scalars(select(Provision.id).order_by(Provision.id)).first()
    system.post(f"provisions/do/verify/?id={number}")
    assert system.one(Provision, Provision.id == number).verified_by == system.id
    page = system.get(f"provisions/details/?id={number}")
    assert "system_admin" in page
    assert f"{present():%Y}" in page
    said = {"title_zh": "催收行为规范", "title_en": "Conduct of collection", "effective_from": "2018-03-28"}
    system.post(f"provisions/edit/?id={number}", **said, clause="9", summary_zh="新的概述", summary_en="")
    found = system.one(Provision, Provision.id == number)
    assert (found.clause, found.verified_at) == ("9", None)


def test_whoever_verifies_the_guide_for_banks_is_told_whom_it_addresses(system: Office) -> None:
    with system.app.app_context(), transaction() as at:
        asked = select(Provision.id).join(Instrument, Instrument.id == Provision.instrument_id)
        guide, other = (
            at.scalars(asked.where(Instrument.key == key).limit(1)).one() for key in ("CBA2026", "GBT45251")
        )
    said = "该指引适用于金融机构（以银行为主）"
    assert said in system.get(f"provisions/details/?id={guide}")
    assert said not in system.get(f"provisions/details/?id={other}")


def test_instruments_are_kept_here_and_codes_cite_what_was_entered(system: Office) -> None:
    said = {"title_zh": "协会催收自律规则", "title_en": "Collection Rules", "in_force_on": "2026-01-01"}
    system.post("instruments/new/", **said, key="rules2026")
    instrument = system.one(Instrument, Instrument.key == "RULES2026")
    system.post("instruments/new/", 422, **said, key="RULES2026")
    clause = {"title_zh": "答复", "title_en": "Answers", "effective_from": "2026-01-01", "clause": "12"}
    system.post("provisions/new/", **clause, instrument_id=str(instrument.id))
    provision = system.one(Provision, Provision.instrument_id == instrument.id)
    system.post("violations/do/cite/?id=V-P01", provision=str(provision.id))
    assert "协会催收自律规则" in system.get("violations/details/?id=V-P01")
    assert "V-P01" in system.get(f"provisions/details/?id={provision.id}")
    system.post(f"instruments/edit/?id={instrument.id}", 422, **said, replaced_on="2025-01-01")
    system.post(f"instruments/edit/?id={instrument.id}", **said, replaced_on="2026-06-30")
    assert system.one(Instrument, Instrument.id == instrument.id).replaced_on == date(2026, 6, 30)
    system.post("violations/do/uncite/?id=V-P01", provision=str(provision.id))


def test_what_was_noted_of_a_seeded_instrument_is_read_in_the_readers_language(system: Office) -> None:
    number = system.one(Instrument, Instrument.key == "GBT45251").id
    page = system.get(f"instruments/details/?id={number}")
    assert "推荐性标准，引用到条" in page
    assert "Recommended standard" not in page


def test_who_enters_a_name_that_another_company_bears_is_told_so_at_once(system: Office) -> None:
    lenders = [system.party(name) for name in ("海望消费金融有限公司", "青屿消费金融有限公司")]
    for each in lenders:
        system.post("aliases/new/", party=each.name_zh, kind="SMS_SIGNATURE", value="【望潮】")
        assert ("海望消费金融有限公司名下" in system.get("aliases/")) is (each is lenders[1])


def test_a_firm_that_is_a_lender_is_said_to_be_one_and_nobody_was_evaluated_tomorrow(system: Office) -> None:
    lender = system.party("海望消费金融有限公司")
    firm = system.party("海石资产管理服务有限公司", PartyKind.FIRM)
    said = {"institution": lender.name_zh, "from_on": "2026-01-01"}
    page = system.post("engagements/new/", 422, **said, firm=lender.name_zh)
    assert f"名录中有“{lender.name_zh}”，但其单位类型不是" in page
    ahead = f"{clock.today() + timedelta(days=1)}"
    page = system.post("engagements/new/", 422, **said, firm=firm.name_zh, last_evaluated_on=ahead)
    assert 'href="#last_evaluated_on"' in page


def test_the_second_of_two_administrators_is_told_and_overwrites_nothing(system: Office) -> None:
    firm = system.party("海石资产管理服务有限公司", PartyKind.FIRM)
    basis, instrument = (
        system.one(Basis, Basis.party_id == firm.id),
        system.one(Instrument, Instrument.key == "CONV2018"),
    )
    said = {"title_zh": instrument.title_zh, "title_en": instrument.title_en, "in_force_on": "2018-03-28"}
    ends = [{"status": "WITHDRAWN", "to_on": day} for day in ("2026-06-30", "2026-09-30")]
    notes = [said | {"note": note} for note in ("甲", "乙")]
    for path, version, (first, second) in (
        (f"bases/edit/?id={basis.id}", basis.version, ends),
        (f"instruments/edit/?id={instrument.id}", instrument.version, notes),
    ):
        system.post(path, **first)
        system.post(path, 409, **second, version=version)
    assert system.one(Basis, Basis.party_id == firm.id).to_on == date(2026, 6, 30)
    assert system.one(Instrument, Instrument.key == "CONV2018").note == "甲"


def test_a_code_of_the_associations_own_is_added_here(system: Office) -> None:
    system.post("violations/new/", 422, code="V-X1", zh="甲", en="A", severity="3", provision="1")
    system.post(
        "violations/new/", code="V-X01", zh="以集资名义催收", en="Under another name", severity="3", provision="1"
    )
    assert "以集资名义催收" in system.get("violations/details/?id=V-X01")


def test_the_system_administrator_invites_and_the_security_administrator_gives_roles(
    system: Office, app: Flask
) -> None:
    system.post("accounts/new/", mail="new@lanwan.invalid", name="新来的", audience="staff", language="zh", party="")
    person = system.one(Account, Account.name == "新来的")
    page = system.get(f"accounts/details/?id={person.id}")
    assert "下一步由安全管理员在本页授予角色" in page
    assert "已邀请，尚未接受" in page
    assert "已邀请，尚未接受" in system.get("accounts/?search=NEW@lanwan.invalid")
    system.get(f"accounts/do/give/?id={person.id}", 403)
    assert "新来的" in system.get("accounts/?search=NEW@lanwan.invalid")
    assert "新来的" not in system.get("accounts/?search=new@lanwan")
    security = Office(app, "security_admin")
    security.post(f"accounts/do/give/?id={person.id}", role="officer")
    security.post(f"accounts/do/give/?id={security.id}", 403, role="audit_admin")
    security.post(f"accounts/do/take/?id={person.id}", role="officer")
    security.post(f"accounts/do/lock/?id={person.id}", why="离职")
    assert system.one(Account, Account.name == "新来的").locked_at
    security.get("accounts/new/", 403)


@pytest.mark.parametrize(
    ("why", "said", "again"),
    [(WITHDRAWN, "邀请已撤回", True), (REPLACED, "已由他人接任管理员", False), ("另有原因", "另有原因", False)],
)
def test_why_an_account_is_locked_is_said_in_chinese_and_only_a_withdrawn_invitation_is_sent_again(
    system: Office, why: str, said: str, again: bool
) -> None:
    system.post("accounts/new/", mail="new@lanwan.invalid", name="新来的", audience="admin", language="zh", party="")
    number = system.one(Account, Account.name == "新来的").id
    with system.app.app_context(), transaction() as at:
        accounts.lock(at, at.get_one(Account, number), actor=SYSTEM, why=why, now=present())
    page = system.get(f"accounts/details/?id={number}")
    assert said in page
    assert (f"accounts/do/invite/?id={number}" in page) is again


def test_before_an_account_is_locked_the_page_says_what_hangs_on_it_and_the_workload_marks_it(app: Flask) -> None:
    security = Office(app, "security_admin")
    with app.app_context(), transaction() as at:
        desk = builders.Desk(at, present())
        complaints.assign(at, desk.accepted(), desk.officer.id, actor=desk.head, now=present())
        complaints.escalate(at, desk.disputed(), why="多人佐证", actor=desk.officer, now=present())
        at.scalars(select(CaseFile)).one().officer_id = desk.officer.id
        number, head = desk.officer.id, desk.head.id
        away, days = builders.account(at, "请假的", "officer"), (clock.day_of(present()), clock.day_of(present()))
        absences.enter(at, away, at.get_one(Account, number), days, actor=desk.head, now=present())
    address = f"accounts/do/lock/?id={number}"
    page = security.get(address)
    assert "未办结投诉1件、在办案件1件、调查0项" in page
    taken = security.get(f"accounts/do/take/?id={number}")
    assert "在办案件1件" in taken
    assert all("该人员正为请假的代办。" in each for each in (page, taken))
    assert ("账号锁定后将无人代办" in page, "所撤销的角色" in taken) == (True, True)
    for words in ("未办结投诉", "代办"):
        assert words not in security.get(f"accounts/do/lock/?id={head}")
    security.post(address, why="离职")
    with app.app_context(), transaction() as at:
        (load,) = [each for each in queries_workload.loads(at, clock.today()) if each.account_id == number]
        assert (load.open, load.locked) == (1, True)


def test_the_journal_shows_and_exports_outer_columns_only(audit: Office) -> None:
    with audit.app.app_context(), transaction() as at:
        desk = builders.Desk(at, present())
        complaint = desk.received(facts="=1+1 私密的经过")
    page = audit.get("journal/?subject_kind=complaint")
    assert complaint.ref in page
    assert "私密的经过" not in page
    assert audit.get(f"journal/?ref={complaint.ref}&from_on=nonsense&before=x&after=99999999999999999999")
    answer = audit.client.get("/admin/journal/export.csv")
    text = answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert text.startswith("\ufeffid,subject_kind")
    assert "changes" not in text.splitlines()[0]
    assert complaint.ref in text


def test_a_day_of_the_journal_that_cannot_be_read_is_said_and_stays_in_the_field(audit: Office) -> None:
    page = audit.get("journal/?from_on=2026-11-31&to_on=2026.11.30")
    assert "“2026-11-31”无法识别为日期" in page
    assert 'value="2026-11-31"' in page
    assert 'value="2026-11-30"' in page


def test_the_journal_pages_by_key_both_ways(audit: Office) -> None:
    for number in range(1, 71):
        with audit.app.app_context(), transaction() as at:
            subject = ("sample", number)
            journal.write(at, subject=subject, row="X", ref="S", actor=SYSTEM, now=present(), states=("A", "B"))
    first = audit.get("journal/?subject_kind=sample")
    older = re.search(r'href="([^"]+before=\d+)" rel="next"', first)
    assert older
    second = audit.client.get(older.group(1).replace("&amp;", "&")).get_data(as_text=True)
    newer = re.search(r'href="([^"]+after=\d+)" rel="prev"', second)
    assert newer
    back = audit.client.get(newer.group(1).replace("&amp;", "&")).get_data(as_text=True)
    rows = r"<td[^>]*>sample (\d+)"
    assert re.findall(rows, back) == re.findall(rows, first)
    assert not set(re.findall(rows, first)) & set(re.findall(rows, second))


@pytest.mark.parametrize("path", [
    "parties/details/?id=0", "parties/details/?id=x", "parties/details/?id=99999999999999999999999", "parties/details/",
    "parties/edit/?id=-1", "parties/do/nothing/?id=1", "violations/details/?id=V-X99", "mails/9999999999999999999999/",
    "calendar/1800/",
])  # fmt: skip
def test_what_does_not_exist_is_not_found(system: Office, path: str) -> None:
    system.get(path, 404)


@pytest.mark.parametrize(
    "query",
    ["page=-3", "page=999999999999999", "sort=99", "desc=x", "flt0_kind=NO", "flt7=1", "search=%25%00'", "page_size=9"],
)
def test_a_strange_address_is_answered_calmly(system: Office, query: str) -> None:
    system.party()
    system.get(f"parties/?{query}")


def test_mails_stand_here_while_no_server_is_set_and_their_addresses_are_masked(system: Office) -> None:
    system.post("accounts/new/", mail="new@lanwan.invalid", name="新来的", audience="staff", language="zh", party="")
    with system.app.app_context():
        outbox.run_all()
    page = system.get("mails/")
    number = re.search(r"/admin/mails/(\d+)/", page)
    assert "n***@lanwan.invalid" in page
    assert number
    shown = system.get(f"mails/{number.group(1)}/")
    assert "http" in shown
    assert "new@lanwan.invalid" not in page + shown


def test_what_waits_for_a_mail_server_outside_a_demonstration_shows_no_link(
    system: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.post("accounts/new/", mail="new@lanwan.invalid", name="新来的", audience="staff", language="zh", party="")
    with system.app.app_context():
        outbox.run_all()
    monkeypatch.setattr(mail._office, "stays", False)
    page = system.get("mails/")
    number = re.search(r"/admin/mails/(\d+)/", page)
    assert number
    assert "/sign-in/" not in page + system.get(f"mails/{number.group(1)}/")
    monkeypatch.undo()
    assert "/sign-in/" in system.get(f"mails/{number.group(1)}/")


@pytest.mark.parametrize("page", ["edit", "do/end"])
def test_a_page_of_the_pool_that_another_outran_writes_over_nothing(system: Office, page: str) -> None:
    with system.app.app_context(), transaction() as at:
        number = builders.account(at, "欧阳衡", "panel").id
    system.post("pool/new/", account=number, party="", organisation="滨海大学")
    stale = dict(re.findall(r'name="(\w+)" type="hidden" value="([^"]*)"', system.get(f"pool/{page}/?id={number}")))
    system.post(f"pool/edit/?id={number}", party="", organisation="蓝湾大学")
    answer = system.client.post(f"/admin/pool/{page}/?id={number}", data=stale | {"party": "", "organisation": "x"})
    assert answer.status_code == 409
    assert ("您填写的文字仍保留在下方" in answer.text) == (page == "edit"), "only where somebody wrote something"
    assert system.one(PanelBackground).organisation == "蓝湾大学"


@pytest.mark.parametrize("page", ["edit", "do/end"])
def test_whoever_ends_or_changes_an_entry_of_the_pool_that_another_ends_meanwhile_is_told(
    system: Office, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with system.app.app_context(), transaction() as at:
        number = builders.account(at, "欧阳衡", "panel").id
    system.post("pool/new/", account=number, party="", organisation="滨海大学")
    stale = dict(re.findall(r'name="(\w+)" type="hidden" value="([^"]*)"', system.get(f"pool/{page}/?id={number}")))
    found = Records._row

    def ends() -> None:
        with system.app.app_context(), transaction() as at:
            pools.end(at, at.get_one(PanelBackground, number), actor=SYSTEM, now=present())

    def outrun(view: Records) -> object:
        row = found(view)
        monkeypatch.setattr(Records, "_row", found)
        with ThreadPoolExecutor(1) as beside:
            beside.submit(ends).result()
        return row

    monkeypatch.setattr(Records, "_row", outrun)
    said = stale | {"party": "", "organisation": "x"}
    answer = system.client.post(f"/admin/pool/{page}/?id={number}", data=said)
    assert (answer.status_code, "其他人已先行处理" in answer.text) == (409, True)


def test_where_members_of_the_pool_work_is_entered_changed_and_ended_by_the_system_administrator(
    system: Office, audit: Office
) -> None:
    party = system.party()
    with system.app.app_context(), transaction() as at:
        member = builders.account(at, "欧阳衡", "panel")
        number = member.id
        builders.account(at, "林晓", "intake")
    page = system.get("pool/new/")
    assert "欧阳衡" in page
    assert "林晓" not in page
    system.post("pool/new/", 422, account=number, party="", organisation="")
    system.post("pool/new/", 422, account=number, party=party.name_zh, organisation="蓝湾大学")
    system.post("pool/new/", account=number, party=party.name_zh, organisation="")
    assert system.one(PanelBackground).party_id == party.id
    assert "欧阳衡" in system.get("pool/")
    system.post(f"pool/edit/?id={number}", party="", organisation="蓝湾大学法学院")
    found = system.one(PanelBackground)
    assert (found.party_id, found.organisation) == (None, "蓝湾大学法学院")
    audit.get("pool/", 403)
    system.post(f"pool/do/end/?id={number}")
    assert "欧阳衡" not in system.get("pool/")
    with system.app.app_context(), transaction() as at:
        rows = at.scalars(select(JournalEntry.row).where(JournalEntry.row.like("account.background%")).order_by("id"))
        assert list(rows) == ["account.background", "account.background", "account.background_ended"]
