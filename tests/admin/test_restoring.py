"""After a restore numbers go on, nothing is sent twice by itself, and a backup holds what is needed for one."""

import errno
import hashlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import event, func, select, update
from sqlalchemy.engine import make_url

from admin import commands_restoring, starting
from core import clock, journal, mail, outbox, texts
from core.db import db, transaction
from core.journal import JournalEntry
from core.outbox import Outbox
from core.settings import Misconfigured
from filestore import files, uploads
from notices import queries_numbers
from notices.models import Document, SeriesCounter
from registry.models_accounts import WebSession
from registry.models_settings import Installation
from tests.admin.office import Office
from tests.builders import Desk
from tests.conftest import DATABASE, NOW, OWNER, PATIENT, _application, _owner, drop
from wsgi import create_app

BROUGHT_BACK = f"{DATABASE}_back"
SERIES = "受/2026"


@pytest.fixture(autouse=True)
def owner(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner's address names the database of the test."""
    del app
    monkeypatch.setenv(OWNER, _owner(DATABASE))


@pytest.fixture
def back() -> Iterator[str]:
    """An empty database, to bring a backup back into."""
    with psycopg.connect(_owner("postgres"), autocommit=True) as server:
        drop(server, BROUGHT_BACK)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(BROUGHT_BACK)))
        yield BROUGHT_BACK
        drop(server, BROUGHT_BACK)


def _letter(at: object, contact: str) -> str:
    """The number of an acknowledgement that is issued now."""
    Desk(at, NOW).received(contact=contact)  # type: ignore[arg-type]
    asked = select(Document).where(Document.kind == "D01").order_by(Document.id.desc()).limit(1)
    return str(at.scalars(asked).one().number)  # type: ignore[attr-defined]


def _last_night(app: Flask) -> str:
    """A letter, a file, and a mail that is not sent yet."""
    with app.app_context(), transaction() as at:
        mail.send_later(at, "news:1", "lead@example.invalid", "有新文书", "请登录系统查看。")
        files.keep_made(at, b"what a company handed in", "one.txt", "text/plain")
        return _letter(at, "13900000001")


def _held(database: str) -> tuple[dict[str, int], list[tuple[object, ...]]]:
    """How many rows each table holds, and the end of every chain of the journal."""
    with psycopg.connect(_owner(database)) as owner:
        names = [name for (name,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        counts = {}
        for name in names:
            found = owner.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
            counts[name] = found[0] if found else 0
        return counts, owner.execute("SELECT * FROM journal_head ORDER BY 1, 2").fetchall()


def test_a_backup_that_was_brought_back_holds_every_row_every_file_and_the_whole_journal(
    app: Flask, back: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _last_night(app)
    with app.app_context():
        outbox.run_all()
        db.session.remove()
    then, backup, data = _held(DATABASE), tmp_path / "backup", tmp_path / "data"
    with app.app_context():
        assert _run(app, "backup", str(backup))[0] == 0
        program = Path(commands_restoring._program()).with_name("pg_restore")
        _letter_lost(app)
    subprocess.run([program, "-d", _owner(back), backup / "database.dump"], check=True)
    shutil.copytree(backup / "files", data / "files")
    then[0]["in_use"] = 0
    assert _held(back) == then != _held(DATABASE)

    monkeypatch.setenv(OWNER, _owner(back))
    monkeypatch.setenv("ZILU_DATA", str(data))
    again = create_app(SQLALCHEMY_DATABASE_URI=_application(back), **PATIENT)
    try:
        with again.app_context(), transaction() as at:
            at.execute(update(Installation).values(mode="production"))
        real = replace(again.extensions["zilu"], mode="production", base_url="https://zilu.example")
        monkeypatch.setitem(again.extensions, "zilu", real)
        with pytest.raises(Misconfigured, match="say `restored` first"):  # all that was open would be done twice
            starting.check_to_serve(again)
        assert _run(again, "restored", "--series", f"{SERIES}=2")[0] == 0
        starting.check_to_serve(again)
        with again.app_context(), transaction() as at:
            stored = at.scalars(select(files.StoredFile.sha256)).all()
            assert len(stored) > 1
            assert [hashlib.sha256(files.read(each)).hexdigest() for each in stored] == list(stored)
            assert set(at.scalars(select(Document.pdf_sha256))) <= set(stored)
            assert list(journal.verify(at)) == []
        with again.app_context():
            db.engine.dispose()
    finally:
        for each in (files, uploads, mail, texts):  # whoever is tested next keeps what it has where it was
            each.init(app.extensions["zilu"])


def _letter_lost(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        _letter(at, "13900000002")


def _run(app: Flask, *words: str) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=list(words))
    return answer.exit_code, answer.output


def test_a_restored_office_goes_on_after_the_last_number_and_sends_nothing_by_itself(
    app: Flask, back: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, backup = _last_night(app), tmp_path / "backup"
    with app.app_context():
        assert _run(app, "backup", str(backup))[0] == 0
        program = Path(commands_restoring._program()).with_name("pg_restore")
    with app.app_context(), transaction() as at:
        lost = _letter(at, "13900000002")
    subprocess.run([program, "-d", _owner(back), backup / "database.dump"], check=True)

    monkeypatch.setenv(OWNER, _owner(back))
    again = create_app(SQLALCHEMY_DATABASE_URI=_application(back), **PATIENT)
    office = Office(again, "system_admin")
    code, said = _run(again, "restored")
    assert (code, f"{SERIES}: the last number known is 1, of 2026-11-25" in said) == (1, True)
    assert _run(again, "restored", "--series", f"{SERIES}=0")[0] == 1
    assert _run(again, "restored", "--series", f"{SERIES}=90000")[0] == 1
    code, said = _run(again, "restored", "--series", f"{SERIES}=2")
    assert (code, f"{SERIES}: goes on after 2, 1 lost." in said) == (0, True)

    with again.app_context():
        assert outbox.sweep(clock.now().replace(year=2027)) == 0
        assert outbox.run_all() == 0
        with transaction() as at:
            assert not at.scalars(select(WebSession).where(WebSession.ended_at.is_(None))).all()
            third = _letter(at, "13900000003")
            assert [third, first, lost] == [first.replace("1号", f"{number}号") for number in (3, 1, 2)]
            page = queries_numbers.page(at, "受", 2026, last=3)
            assert [each.state for each in page] == ["IN_THE_MAKING", "LOST", "IN_THE_MAKING"]
            assert (at.scalar(select(func.max(Document.id))) or 0) > 10_000
            entry = at.scalars(select(JournalEntry).where(JournalEntry.row == "installation.restored")).one()
            assert entry.changes is not None
            assert entry.changes["numbers"] == {SERIES: 2}
        outbox.run_all()
        with transaction() as at:
            assert at.scalars(select(mail.Mail.sent_at)).all() == [None]
            parked = at.scalars(select(Outbox).where(Outbox.parked_at.is_not(None)).order_by(Outbox.id)).all()
            assert {each.job for each in parked} >= {"core.mail", "notices.render"}
        db.engine.dispose()
    del office


def test_an_owner_who_cannot_sign_in_leaves_nothing_half_restored(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _last_night(app)
    nobody = make_url(_owner(DATABASE)).set(username="nobody_of_ours").render_as_string(hide_password=False)
    monkeypatch.setenv(OWNER, nobody)
    code, said = _run(app, "restored", "--series", f"{SERIES}=1")
    assert (code, said.splitlines()[-1].startswith("Error: The database is away, or can't go on: ")) == (1, True)
    with app.app_context(), transaction() as at:
        assert at.scalar(select(func.count()).where(Outbox.parked_at.is_not(None))) == 0
        assert not at.scalars(select(JournalEntry).where(JournalEntry.row == "installation.restored")).all()


def test_a_backup_tells_by_checksums_whether_it_is_whole(app: Flask, tmp_path: Path) -> None:
    _last_night(app)
    backup = tmp_path / "backup"
    with app.app_context():
        assert _run(app, "backup", str(backup))[0] == 0
        assert _run(app, "backup", str(backup))[0] == 1
    lines = (backup / "SHA256SUMS").read_text().splitlines()
    digest = hashlib.sha256(b"what a company handed in").hexdigest()
    assert f"{digest}  files/{digest[:2]}/{digest[2:]}" in lines
    assert [line.split("  ")[1] for line in lines].count("database.dump") == 1
    assert backup.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("folder", ["", ".", "/"])
def test_a_backup_goes_into_a_folder_of_its_own(app: Flask, folder: str) -> None:
    code, said = _run(app, "backup", folder)
    assert (code, "is there already; a backup is never written over another." in said) == (1, True)


def test_a_file_that_is_erased_meanwhile_is_named_and_left_out_of_a_backup_and_not_called_lost(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _last_night(app)
    copied, looked_for = hashlib.sha256(b"what a company handed in").hexdigest(), hashlib.sha256(b"more").hexdigest()
    with app.app_context(), transaction() as at:
        files.keep_made(at, b"more", "two.txt", "text/plain")
    copy, kept = shutil.copy2, app.extensions["zilu"].data / "files"

    def erase(digest: str) -> None:
        with psycopg.connect(_owner(DATABASE), autocommit=True) as erases:
            erases.execute("DELETE FROM stored_file WHERE sha256 = %s", (digest,))
        (kept / digest[:2] / digest[2:]).unlink()

    def too_late(here: Path, there: Path) -> None:
        if here.name == copied[2:]:
            erase(copied)
        copy(here, there)

    def while_it_looks(_connection: object, _cursor: object, asked: str, *_more: object) -> None:
        if "stored_file.size" in asked:
            erase(looked_for)

    monkeypatch.setattr(shutil, "copy2", too_late)
    backup = tmp_path / "backup"
    with app.app_context():
        event.listen(db.engine, "after_cursor_execute", while_it_looks)
        try:
            code, said = _run(app, "backup", str(backup))
        finally:
            event.remove(db.engine, "after_cursor_execute", while_it_looks)
    assert (code, f"{copied[:2]}/{copied[2:]} was erased meanwhile" in said, "has lost" in said) == (0, True, False)
    assert copied[2:] not in (backup / "SHA256SUMS").read_text()
    assert "database.dump" in (backup / "SHA256SUMS").read_text()


def test_a_backup_names_what_the_store_has_lost_and_is_none_without_any_file(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _last_night(app)
    given, digest = app.extensions["zilu"], hashlib.sha256(b"what a company handed in").hexdigest()
    file = given.data / "files" / digest[:2] / digest[2:]
    file.unlink()
    for name, content in (("gone", None), ("cut", b"what"), ("changed", b"What a company handed in")):
        if content is not None:
            file.write_bytes(content)
        with app.app_context():
            code, said = _run(app, "backup", str(tmp_path / name))
        assert (code, f"holds changed: 1.\n{digest}\n" in said) == (3, True)
        assert (tmp_path / name / "SHA256SUMS").exists()
    file.unlink()
    file.parent.rmdir()
    file.parent.touch()
    with app.app_context():
        code, said = _run(app, "backup", str(tmp_path / "complete"))
    file.parent.unlink()
    assert (code, "could not be looked up: [Errno 20] Not a directory" in said) == (3, True)
    assert (tmp_path / "complete" / "SHA256SUMS").exists(), "what took hours is not thrown away"
    monkeypatch.setitem(app.extensions, "zilu", replace(given, data=tmp_path / "mistyped"))
    with app.app_context():
        code, said = _run(app, "backup", str(tmp_path / "backup"))
    assert (code, "mistyped holds no file" in said, (tmp_path / "backup").exists()) == (1, True, False)


def test_a_backup_that_finds_no_room_is_refused_and_bars_nothing(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _last_night(app)
    backup, half = tmp_path / "backup", tmp_path / "backup.half"
    with app.app_context():
        with monkeypatch.context() as full:
            full.setattr(shutil, "copy2", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
            code, said = _run(app, "backup", str(backup))
        assert (code, "No space left on device" in said, list(tmp_path.iterdir())) == (1, True, [])
        half.mkdir()
        assert _run(app, "backup", str(backup))[0] == 1
        half.rmdir()
        assert _run(app, "backup", str(backup))[0] == 0
    assert [each.name for each in tmp_path.iterdir()] == ["backup"]


def _stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, version: int, does: str) -> None:
    """The pg_dump that is found first."""
    program = folder / "pg_dump"
    program.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "pg_dump (PostgreSQL) {version}.1" && exit\n{does}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_a_backup_that_is_told_to_end_leaves_nothing(
    app: Flask, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), db.engine.connect() as connection:
        here = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
    _stand_in(tmp_path_factory.mktemp("bin"), monkeypatch, here, "kill $PPID\nexec sleep 300")
    before = signal.getsignal(signal.SIGTERM)
    try:
        code, _said = _run(app, "backup", str(tmp_path / "backup"))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (code, list(tmp_path.iterdir())) == (143, [])


def test_the_dump_is_made_by_the_program_nearest_to_the_server(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        _stand_in(tmp_path, monkeypatch, 99, "exit 1")
        assert not commands_restoring._program().startswith(str(tmp_path))


def _parked(app: Flask) -> dict[str, int]:
    _last_night(app)
    assert _run(app, "restored", "--series", f"{SERIES}=1")[0] == 0
    with app.app_context(), transaction() as at:
        return {each.job: each.id for each in at.scalars(select(Outbox))}


def test_what_was_open_at_a_restore_is_let_go_or_dropped_by_an_administrator(app: Flask) -> None:
    numbers = _parked(app)
    with app.app_context(), transaction() as at:
        assert outbox.try_again(at) == 0
    office = Office(app, "system_admin")
    page = office.get("jobs/?state=parked&lang=en")
    assert "/let-go" in page
    path = f"/admin/jobs/{numbers['core.mail']}"
    assert office.client.post(f"{path}/drop", data={"key": "one"}).status_code == 303
    assert office.client.post(f"{path}/let-go", data={"key": "two"}).status_code == 409
    assert "Dropped" in office.get("mails/?lang=en")
    assert (
        office.client.post(f"/admin/jobs/{numbers['notices.render']}/let-go", data={"key": "three"}).status_code == 303
    )
    assert office.client.post("/admin/jobs/999999999/drop", data={"key": "four"}).status_code == 404
    with app.app_context():
        with transaction() as at:
            found = {job: at.get_one(Outbox, number).state for job, number in numbers.items()}
            rows = at.scalars(select(JournalEntry.row).where(JournalEntry.subject_kind == "outbox")).all()
        assert (found["core.mail"], found["notices.render"]) == ("DROPPED", "WAITING")
        assert sorted(rows) == ["outbox.drop", "outbox.let_go"]
        outbox.run([numbers["core.mail"], numbers["notices.render"]])
        with transaction() as at:
            assert at.scalars(select(mail.Mail.sent_at)).all() == [None]
            assert any(at.scalars(select(Document.pdf_sha256)))


def test_what_was_given_up_is_dropped_by_an_administrator_and_not_tried_again(app: Flask) -> None:
    _last_night(app)
    with app.app_context(), transaction() as at:
        row = at.scalars(select(Outbox).where(Outbox.job == mail.SENDING)).one()
        row.gave_up_at, number = clock.now(), row.id
    office = Office(app, "system_admin")
    page = office.get("jobs/?state=failed&lang=en")
    assert "/drop" in page
    assert "/let-go" not in page
    assert office.client.post(f"/admin/jobs/{number}/let-go", data={"key": "one"}).status_code == 409
    answer = office.client.post(f"/admin/jobs/{number}/drop", data={"key": "two"})
    assert (answer.status_code, answer.location) == (303, "/admin/jobs/?state=failed")
    assert "Dropped" in office.get("mails/?lang=en")
    with app.app_context(), transaction() as at:
        assert outbox.try_again(at) == 0
        assert at.get_one(Outbox, number).state == "DROPPED"


def test_what_was_open_is_seen_on_the_overview_and_decided_on_by_kind(app: Flask) -> None:
    numbers = _parked(app)
    office, audit = Office(app, "system_admin"), Office(app, "audit_admin")
    assert "when a backup was brought back" in office.get("?lang=en")
    assert "All of this kind" in office.get("jobs/?state=parked&lang=en")
    said = {"job": "core.mail", "what": "drop"}
    assert audit.client.post("/admin/jobs/of-a-kind", data=said | {"key": "one"}).status_code == 403
    assert office.client.post("/admin/jobs/of-a-kind", data=said | {"key": "two"}).status_code == 303
    said = {"job": "notices.render", "what": "let-go"}
    assert office.client.post("/admin/jobs/of-a-kind", data=said | {"key": "three"}).status_code == 303
    assert "will be done as soon as the worker runs" in office.get("jobs/?lang=en")
    assert office.client.post("/admin/jobs/of-a-kind", data=said | {"what": "no", "key": "four"}).status_code == 404
    with app.app_context(), transaction() as at:
        found = {each.id: each.state for each in at.scalars(select(Outbox))}
    assert (found[numbers["core.mail"]], found[numbers["notices.render"]]) == ("DROPPED", "WAITING")


def test_who_only_reads_decides_on_nothing_that_was_open(app: Flask) -> None:
    number = _parked(app)["core.mail"]
    audit = Office(app, "audit_admin")
    assert "/let-go" not in audit.get("jobs/?state=parked&lang=en")
    assert audit.client.post(f"/admin/jobs/{number}/drop", data={"key": "one"}).status_code == 403


def test_a_series_that_began_after_the_backup_goes_on_as_well(app: Flask) -> None:
    assert _run(app, "restored", "--series", "决/2026=3", "--series", "AJ/2026=1")[0] == 0
    assert _run(app, "restored", "--series", "无/2026=3")[0] == 1
    assert _run(app, "restored", "--series", "决=3")[0] == 2
    with app.app_context(), transaction() as at:
        assert at.get_one(SeriesCounter, ("决", 2026)).last == 3
