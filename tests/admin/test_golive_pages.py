"""The page of the go-live check: what is missing, confirmed by whoever read it."""

import re

from flask import Flask
from sqlalchemy import update

from core.clock import now as present
from core.db import transaction
from registry.models_settings import Installation, Setting
from tests import builders
from tests.admin.office import Office, system
from tests.builders_seals import seal_in_use

__all__ = ["system"]


def test_the_golive_check_lists_what_is_missing_and_confirms_what_was_decided_on_one_basis(system: Office) -> None:
    page = system.get("golive/")
    assert all(word in page for word in ("K14", "LADDER_BASE", "GB/T 45251-2025", "V-T01", "2027"))
    assert "S15：" in page
    assert "[D]" not in page
    assert "first-run page" not in page
    assert "查看设定值" in page
    k14, base = (f"{key}:{system.one(Setting, Setting.key == key).version}" for key in ("K14", "LADDER_BASE"))
    system.post("golive/", 422, keys=[k14], basis="")
    system.post("golive/", 422, basis="理事会2026年第3次会议")
    system.post("golive/", keys=[k14, base], basis="理事会2026年第3次会议，2026-11-20")
    row = system.one(Setting, Setting.key == "LADDER_BASE")
    assert (row.confirmed_by, row.basis) == (system.id, "理事会2026年第3次会议，2026-11-20")
    assert 'value="K14' not in system.get("golive/")


def test_the_golive_check_confirms_no_value_but_the_one_its_reader_saw(system: Office) -> None:
    seen = re.findall(r'value="((?:K14|K15):\d+)"', system.get("golive/"))
    assert len(seen) == 2
    number = system.one(Setting, Setting.key == "K14").id
    system.post(f"settings/edit/?id={number}", value="7", basis="决议")
    said = system.post("golive/", 422, keys=seen, basis="理事会2026年第3次会议")
    assert "下列设置已变更：K14。未确认任何设置" in said
    assert seen[0] not in said
    for wrong in ("K14", "K14:", "NO_SUCH:1"):
        system.post("golive/", 422, keys=[wrong], basis="理事会2026年第3次会议")
    assert {system.one(Setting, Setting.key == key).confirmed_at for key in ("K14", "K15")} == {None}


def test_each_row_of_the_golive_check_says_its_subject_and_a_value_its_unit(system: Office) -> None:
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", system.get("golive/")))
    assert "3名委员" in page
    assert "5个工作日" in page
    system.client.set_cookie("lang", "en")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", system.get("golive/")))
    for said in (
        "Acceptance: length of the time limit K01",
        "Within so many days similar complaints are counted together SIMILAR_DAYS",
        "90 days", "1 working day", "1 member ", "C01: somebody sent the complaint", "Confirm the chosen settings",
        "Personal Information Protection Law",
    ):  # fmt: skip
        assert said in page, said
    for stuck in ("1 working days", "yes or no", "one of two", "18号 text", "《中华人民共和国个人信息保护法》"):
        assert stuck not in page, stuck


def test_the_golive_check_says_that_no_seal_is_in_use(system: Office) -> None:
    assert "seal-activate" not in system.get("golive/")
    with system.app.app_context(), transaction() as at:
        at.execute(update(Installation).values(mode="production"))
    page = system.get("golive/")
    assert "尚未启用印章证书" in page
    assert "seal-activate" in page
    with system.app.app_context(), transaction() as at:
        seal_in_use(at, present())
    assert "seal-activate" not in system.get("golive/")


def test_whoever_lays_a_value_down_reads_what_is_refused_until_it_is_confirmed(system: Office) -> None:
    def changed(key: str, table: str = "settings", **data: object) -> str:
        number = system.one(Setting, Setting.key == key).id
        system.post(f"{table}/edit/?id={number}", basis="理事会决议", **data)
        return system.get(f"{table}/details/?id={number}")

    said = "确认之前，依据该项设置的操作一律不予办理"
    assert said not in changed("K01", value="6"), "a demonstration refuses nothing"
    with system.app.app_context(), transaction() as at:
        at.execute(update(Installation).values(mode="production"))
    assert said in changed("K01", value="7")
    assert said in changed("SEAL_MODE", "seal_modes", mode="physical")
    assert "已修改。确认之前，仍按原来的值执行。" in changed("DIGEST_AT", value="09:00"), "no act is refused for it"
    number = system.one(Setting, Setting.key == "K01").id
    system.post(f"settings/do/confirm/?id={number}")
    again = changed("K01", value="8")
    assert said not in again
    assert "已修改。确认之前，仍按原来的值执行。" in again
    assert "确认前适用：7个工作日" in system.get("golive/")


def test_the_overview_tells_who_gives_roles_that_somebody_waits_for_one(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        builders.account(at, "林晚")
    assert "协会有1人的账号尚无角色" in Office(app, "security_admin").get("")
    office = Office(app, "system_admin")
    assert "协会有1人" not in office.get("")
    assert "无人担任的角色" in office.get("golive/")


def test_the_security_administrator_puts_a_name_right_on_the_page_of_an_account(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        number = builders.account(at, "林挽").id
    security = Office(app, "security_admin")
    security.post(f"accounts/do/name/?id={number}", name="林晚")
    assert "林晚" in security.get(f"accounts/details/?id={number}")
    assert "更正姓名" not in security.get(f"accounts/details/?id={security.id}"), "nobody his own"
