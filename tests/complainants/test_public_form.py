"""The public's form: what is sent twice counts once, and the code appears only where it belongs."""

import re
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from limits import parse
from PIL import Image
from sqlalchemy import func, select, text

from admin import forgetting
from casework import jobs
from casework.intake import CAME_IN
from casework.models import Complainant, Complaint
from complainants import complaining, receipt_pictures, resume_codes
from core import clock, outbox
from core.clock import today
from core.db import SYSTEM_READER, db, read_as, transaction
from core.db import session as current
from core.drafts import Draft
from core.outbox import Outbox
from core.throttle import limiter
from notices.models import Document
from registry.models_rulebook import Violation
from registry.settings import setting
from tests.builders_seals import seal_in_use
from tests.canary import holding
from tests.filestore import making_files as made
from tests.registry.test_golive import as_production, confirm_everything

STEPS = {
    "who": {"role": "DEBTOR"},
    "company": {"how": "NAME", "value": "青屿消费金融有限公司"},
    "conduct": {
        "codes": ["V-I01"],
        "conduct_from": "2026-01-03",
        "conduct_to": "2026-01-05",
        "facts": "对方每天多次打电话给我的同事，告诉他们我欠款。",
    },
    "evidence": {},
    "contact": {"name": "沈若禾", "consent": "y"},
}


def fill(client: FlaskClient) -> str:
    """All pages but the last; the one-time key of the last."""
    for step, answers in STEPS.items():
        assert client.post(f"/complain/{step}", data=answers).status_code == 303, step
    page = client.get("/complain/send").get_data(as_text=True)
    found = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def code_in(page: str) -> str:
    found = re.search(r"data-receipt-code>(.*?)</p>", page, re.DOTALL)
    assert found is not None
    return re.sub(r"[^0-9A-Z]", "", re.sub(r"<[^>]+>", "", found[1]))


def complaints() -> int:
    at = current()
    read_as(at, SYSTEM_READER)
    return int(at.scalar(select(func.count()).select_from(Complaint)) or 0)


def test_a_form_sent_twice_makes_one_complaint_and_shows_one_code(app: Flask, client: FlaskClient) -> None:
    assert today() >= date(2026, 1, 5)
    key = fill(client)
    with client.session_transaction() as cookie:
        kept = dict(cookie)

    def send(_turn: int) -> str:
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie.update(kept)
        answer = browser.post("/complain/send", data={"key": key})
        return code_in(answer.get_data(as_text=True))

    with ThreadPoolExecutor(5) as pool:
        codes = set(pool.map(send, range(5)))
    assert len(codes) == 1
    assert len(codes.pop()) == 24
    with app.app_context():
        assert complaints() == 1


def test_a_receipt_that_is_loaded_anew_leaves_the_next_draft_alone(app: Flask, client: FlaskClient) -> None:
    def of() -> str:
        return re.findall(r'name="of" value="([^"]+)"', client.get("/complain/send").text)[0]

    first = {"key": fill(client), "of": of()}
    code = code_in(client.post("/complain/send", data=first).text)
    fill(client)
    next_one = of()
    assert code_in(client.post("/complain/send", data=first).text) == code
    assert "本页属于另一份投诉" in client.post("/complain/send", data=first | {"key": "another page"}).text
    assert of() == next_one, "it waits to be sent"
    with app.app_context():
        assert complaints() == 1


def test_two_last_pages_of_one_draft_sent_at_once_make_one_complaint(app: Flask, client: FlaskClient) -> None:
    keys = [fill(client)]
    with client.session_transaction() as cookie:
        kept = dict(cookie)

    def device() -> FlaskClient:
        found = app.test_client()
        with found.session_transaction() as cookie:
            cookie.update(kept)
        return found

    others = [device() for _each in range(3)]
    pages = [each.get("/complain/send").text for each in others]
    keys += [re.findall(r'name="key"[^>]*value="([^"]+)"', page)[0] for page in pages]
    assert len(set(keys)) == 4

    def send(turn: int) -> str:
        return code_in([client, *others][turn].post("/complain/send", data={"key": keys[turn]}).text)

    with ThreadPoolExecutor(4) as pool:
        codes = set(pool.map(send, range(4)))
    assert len(codes) == 1
    with app.app_context():
        assert complaints() == 1


def test_the_receipt_comes_again_for_a_quarter_of_an_hour_in_this_browser_alone(
    app: Flask, client: FlaskClient
) -> None:
    sent = {"key": fill(client)}
    code = code_in(client.post("/complain/send", data=sent).get_data(as_text=True))
    assert code_in(client.get("/complain/send").get_data(as_text=True)) == code
    assert code_in(client.post("/complain/send", data=sent).get_data(as_text=True)) == code
    assert app.test_client().get("/complain/send").location == "/complain"
    with time_machine.travel(clock.now() + resume_codes.RECEIPT_STAYS + timedelta(seconds=1)):
        later = client.get("/complain/send", follow_redirects=True)
    assert later.request.path == "/complain"
    assert "没有待提交的内容" in later.text


def test_the_receipt_comes_also_where_the_answer_to_the_sending_never_arrived(app: Flask, client: FlaskClient) -> None:
    sent = {"key": fill(client)}
    with client.session_transaction() as cookie:
        before = dict(cookie)
    code = code_in(client.post("/complain/send", data=sent).text)
    lost = app.test_client()
    with lost.session_transaction() as cookie:
        cookie.update(before)
    assert code_in(lost.get("/complain/send").text) == code
    resume = before[complaining.TOKEN]
    assert app.test_client().post("/complain/resume", data={"code": resume, "key": "r"}).status_code == 422
    with time_machine.travel(clock.now() + resume_codes.RECEIPT_STAYS + timedelta(seconds=1)):
        assert lost.get("/complain/send").location == "/complain"
        with app.app_context(), transaction() as at:
            forgetting.forget_old(at, clock.now())
            assert at.scalars(select(Draft.place)).all() == []


def test_whoever_leaves_quickly_leaves_neither_draft_nor_receipt_in_the_browser(client: FlaskClient) -> None:
    key = fill(client)
    resume = re.search(r"data-resume-code>(.*?)</p>", client.get("/complain/send").text)
    assert resume is not None
    code = "-".join(re.findall(r"<span>(\w+)</span>", resume[1]))
    answer = client.post("/track/leave", data={"quickly": "1"})
    assert (answer.status_code, answer.text) == (204, "")
    for step in ("who", "company", "conduct", "contact"):
        page = client.get(f"/complain/{step}").text
        assert "checked" not in page
        assert "青屿" not in page.partition("</main>")[0]
    assert "没有待提交" in client.get("/complain/send", follow_redirects=True).text, "and nothing tells of leaving"
    assert client.post("/complain/resume", data={"code": code, "key": "r"}).status_code == 303
    assert code_in(client.post("/complain/send", data={"key": key}).text)
    client.post("/track/leave", data={"quickly": "1"})
    assert client.get("/complain/send").location == "/complain"


def test_whoever_leaves_quickly_without_scripts_is_sent_away_and_finds_nothing_open(client: FlaskClient) -> None:
    client.post("/track/", data={"code": code_in(client.post("/complain/send", data={"key": fill(client)}).text)})
    fill(client)
    for page in ("/track/complaint", "/complain/conduct"):
        shown = client.get(page)
        assert re.search(r'action="/track/leave".*?name="quickly" value="away"', shown.text, re.DOTALL), page
        assert shown.headers["Cache-Control"] == "no-store", "the way back asks again"
    answer = client.post("/track/leave", data={"quickly": "away"})
    assert (answer.status_code, answer.text, answer.headers["Refresh"]) == (200, "", "0; url=https://www.baidu.com/")
    assert client.get("/track/complaint").location == "/track/"
    assert "沈若禾" not in client.get("/complain/contact").text


def test_after_sending_no_other_complaint_is_open_in_this_browser(client: FlaskClient) -> None:
    client.post("/track/", data={"code": code_in(client.post("/complain/send", data={"key": fill(client)}).text)})
    code_in(client.post("/complain/send", data={"key": fill(client)}).text)
    assert 'name="code"' in client.get("/track/").text


def test_the_code_stands_in_no_row_of_the_database(app: Flask, client: FlaskClient) -> None:
    key = fill(client)
    code = code_in(client.post("/complain/send", data={"key": key}).get_data(as_text=True))
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(text("SET ROLE zilu_system"))
        tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        for table in tables:
            if table != "alembic_version":
                rows = connection.execute(text(f'SELECT t::text FROM "{table}" t')).scalars().all()
                assert not [row for row in rows if code in row.replace("-", "").replace(" ", "")], table
    with app.app_context(), transaction() as at:
        assert holding(at, code, resume_codes.grouped(code)) == set()


def test_a_filled_honeypot_sends_nothing(app: Flask, client: FlaskClient) -> None:
    for step, answers in STEPS.items():
        trapped = {**answers, "homepage": "http://spam.invalid"} if step == "contact" else answers
        client.post(f"/complain/{step}", data=trapped)
    page = client.get("/complain/send").get_data(as_text=True)
    key = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert key is not None
    assert client.post("/complain/send", data={"key": key[1]}).status_code in {409, 422}
    with app.app_context():
        assert complaints() == 0


def step_by_step(client: FlaskClient, role: str = "DEBTOR", **more: dict[str, object]) -> None:
    for step, answers in (STEPS | {"who": {"role": role}} | more).items():
        assert client.post(f"/complain/{step}", data=answers).status_code == 303, step


def test_no_browser_keeps_an_identity_number_and_offers_it_to_whoever_comes_next(client: FlaskClient) -> None:
    step_by_step(client)
    page = client.get("/complain/contact").get_data(as_text=True)
    assert 'autocomplete="off"' in re.findall(r'<input [^>]*name="id_no"[^>]*>', page)[0]


def test_who_complains_together_reads_how_where_nobody_else_has_to(client: FlaskClient) -> None:
    step_by_step(client)
    page = client.get("/complain/contact").text
    folded = re.search(r"<details><summary>([^<]*)</summary>(.*?)</details>", page, re.DOTALL)
    assert folded is not None
    assert "多人共同投诉" in folded[1]
    assert "写明所有人的姓名" in folded[2]


def test_only_an_agent_is_asked_for_an_authorisation(client: FlaskClient) -> None:
    step_by_step(client)
    assert "请把书面授权作为文件附上" not in client.get("/complain/evidence").get_data(as_text=True)
    assert "自愿填写" not in client.get("/complain/contact").get_data(as_text=True)
    step_by_step(client, "AGENT")
    assert "请把书面授权作为文件附上" in client.get("/complain/evidence").get_data(as_text=True)


def test_the_receipt_says_that_the_code_is_the_code(client: FlaskClient) -> None:
    page = client.post("/complain/send", data={"key": fill(client)}).get_data(as_text=True)
    assert page.index(">查询码<") < page.index("data-receipt-code")


def test_the_receipt_is_a_picture_and_the_way_of_the_complaint_has_its_next_date(
    app: Flask, client: FlaskClient
) -> None:
    page = client.post("/complain/send", data={"key": fill(client)}).get_data(as_text=True)
    drawn = re.search(r'<img src="data:image/png;base64,([^"]+)"', page)
    assert drawn is not None
    with Image.open(BytesIO(b64decode(drawn[1]))) as picture:
        assert (picture.format, picture.width) == ("PNG", 640)
    code = code_in(page)
    assert receipt_pictures.scanned_address(code, "https://zilu.example/track/").endswith(f"/track/#{code}")
    wide = " ".join(chr(ord(sign) + 0xFEE0) for sign in code.lower())
    assert client.post("/track/", data={"code": wide}).status_code == 303, "small, full-width, with spaces"
    shown = client.get("/track/complaint").get_data(as_text=True)
    assert [len(re.findall(f'class="stage-{state}"', shown)) for state in ("done", "now", "later")] == [1, 1, 3]
    assert re.search(r"最迟于\d{4}年\d+月\d+日可知下一步", shown)
    client.post("/track/withdraw", data={"w-pressure": "no", "w-key": "once"})
    shown = client.get("/track/complaint").get_data(as_text=True)
    assert [len(re.findall(f'class="stage-{state}"', shown)) for state in ("done", "now", "later")] == [2, 0, 0]
    assert "协会审查是否受理" not in shown  # nobody had read it


def test_every_page_of_complaining_and_tracking_has_its_way_out(client: FlaskClient) -> None:
    client.post("/complain/send", data={"key": fill(client)})
    places = ("/", "/complain", "/complain/resume", "/track", "/track/lost", "/track/lost/x", "/rights", "/privacy")
    for place in (*places, *(f"/complain/{step}" for step in STEPS)):
        page = client.get(place, follow_redirects=True).get_data(as_text=True)
        assert "data-exit" in page, place
        assert "110" in page, place


def test_an_error_in_the_place_of_such_a_page_has_its_way_out_as_well(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    way_out = 'action="/track/leave" class="one-button" data-leaves'
    assert way_out in client.get("/track/nowhere").text
    assert "data-exit" not in client.get("/bulletins/nowhere").text
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    story = STEPS["conduct"] | {"facts": "他们每天打电话给我的同事和家人，还威胁要到单位来找我。" * 2}
    open_too_long = client.post("/complain/conduct", data=story, headers={"Sec-Fetch-Site": "same-origin"})
    assert story["facts"] in open_too_long.text
    assert way_out in open_too_long.text


def wrong(client: FlaskClient, step: str, **said: str) -> str:
    answer = client.post(f"/complain/{step}", data=STEPS[step] | said)
    assert answer.status_code == 422, said
    return answer.get_data(as_text=True)


def test_a_contact_by_which_nobody_can_be_told_is_refused_where_it_is_typed(client: FlaskClient) -> None:
    for typed in ("not a mail", "a@b", "<b>@example.com", "010", "13800138"):
        assert "请填写电子邮箱（如" in wrong(client, "contact", contact=typed)
    for typed in ("shenruohe@example.invalid", "13912345678", "+86 139 1234 5678", "+852 9123 4567", ""):
        step_by_step(client, contact={"contact": typed, "consent": "y"})


def test_what_is_no_telephone_number_and_no_identity_number_is_refused_kindly(client: FlaskClient) -> None:
    assert "请用数字填写电话号码" in wrong(client, "company", number="abc<script>")
    assert "请用数字填写电话号码" in wrong(client, "company", how="NUMBER", value="青屿消费金融")
    assert "请选择您通过什么知道放款机构" in wrong(client, "company", how="", value="青屿消费金融")
    assert "请按证件填写号码" in wrong(client, "contact", id_no="123")
    step_by_step(client, company={"how": "NUMBER", "value": "95588", "number": "0592 5550 0123"})


def test_what_would_be_refused_at_the_end_is_refused_where_it_is_typed(app: Flask, client: FlaskClient) -> None:
    fill(client)
    assert "没有可以提供给公司的身份信息" in wrong(client, "contact", share_identity="y", name="", consent="y")
    client.post("/complain/who", data={"role": "UNRELATED"})
    said = {"stop_number": "(0592)5550123", "stop_own": "y", "consent": "y"}
    assert "13800138000" in wrong(client, "contact", **said)
    assert "可以匿名" in client.get("/complain").text
    with app.app_context(), transaction() as at:
        setting(at, "REAL_NAME_REQUIRED").value = True
    begun = client.get("/complain").text
    assert "须填写姓名" in begun
    assert "匿名" not in begun.partition("</main>")[0]
    assert "本协会只受理实名投诉" in wrong(client, "contact", name="", consent="y")


def test_a_house_that_is_not_open_yet_says_so_before_anybody_types(app: Flask, client: FlaskClient) -> None:
    begun = app.test_client()
    begun.post("/complain/who", data=STEPS["who"])
    with app.app_context(), transaction() as at:
        as_production(at)
    said = client.get("/complain").text
    assert "目前暂不能在此提交投诉" in said
    assert "/complain/who" not in said
    assert client.get("/complain/who").location == "/complain"
    assert "您已填写的内容仍为您保留" in begun.get("/complain").text
    assert begun.get("/complain/company").status_code == 200
    with app.app_context(), transaction() as at:
        confirm_everything(at)
        seal_in_use(at, clock.now())
    said = client.get("/complain").text
    assert "暂不能" not in said
    assert "/complain/who" in said


def test_what_is_refused_on_the_last_page_stands_beside_its_button(app: Flask, client: FlaskClient) -> None:
    key = fill(client)
    with app.app_context(), transaction() as at:
        setting(at, "COMPLAINTS_PER_PERSON_PER_DAY").value = 0
    client.post("/complain/contact", data={"name": "沈若禾", "contact": "13800138000", "consent": "y"})
    refused = client.post("/complain/send", data={"key": key})
    assert refused.status_code == 409
    assert f'value="{key}"' in refused.text, "the page itself, to go back from or to send again"


def test_nobody_uses_up_somebody_elses_number_of_complaints_a_day(app: Flask) -> None:
    def send(browser: FlaskClient) -> int:
        key = fill(browser)
        browser.post("/complain/contact", data={"contact": "13800138000", "consent": "y"})
        return browser.post("/complain/send", data={"key": key}).status_code

    collector, debtor = app.test_client(), app.test_client()
    assert [send(collector) for _each in range(4)] == [200, 200, 200, 409], "the same browser"
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert send(collector) == 200, "on that day alone"
    assert send(debtor) == 200
    with app.app_context(), transaction() as at:
        for person in at.scalars(select(Complainant).limit(3)):
            person.contact_verified_at = clock.now()
    assert send(app.test_client()) == 409, "three of a contact that was verified"


def test_complaints_are_sent_from_one_address_at_a_measured_pace_and_a_draft_waits(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaining, "OFTEN", parse("1 per hour"))
    first, second = app.test_client(), app.test_client()
    keys = [fill(each) for each in (first, second)]
    monkeypatch.setattr(limiter, "enabled", True)
    with time_machine.travel(clock.now(), tick=False):
        sent = [each.post("/complain/send", data={"key": key}) for each, key in zip((first, second), keys, strict=True)]
        elsewhere = {"environ_base": {"REMOTE_ADDR": "192.0.2.79"}}
        assert [each.status_code for each in sent] == [200, 429]
        assert second.post("/complain/send", data={"key": keys[1]}, **elsewhere).status_code == 200
    with app.app_context():
        assert complaints() == 2


def test_a_kind_of_breach_that_was_retired_is_offered_only_where_it_is_ticked_already(
    app: Flask, client: FlaskClient
) -> None:
    for step in ("who", "company", "conduct"):
        client.post(f"/complain/{step}", data=STEPS[step])
    with app.app_context(), transaction() as at:
        for code in ("V-I01", "V-B02"):
            at.get_one(Violation, code).retired = True
    page = client.get("/complain/conduct").text
    assert re.search(r'value="V-I01"[^>]* checked', page)
    assert 'value="V-B02"' not in page
    assert client.post("/complain/conduct", data=STEPS["conduct"]).status_code == 303, "what is ticked counts"
    assert client.post("/complain/conduct", data=STEPS["conduct"] | {"codes": ["V-B02"]}).status_code == 303, (
        "also on a page that was opened before"
    )


def test_days_that_cannot_be_are_refused_on_the_page_on_which_they_are_typed(client: FlaskClient) -> None:
    assert "早于" in wrong(client, "conduct", conduct_from="2026-01-05", conduct_to="2026-01-03")
    assert "30年以前" in wrong(client, "conduct", conduct_from="1969-11-01")
    page = wrong(client, "conduct", conduct_from="1899-01-01")
    assert "这个日期在1899年，请核对年份。" in page
    assert "请写明年、月、日" not in page


def test_a_day_that_cannot_be_read_is_named_with_how_it_is_written(client: FlaskClient) -> None:
    page = wrong(client, "conduct", conduct_from="大概十月份", conduct_to="2026-11")
    for words in ("开始时间请写明年、月、日", "最近一次时间请写明年、月、日"):
        assert words in page


def test_a_borrower_reads_that_others_can_ask_for_themselves(client: FlaskClient) -> None:
    for role, told in (("DEBTOR", True), ("UNRELATED", False)):
        step_by_step(client, role)
        assert ("可以各自在此投诉" in client.get("/complain/contact").text) is told
    client.post("/track/", data={"code": code_in(client.post("/complain/send", data={"key": fill(client)}).text)})
    assert "可以各自在此投诉" in client.get("/track/complaint").text


def test_an_agent_reads_who_can_ask_that_a_number_is_not_contacted(client: FlaskClient) -> None:
    for role, told in (("AGENT", True), ("UNRELATED", False)):
        step_by_step(client, role)
        assert ("只有号码使用人本人可以提出这项要求" in client.get("/complain/contact").text) is told


def test_what_must_be_filled_in_is_not_called_optional(client: FlaskClient) -> None:
    label = re.search(r'<label for="value">(.*?)</label>', client.get("/complain/company").get_data(as_text=True))
    assert label is not None
    assert "选填" not in label[1]
    assert "除最后一项同意外" in client.get("/complain/contact").get_data(as_text=True)


def papers_of(kind: str) -> list[Document]:
    at = current()
    read_as(at, SYSTEM_READER)
    return list(at.scalars(select(Document).where(Document.kind == kind).order_by(Document.id)))


def test_the_acknowledgement_follows_once_with_number_and_files(app: Flask, client: FlaskClient) -> None:
    key = fill(client)
    client.post("/complain/evidence", data={"files": (BytesIO(made.picture()), "截图.png"), "fresh": "y"})
    client.post("/complain/send", data={"key": key})
    with app.app_context():
        assert papers_of("D01") == []
        asked = current().scalars(select(Outbox).where(Outbox.job == CAME_IN)).one()
        number, said = asked.id, dict(asked.args)
        current().rollback()
        outbox.run([number])
        jobs.came_in(**said)  # a job may run twice
        (paper,) = papers_of("D01")
        assert (paper.serial, paper.row, [each.state for each in paper.services]) == (1, "C01", ["ISSUED"])
        assert "1件" in str(paper.paper)
        assert len(papers_of("D34")) == 1


def test_without_scripts_each_step_says_that_the_other_language_empties_it(client: FlaskClient) -> None:
    page = client.get("/complain/who", headers={"Accept-Language": "en"}).text
    said = page.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "Changing the language empties what was typed on this page" in said, "with scripts it is kept"
