"""A disk that takes no more: whoever hands a file in is told so, nothing half is left, and no row says it is there."""

import resource
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask, request
from sqlalchemy import func, select

from casework import intake
from casework.models_cases import Evidence
from core import outbox
from core.actors import NOBODY
from core.db import transaction
from core.errors import Unavailable
from core.faults_told import placed, told
from core.outbox import Outbox
from filestore import copying, files, uploads
from filestore.models_uploads import MadeCopy, Upload
from tests import builders
from tests.conftest import NOW

ROOM = 100_000
"""So much of a file still goes on the disk: the system itself refuses the byte after it, in the midst of writing."""
SAID = "can't be kept at the moment"


@contextmanager
def full() -> Iterator[None]:
    """Meanwhile no file of this process grows beyond that."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def lines(size: int) -> bytes:
    """A text of that size that no other test has handed in."""
    return (secrets.token_hex(8).encode() + b" 12:30 a call, 13912345678\n" * (size // 26 + 1))[:size]


def _left(app: Flask) -> list[str]:
    folder = app.extensions["zilu"].data
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())


def _while_full(through: Callable[..., Iterable[bytes]], *asked: object) -> list[bytes]:
    """Only what answers meets the full disk, not the browser of the test, which writes as well."""
    with full():
        return list(through(*asked))


@pytest.mark.parametrize("size", [3 * ROOM, 30 * ROOM], ids=["as it is kept", "as it comes in"])
def test_whoever_hands_a_file_in_is_told_and_nothing_is_left_of_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    with app.app_context(), transaction() as at:
        builders.Desk(at, NOW)
        _it, code = intake.submit(at, builders.submission(), key="full", actor=NOBODY, now=NOW)
    person, before, content = app.test_client(), _left(app), lines(size)
    person.set_cookie("lang", "en")
    person.post("/track/", data={"code": code})

    def sent(key: str) -> tuple[int, str]:
        given = {"f-files": (BytesIO(content), "calls.txt"), "f-key": key}
        answer = person.post("/track/files", data=given, content_type="multipart/form-data")
        return answer.status_code, answer.text

    through = app.wsgi_app
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(app, "wsgi_app", lambda *asked: _while_full(through, *asked))
        status, page = sent("a")
    assert status == 503
    assert SAID in page.replace("&#39;", "'")
    assert _left(app) == before
    with app.app_context(), transaction() as at:
        assert at.scalar(select(func.count()).select_from(files.StoredFile)) == 0
        assert at.scalar(select(func.count()).select_from(Evidence)) == 0
    assert sent("a")[0] == 303, "sent again, the same form is taken"
    assert len(_left(app)) == len(before) + 1


def test_a_piece_that_finds_no_room_is_sent_again_from_where_the_last_one_ended(app: Flask) -> None:
    client, content = app.test_client(), lines(3 * ROOM)
    begun = client.post("/uploads", data={"name": "calls.txt", "size": len(content)}).get_json()
    at = f"/uploads/{begun['id']}"

    def put(offset: int, piece: bytes) -> tuple[int, str]:
        answer = client.put(at, data=piece, headers={"Upload-Offset": str(offset), "Accept-Language": "en"})
        return answer.status_code, answer.text

    assert put(0, content[: ROOM // 2])[0] == 200
    with full():
        status, said = put(ROOM // 2, content[ROOM // 2 :])
    assert (status, SAID in said) == (503, True)
    assert client.get(at).get_json()["offset"] == ROOM // 2
    assert put(ROOM // 2, content[ROOM // 2 :])[0] == 200
    with app.app_context(), transaction() as session:
        it = session.scalars(select(Upload)).one()
        assert (it.received, uploads.path_of(it.token).read_bytes()) == (len(content), content)


def test_what_is_made_for_later_work_fails_as_a_whole(app: Flask) -> None:
    before, content = _left(app), lines(3 * ROOM)
    with app.app_context():
        with full(), pytest.raises(Unavailable) as failed, transaction() as at:
            files.keep_made(at, content, "paper.pdf", "application/pdf")
        assert _left(app) == before
        assert told(failed.value).endswith(" (File too large)"), "as the system calls it: administrators read it"
        assert placed(failed.value).startswith("Unavailable (File too large) at filestore/"), "and so does the log"
        with transaction() as at:
            assert at.scalar(select(func.count()).select_from(files.StoredFile)) == 0
            kept = files.keep_made(at, content, "paper.pdf", "application/pdf")
        assert files.read(kept.sha256) == content


def test_a_program_that_finds_no_room_says_nothing_of_its_file(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            kept = files.keep(at, BytesIO(b"#!AMR\n" + b"\x7c" * 40), "poison.amr")
            copying.want(at, kept.sha256, NOW)
        with transaction() as at:
            number = at.scalars(select(Outbox.id).where(Outbox.job == copying.MAKING)).one()
        with full():
            outbox.run([number])
        with transaction() as at:
            assert at.get_one(MadeCopy, kept.sha256).trouble is None, "it waits, and is not called damaged"
        outbox.run([number])
        with transaction() as at:
            assert at.get_one(MadeCopy, kept.sha256).trouble == "broken"


def test_a_page_that_finds_no_room_asks_to_come_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    person, given = app.test_client(), {"file-file": (BytesIO(b"%PDF-1.7\n" + lines(3 * ROOM)), "a.pdf")}
    person.set_cookie("lang", "en")
    through = app.wsgi_app
    monkeypatch.setattr(app, "wsgi_app", lambda *asked: _while_full(through, *asked))
    answer = person.post("/verify", data=given, content_type="multipart/form-data")
    assert (answer.status_code, "back in a moment" in answer.text) == (503, True)


def test_what_comes_in_lies_beside_the_other_data_meanwhile(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"files": (BytesIO(lines(30 * ROOM)), "calls.txt")}
    with app.test_request_context("/complain/evidence", method="POST", data=given):
        monkeypatch.setattr("tempfile.tempdir", "/nowhere")  # where passing things lie may be memory, and small
        assert len(request.files["files"].read()) == 30 * ROOM
    assert (app.extensions["zilu"].data / "incoming").is_dir()
