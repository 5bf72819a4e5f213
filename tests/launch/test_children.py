"""The processes of a running application: what they say is kept, never without bound, and never holds one up."""

import sys
import time
from pathlib import Path

import pytest

from launch import children
from launch.children import Child

PATIENCE = 60
SAYS = "for number in range(3000): print(f'{number:099d}')"
AND_GOES_ON = "import pathlib, time\nwhile not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.01)\nprint('after')"


def _says(folder: Path, program: str) -> Child:
    child = Child("talker", [sys.executable, "-c", f"import sys\n{program}", str(folder / "room")], patience=1)
    child.start({}, folder)
    return child


def _text(log: Path) -> str:
    """What it holds; nothing before it is there, and at the moment at which it is put aside."""
    try:
        return log.read_text()
    except FileNotFoundError:
        return ""


def _ends(child: Child, log: Path, last: str) -> bool:
    """Whether it came to its end, and its last line is kept."""
    assert child.process
    until = time.monotonic() + PATIENCE
    while not _text(log).endswith(last):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return child.process.wait(PATIENCE) == 0


def test_a_full_disk_takes_lines_of_a_log_and_never_the_process_that_says_them(tmp_path: Path) -> None:
    log = tmp_path / "talker.log"
    log.symlink_to("/dev/full")
    child = _says(tmp_path, f"{SAYS}\nsys.stdout.flush()\n{AND_GOES_ON}")
    time.sleep(0.5)
    log.unlink()
    (tmp_path / "room").touch()
    assert _ends(child, log, "after\n")


def test_a_log_is_put_aside_while_its_process_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "LARGE_LOG", 50_000)
    assert _ends(_says(tmp_path, SAYS), tmp_path / "talker.log", "2999\n")
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert sizes.keys() == {"talker.log", "talker.old.log"}
    assert max(sizes.values()) <= 50_100
