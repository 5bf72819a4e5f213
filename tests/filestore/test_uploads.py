"""Large files in pieces: carried on after any break, nobody else's, within limits, judged as every other file."""

import random
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from limits import parse
from sqlalchemy import select
from werkzeug.test import TestResponse

from core import clock
from core.db import SYSTEM_READER, read_as, transaction
from core.db import session as current
from core.throttle import limiter
from filestore import rationing, uploads
from filestore.file_checks import MIB
from filestore.files import LIMIT, StoredFile
from filestore.models_uploads import Upload
from tests.builders import Desk
from tests.codes import opened
from tests.conftest import NOW
from tests.filestore import making_files as made

PIECE = uploads.PIECE


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def recording(size: int) -> bytes:
    """A recording of this size; what sounds in it does not matter."""
    return b"ID3" + random.Random(size).randbytes(size - 3)  # noqa: S311 - not a secret


def begin(client: FlaskClient, name: str, size: int) -> TestResponse:
    return client.post("/uploads", data={"name": name, "size": size})


def put(client: FlaskClient, token: str, offset: int, piece: bytes) -> TestResponse:
    return client.put(f"/uploads/{token}", data=piece, headers={"Upload-Offset": str(offset)})


def whole(client: FlaskClient, name: str, content: bytes) -> str:
    token = str(begin(client, name, len(content)).json["id"])  # type: ignore[index]
    for at in range(0, len(content), PIECE):
        assert put(client, token, at, content[at : at + PIECE]).status_code == 200
    return token


def rows(app: Flask) -> list[Upload]:
    with app.app_context():
        at = current()
        read_as(at, SYSTEM_READER)
        return list(at.scalars(select(Upload)))


def test_an_upload_goes_on_where_it_stopped_and_the_form_takes_it(app: Flask, client: FlaskClient) -> None:
    content = recording(PIECE + 1000)
    begun = begin(client, "录音/通话\u202e.mp3", len(content))
    assert (begun.status_code, begun.headers["Upload-Offset"], begun.json["name"]) == (201, "0", "通话.mp3")  # type: ignore[index]
    token = begun.json["id"]  # type: ignore[index]
    assert put(client, token, 0, content[:PIECE]).headers["Upload-Offset"] == str(PIECE)
    # what a network that broke has half sent does not count, and a piece in the wrong place is told the right one
    for offset in (0, PIECE - 1, PIECE + 1, len(content)):
        wrong = put(client, token, offset, b"x" * 10)
        assert (wrong.status_code, wrong.headers["Upload-Offset"]) == (409, str(PIECE))
        assert str(PIECE) in wrong.json["message"]  # type: ignore[index]
    assert put(client, token, PIECE, content[PIECE:] + b"more").status_code == 409
    form = {"files": f"upload:{token}"}
    assert client.post("/complain/evidence", data=form).status_code == 422  # not whole yet
    uploads.path_of(token).open("ab").write(b"left by a crash")
    assert client.get(f"/uploads/{token}").headers["Upload-Offset"] == str(PIECE)
    assert put(client, token, PIECE, content[PIECE:]).json["offset"] == len(content)  # type: ignore[index]
    assert client.post("/complain/evidence", data=form).status_code == 303
    assert "通话.mp3" in client.get("/complain/evidence").text
    assert not rows(app)
    assert not uploads.path_of(token).exists()
    with app.app_context():
        read_as(current(), SYSTEM_READER)
        assert current().scalar(select(StoredFile.size)) == len(content)


def test_two_tabs_on_one_upload_end_with_one_whole_file(client: FlaskClient, app: Flask) -> None:
    content = made.picture(size=(900, 900))
    token = begin(client, "a.png", len(content)).json["id"]  # type: ignore[index]
    other = app.test_client()
    with client.session_transaction() as mine, other.session_transaction() as theirs:
        theirs.update(dict(mine))
    half = len(content) // 2
    assert put(client, token, 0, content[:half]).status_code == 200
    late = put(other, token, 0, content[:half])
    assert (late.status_code, late.headers["Upload-Offset"]) == (409, str(half))
    assert put(other, token, half, content[half:]).status_code == 200
    again = put(client, token, half, content[half:])
    assert (again.status_code, again.headers["Upload-Offset"]) == (409, str(len(content)))
    assert uploads.path_of(token).read_bytes() == content


def test_nobody_else_sees_carries_on_or_takes_an_upload(client: FlaskClient, app: Flask) -> None:
    token = whole(client, "a.png", made.picture())
    for stranger in (app.test_client(), app.test_client()):
        assert stranger.get(f"/uploads/{token}").status_code == 404
        assert put(stranger, token, 0, b"x").status_code == 404
        assert stranger.delete(f"/uploads/{token}").status_code == 204
        assert stranger.post("/complain/evidence", data={"files": f"upload:{token}"}).status_code == 422
        begin(stranger, "b.png", 10)  # with a secret of its own from now on
    assert client.get(f"/uploads/{token}").status_code == 200
    assert client.delete(f"/uploads/{token}").status_code == 204
    assert client.get(f"/uploads/{token}").status_code == 404
    assert not uploads.path_of(token).exists()


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("big.mp3", LIMIT + 1, "50 MB"),
        ("empty.mp3", 0, "empty.mp3"),
        ("page.html", 10, "page.html"),
        ("none", 10, "none"),
        ("../../x.exe", 10, "x.exe"),
    ],
)
def test_what_can_not_be_kept_is_refused_before_a_byte_has_come(
    client: FlaskClient, name: str, size: int, said: str
) -> None:
    answer = begin(client, name, size)
    assert answer.status_code == 422
    assert said in answer.json["message"]  # type: ignore[index]


def test_the_whole_is_judged_and_given_up_where_it_is_wrong(client: FlaskClient, app: Flask) -> None:
    for name, content in {
        "photo.jpg": made.picture(),
        "page.png": made.picture() + b"<script>alert(1)</script>",
    }.items():
        token = begin(client, name, len(content)).json["id"]  # type: ignore[index]
        answer = put(client, token, 0, content)
        assert answer.status_code == 422
        assert name in answer.json["message"]  # type: ignore[index]
        assert client.get(f"/uploads/{token}").status_code == 404
    token = begin(client, "a.mp3", LIMIT).json["id"]  # type: ignore[index]
    assert put(client, token, 0, b"x" * (PIECE + 1)).status_code == 413
    assert client.put(f"/uploads/{token}", data=b"x").status_code == 400
    assert [(each.token, each.received) for each in rows(app)] == [(token, 0)]


def test_strangers_have_a_quota_and_their_addresses_as_well(client: FlaskClient, app: Flask) -> None:
    fits = uploads.OF_STRANGERS.own // LIMIT
    answers = [begin(client, "a.mp3", LIMIT) for _ in range(fits + 1)]
    assert [each.status_code for each in answers] == [201] * fits + [409]
    assert answers[-1].json["message"]  # type: ignore[index]
    many = [begin(app.test_client(), "a.mp3", LIMIT).status_code for _ in range(uploads.OF_STRANGERS.address // LIMIT)]
    assert many.count(201) == uploads.OF_STRANGERS.address // LIMIT - fits
    elsewhere = client.application.test_client().post(
        "/uploads", data={"name": "a.mp3", "size": 5}, environ_base={"REMOTE_ADDR": "10.1.2.3"}
    )
    assert elsewhere.status_code == 201
    assert all(each.address and "127.0.0.1" not in each.address for each in rows(app))


def test_what_nobody_carries_on_is_swept_away_with_its_bytes(client: FlaskClient, app: Flask) -> None:
    old, fresh = whole(client, "a.png", made.picture()), ""
    stray = uploads.path_of("0" * 32)
    stray.write_bytes(b"unknown")
    with time_machine.travel(NOW + uploads.WAITS, tick=False):
        assert client.get(f"/uploads/{old}").status_code == 404
        assert client.post("/complain/evidence", data={"files": f"upload:{old}"}).status_code == 422
        fresh = whole(client, "b.png", made.picture("PNG", (9, 9)))
        with app.app_context():
            uploads.sweep(clock.now())
    assert [each.token for each in rows(app)] == [fresh]
    assert not uploads.path_of(old).exists()
    with app.app_context():
        uploads.sweep(clock.now() + timedelta(days=365 * 20))
    assert not stray.exists()
    assert not uploads.path_of(fresh).exists()


def test_the_rest_is_waited_for_a_day_from_the_last_piece_on(client: FlaskClient) -> None:
    content = recording(2 * PIECE)
    token = begin(client, "通话.mp3", len(content)).json["id"]  # type: ignore[index]
    with time_machine.travel(NOW + timedelta(hours=20), tick=False):
        assert put(client, token, 0, content[:PIECE]).status_code == 200
    with time_machine.travel(NOW + timedelta(hours=40), tick=False):
        assert put(client, token, PIECE, content[PIECE:]).status_code == 200


def test_a_form_that_comes_back_still_holds_its_uploads(client: FlaskClient) -> None:
    token = whole(client, "a.png", made.picture())
    page = client.post("/complain/evidence", data={"files": [f"upload:{token}", "upload:" + "0" * 32]})
    assert page.status_code == 422
    assert f'value="upload:{token}"' in page.text
    assert client.get(f"/uploads/{token}").status_code == 200


def test_pieces_count_for_what_one_address_brings_in_a_day_and_once(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    monkeypatch.setattr(rationing, "MEGABYTES", parse("6 per day"))
    token = whole(client, "通话.mp3", recording(PIECE + MIB))
    assert client.post("/complain/evidence", data={"files": f"upload:{token}"}).status_code == 303, "not once more"
    refused = begin(app.test_client(), "通话.mp3", MIB + 1)
    assert (refused.status_code, "您所在的网络" in refused.json["message"]) == (422, True)  # type: ignore[index]
    assert [each.token for each in rows(app)] == []


def test_what_is_begun_and_given_up_takes_nothing_of_the_day_from_those_who_share_an_address(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    monkeypatch.setattr(rationing, "MEGABYTES", parse("50 per day"))
    for _time in range(3):
        begun = begin(client, "a.mp3", LIMIT)
        assert client.delete(f"/uploads/{begun.json['id']}").status_code == 204  # type: ignore[index]
    small = {"files": (BytesIO(made.picture()), "a.png")}
    assert app.test_client().post("/complain/evidence", data=small).status_code == 303


def test_pieces_of_what_is_given_up_count_as_they_came(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    monkeypatch.setattr(rationing, "MEGABYTES", parse("8 per day"))
    content = recording(2 * PIECE)
    one, other = (str(begin(each, "a.mp3", len(content)).json["id"]) for each in (client, client))  # type: ignore[index]
    for token in (one, other):
        assert put(client, token, 0, content[:PIECE]).status_code == 200
    client.delete(f"/uploads/{one}")
    refused = put(client, other, PIECE, content[PIECE:])
    assert (refused.status_code, "您所在的网络" in refused.json["message"]) == (422, True)  # type: ignore[index]
    assert [each.received for each in rows(app)] == [PIECE]


def test_a_form_whose_answer_was_lost_is_not_asked_for_its_file_again(client: FlaskClient, app: Flask) -> None:
    with app.app_context(), transaction() as at:
        number = Desk(at, NOW).received().id
    with client.session_transaction() as cookie:
        cookie.update(opened(app, number))
    client.set_cookie("lang", "en")
    page = {"Referer": "http://localhost/track/complaint"}
    once = {"f-files": f"upload:{whole(client, '通话.png', made.picture())}", "f-key": "a"}
    for _sent in ("taken, and the answer lost", "the browser sends it again"):
        assert client.post("/track/files", data=once, headers=page).status_code == 303
    told = client.get("/track/complaint").text
    assert "already done" in told
    assert told.count("通话.png") == 1
    second = f"upload:{whole(client, '补充.png', made.picture('PNG', (5, 5)))}"
    asked = client.post("/track/files", data={**once, "f-files": [once["f-files"], second]}, headers=page)
    assert (asked.status_code, "Send only what is new." in asked.text, second in asked.text) == (422, True, True)
    fresh = asked.text.partition('name="f-key" ')[2].partition('value="')[2].partition('"')[0]
    assert client.post("/track/files", data={"f-files": second, "f-key": fresh}, headers=page).status_code == 303
    told = client.get("/track/complaint").text
    assert (told.count("补充.png"), told.count("通话.png")) == (1, 1)
    other = {"f-files": f"upload:{whole(client, '第二段.png', made.picture('PNG', (9, 9)))}", "f-key": "b"}
    assert client.post("/track/files", data=other, headers=page).status_code == 303
    assert "第二段.png" in client.get("/track/complaint").text
    strange = {"f-files": "upload:" + "0" * 32, "f-key": "c"}
    assert "not kept any longer" in client.post("/track/files", data=strange, headers=page).text


def test_the_complaint_form_goes_on_where_the_answer_to_its_files_was_lost(client: FlaskClient) -> None:
    sent = {"files": f"upload:{whole(client, 'a.png', made.picture())}", "key": "a"}
    for _sent in ("taken, and the answer lost", "the browser sends it again"):
        answer = client.post("/complain/evidence", data=sent)
        assert (answer.status_code, answer.location) == (303, "/complain/contact")
    second = f"upload:{whole(client, 'b.png', made.picture('PNG', (9, 9)))}"
    assert client.post("/complain/evidence", data={**sent, "files": [sent["files"], second]}).status_code == 303
    kept = client.get("/complain/evidence").text
    assert ("a.png" in kept, "b.png" in kept) == (True, True)
    assert client.post("/complain/evidence", data={**sent, "key": "b"}).status_code == 422


def test_whoever_deletes_an_unsent_complaint_deletes_what_went_ahead_of_it(client: FlaskClient, app: Flask) -> None:
    client.post("/complain/who", data={"role": "DEBTOR"})
    token = whole(client, "借条.mp3", recording(2 * MIB))
    assert uploads.path_of(token).is_file()
    client.post("/complain/discard")
    assert rows(app) == []
    assert not uploads.path_of(token).exists()


@pytest.mark.parametrize("how", [{}, {"quickly": "1"}, {"quickly": "away"}])
def test_whoever_left_tells_nobody_at_this_browser_what_went_ahead(client: FlaskClient, how: dict[str, str]) -> None:
    token = whole(client, "借条.mp3", recording(2 * MIB))
    client.post("/track/leave", data=how)
    assert client.get(f"/uploads/{token}").status_code == 404


def test_a_file_that_is_kept_though_another_is_refused_is_under_way_no_longer(client: FlaskClient, app: Flask) -> None:
    token = whole(client, "截图.png", made.picture())
    files = [f"upload:{token}", (BytesIO(b"MZ"), "a.exe")]
    answer = client.post("/complain/evidence", data={"files": files}, content_type="multipart/form-data")
    assert (answer.status_code, "截图.png" in answer.text) == (422, True)
    assert rows(app) == []
    assert not uploads.path_of(token).exists()
    assert "截图.png" in client.get("/complain/evidence").text


@pytest.mark.parametrize("left", [0, 7])
def test_bytes_that_a_machine_lost_as_it_fell_over_come_again(client: FlaskClient, app: Flask, left: int) -> None:
    content = recording(PIECE + 9)
    token = str(begin(client, "通话.mp3", len(content)).json["id"])  # type: ignore[index]
    put(client, token, 0, content[:PIECE])
    uploads.path_of(token).write_bytes(content[:left])
    assert put(client, token, PIECE, content[PIECE:]).headers["Upload-Offset"] == str(left)
    put(client, token, left, content[left : left + PIECE])
    assert put(client, token, left + PIECE, content[left + PIECE :]).headers["Upload-Offset"] == str(len(content))
    assert uploads.path_of(token).read_bytes() == content
    uploads.path_of(token).write_bytes(content[:-1])
    answer = client.post("/complain/evidence", data={"files": f"upload:{token}"})
    assert (answer.status_code, rows(app)[0].token) == (422, token), "no half of a file is taken for the whole"
