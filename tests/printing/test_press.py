"""The press: whatever a document does, its owner lives, the next one is made, and nothing is left on the disk."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from printing import press
from printing.pdf_failures import CharactersMissing, Reason, RenderFailed
from printing.press import Limits, Press


@pytest.fixture
def pressed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Press]:
    """A press whose folders lie in ``tmp_path``."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    one = Press()
    yield one
    one.end()


def who() -> bytes:
    return str(os.getpid()).encode()


def with_letters() -> bytes:
    press.folder_of_letters().joinpath("face").write_bytes(b"letters")
    return who()


def forever() -> bytes:
    while True:
        pass


def too_much() -> bytes:
    return bytes(8 << 30)


def hoard() -> bytes:
    globals()["kept"] = bytearray(press.SPARE // 3 * 2)
    return who()


def without_room() -> bytes:
    with Path("/dev/full").open("wb", buffering=0) as full:
        full.write(b"letters")
    return who()


def told_to_end() -> bytes:
    os.kill(os.getpid(), signal.SIGTERM)
    return who()


def interrupted() -> bytes:
    raise KeyboardInterrupt


def crash() -> bytes:
    os.kill(os.getpid(), signal.SIGSEGV)
    return b""


def lacking() -> bytes:
    raise CharactersMissing(("\ue000",))


def open_ends() -> bytes:
    return str(len(list(Path("/proc/self/fd").iterdir()))).encode()


def test_one_press_makes_many(pressed: Press) -> None:
    assert pressed.make(who) == pressed.make(who) != who()


@pytest.mark.parametrize("limits", [Limits(cpu=1, wall=600), Limits(cpu=600, wall=0.5)])
def test_a_document_too_long_to_make_is_ended_and_the_next_is_made(pressed: Press, limits: Limits) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(RenderFailed) as refused:
        pressed.make(forever, limits=limits)
    assert refused.value.reason is Reason.TOO_LONG
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 10, "the other limit ended it"
    assert pressed.make(who)


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (too_much, Reason.TOO_LARGE),
        (crash, Reason.TOO_LARGE),
        (interrupted, Reason.BROKEN),
        (lacking, Reason.CHARACTERS),
    ],
)
def test_whatever_a_document_does_is_told_and_the_next_is_made(pressed: Press, work: object, reason: Reason) -> None:
    with pytest.raises(RenderFailed) as refused:
        pressed.make(work)  # type: ignore[arg-type]
    assert refused.value.reason is reason
    assert pressed.make(who)


def test_a_disk_without_room_is_no_fault_of_a_document(pressed: Press) -> None:
    with pytest.raises(OSError, match="No space left on device"):
        pressed.make(without_room)
    assert pressed.make(who)


def test_a_press_that_keeps_memory_is_replaced(pressed: Press) -> None:
    assert pressed.make(hoard, limits=Limits(memory=0)) != pressed.make(who)


def test_a_press_is_replaced_after_enough_documents(pressed: Press) -> None:
    pressed.made_by_one = 2
    first, second, third = (pressed.make(who) for _ in range(3))
    assert first == second != third


def test_a_killed_press_is_replaced(pressed: Press) -> None:
    os.kill(int(pressed.make(who)), signal.SIGKILL)
    with pytest.raises(RenderFailed):
        pressed.make(who)
    assert pressed.make(who)


def test_a_press_whose_service_is_told_to_end_makes_what_its_owner_waits_for(pressed: Press) -> None:
    assert pressed.make(told_to_end) == pressed.make(who)


def test_an_alarm_while_it_works_does_not_mix_two_documents(pressed: Press) -> None:
    def ring(*_args: object) -> None:
        raise TimeoutError

    assert pressed.make(who)
    before = signal.signal(signal.SIGALRM, ring)
    with pytest.raises(TimeoutError):
        _make_until_the_alarm(pressed)
    signal.signal(signal.SIGALRM, before)
    assert pressed.make(who).isdigit()


def _make_until_the_alarm(pressed: Press) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    pressed.make(forever)


def test_it_holds_nothing_of_its_owner_open(pressed: Press) -> None:
    with Path(__file__).open("rb"):
        assert int(pressed.make(open_ends)) <= 3 + 2 + 1


@pytest.mark.parametrize("ending", ["end", "kill"])
def test_its_letters_go_with_it(pressed: Press, tmp_path: Path, ending: str) -> None:
    child = int(pressed.make(with_letters))
    assert len(list(tmp_path.iterdir())) == 1
    if ending == "kill":
        os.kill(child, signal.SIGKILL)
    pressed.end()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("left", ["sys.exit()", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_its_letters_go_when_its_owner_has_gone(tmp_path: Path, left: str) -> None:
    code = (
        "import os, signal, sys; from printing.press import PRESS; from tests.printing.test_press import with_letters;"
        f"PRESS.make(with_letters); {left}"
    )
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(tmp_path)}, check=False)
    until = time.monotonic() + 240
    while list(tmp_path.iterdir()) and time.monotonic() < until:
        time.sleep(0.05)
    assert list(tmp_path.iterdir()) == []


def test_letters_of_processes_that_were_killed_go_with_the_next_one(tmp_path: Path, pressed: Press) -> None:
    del pressed
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (tmp_path / f"zilu-letters-{gone.pid}-abc").mkdir()
    mine = press.folder_of_letters()
    assert list(tmp_path.iterdir()) == [mine]
