"""With a scanner, what comes from outside goes to nobody before it was looked through, and what was found never."""

import io
import shutil
import socketserver
import struct
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from core import outbox
from core.db import PUBLIC, read_as, session, transaction
from filestore import files, scanning, zips
from filestore.files import StoredFile
from launch.places import free_port
from tests.filestore import making_files

HARM = b"ZILU-HARM-OF-A-TRIAL"
CLAMD = shutil.which("clamd") or shutil.which("/usr/sbin/clamd")


class Small(socketserver.StreamRequestHandler):
    """Speaks the protocol, and knows one harmful text."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        seen = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            seen += self.rfile.read(size)
        self.wfile.write(b"stream: Zilu.Trial.UNOFFICIAL FOUND\0" if HARM in seen else b"stream: OK\0")


def small(_folder: Path) -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Small) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def clamd(folder: Path) -> Iterator[str]:
    """The real one, with a signature of our own."""
    port, rules = free_port("clamd"), folder / "rules"
    rules.mkdir()
    (rules / "trial.ndb").write_text(f"Zilu.Trial:0:*:{HARM.hex()}\n")
    said = f"TCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {rules}\nForeground yes\nUser root\n"
    (folder / "clamd.conf").write_text(said + f"TemporaryDirectory {folder}\nStreamMaxLength 1M\n")
    with subprocess.Popen([str(CLAMD), "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL) as running:
        yield f"tcp://127.0.0.1:{port}"
        running.terminate()


@pytest.fixture(
    params=[
        small,
        pytest.param(clamd, marks=pytest.mark.skipif(CLAMD is None, reason="clamd is not installed")),
    ],
    ids=["small", "clamd"],
)
def scanner(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> Iterator[str]:
    """A site with a scanner; afterwards without one, as before."""
    for address in request.param(tmp_path):
        scanning.init(replace(app.extensions["zilu"], scanner=address))
        yield address
    scanning.init(app.extensions["zilu"])


def kept(app: Flask, content: bytes, name: str = "a.txt") -> str:
    with app.app_context(), transaction() as at:
        return files.keep(at, io.BytesIO(content), name).sha256


@contextmanager
def reading(app: Flask) -> Iterator[None]:
    """As somebody who has no account, and may have the file."""
    with app.app_context():
        read_as(session(), PUBLIC)
        yield


def row(app: Flask, sha256: str) -> StoredFile:
    with app.app_context(), transaction() as at:
        return at.get_one(StoredFile, sha256)


def worked(app: Flask, until: str) -> None:
    """The worker does it; a scanner that is just starting is waited for, as work that was handed over again."""
    deadline = time.monotonic() + 30
    while row(app, until).scanned_at is None:
        assert time.monotonic() < deadline
        with app.app_context():
            outbox.run_all(1)
        time.sleep(0.1)


def test_nobody_gets_a_file_before_it_was_looked_through(app: Flask, scanner: str) -> None:
    sha256 = kept(app, "通话记录".encode())
    with reading(app), pytest.raises(scanning.Waits):
        scanning.given_out(sha256)
    worked(app, sha256)
    with reading(app), scanning.given_out(sha256) as stream:
        assert stream.read() == "通话记录".encode()


def test_a_found_one_goes_to_nobody_and_keeps_no_other_from_whoever_asked(app: Flask, scanner: str) -> None:
    harmful, good = kept(app, b"a line\n" + HARM), kept(app, "好".encode(), "b.txt")
    worked(app, harmful)
    worked(app, good)
    assert (row(app, harmful).held, row(app, harmful).found) == (files.FOUND, "Zilu.Trial.UNOFFICIAL")
    with reading(app):
        with pytest.raises(scanning.Harmful):
            scanning.given_out(harmful)
        packed = zipfile.ZipFile(io.BytesIO(zips.zipped([("a.txt", harmful), ("b.txt", good)])))
        assert packed.namelist() == ["a.txt.txt", "b.txt"]
        assert "恶意程序" in packed.read("a.txt.txt").decode()
        assert files.read(harmful), "it stays in the store, as what was handed in"
    assert kept(app, b"a line\n" + HARM) == harmful
    assert row(app, harmful).held == files.FOUND, "handed in again it is the same file"
    scanning.init(app.extensions["zilu"])
    with reading(app), pytest.raises(scanning.Harmful):
        scanning.given_out(harmful)
    with app.app_context(), transaction() as at:
        assert scanning.held_among(at, [harmful, good]) == {harmful: files.FOUND}, "also once there is no scanner"


def test_what_is_made_of_it_for_passing_on_waits_as_well(app: Flask, scanner: str) -> None:
    sha256 = kept(app, making_files.photograph(), "a.jpg")
    with app.app_context(), transaction() as at:
        copy = files.stripped(at, sha256).sha256
    assert copy != sha256
    with reading(app), pytest.raises(scanning.Waits):
        scanning.given_out(copy)
    worked(app, copy)
    with reading(app):
        scanning.given_out(copy).close()


def test_what_came_before_there_was_a_scanner_goes_out_and_is_looked_through_when_asked(
    app: Flask, scanner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanning.init(app.extensions["zilu"])
    sha256 = kept(app, HARM)
    scanning.init(replace(app.extensions["zilu"], scanner=scanner))
    with reading(app):
        scanning.given_out(sha256).close()
    monkeypatch.setattr(scanning, "AT_ONCE", 1)
    refused = app.test_cli_runner().invoke(args=["scan-files"])
    assert (refused.exit_code, "ZILU_SCANNER is not set" in refused.stderr) == (1, True)
    monkeypatch.setitem(app.extensions, "zilu", replace(app.extensions["zilu"], scanner=scanner))
    assert app.test_cli_runner().invoke(args=["scan-files"]).stdout == "Asked of the worker: 1.\n"
    worked(app, sha256)
    with reading(app), pytest.raises(scanning.Harmful):
        scanning.given_out(sha256)


def test_while_the_scanner_is_away_a_file_waits_and_is_not_counted_as_tried(app: Flask) -> None:
    scanning.init(replace(app.extensions["zilu"], scanner=f"tcp://127.0.0.1:{free_port('away')}"))
    try:
        sha256 = kept(app, b"a")
        with app.app_context():
            for _ in range(outbox.TRIES + 1):
                outbox.run_all(1)
            with transaction() as at:
                waits = at.query(outbox.Outbox).filter_by(job=files.SCAN).one()
                assert (waits.state, waits.tries) == ("WAITING", 0)
        with reading(app), pytest.raises(scanning.Waits):
            scanning.given_out(sha256)
    finally:
        scanning.init(app.extensions["zilu"])
    with reading(app):
        scanning.given_out(sha256).close()  # whoever takes the scanner away again lets go what waited
    with app.app_context(), transaction() as at:
        assert scanning.held_among(at, [sha256]) == {}
    with app.app_context():
        outbox.run_all(1)
    assert (row(app, sha256).held, row(app, sha256).scanned_at) == (None, None)


@pytest.mark.skipif(CLAMD is None, reason="clamd is not installed")
def test_one_that_the_scanner_refuses_by_its_size_goes_on_waiting(app: Flask, tmp_path: Path) -> None:
    for address in clamd(tmp_path):
        scanning.init(replace(app.extensions["zilu"], scanner=address))
        first, large = kept(app, b"a"), kept(app, b"a\n" * 2_000_000, "b.txt")
        worked(app, first)
        with app.app_context():
            outbox.run_all(1)
            with transaction() as at:
                waits = at.query(outbox.Outbox).filter(outbox.Outbox.key.contains(large)).one()
                assert "size limit exceeded" in (waits.trouble or "")
        with reading(app), pytest.raises(scanning.Waits):
            scanning.given_out(large)
    scanning.init(app.extensions["zilu"])
