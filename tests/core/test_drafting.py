"""What is typed is not lost: drafts while it is written, and the text of a form whose sign-in had run out."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask, abort, render_template_string, session
from flask.testing import FlaskClient
from limits import parse
from sqlalchemy import select

from admin import forgetting
from core import clock, drafting, forms, throttle, web
from core.db import db, transaction
from core.drafts import Draft
from core.errors import NotNow
from tests.core.sample import build

HERE = "http://localhost"
PAGE = "/staff/note"
TEXT = "核对了 37 条通话记录。"
REFUSED = "现在不行。"
FORM = """{% import "parts/forms.html" as forms %}
{% extends "layouts/staff.html" %}{% block main %}{% call forms.form(form) %}{{ forms.field(form.text) }}{% endcall %}
{% endblock %}"""


class Note(forms.Form):
    drafted = True
    text = forms.LongText("Note", most=2000)


class Below(Note):
    leading = 4  # sent to an address below the page


@pytest.fixture
def staff(app: Flask) -> Iterator[FlaskClient]:
    """The sample application on a real database, with a page that has one long text."""
    notes = web.blueprint("notes", __name__, audience="staff")

    @notes.route(PAGE, methods=["GET", "POST"])
    def note() -> object:
        form = Note()
        if form.validate_on_submit():
            return "", 303, {"Location": PAGE}
        return render_template_string(FORM, form=form)

    @notes.route(f"{PAGE}/rows", methods=["GET", "POST"])
    @notes.post(f"{PAGE}/rows/keep")
    def below() -> object:
        form = Below(prefix="of")
        if form.validate_on_submit():
            return "", 303, {"Location": PAGE}
        return render_template_string(FORM, form=form)

    @notes.route(f"{PAGE}/deed", methods=["GET", "POST"])
    def killed() -> object:
        form = Note()
        if form.validate_on_submit():
            with transaction(once=form.key.data):
                if form.text.data == REFUSED:
                    raise NotNow(REFUSED)
            abort(500)  # as the process dies before it answers
        return render_template_string(FORM, form=form)

    sample = build(WTF_CSRF_ENABLED=False, database=True, SQLALCHEMY_DATABASE_URI=app.config["SQLALCHEMY_DATABASE_URI"])
    sample.register_blueprint(notes)
    client = sample.test_client()
    client.set_cookie("person", "li")
    yield client
    with sample.app_context():
        db.session.remove()
        db.engine.dispose()


def away(client: FlaskClient) -> None:
    client.delete_cookie("person")


def back(client: FlaskClient, person: str = "li") -> None:
    client.set_cookie("person", person)


def post(client: FlaskClient, origin: str = HERE) -> str:
    headers = {"Referer": f"{origin}{PAGE}", "Origin": origin}
    return str(client.post(PAGE, data={"text": TEXT, "version": "4"}, headers=headers).location)


def told(client: FlaskClient) -> str:
    """What the next page tells whoever sent something."""
    with client.session_transaction() as cookie:
        return " ".join(message for _category, message in cookie.pop("_flashes", []))


def save(client: FlaskClient, text: str = TEXT, page: str = PAGE, field: str = "text", **more: str) -> tuple[int, str]:
    """What the script does while somebody types."""
    place = re.search(r'data-draft="([^"]+)"', client.get(page).text)
    assert place is not None
    answer = client.post("/drafts", data={"place": place[1], field: text, **more}, headers={"X-Draft": "1"})
    return answer.status_code, place[1]


def field_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def test_text_posted_after_the_sign_in_ran_out_comes_back_once(staff: FlaskClient) -> None:
    staff.get(PAGE)
    away(staff)
    assert post(staff) == "/sign-in?next=%2Fstaff%2Fnote"
    assert "您填写的内容已保留" in told(staff)
    back(staff)
    page = staff.get(PAGE).text
    assert f">\n{TEXT}</textarea>" in page.replace("\r", "")
    assert 'name="version" type="hidden" value="4"' in page
    assert TEXT not in staff.get(PAGE).text


def test_files_that_went_with_it_are_named_and_who_sent_too_much_or_nothing_typed_is_told_so(
    staff: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff.get(PAGE)
    away(staff)
    said = {"headers": {"Referer": f"{HERE}{PAGE}", "Origin": HERE}}
    staff.post(PAGE, data={"text": TEXT, "files": (io.BytesIO(b"call"), "录音<1>.txt")}, **said)
    told(staff)
    back(staff)
    assert "未保存，请重新选择：录音&lt;1&gt;.txt" in staff.get(PAGE).text
    away(staff)
    staff.post(PAGE, data={"key": "k", "act": "look"}, **said)
    assert "本次操作未完成" in told(staff)
    monkeypatch.setattr(web, "FORM_BYTES", 5)
    post(staff)
    assert "内容过大" in told(staff)


def test_it_comes_back_into_one_of_several_forms_of_a_page_whichever_button_was_pressed(staff: FlaskClient) -> None:
    page = f"{PAGE}/rows"
    staff.get(page)
    away(staff)
    sent = {"of-text": TEXT, "of-version": "4", "of-key": "k" * 32, "of-before": "text:0123456789abcdef", "act": "look"}
    staff.post(f"{page}/keep", data=sent, headers={"Referer": f"{HERE}{page}", "Origin": HERE})
    back(staff)
    shown = staff.get(page).text
    assert f">\n{TEXT}</textarea>" in shown.replace("\r", "")
    assert 'name="of-version" type="hidden" value="4"' in shown
    assert "您的文字已在登录后恢复，尚未提交。" in shown
    assert "您在登录前填写的文字" not in shown


def test_kept_text_to_copy_is_what_its_author_wrote_alone(staff: FlaskClient) -> None:
    staff.get("/staff/")
    away(staff)
    sent = {"of-remark": TEXT, "of-version": "4", "of-before": "text:0123456789abcdef", "act": "look"}
    staff.post("/staff/", data=sent, headers={"Referer": f"{HERE}/staff/", "Origin": HERE})
    back(staff)
    shown = staff.get("/staff/").text
    assert shown.count("readonly") == 1
    assert TEXT in shown


def test_kept_text_is_not_shown_to_somebody_else(staff: FlaskClient) -> None:
    staff.get(PAGE)
    away(staff)
    post(staff)
    back(staff, "zhou")
    assert TEXT not in staff.get(PAGE).text


def test_text_posted_from_elsewhere_is_not_kept(staff: FlaskClient) -> None:
    staff.get(PAGE)
    away(staff)
    post(staff, origin="https://evil.example")
    back(staff)
    assert TEXT not in staff.get(PAGE).text


def test_kept_text_that_no_form_takes_is_shown_to_copy(staff: FlaskClient) -> None:
    staff.get("/staff/")
    away(staff)
    staff.post("/staff/", data={"remark": TEXT}, headers={"Referer": f"{HERE}/staff/", "Origin": HERE})
    back(staff)
    assert "您在登录前填写的文字" in staff.get("/staff/").text


def test_passwords_and_codes_are_never_kept(staff: FlaskClient) -> None:
    away(staff)
    fields = {"password": "s3cret", "receipt_code": "7K3M", "code": "123456", "remark": TEXT}
    staff.post("/staff/", data=fields, headers={"Referer": f"{HERE}/staff/", "Origin": HERE})
    with staff.application.app_context(), transaction() as at:
        (kept,) = at.scalars(select(Draft.fields)).all()
    assert set(kept["fields"]) == {"remark"}


def test_what_is_alleged_is_kept_with_its_text(staff: FlaskClient) -> None:
    away(staff)
    fields = {"allege-code": "V-C01", "codes": ["V-C01", "V-B02"], "remark": TEXT}
    staff.post("/staff/", data=fields, headers={"Referer": f"{HERE}/staff/", "Origin": HERE})
    with staff.application.app_context(), transaction() as at:
        (kept,) = at.scalars(select(Draft.fields)).all()
    assert kept["fields"] == {"allege-code": ["V-C01"], "codes": ["V-C01", "V-B02"], "remark": [TEXT]}


def test_a_stranger_fills_no_database_by_posting_to_pages_that_ask_to_sign_in(
    staff: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle.limiter, "enabled", True)
    monkeypatch.setattr(throttle, "KEPT", parse("2 per hour"))
    away(staff)
    said = {"headers": {"Referer": f"{HERE}/staff/", "Origin": HERE}}
    for remark in ("x" * (drafting.LONGEST_KEPT + 1), TEXT, TEXT, TEXT):
        assert staff.post("/staff/", data={"remark": remark}, **said).status_code == 303
    with staff.application.app_context(), transaction() as at:
        assert [each["fields"]["remark"] for each in at.scalars(select(Draft.fields))] == [[TEXT], [TEXT]]


def test_a_draft_comes_back_and_is_dropped_when_it_was_sent(staff: FlaskClient) -> None:
    with time_machine.travel("2026-11-25 06:02:00Z", tick=False):
        assert save(staff)[0] == 200
        page = staff.get(PAGE).text
    assert TEXT in page
    assert "您 14:02 的文字已保留" in page
    assert post(staff) == PAGE
    assert TEXT not in staff.get(PAGE).text


def test_a_text_that_was_taken_out_again_leaves_no_draft(staff: FlaskClient) -> None:
    save(staff)
    assert save(staff, "", empty="1")[0] == 204
    assert "的文字已保留" not in staff.get(PAGE).text


def test_a_draft_goes_with_the_deed_of_its_form_also_where_nobody_answers_and_stays_where_it_is_refused(
    staff: FlaskClient,
) -> None:
    page = f"{PAGE}/deed"
    save(staff, page=page)
    assert staff.post(page, data={"text": REFUSED, "key": "a"}).status_code == 409
    again = staff.get(page).text
    assert f"{REFUSED}</textarea>" in again
    seen = field_of(again, "turn")
    assert staff.post(page, data={"text": TEXT, "key": "b", "turn": seen}).status_code == 500
    assert "的文字已保留" not in staff.get(page).text


def test_what_was_refused_stands_there_again_after_its_page_was_left_also_where_no_script_saved_it(
    staff: FlaskClient,
) -> None:
    refused = staff.post(PAGE, data={"text": "长" * 2001, "key": "first", "act": "look"}).text
    assert "data-had" in refused
    assert "长" * 2001 in staff.get(PAGE).text
    staff.post(PAGE, data={"text": TEXT, "key": "first", "turn": field_of(refused, "turn")})
    assert "的文字已保留" not in staff.get(PAGE).text


def test_a_form_that_is_refused_writes_over_nothing_that_another_window_typed(staff: FlaskClient) -> None:
    save(staff, once="one")
    staff.post(PAGE, data={"text": "x" * 2001, "key": "two"})
    assert TEXT in staff.get(PAGE).text


def test_a_draft_belongs_to_one_person(staff: FlaskClient) -> None:
    _status, place = save(staff)
    back(staff, "zhou")
    assert TEXT not in staff.get(PAGE).text
    assert staff.post("/drafts", data={"place": place, "text": "x"}).status_code == 400


def test_a_draft_can_be_dropped(staff: FlaskClient) -> None:
    _status, place = save(staff)
    assert staff.post("/drafts/drop", data={"place": place}).location == PAGE
    assert TEXT not in staff.get(PAGE).text


def test_a_draft_stays_with_the_row_that_its_address_names(staff: FlaskClient) -> None:
    _status, place = save(staff, page=f"{PAGE}?id=1&sort=name")
    assert TEXT in staff.get(f"{PAGE}?id=1").text
    assert TEXT not in staff.get(f"{PAGE}?id=2").text
    assert TEXT not in staff.get(PAGE).text
    assert staff.post("/drafts/drop", data={"place": place}).location == f"{PAGE}?id=1"
    assert TEXT not in staff.get(f"{PAGE}?id=1").text


def test_a_draft_is_dropped_when_its_form_is_sent_below_its_page(staff: FlaskClient) -> None:
    page = f"{PAGE}/rows"
    save(staff, page=page, field="of-text")
    assert TEXT in staff.get(page).text
    assert staff.post(f"{page}/keep", data={"of-text": TEXT}).status_code == 303
    assert TEXT not in staff.get(page).text


def test_a_saving_that_comes_after_its_form_was_handed_in_keeps_nothing(staff: FlaskClient) -> None:
    with staff.application.app_context(), transaction(once="handed in"):
        pass
    assert save(staff, once="handed in")[0] == 200
    assert TEXT not in staff.get(PAGE).text


def test_of_two_windows_neither_writes_over_what_it_never_saw_nor_drops_it_by_being_sent(staff: FlaskClient) -> None:
    later = f"{TEXT}另有录音。"

    def handed_in(key: str, **more: str) -> int:
        return staff.post(PAGE, data={"text": "短", "key": key, **more}).status_code

    assert save(staff, once="a")[0] == 200
    assert save(staff, f"{TEXT}又", once="a")[0] == 200
    assert save(staff, "短", once="b")[0] == 409
    assert save(staff, "", once="b", empty="1")[0] == 204
    page = staff.get(PAGE).text
    assert f"{TEXT}又</textarea>" in page
    seen = re.search(r'name="turn" value="([^"]+)"', page)
    assert seen is not None
    assert f'data-turn="{seen[1]}"' in page
    assert save(staff, later, once="c", turn=seen[1])[0] == 200
    assert save(staff, TEXT, once="a")[0] == 409
    assert handed_in("b") == 303
    assert later in staff.get(PAGE).text
    assert handed_in("c") == 303
    assert later not in staff.get(PAGE).text


def test_a_draft_that_was_looked_at_and_sent_as_it_was_is_gone(staff: FlaskClient) -> None:
    assert save(staff, once="a")[0] == 200
    seen = re.search(r'name="turn" value="([^"]+)"', staff.get(PAGE).text)
    assert seen is not None
    assert staff.post(PAGE, data={"text": TEXT, "key": "b", "turn": seen[1]}).status_code == 303
    assert TEXT not in staff.get(PAGE).text


def test_what_changed_of_a_large_text_is_added_to_what_its_page_had_saved_and_to_nothing_else(
    staff: FlaskClient,
) -> None:
    part = {"part": "1", "gone": "ticked"}
    assert save(staff, "niemandes", once="a", **part)[0] == 200
    assert "niemandes" not in staff.get(PAGE).text
    assert save(staff, "erst", once="a", ticked="y", other="bleibt")[0] == 200
    assert save(staff, TEXT, once="a", **part)[0] == 200
    assert save(staff, "fremd", once="b", **part)[0] == 409
    with staff.application.app_context(), transaction() as at:
        (kept,) = at.scalars(select(Draft.fields)).all()
    assert kept == {"text": [TEXT], "other": ["bleibt"], "once": ["a"]}


def test_the_night_leaves_a_text_its_thirty_days(staff: FlaskClient) -> None:
    save(staff)
    for days, there in ((29, True), (31, False)):
        with staff.application.app_context(), transaction() as at:
            forgetting.forget_old(at, clock.now() + timedelta(days=days))
            assert (at.scalar(select(Draft.owner)) is not None) is there, days


def test_a_stranger_keeps_no_draft(staff: FlaskClient) -> None:
    away(staff)
    assert staff.post("/drafts", data={"place": "x", "text": TEXT}, headers={"X-Draft": "1"}).status_code == 401


def test_the_person_is_remembered_without_the_database(staff: FlaskClient) -> None:
    with staff:
        staff.get(PAGE)
        assert session["whose"] == 7
