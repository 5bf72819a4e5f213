"""Copies for the browser: made beside an original that stays as it is, and of poison none, while the worker goes on."""

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from flask import Flask
from openpyxl.chart import BarChart
from PIL import Image

from core import clock, outbox
from core.db import transaction
from core.settings import ROOT
from filestore import confined, converting, copying, files, previews
from filestore.confined import Bounds, BrokenOff, Stopped
from filestore.files import StoredFile
from filestore.models_uploads import MadeCopy
from tests.filestore import making_files as made
from tests.filestore import making_media as media


def keep(app: Flask, content: bytes, name: str) -> str:
    with app.app_context(), transaction() as at:
        kept = files.keep(at, io.BytesIO(content), name)
        copying.want(at, kept.sha256, clock.now())
        copying.want(at, kept.sha256, clock.now())  # asking twice is asking once
        return kept.sha256


def copy_of(app: Flask, sha256: str) -> MadeCopy:
    with app.app_context(), transaction() as at:
        return at.get_one(MadeCopy, sha256)


def test_recordings_and_pictures_of_telephones_get_a_copy_and_stay_as_they_are(app: Flask, tmp_path: Path) -> None:
    given = {"call.amr": media.amr(), "film.3gp": media.film_3gp(tmp_path), "photo.heic": media.heic()}
    shas = {name: keep(app, content, name) for name, content in given.items()}
    poison = keep(app, b"#!AMR\n" + b"\x7c" * 40, "poison.amr")
    last = keep(app, media.amr(1), "last.amr")
    with app.app_context():
        assert outbox.run_all() == 5
    kinds = {name: copy_of(app, sha).media_type for name, sha in shas.items()}
    assert kinds == {"call.amr": "audio/mpeg", "film.3gp": "video/mp4", "photo.heic": "image/jpeg"}
    assert copy_of(app, poison).trouble == "broken"
    assert copy_of(app, last).media_type == "audio/mpeg"  # the next in turn had its turn
    with app.app_context():
        for name, sha in shas.items():
            assert files.read(sha) == given[name]
        drawn = Image.open(io.BytesIO(files.read(str(copy_of(app, shas["photo.heic"]).copy_sha256))))
        assert (drawn.format, drawn.size) == ("JPEG", (64, 48))
        red, green, blue = drawn.getpixel((15, 15))  # type: ignore[misc]
        assert min(red, green) > 200 > blue
    with app.app_context(), transaction() as at:
        copying.want_again(at, poison, clock.now())
    with app.app_context():
        assert outbox.run_all() == 1
    assert copy_of(app, poison).trouble == "broken"


def test_a_file_that_was_taken_back_and_given_again_gets_its_copy_again(app: Flask) -> None:
    sha = keep(app, media.heic(), "photo.heic")
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            at.delete(at.get_one(MadeCopy, sha))
        with transaction() as at:
            copying.want(at, sha, clock.now() + timedelta(days=1))
        outbox.run_all()
    assert copy_of(app, sha).media_type == "image/jpeg"


def test_a_program_that_is_not_there_is_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    run: Callable[..., bytes] = confined.run
    monkeypatch.setattr(confined, "run", lambda command, **more: run(["no-such-program", *command[1:]], **more))
    sha = keep(app, media.amr(1), "call.amr")
    with app.app_context():
        outbox.run_all()
    assert copy_of(app, sha).trouble == "absent"
    assert "ffmpeg" in str(copying.WHY["absent"])


def test_a_film_gets_its_copy_also_where_its_bytes_were_kept_under_another_ending(app: Flask, tmp_path: Path) -> None:
    film = media.film_3gp(tmp_path)
    with app.app_context(), transaction() as at:
        files.keep(at, io.BytesIO(film), "film.mp4")
    sha = keep(app, film, "film.3gp")
    with app.app_context():
        outbox.run_all()
    assert copy_of(app, sha).media_type == "video/mp4"


def test_a_copy_that_was_given_up_says_so_and_may_be_tried_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    sha = keep(app, media.amr(1), "call.amr")
    with app.app_context():
        with monkeypatch.context() as broken:
            broken.setattr(converting, "copy_of", lambda *_: 1 / 0)
            outbox.run_all()
        assert str(copying.WHY[str(copy_of(app, sha).trouble)])
        with transaction() as at:
            copying.want_again(at, sha, clock.now() + timedelta(minutes=1))
        outbox.run_all()
    assert copy_of(app, sha).media_type == "audio/mpeg"


LOOP, EATS = "while True: pass", "held = []\nwhile True: held.append(bytes(10**7))"
WRITES = "open('grown', 'wb').write(bytes(10**7))"
FORKS = "import os, time\nif os.fork(): os._exit(0)\nopen('late', 'w')\ntime.sleep(3600)"


@pytest.mark.parametrize(
    ("program", "why", "bounds"),
    [
        (LOOP, "too_long", Bounds(cpu=1, wall=600)),
        (EATS, "broken", Bounds(memory=400 << 20, cpu=60, wall=600)),
        (WRITES, "broken", Bounds(file=1 << 20, cpu=60, wall=600)),
    ],
)
def test_what_does_not_end_is_ended(tmp_path: Path, program: str, why: str, bounds: Bounds) -> None:
    with pytest.raises(Stopped) as stopped:
        confined.run(confined.ours("\n" + program), folder=tmp_path, bounds=bounds)
    assert stopped.value.why == why


TOLD, KILLED = "os.kill(os.getpid(), signal.SIGTERM)", "os.kill(os.getpid(), signal.SIGKILL)"


def test_a_program_told_to_end_ends_its_work_and_one_killed_or_kept_waiting_is_no_broken_file() -> None:
    assert confined.run(confined.ours(f"import os, signal; {TOLD}; print('whole')")).strip() == b"whole"
    with pytest.raises(BrokenOff):
        confined.run(confined.ours(f"import os, signal; {KILLED}"))
    with pytest.raises(BrokenOff):
        confined.run(confined.ours("import time; time.sleep(3600)"), bounds=Bounds(wall=0.5))


def runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_program_goes_with_the_process_that_waited_for_it(tmp_path: Path) -> None:
    born = tmp_path / "born"
    program = f"\nimport os, time\nopen({str(born)!r}, 'w').write(str(os.getpid()))\ntime.sleep(3600)"
    asks = f"from filestore import confined; confined.run(confined.ours({program!r}))"
    asking = subprocess.Popen([sys.executable, "-c", asks], cwd=ROOT)
    until = time.monotonic() + 240
    while not (born.exists() and born.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    asking.kill()
    asking.wait()
    while runs(int(born.read_text())) and time.monotonic() < until:
        time.sleep(0.05)
    assert time.monotonic() < until


def test_nothing_of_ours_and_no_network_is_around_a_program(tmp_path: Path) -> None:
    said = confined.run(confined.ours("import os; print(sorted(os.environ), os.listdir('/proc/self/fd'))"))
    assert b"ZILU" not in said
    assert b"DATABASE" not in said
    confined.run(confined.ours("\n" + FORKS), folder=tmp_path, bounds=Bounds(wall=600))  # what it began ends with it
    if os.geteuid() == 0 or Path("/proc/sys/kernel/unprivileged_userns_clone").exists():
        call = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
        catch = f"\ntry: {call}\nexcept OSError as error: print(error.errno)"
        assert confined.run(confined.ours(catch)).strip() in {b"101", b"111"}


def test_pages_rows_and_words_are_drawn_within_bounds(app: Flask) -> None:
    table = ("a,b\n" + "=1+1,<b>x</b>\n" * 300).encode()
    with app.app_context(), transaction() as at:
        pdf = files.keep(at, io.BytesIO(made.pdf()), "a.pdf").sha256
        csv = files.keep(at, io.BytesIO(table), "a.csv").sha256
        text = files.keep(at, io.BytesIO("催收记录".encode("gb18030")), "a.txt").sha256
        assert previews.pages(pdf) == 1
        assert previews.page(pdf, 1).startswith(b"\xff\xd8\xff")
        assert previews.page(pdf, 2) == b""
        found = previews.table(csv, "text/csv")
        assert found is not None
        assert (len(found.rows), found.rows[1], found.more) == (200, ("=1+1", "<b>x</b>"), True)
        assert previews.text(text) == ("催收记录", False)
        assert at.get_one(StoredFile, pdf).stripped_as is None


def book(*rows: list[object]) -> bytes:
    """A table, and before it a chart that has a sheet of its own."""
    opened, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        opened.active.append(row)
    opened.create_chartsheet("图表", 0).add_chart(BarChart())
    opened.save(out)
    return out.getvalue()


def test_what_a_preview_leaves_out_is_said(app: Flask) -> None:
    said, many = "催" * 400, pikepdf.new()
    for _ in range(501):
        many.add_blank_page()
    out = io.BytesIO()
    many.save(out)
    tables = {
        "short.xlsx": (book(["a"]), False),
        "wide.xlsx": (book(list(range(50))), True),
        "long.xlsx": (book([said]), True),
        "wide.csv": (",".join(map(str, range(50))).encode(), True),
        "long.csv": (f"a,{said}".encode(), True),
    }
    with app.app_context(), transaction() as at:
        for name, (content, more) in tables.items():
            kept = files.keep(at, io.BytesIO(content), name)
            table = previews.table(kept.sha256, kept.media_type)
            assert table is not None, name
            assert (table.more, table.sheets) == (more, ("Sheet",) if name.endswith("xlsx") else ()), name
            assert any(cell.endswith("催…") for cell in table.rows[0]) is name.startswith("long")
        assert previews.pages(files.keep(at, io.BytesIO(out.getvalue()), "a.pdf").sha256) == 501
        days = [datetime(2026, 11, 1), datetime(2026, 11, 1, 9, 30), *[None] * 30]  # noqa: DTZ001 - as a sheet has them
        dated = files.keep(at, io.BytesIO(book(days)), "dated.xlsx")
        shown = previews.table(dated.sha256, dated.media_type)
        assert shown is not None
        assert shown.rows[0] == ("2026-11-01", "2026-11-01 09:30"), "without the midnight, and no empty columns"
        computed = files.keep(at, io.BytesIO(book(["a", "=1+1"])), "computed.xlsx")
        made = previews.table(computed.sha256, computed.media_type)
        assert made is not None
        assert made.rows[0] == ("a", "=1+1"), "what was saved without its value is not left out"
