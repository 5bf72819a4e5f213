"""What the web furniture promises: who gets in, what every answer carries, how refusals look, in both languages."""

import re
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from core import furniture
from core.labels import state_label
from core.web import local
from core.words import _l
from tests.core.sample import build

HERE = "http://localhost"
STORY = "借款人的父亲一天内接到 37 次电话。"


@pytest.fixture
def sample() -> Flask:
    return build(WTF_CSRF_ENABLED=False)


@pytest.fixture
def visitor(sample: Flask) -> FlaskClient:
    return sample.test_client()


@pytest.fixture
def guarded() -> FlaskClient:
    return build().test_client()


def filled(**changes: str) -> dict[str, str]:
    return {"who": "debtor", "day": "2026-11-03", "story": STORY, **changes}


def token(answer: TestResponse) -> str:
    found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def test_every_answer_carries_the_security_headers(visitor: FlaskClient) -> None:
    for path in ("/", "/nowhere", "/broken", "/away", "/staff/"):
        headers = visitor.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_site_that_is_real_answers_to_its_own_name_and_no_other() -> None:
    real = build(BASE_URL="https://zilu.example", DEMONSTRATION=False, TESTING=False)
    for host, status in (("zilu.example", 200), ("127.0.0.1:8000", 200), ("evil.example", 400)):
        answer = real.test_client().get("/", headers={"Host": host})
        assert answer.status_code == status, host
        assert "Traceback" not in answer.text
    shown = build(BASE_URL="https://zilu.example", DEMONSTRATION=True, TESTING=False)
    assert shown.test_client().get("/", headers={"Host": "desk-7.lan"}).status_code == 200


def test_what_a_browser_says_unreadably_is_no_fault_of_ours(sample: Flask) -> None:
    browser = sample.test_client(use_cookies=False)
    gbk = "查".encode("gbk").decode("latin1")
    for path, query in (("/", f"q={gbk}"), ("/complain/sent/x", gbk), ("/sign-in", "q=查".encode().decode("latin1"))):
        assert browser.get(path, environ_overrides={"QUERY_STRING": query}).status_code < 500, path
    assert browser.get("/", environ_overrides={"HTTP_COOKIE": f"a={gbk}; theme=dark"}).text.count('data-theme="dark"')
    for path in ("/complain", "/staff/"):
        for said in ("http://[no", "//[", "null"):
            for name in ("Referer", "Origin"):
                answer = browser.post(path, data={"story": STORY}, headers={name: said})
                assert answer.status_code < 500, (path, name, said)


def test_pages_of_one_person_are_stored_nowhere(visitor: FlaskClient) -> None:
    visitor.set_cookie("person", "li")
    assert visitor.get("/staff/").headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_locked_to_the_host() -> None:
    answer = build(SECURE_COOKIES=True).test_client().get("/complain", base_url="https://localhost")
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["__Host-zilu"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")


def test_a_stranger_is_sent_to_sign_in_and_back(visitor: FlaskClient) -> None:
    answer = visitor.get("/staff/case?tab=2")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=%2Fstaff%2Fcase%3Ftab%3D2")


def test_a_stranger_who_posts_is_sent_to_sign_in(visitor: FlaskClient) -> None:
    answer = visitor.post("/staff/", headers={"Referer": f"{HERE}/staff/?sort=due"})
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=%2Fstaff%2F%3Fsort%3Ddue")


@pytest.mark.parametrize(("person", "path"), [("li", "/portal/"), ("bank", "/staff/"), ("bank", "/staff/case")])
def test_an_audience_is_refused_in_the_areas_of_others(visitor: FlaskClient, person: str, path: str) -> None:
    visitor.set_cookie("person", person)
    assert visitor.get(path).status_code == 403


def test_a_route_that_nobody_gave_an_audience_is_for_administrators(sample: Flask) -> None:
    sample.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    client = sample.test_client()
    assert client.get("/forgotten").status_code == 302
    client.set_cookie("person", "li")
    assert client.get("/forgotten").status_code == 403


def test_a_part_of_a_page_gets_a_fragment_instead_of_a_redirect(visitor: FlaskClient) -> None:
    answer = visitor.get("/staff/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    "target", ["//evil.example", "http://evil.example", "\\\\evil", "/\\evil", "evil", "", "/a\nb", "/\t/evil", None]
)
def test_no_address_leads_out_of_the_site(target: str | None) -> None:
    assert local(target) is None


def test_an_address_within_the_site_is_kept() -> None:
    assert local("/staff/cases?a=1#b") == "/staff/cases?a=1#b"


@pytest.mark.parametrize(
    ("path", "status", "chinese", "english"),
    [
        ("/nowhere", 404, "页面不存在", "Page not found"),
        ("/nothing", 405, "不能以此方式操作", "t be done here"),
        ("/broken", 500, "系统出现故障", "Something went wrong on our side"),
        ("/away", 503, "系统暂时无法访问", "ll be back in a moment"),
    ],
)
def test_faults_speak_the_readers_language(
    visitor: FlaskClient, path: str, status: int, chinese: str, english: str
) -> None:
    answer = visitor.get(path)
    assert answer.status_code == status
    assert chinese in answer.text
    assert "Traceback" not in answer.text
    assert english in visitor.get(f"{path}?lang=en").text


@pytest.mark.parametrize("path", ["/nowhere", "/nothing", "/away"])
def test_what_is_no_fault_of_ours_has_no_number(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert "编号" not in answer.text
    assert str(answer.status_code) not in answer.text.partition("<main")[2]


def test_a_fault_has_a_number_by_which_it_is_found_in_what_was_recorded(
    visitor: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    told = [re.search(r"name its number: ([0-9a-f]{8})<", visitor.get("/broken?lang=en").text) for _ in range(2)]
    numbers = {found[1] for found in told if found}
    assert len(numbers) == 2
    assert all(f"Fault {number} at GET sample_public.broken" in caplog.text for number in numbers)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_slash_too_many_at_the_end_leads_to_the_page_that_was_meant(visitor: FlaskClient, method: str) -> None:
    answer = visitor.open("/bulletin/?page=2&lang=en", method=method)
    assert (answer.status_code, answer.headers["Location"]) == (308, "/bulletin?page=2&lang=en")
    assert visitor.open("/nowhere/", method=method).status_code == 404


@pytest.mark.parametrize("path", ["/%2F%2Fevil.example/", "/nothing/", "/complain/sent/"])
def test_a_slash_too_many_leads_neither_away_nor_where_only_forms_are_sent(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_what_is_sent_is_sent_to_the_address_that_the_page_gives(visitor: FlaskClient) -> None:
    assert visitor.post("/complain/", data={"story": "…"}).status_code == 404


def test_an_error_page_that_asks_a_database_that_is_away_is_the_calm_one(sample: Flask, visitor: FlaskClient) -> None:
    def asks() -> dict[str, str]:
        raise OperationalError("SELECT", {}, OSError())

    sample.template_context_processors[None].append(asks)
    answer = visitor.get("/nowhere")
    assert answer.status_code == 503
    assert "系统暂时无法访问" in answer.text


@pytest.mark.parametrize(("path", "status"), [("/away", 503), ("/broken", 500)])
def test_what_was_sent_meanwhile_is_given_back_to_be_sent_again_under_its_own_key(
    guarded: FlaskClient, path: str, status: int
) -> None:
    sent = filled(key="k" * 32, csrf_token=token(guarded.get("/complain")))
    answer = guarded.post(path, data=sent, headers={"Origin": HERE})
    assert answer.status_code == status
    assert f'value="{STORY}"' in answer.text
    assert f'name="key" value="{"k" * 32}"' in answer.text
    assert "<script" not in answer.text
    again = guarded.post("/complain", data=filled(csrf_token=token_of(answer)), headers={"Origin": HERE})
    assert again.status_code == 303, "the token that it is given is good"
    for headers, more in (({"Origin": "https://evil.example"}, {}), ({"Origin": HERE}, {"password": "geheim"})):
        silent = guarded.post(path, data={**sent, **more}, headers=headers)
        assert STORY not in silent.text


def test_the_chosen_language_is_remembered(visitor: FlaskClient) -> None:
    assert '<html lang="zh-CN"' in visitor.get("/").text
    assert '<html lang="en"' in visitor.get("/?lang=en").text
    assert '<html lang="en"' in visitor.get("/").text
    assert '<html lang="zh-CN"' in visitor.get("/?lang=zh").text


def test_an_unknown_language_changes_nothing(visitor: FlaskClient) -> None:
    assert '<html lang="zh-CN"' in visitor.get("/?lang=xx").text


def test_a_post_without_token_is_refused_and_shows_what_was_typed(guarded: FlaskClient) -> None:
    stood = " ".join(f"{name}:0123456789abcdef" for name in ("who", "story", "company"))
    answer = guarded.post("/complain", data=filled(before=stood), headers={"Origin": HERE})
    assert answer.status_code == 400
    assert "页面停留时间过长" in answer.text
    assert STORY in answer.text
    assert f'type="hidden" name="before" value="{stood}"' in answer.text, "what nobody wrote is not there to be read"
    again = guarded.post("/complain", data=filled(csrf_token=token_of(answer)), headers={"Origin": HERE})
    assert again.status_code == 303


def test_what_is_sent_again_says_in_whose_name_for_somebody_else_may_have_signed_in(
    guarded: FlaskClient,
) -> None:
    stranger = guarded.post("/complain", data=filled(), headers={"Origin": HERE})
    assert "的名义提交" not in stranger.text
    guarded.set_cookie("person", "zhou")
    answer = guarded.post("/staff/", data={"ids": "1"}, headers={"Origin": HERE})
    assert "将以当前登录人周砚的名义提交。" in answer.text
    assert "请核对后" not in answer.text, "nothing of it is there to be read"


def token_of(answer: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def test_a_post_from_elsewhere_gets_no_form_to_send_again(guarded: FlaskClient) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site", "Origin": HERE}, {}):
        answer = guarded.post("/complain", data=filled(), headers=headers)
        assert answer.status_code == 400
        assert STORY not in answer.text
        assert "csrf_token" not in answer.text


def test_a_post_with_its_token_is_carried_out(guarded: FlaskClient) -> None:
    page = guarded.get("/complain")
    assert guarded.post("/complain", data=filled(csrf_token=token(page))).status_code == 303


def test_a_refused_value_stands_beside_its_field_with_all_that_was_typed(visitor: FlaskClient) -> None:
    answer = visitor.post("/complain?fail=field", data=filled(company="北辰"))
    assert answer.status_code == 422
    assert re.search(r'id="company-error">.*This institution is suspended', answer.text)
    assert STORY in answer.text
    assert 'value="北辰"' in answer.text
    assert "<title>错误：" in answer.text


def test_a_refusal_shows_the_page_again_with_its_reason_and_the_text(visitor: FlaskClient) -> None:
    answer = visitor.post("/complain?fail=state", data=filled())
    assert answer.status_code == 409
    assert "This complaint is already closed." in answer.text
    assert "未能办理" in answer.text, "nothing is there to be put right"
    assert STORY in answer.text


def test_who_comes_second_is_told_and_keeps_their_text(visitor: FlaskClient) -> None:
    answer = visitor.post("/complain?fail=changed", data=filled())
    assert answer.status_code == 409
    assert "其他人修改了此项内容" in answer.text
    assert STORY in answer.text


def test_a_refusal_without_a_form_is_a_page(visitor: FlaskClient) -> None:
    answer = visitor.post("/nothing")
    assert answer.status_code == 409
    assert "This complaint is already closed." in answer.text


def test_navigation_shows_what_a_person_may_use(visitor: FlaskClient) -> None:
    visitor.set_cookie("person", "li")
    page = visitor.get("/staff/case").text
    assert "Secret" not in page
    assert re.search(r'href="/staff/case" aria-current="page"', page)
    assert not re.search(r'href="/staff/" aria-current="page"', page)


def test_what_has_no_room_in_the_head_stands_in_a_menu_at_its_end_that_says_what_waits(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(furniture, "LINE", 5)
    visitor.set_cookie("person", "li")
    line, menu = visitor.get("/staff/case").text.split('<details class="menu top-more">')
    assert 'href="/staff/case"' not in line
    assert re.match(r'\s*<summary class="here">更多 <span class="count">3</span></summary>', menu)
    assert 'href="/staff/case" aria-current="page"' in menu.partition("</details>")[0]


def test_a_state_is_shown_with_its_words_and_one_colour(sample: Flask) -> None:
    with sample.test_request_context():
        assert state_label("sample", "RECEIVED").colour == "blue"
        assert state_label("sample", "UNHEARD") == ("UNHEARD", "grey")


def test_what_is_impossible_says_why_and_has_no_address(visitor: FlaskClient) -> None:
    visitor.set_cookie("person", "li")
    page = visitor.get("/staff/case").text
    [why] = re.findall(r'aria-disabled="true" aria-describedby="([^"]+)"', page)
    assert f'id="{why}"' in page
    assert page.count("button-primary") == 2, "one for the page, one for the first action"


def test_a_sentence_never_brings_the_markup_of_its_values_into_a_page(sample: Flask) -> None:
    with sample.test_request_context():
        said = _l("The file “%(name)s” is empty.", name="<img src=x>")
        template = sample.jinja_env.from_string('{{ said }} {{ _("Fill in: %(label)s", label="<b>") }}')
        assert "<img" not in template.render(said=said)
        assert "<b>" not in template.render(said=said)


def test_an_address_that_only_takes_what_is_sent_leads_to_the_page_above_it(visitor: FlaskClient) -> None:
    answer = visitor.get("/complain/sent?lang=en")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/complain?lang=en"


@pytest.mark.parametrize("typed", ["%0d%0aSet-Cookie:%20a=1", "%E6%9F%A5", "%FF", "%EF%BC%99"])
def test_also_where_it_was_typed_with_what_no_address_has(client: FlaskClient, typed: str) -> None:
    answer = client.get(f"/complain/{typed}/typed")
    assert answer.status_code == 302
    assert answer.headers["Location"].isascii()


@pytest.mark.parametrize(("path", "menu"), [("/staff/nowhere", True), ("/nowhere", False)])
def test_an_error_page_keeps_the_head_and_menu_of_its_area(visitor: FlaskClient, path: str, menu: bool) -> None:
    visitor.set_cookie("person", "li")
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert ("top-nav" in answer.text) == menu
    assert ("public-nav" in answer.text) != menu


def test_a_browser_gets_its_own_language_until_somebody_chooses_one(visitor: FlaskClient) -> None:
    english = {"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"}
    answer = visitor.get("/", headers=english)
    assert '<html lang="en"' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]
    assert '<html lang="zh-CN"' in visitor.get("/", headers={"Accept-Language": "fr, zh-TW;q=0.8, en;q=0.5"}).text
    assert '<html lang="zh-CN"' in visitor.get("/", headers={"Accept-Language": "fr"}).text
    visitor.get("/?lang=zh")
    assert '<html lang="zh-CN"' in visitor.get("/", headers=english).text


def test_what_is_folded_away_is_open_where_its_form_has_an_error(sample: Flask) -> None:
    page = """{% import "parts/cards.html" as cards %}{% call cards.more("No") %}{{ inside }}{% endcall %}"""
    with sample.test_request_context():
        assert " open>" in render_template_string(page, inside=Markup('<div class="field field-wrong"></div>'))
        assert " open>" not in render_template_string(page, inside=Markup('<div class="field"></div>'))


def test_a_page_that_answers_a_form_says_where_the_form_stood(visitor: FlaskClient) -> None:
    wrong = visitor.post("/complain", headers={"Referer": "http://localhost/complain?step=2"})
    assert wrong.status_code == 422
    assert 'data-page="/complain?step=2"' in wrong.text
    assert "data-page" not in visitor.get("/complain").text


class Unread(BytesIO):
    """A body of which is counted how much was taken."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        """A piece of it, which counts."""
        found = super().read(size)
        self.taken += len(found)
        return found

    def readinto(self, room: Any) -> int:
        """The same, into what is there."""
        many = super().readinto(room)
        self.taken += many
        return many


def large(client: FlaskClient, path: str) -> tuple[int, int]:
    """The answer to a file of 9 MiB, and how much of it was taken."""
    body = Unread(b'--x\r\nContent-Disposition: form-data; name="x"; filename="x"\r\n\r\n' + bytes(9 * 1024 * 1024))
    sent = {"input_stream": body, "content_length": len(body.getvalue()), "headers": {"Origin": HERE, "Referer": HERE}}
    answer = client.post(path, content_type="multipart/form-data; boundary=x", **sent)  # type: ignore[arg-type]
    return answer.status_code, body.taken


def test_a_form_without_files_brings_no_more_than_text_also_where_files_may_come(guarded: FlaskClient) -> None:
    """One of as many fields as bytes took a hundred times its size in memory."""
    guarded.set_cookie("person", "li")
    for body in (b"x=" + b"y" * (20 * 1024 * 1024), b"y&" * 20_000):
        sent = {"input_stream": (stream := Unread(body)), "content_length": len(body)}
        headers = {"Origin": HERE, "Referer": HERE}
        kind = "application/x-www-form-urlencoded"
        answer = guarded.post("/staff/", content_type=kind, headers=headers, **sent)  # type: ignore[arg-type]
        assert answer.status_code == 413
        assert stream.taken < 9 * 1024 * 1024


def test_a_stranger_fills_no_disk_at_a_page_without_files(guarded: FlaskClient) -> None:
    assert large(guarded, "/complain") == (413, 0)
    assert large(guarded, "/nowhere") == (404, 0)
    assert large(guarded, "/staff/") == (303, 0), "who was signed out signs in again"
    guarded.set_cookie("person", "li")
    status, taken = large(guarded, "/staff/")
    assert (status, taken > 8 * 1024 * 1024) == (400, True), "whoever has an account may send files anywhere"
