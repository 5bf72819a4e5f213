"""Resume codes: a complaint not sent yet goes on elsewhere for a week, and then nothing of it is left."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from admin import forgetting
from casework.documents import unreachable
from casework.models import Complaint
from casework.models_cases import Evidence
from complainants import complaining, resume_codes
from core import clock, outbox
from core.db import db, transaction
from core.drafts import Draft, DraftFile
from core.errors import Unavailable
from core.throttle import limiter
from filestore import files
from filestore.files import StoredFile
from registry.models import AliasKind, PartyAlias
from tests.builders import party
from tests.canary import holding
from tests.complainants.test_public_form import STEPS, code_in, fill
from tests.conftest import NOW
from tests.filestore import making_files as made


def resume_code(client: FlaskClient, step: str = "company") -> str:
    page = client.get(f"/complain/{step}").get_data(as_text=True)
    found = re.search(r"data-resume-code>(.*?)</p>", page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


def begun(client: FlaskClient) -> str:
    """Three topics and a file; the code."""
    assert not resume_code(client, "who")
    for step in ("who", "company", "conduct"):
        assert client.post(f"/complain/{step}", data=STEPS[step]).status_code == 303
    client.post("/complain/evidence", data={"files": (BytesIO(made.picture()), "截图.png")})
    return resume_code(client, "contact")


def left(app: Flask) -> tuple[int, int]:
    """Drafts and files that are left."""
    with app.app_context(), transaction() as at:
        return tuple(int(at.scalar(select(func.count()).select_from(each)) or 0) for each in (Draft, StoredFile))  # type: ignore[return-value]


def sweep(app: Flask, days: float) -> None:
    with app.app_context():
        with transaction() as at:
            forgetting.forget_old(at, clock.now() + timedelta(days=days))
        outbox.run_all()


def test_the_code_brings_answers_and_files_back_on_another_device(app: Flask, client: FlaskClient) -> None:
    code = begun(client)
    assert len(re.sub(r"[^0-9A-Z]", "", code)) == resume_codes.SIZE
    other = app.test_client()
    answer = other.post("/complain/resume", data={"code": f" {code.lower()} "})
    assert answer.location.endswith("/complain/contact")
    assert "对方每天多次打电话给我的同事" in other.get("/complain/conduct").get_data(as_text=True)
    assert "截图.png" in other.get("/complain/evidence").get_data(as_text=True)
    other.post("/complain/contact", data=STEPS["contact"])
    page = other.get("/complain/send").get_data(as_text=True)
    key = re.search(r'name="key"[^>]*value="([^"]+)"', page[page.index('id="preview"') :])
    assert key is not None
    assert len(code_in(other.post("/complain/send", data={"key": key[1]}).get_data(as_text=True))) == 24
    assert app.test_client().post("/complain/resume", data={"code": code}).status_code == 422
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            assert not at.scalar(select(func.count()).select_from(DraftFile))
            sent = at.scalars(select(Evidence)).one()
            assert files.read(sent.sha256) == made.picture()


def test_what_is_typed_is_kept_before_the_page_is_sent_and_not_after(app: Flask, client: FlaskClient) -> None:
    page = client.get("/complain/conduct").get_data(as_text=True)
    found = re.search(r'data-draft="([^"]+)" data-draft-url="([^"]+)"', page)
    assert found is not None
    key, where = found[1], found[2]
    typed = {"codes": ["V-I01", "V-C04"], "conduct_from": "2026-01-0", "facts": "才写了一半", "place": key}
    assert re.fullmatch(r"\d\d:\d\d", client.post(where, data=typed).get_data(as_text=True))
    again = client.get("/complain/conduct").get_data(as_text=True)
    assert "才写了一半" in again
    assert 'value="2026-01-0"' in again
    assert len(re.findall(r'name="codes" value="[^"]+" checked', again)) == 2
    assert client.post(where, data={"place": key, "empty": "1"}).status_code == 204
    assert "才写了一半" not in client.get("/complain/conduct").get_data(as_text=True), "it was taken out again"
    client.post(where, data=typed)
    client.post("/complain/conduct", data={**STEPS["conduct"], "key": key})
    assert client.post(where, data=typed).status_code == 200
    after = client.get("/complain/conduct").get_data(as_text=True)
    assert "才写了一半" not in after
    assert "对方每天多次打电话给我的同事" in after
    assert client.post("/complain/send/typed", data=typed).status_code == 404
    assert client.post("/complain/evidence/typed", data=typed).status_code == 404
    too_long = client.post(where, data=typed | {"facts": "长" * 50_000, "place": "another"})
    assert (too_long.status_code, "内容过长" in too_long.text) == (422, True), "nothing says saved"
    assert "长长长" not in client.get("/complain/conduct").get_data(as_text=True)


def test_a_wrong_code_is_answered_like_one_that_is_over(app: Flask, client: FlaskClient) -> None:
    code = begun(client)
    sweep(app, 8)
    said = []
    for wrong in (code, "AAAA-BBBB-CCCC-DDDD", "x" * 60):
        answer = app.test_client().post("/complain/resume", data={"code": wrong})
        assert answer.status_code == 422
        shown = answer.get_data(as_text=True).replace(wrong, "")
        said.append(re.sub(r'(name="key"[^>]*value=|data-key=)"[^"]+"', "", shown))
    assert len(set(said)) == 1


def test_codes_are_tried_from_one_address_at_a_measured_pace(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    wrong = {"data": {"code": "AAAA-BBBB-CCCC-DDDD"}, "environ_base": {"REMOTE_ADDR": "192.0.2.78"}}
    with time_machine.travel(NOW, tick=False):  # all within the minute that is measured
        asked = [client.post("/complain/resume", **wrong) for _time in range(11)]
    assert [each.status_code for each in asked[::10]] == [422, 429]


def test_after_a_week_nothing_is_left_of_it(app: Flask, client: FlaskClient) -> None:
    begun(client)
    with app.app_context(), transaction() as at:
        digest = at.scalars(select(DraftFile.sha256)).one()
    sweep(app, 6.9)
    assert left(app) == (1, 1)
    sweep(app, 8)
    assert left(app) == (0, 0)
    with app.app_context(), pytest.raises(Unavailable):
        files.read(digest)
    assert "对方每天多次" not in client.get("/complain/conduct").get_data(as_text=True)


def test_an_old_draft_opens_nothing_before_the_sweep_has_come(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = begun(client)
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr("core.clock.now", lambda: later)
    assert app.test_client().post("/complain/resume", data={"code": code}).status_code == 422


def test_the_day_named_is_counted_from_the_last_saving_and_kept_to_its_end(app: Flask, client: FlaskClient) -> None:
    saved = datetime(2026, 10, 1, 15, tzinfo=clock.ZONE)
    with time_machine.travel(saved, tick=False):
        code = begun(client)
    with time_machine.travel(saved + timedelta(days=6), tick=False):
        again = app.test_client()
        assert again.post("/complain/resume", data={"code": code}).status_code == 303
        assert "2026年10月8日" in again.get("/complain/contact").text
        assert "2026年10月8日" in again.get("/complain").text
    with time_machine.travel(datetime(2026, 10, 8, 23, 59, tzinfo=clock.ZONE), tick=False):
        sweep(app, 0)
        assert app.test_client().post("/complain/resume", data={"code": code}).status_code == 303
    with time_machine.travel(datetime(2026, 10, 9, tzinfo=clock.ZONE), tick=False):
        assert app.test_client().post("/complain/resume", data={"code": code}).status_code == 422
        sweep(app, 0)
    assert left(app) == (0, 0)


def test_a_draft_is_kept_from_the_beginning_to_the_end_of_days_in_shanghai() -> None:
    early, late = (datetime(2026, 11, 25, hour, tzinfo=clock.ZONE) for hour in (1, 23))
    last = datetime(2026, 12, 2, tzinfo=clock.ZONE)
    assert {resume_codes.last_day(each.astimezone(UTC)) for each in (early, late)} == {last.date()}
    for hour in (0, 23):
        assert resume_codes.since((last + timedelta(hours=hour)).astimezone(UTC)) < early
    assert resume_codes.since((last + timedelta(days=1)).astimezone(UTC)) >= late


def test_given_up_it_is_gone_and_a_file_that_somebody_else_holds_stays(app: Flask, client: FlaskClient) -> None:
    begun(client)
    other = app.test_client()
    begun(other)
    client.post("/complain/discard")
    with app.app_context():
        outbox.run_all()
    assert left(app) == (1, 1)
    assert not resume_code(client)
    other.post("/complain/evidence", data={"gone": made_digest(app)})
    with app.app_context():
        outbox.run_all()
    assert left(app) == (1, 0)


@pytest.mark.parametrize("step", ["company", "conduct", "contact"])
def test_who_stops_keeps_the_page_as_it_stands_also_half_done_and_without_scripts(
    app: Flask, client: FlaskClient, step: str
) -> None:
    field = {"company": "number", "conduct": "facts", "contact": "name"}[step]
    client.post("/complain/who", data=STEPS["who"])
    if step != "company":
        client.post("/complain/company", data=STEPS["company"])
    if step == "contact":
        client.post("/complain/conduct", data=STEPS["conduct"])
    page = client.post(f"/complain/{step}", data={field: "一半", "stop": "1"}, follow_redirects=True)
    assert "本页内容已按现状保存" in page.get_data(as_text=True)
    other = app.test_client()
    other.post("/complain/resume", data={"code": resume_code(client, step)})
    assert "一半" in other.get(f"/complain/{step}").get_data(as_text=True)


def test_who_stops_loses_nothing_where_another_complaint_is_open_by_then(app: Flask, client: FlaskClient) -> None:
    begun(client)
    of = re.search(r'name="of" value="([^"]+)"', client.get("/complain/conduct").get_data(as_text=True))
    other = begun(app.test_client())
    client.post("/complain/resume", data={"code": other})
    typed = {"facts": "只写了一半", "stop": "1", "of": of and of[1]}
    answer = client.post("/complain/conduct", data=typed)
    assert (answer.status_code, "只写了一半" in answer.get_data(as_text=True)) == (409, True)
    assert "只写了一半" not in client.get("/complain/conduct").get_data(as_text=True), "nor are the two mixed"


def test_who_goes_back_to_a_page_that_was_sent_and_stops_there_keeps_what_stands_on_it(client: FlaskClient) -> None:
    begun(client)
    page = client.get("/complain/conduct").get_data(as_text=True)
    sent = STEPS["conduct"] | dict(re.findall(r'name="(key|version)"[^>]*value="([^"]*)"', page))
    assert client.post("/complain/conduct", data=sent).status_code == 303
    client.post("/complain/conduct", data=sent | {"facts": "改写了一半", "codes": [], "stop": "1"})
    assert "改写了一半" in client.get("/complain/conduct").get_data(as_text=True)


def test_a_page_that_was_refused_is_kept_as_it_was_typed_and_sent_again(app: Flask, client: FlaskClient) -> None:
    client.post("/complain/who", data=STEPS["who"])
    page = client.post("/complain/company", data=STEPS["company"] | {"how": "", "number": "77受理"})
    assert page.status_code == 422
    sent = dict(re.findall(r'name="(key|version)"[^>]*value="([^"]*)"', page.get_data(as_text=True)))
    other = app.test_client()
    other.post("/complain/resume", data={"code": resume_code(client, "company")})
    assert "77受理" in other.get("/complain/company").get_data(as_text=True)
    assert client.post("/complain/company", data=STEPS["company"] | sent).status_code == 303


def test_who_stops_on_the_page_of_files_keeps_them_and_stays_there(client: FlaskClient) -> None:
    begun(client)
    sent = {"files": (BytesIO(made.picture(size=(9, 9))), "另一张.png"), "stop": "1"}
    answer = client.post("/complain/evidence", data=sent)
    assert answer.location == "/complain/evidence?stopped=1"
    assert "另一张.png" in client.get(answer.location).get_data(as_text=True)


def test_what_was_typed_is_deleted_after_a_question_only(client: FlaskClient) -> None:
    begun(client)
    question = client.get("/complain/discard").get_data(as_text=True)
    assert "确定删除" in question
    assert resume_code(client)
    client.post("/complain/discard")
    assert client.get("/complain/discard").location == "/complain"


def made_digest(app: Flask) -> str:
    with app.app_context(), transaction() as at:
        return str(at.scalars(select(StoredFile.sha256)).one())


def test_the_code_stands_in_no_row_and_the_answers_are_not_readable(app: Flask, client: FlaskClient) -> None:
    shown = begun(client)
    code = shown.replace("-", "").replace(" ", "")
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(text("SET ROLE zilu_system"))
        for table in ("draft", "draft_file", "outbox", "once"):
            rows = connection.execute(text(f'SELECT t::text FROM "{table}" t')).scalars().all()
            assert not [row for row in rows if code in row or "同事" in row], table
    with app.app_context(), transaction() as at:
        assert holding(at, shown, code) == set()


def sends_the_rest(client: FlaskClient) -> str:
    """Go from the conduct to the receipt; what the last page showed before."""
    for step in ("conduct", "evidence", "contact"):
        client.post(f"/complain/{step}", data=STEPS[step])
    page = client.get("/complain/send").get_data(as_text=True)
    key = re.search(r'name="key"[^>]*value="([^"]+)"', page[page.index('id="preview"') :])
    assert key is not None
    assert code_in(client.post("/complain/send", data={"key": key[1]}).get_data(as_text=True))
    return page


def test_who_knows_no_company_is_heard_all_the_same(app: Flask, client: FlaskClient) -> None:
    client.post("/complain/who", data=STEPS["who"])
    assert client.post("/complain/company", data={"how": "NAME"}).status_code == 422
    assert client.post("/complain/company", data={"how": "UNKNOWN"}).status_code == 303
    assert complaining.first_open({"who": {}, "company": {}}) == "conduct"
    assert "机构：我不知道" in sends_the_rest(client)
    with app.app_context(), transaction() as at:
        sent = at.scalars(select(Complaint)).one()
        assert [(one.how, one.party_id) for one in sent.companies] == [("UNKNOWN", None)]
        assert unreachable(at, sent, [], "zh") == []


def test_another_company_is_suggested_like_the_first_and_may_be_there_without_a_name(
    app: Flask, client: FlaskClient
) -> None:
    client.post("/complain/who", data=STEPS["who"])
    page = client.get("/complain/company").get_data(as_text=True)
    for field in ("value", "more", "firm"):
        (control,) = re.findall(rf'<input[^>]*id="{field}"[^>]*>', page)
        assert 'data-suggest="/complain/companies"' in control
    said = {"how": "NAME", "value": "青屿消费金融有限公司", "more_unknown": "y", "firm": "不知道"}
    assert client.post("/complain/company", data=said).status_code == 303
    assert "还有一家，但我不知道是哪家" in sends_the_rest(client)
    with app.app_context(), transaction() as at:
        sent = at.scalars(select(Complaint)).one()
        assert [(one.kind, one.how) for one in sent.companies] == [("INSTITUTION", "NAME"), ("INSTITUTION", "UNKNOWN")]
        assert [one for one in unreachable(at, sent, [], "zh") if "不清楚" in one] == []


def test_a_company_that_is_named_twice_is_one(app: Flask, client: FlaskClient) -> None:
    fill(client)
    name = STEPS["company"]["value"]
    client.post("/complain/company", data=STEPS["company"] | {"more": f" {name} ", "firm": "海石催收"})
    client.post("/complain/send")
    with app.app_context(), transaction() as at:
        named = [each.value for each in at.scalars(select(Complaint)).one().companies]
    assert named == [name, "海石催收"]


def test_who_knows_neither_says_so_of_both(client: FlaskClient) -> None:
    client.post("/complain/who", data=STEPS["who"])
    assert client.post("/complain/company", data={"how": "UNKNOWN", "more_unknown": "y"}).status_code == 303
    for step in ("conduct", "evidence", "contact"):
        client.post(f"/complain/{step}", data=STEPS[step])
    assert "机构：我不知道；还有一家，但我不知道是哪家" in client.get("/complain/send").get_data(as_text=True)


@pytest.mark.parametrize("words", ["不知道", "我不清楚。", "I don't know"])
def test_who_writes_that_the_name_is_not_known_has_named_nobody(client: FlaskClient, words: str) -> None:
    client.post("/complain/who", data=STEPS["who"])
    assert client.post("/complain/company", data={"how": "NAME", "value": words}).status_code == 303
    for step in ("conduct", "evidence", "contact"):
        client.post(f"/complain/{step}", data=STEPS[step])
    page = client.get("/complain/send").get_data(as_text=True)
    assert "机构：我不知道" in page
    assert words not in page.replace("我不知道", "")


def test_the_field_offers_a_company_by_its_app(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction() as at:
        company = party(at, "青屿消费金融有限公司")
        at.add(PartyAlias(party_id=company.id, kind=AliasKind.APP, value="屿速借"))
    offered = client.get("/complain/companies?q=屿速").get_data(as_text=True)
    assert '<option value="青屿消费金融有限公司">屿速借</option>' in offered


def test_a_wrong_form_says_what_is_missing_beside_the_field(client: FlaskClient) -> None:
    fill(client)
    page = client.post("/complain/company", data={"how": "APP", "value": ""}).get_data(as_text=True)
    assert 'href="#value"' in page


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return found[1] if found else ""


def of_the_page(client: FlaskClient, step: str) -> dict[str, str]:
    """What a page carries besides the answers."""
    page = client.get(f"/complain/{step}").get_data(as_text=True).partition("</main>")[0]
    return {name: hidden(page, name) for name in ("key", "version", "before")}


def test_a_page_left_open_elsewhere_overwrites_nothing_and_shows_both(app: Flask, client: FlaskClient) -> None:
    code, conduct = begun(client), STEPS["conduct"]
    desktop = app.test_client()
    desktop.post("/complain/resume", data={"code": code})
    phone, other = of_the_page(client, "conduct"), of_the_page(desktop, "conduct")
    longer = conduct | {"facts": "对方每天多次打电话给我的同事，还找到了我的老家。"}
    assert desktop.post("/complain/conduct", data=longer | other).status_code == 303
    typed = {"facts": "旧页", "place": "p", "version": "0"}
    assert client.post("/complain/conduct/typed", data=typed).status_code == 409
    stale = client.post("/complain/conduct", data=conduct | phone)
    assert stale.status_code == 409
    assert "还找到了我的老家" in re.sub(r"</?(?:ins|del)>", "", stale.text)
    assert re.search(r'id="pick-facts-theirs"[^>]* checked', stale.text), "nothing was typed on the old page"
    assert "还找到了我的老家" in desktop.get("/complain/conduct").text
    again = phone | {"version": hidden(stale.text.partition("</main>")[0], "version"), "pick-facts": "theirs"}
    assert client.post("/complain/conduct", data=conduct | again).status_code == 303
    assert "还找到了我的老家" in client.get("/complain/conduct").text
    assert client.post("/complain/conduct", data=conduct | again).status_code == 303, "a page goes on with its own"


def test_what_is_typed_elsewhere_and_not_sent_yet_is_shown_as_well(app: Flask, client: FlaskClient) -> None:
    desktop = app.test_client()
    desktop.post("/complain/resume", data={"code": begun(client)})
    phone, other = of_the_page(client, "conduct"), of_the_page(desktop, "conduct")
    longer = STEPS["conduct"] | {"facts": "还没有点继续的新内容。", "place": other["key"], "version": other["version"]}
    assert desktop.post("/complain/conduct/typed", data=longer).status_code == 200
    emptied = {"empty": "1", "place": phone["key"], "version": phone["version"]}
    assert client.post("/complain/conduct/typed", data=emptied).status_code == 204, "and takes out nothing of that"
    stale = client.post("/complain/conduct", data=STEPS["conduct"] | phone)
    assert (stale.status_code, "还没有点继续的新内容" in re.sub(r"</?(?:ins|del)>", "", stale.text)) == (409, True)
    assert "还没有点继续的新内容" in desktop.get("/complain/conduct").text


def _hidden(page: str, *names: str) -> dict[str, str]:
    return {name: re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page)[0] for name in names}


def test_pages_of_two_drafts_in_one_browser_are_never_mixed(app: Flask, client: FlaskClient) -> None:
    other = app.test_client()
    for browser, words in ((client, "甲的事情甲的事情甲的事情"), (other, "乙的事情乙的事情乙的事情")):
        for step in ("who", "company", "conduct"):
            browser.post(f"/complain/{step}", data=STEPS[step] | ({"facts": words} if step == "conduct" else {}))
    first = {step: _hidden(client.get(f"/complain/{step}").text, "key", "version", "of") for step in STEPS}
    with other.session_transaction() as theirs, client.session_transaction() as mine:
        mine["draft"] = theirs["draft"]
    said = "本页属于另一份投诉"
    late = client.post("/complain/conduct", data=STEPS["conduct"] | {"facts": "甲后来的话甲后来"} | first["conduct"])
    assert late.status_code == 409
    for words in (said, "乙的事情", "甲后来的话"):
        assert words in late.text, words
    for step in ("evidence", "contact"):
        assert said in client.post(f"/complain/{step}", data=STEPS[step] | first[step]).text, step
    kept = client.post("/complain/conduct/typed", data={"facts": "甲后来的话"} | first["conduct"])
    assert (kept.status_code, kept.text.startswith(said)) == (409, True)
    client.post("/complain/discard", data=first["conduct"])
    assert "甲后来的话" not in client.get("/complain/conduct").text
    own = _hidden(client.get("/complain/conduct").text, "key", "version", "of")
    assert client.post("/complain/conduct", data=STEPS["conduct"] | own).status_code == 303
