"""The last look before sending: all that was answered stands there, with what is doubtful."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.models import Complaint
from core.db import transaction
from printing import fonts
from tests.builders import account
from tests.complainants.test_public_form import STEPS, code_in, step_by_step
from tests.signed_in import signed_in


def test_the_last_look_shows_what_is_asked_for_as_the_company_will_read_it(client: FlaskClient) -> None:
    step_by_step(client, conduct=STEPS["conduct"] | {"request": "不要再打13912345678，向沈若禾道歉"})
    answers, _, preview = client.get("/complain/send").get_data(as_text=True).partition('id="preview"')
    assert "向沈若禾道歉" in answers
    assert "诉求：不要再打139****5678，向（姓名略）道歉" in preview


def test_a_mistyped_identity_number_is_only_warned_of(client: FlaskClient) -> None:
    contact = {"consent": "y", "id_no": "11010519491231002X"}
    step_by_step(client, contact=contact)
    assert "最后一位与前面不符" not in client.get("/complain/send").get_data(as_text=True)
    step_by_step(client, contact=contact | {"id_no": "110105194912310021"})
    page = client.get("/complain/send").get_data(as_text=True)
    assert "110105194912310021" in page
    assert "最后一位与前面不符" in page


@pytest.mark.parametrize(
    ("typed", "warned"), [("110101199001011", True), ("11010119900101123", True), ("E12345678", False)]
)
def test_digits_that_are_no_identity_card_today_are_warned_of(client: FlaskClient, typed: str, warned: bool) -> None:
    step_by_step(client, contact={"consent": "y", "id_no": typed})
    assert ("身份证号码为18位" in client.get("/complain/send").text) is warned


def test_what_another_window_changed_is_not_sent_before_it_was_shown(app: Flask, client: FlaskClient) -> None:
    step_by_step(client)

    def looked(page: str) -> dict[str, str]:
        return dict(re.findall(r'name="(key|shown|of)"[^>]*value="([^"]+)"', page))

    first = looked(client.get("/complain/send").text)
    assert client.post("/complain/conduct", data=STEPS["conduct"] | {"request": "停止并道歉"}).status_code == 303
    late = client.post("/complain/send", data=first)
    assert late.status_code == 409
    assert "内容已在另一窗口或设备上修改，因此未提交" in late.text
    assert "停止并道歉" in late.text, "the page shows what would be sent"
    assert code_in(client.post("/complain/send", data=looked(late.text)).text)
    with app.app_context(), transaction() as at:
        assert at.scalars(select(Complaint.request)).all() == ["停止并道歉"]


def test_whoever_complains_is_not_kept_out_where_typefaces_are_missing(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ZILU_FONTS", str(tmp_path))
    monkeypatch.setattr(fonts, "_had", set())
    fonts._covered.cache_clear()
    step_by_step(client)
    look = client.get("/complain/send").text
    key = re.search(r'name="key"[^>]*value="([^"]+)"', look)
    assert key is not None
    assert code_in(client.post("/complain/send", data={"key": key[1]}).text)


def test_something_else_that_was_ticked_stays_beside_the_rest_and_staff_see_it(app: Flask, client: FlaskClient) -> None:
    step_by_step(client, conduct=STEPS["conduct"] | {"codes": ["V-I01", "OTHER"]})
    look = client.get("/complain/send").text
    assert ("2026年1月3日" in look, "2026-01-03" in look) == (True, False), "days in words before sending, too"
    key = re.search(r'name="key"[^>]*value="([^"]+)"', look)
    assert key is not None
    client.post("/track/", data={"code": code_in(client.post("/complain/send", data={"key": key[1]}).text)})
    assert "；其他情形" in client.get("/track/complaint").text
    with app.app_context(), transaction() as at:
        number, ref = account(at, "受理甲", "intake").id, at.scalar(select(Complaint.ref))
    page = signed_in(app, number).get(f"/staff/complaints/{ref}").text
    assert "Something else (ticked by the person)" in page


def test_the_last_look_says_that_a_number_without_its_tick_gets_no_news(client: FlaskClient) -> None:
    for contact, unheard in (("13800138000", True), ("shen@example.com", False)):
        step_by_step(client, contact={"contact": contact, "consent": "y"})
        assert ("收不到进展通知" in client.get("/complain/send").text) is unheard


def test_the_last_look_shows_all_that_was_answered(client: FlaskClient) -> None:
    step_by_step(
        client,
        conduct=STEPS["conduct"] | {"product": "青屿优享贷"},
        contact={"consent": "y", "id_no": "11010519491231002X"},
    )
    answers, _, _preview = client.get("/complain/send").get_data(as_text=True).partition('id="preview"')
    assert "青屿优享贷" in answers
    assert "11010519491231002X" in answers


def test_the_last_look_shows_that_no_institution_is_known_and_the_hints_say_what_the_form_takes(
    client: FlaskClient,
) -> None:
    assert "不知道可不填" not in client.get("/complain/company").text
    conduct = client.get("/complain/conduct").text
    assert conduct.count("记不清是哪天的，填当月1日") == conduct.count("例如 20") == 2, "one example for each day"
    step_by_step(client, company={"how": "UNKNOWN", "value": "", "firm": "海石催收服务有限公司", "more_unknown": "y"})
    answers, _, _preview = client.get("/complain/send").text.partition('id="preview"')
    assert "机构：我不知道；海石催收服务有限公司；" in answers
    assert "还有一家" in answers
