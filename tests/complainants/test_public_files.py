"""Files of the complaint form: kept singly, shared by choice, copied apart, and no more than the house holds."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse
from sqlalchemy import select

from complainants import complaining, public, resume_codes
from core.db import transaction
from core.drafts import Draft
from core.throttle import limiter
from filestore import file_stripping_apart, rationing, uploads
from filestore.confined import Bounds
from tests.complainants.test_public_form import code_in, fill, step_by_step
from tests.filestore import making_files as made


def test_a_chosen_file_is_kept_and_the_form_goes_on_and_the_last_look_names_no_file(client: FlaskClient) -> None:
    step_by_step(client)
    shot = {"files": (BytesIO(made.picture()), "沈若禾的截图.png"), "fresh": "y"}
    answer = client.post("/complain/evidence", data=shot)
    assert answer.location.endswith("/complain/contact")
    preview = client.get("/complain/send").get_data(as_text=True).partition('id="preview"')[2]
    assert "沈若禾的截图" not in preview
    assert "1 个文件" in preview


def test_a_file_too_many_is_refused_and_none_is_dropped_without_a_word(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "MOST_FILES", 2)
    step_by_step(client)
    for name in ("一.png", "二.png"):
        client.post("/complain/evidence", data={"files": (BytesIO(made.picture()), name)})
    sent = {"files": [(BytesIO(made.pdf()), "三.pdf"), (BytesIO(made.pdf()), "四.pdf")]}
    third = client.post("/complain/evidence", data=sent)
    assert third.status_code == 422
    kept = client.get("/complain/evidence").text
    assert ("一.png" in kept, "三.pdf" in kept) == (True, False)


def test_a_file_chosen_twice_is_kept_once_and_the_person_is_told(app: Flask, client: FlaskClient) -> None:
    """A file is removed and shown by its content: of two alike both went with the tick for one."""
    step_by_step(client)
    twice = {"files": [(BytesIO(made.picture()), "photo.png"), (BytesIO(made.picture()), "photo.png")]}
    told = client.post("/complain/evidence", data=twice, follow_redirects=True).text
    again = {"files": (BytesIO(made.picture()), "改名.png")}
    renamed = client.post("/complain/evidence", data=again, follow_redirects=True).text
    assert ("“photo.png”内容相同" in told, "“改名.png”与已有的“photo.png”内容相同" in renamed) == (True, True)
    with app.app_context(), transaction() as at:
        (draft,) = at.scalars(select(Draft).where(Draft.place == resume_codes.PLACE))
        kept = draft.fields["evidence"]["files"]
    assert [one["name"] for one in kept] == ["photo.png"]


def test_a_good_file_stays_when_another_one_is_refused(app: Flask, client: FlaskClient) -> None:
    key = fill(client)
    empty, good = (BytesIO(b""), "空.png"), (BytesIO(made.picture()), "截图.png")
    sent = {"files": [good, (BytesIO(b"PK\x05\x06" + bytes(18)), "证据.zip"), empty]}
    answer = client.post("/complain/evidence", data=sent)
    assert answer.status_code == 422
    for words in ("还有2处", "证据.zip", "空.png", "其他文件已保存", "已上传的文件"):
        assert words in answer.text
    assert "截图.png" in client.get("/complain/evidence").text
    code = code_in(client.post("/complain/send", data={"key": key}).text)
    client.post("/track/", data={"code": code})
    more = {
        "f-files": [(BytesIO(made.pdf()), "补充.pdf"), (BytesIO(b"PK\x05\x06" + bytes(18)), "又一.zip")],
        "f-key": "k",
    }
    answer = client.post("/track/files", data=more)
    assert answer.status_code == 422
    for words in ("又一.zip", "其他文件已保存", "补充.pdf", "截图.png"):
        assert words in answer.text
    assert 'name="f-key" type="hidden" value="k"' not in answer.text, "it can be sent again"


def test_whoever_chose_a_file_opens_it_again_and_nobody_else_does(app: Flask, client: FlaskClient) -> None:
    step_by_step(client)
    client.post("/complain/evidence", data={"files": (BytesIO(made.picture()), "截图.png")})
    offered = re.search(r'href="(/complain/files/[0-9a-f]{64})"', client.get("/complain/evidence").text)
    assert offered is not None
    opened = client.get(offered[1])
    assert (opened.status_code, opened.data) == (200, made.picture())
    locks = ("X-Content-Type-Options", "Content-Security-Policy", "Cache-Control")
    assert [opened.headers[each] for each in locks] == ["nosniff", "sandbox; default-src 'none'", "private, no-store"]
    stranger = app.test_client()
    step_by_step(stranger)
    assert [each.get(offered[1]).status_code for each in (stranger, app.test_client())] == [404, 404]
    client.post("/track/leave")
    assert client.get(offered[1]).status_code == 404


def test_what_was_sent_on_the_tracking_page_opens_there_for_the_browser_that_sent_it_until_it_leaves(
    app: Flask, client: FlaskClient
) -> None:
    key = fill(client)
    client.post("/complain/evidence", data={"files": (BytesIO(made.picture()), "截图.png")})
    code = code_in(client.post("/complain/send", data={"key": key}).text)
    other = app.test_client()
    for each in (client, other):
        each.post("/track/", data={"code": code})
    sent = made.pdf()
    client.post("/track/files", data={"f-files": (BytesIO(sent), "补充.pdf")})
    own = r'href="(/track/files/\d+)"[^>]*>([^<]+)<'
    ((offered, name),) = re.findall(own, client.get("/track/complaint").text)
    assert (name, client.get(offered).data) == ("补充.pdf", sent)
    assert client.get("/track/files/99999").status_code == 404
    assert (re.findall(own, other.get("/track/complaint").text), other.get(offered).status_code) == ([], 404)
    client.post("/track/leave")
    assert client.get(offered).status_code == 302
    client.post("/track/", data={"code": code})
    assert client.get(offered).status_code == 404


def test_what_is_said_of_files_is_what_happens_to_them(client: FlaskClient) -> None:
    step_by_step(client)
    assert "请先自行遮盖" in client.get("/complain/evidence").text
    client.post("/complain/evidence", data={"files": (BytesIO(made.picture()), "截图.png"), "fresh": "y"})
    assert "内容不变" in client.get("/complain/send").text
    assert "逐一" not in client.get("/privacy").text


def test_a_file_of_which_no_copy_can_be_made_is_refused_at_its_form_and_may_still_go_to_the_association(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_stripping_apart, "BOUNDS", Bounds(memory=16 << 20))
    step_by_step(client)
    refused = client.post("/complain/evidence", data={"files": (BytesIO(made.pdf()), "流水.pdf"), "fresh": "y"})
    assert (refused.status_code, "无法转交“流水.pdf”" in refused.text) == (422, True)
    assert client.post("/complain/evidence", data={"files": (BytesIO(made.pdf()), "流水.pdf")}).status_code == 303
    offered = re.search(r'name="shared"[^>]*value="([0-9a-f]{64})"', client.get("/complain/evidence").text)
    assert offered is not None
    ticked = client.post("/complain/evidence", data={"shared": offered[1]})
    assert (ticked.status_code, "无法转交“流水.pdf”" in ticked.text) == (422, True)
    with app.app_context(), transaction() as at:
        (draft,) = at.scalars(select(Draft).where(Draft.place == resume_codes.PLACE))
        assert [one["shared"] for one in draft.fields["evidence"]["files"]] == [False]


def test_files_kept_for_strangers_have_a_limit_for_each_of_them_for_their_address_and_for_all(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(browser: FlaskClient, name: str) -> tuple[int, str]:
        answer = browser.post("/complain/evidence", data={"files": (BytesIO(made.pdf()), name)})
        return answer.status_code, answer.text

    size = len(made.pdf())
    with monkeypatch.context() as few:
        few.setattr(complaining, "MOST_HELD", 2 * size)
        assert [send(client, name)[0] for name in ("一.pdf", "二.pdf")] == [303, 303]
        client.post("/complain/evidence", data={"files": (BytesIO(made.picture()), "三.png")})
        status, said = send(client, "四.pdf")
        assert (status, "文件合计不得超过" in said) == (422, True)
    another = app.test_client()
    with monkeypatch.context() as counted:
        counted.setattr(limiter, "enabled", True)
        counted.setattr(rationing, "MEGABYTES", parse("1 per day"))
        assert send(another, "五.pdf")[0] == 303
        status, said = send(app.test_client(), "六.pdf")
        assert (status, "您所在的网络" in said) == (422, True)
    with monkeypatch.context() as full:
        full.setattr(uploads, "OF_STRANGERS", replace(uploads.OF_STRANGERS, every=size))
        status, said = send(app.test_client(), "七.pdf")
        assert (status, "data-exit" in said) == (503, True)


def test_an_older_page_of_files_gives_back_no_consent_and_takes_none_away(client: FlaskClient) -> None:
    """What was changed meanwhile, on the telephone, stays; only ticks that differ from what the page showed count."""

    def send(seen: list[str], **said: object) -> None:
        assert client.post("/complain/evidence", data={"seen": seen, **said}).status_code == 303

    def shown() -> list[str]:
        return re.findall(r'name="seen" value="([^"]*)"', client.get("/complain/evidence").text)

    send([""], files=(BytesIO(made.picture()), "a.png"), fresh="y")
    old = shown()
    sha = old[1].partition(":")[0]
    assert old == ["", f"{sha}:1"]
    send(old)  # on the telephone: nothing is ticked any more, and another file comes that the company may see
    send([*shown()], files=(BytesIO(made.photograph()), "b.jpg"), fresh="y")
    send(old, shared=[sha])  # the old page, as it was
    now = shown()
    assert now[1] == f"{sha}:0"
    assert now[2].endswith(":1")
    send(now, shared=[sha, now[2].partition(":")[0]])
    assert [each[-1:] for each in shown()] == ["", "1", "1"]
