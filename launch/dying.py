"""Processes that must not outlive who started them, and those left behind all the same."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
PATIENCE = 10.0
"""Seconds that servers left behind have to end; after half of them they are killed."""
SERVERS = ("postgres", "valkey", "redis")
LIBC = ctypes.CDLL(None)


class TerminatedError(KeyboardInterrupt):
    """The launcher itself was asked to end, not only interrupted."""


class Mortal(subprocess.Popen[bytes]):
    """A child that the kernel signals when its parent is gone, even killed. Start it from the main thread."""

    def __init__(self, command: list[str], *, last: int = signal.SIGTERM, **options: Any) -> None:  # noqa: ANN401 - Popen's own
        """Start the command; the last signal is the one for the parent's death."""
        parent = os.getpid()

        def ask_kernel() -> None:
            LIBC.prctl(PR_SET_PDEATHSIG, last)
            if os.getppid() != parent:  # it died before we could ask
                os._exit(1)

        super().__init__(command, preexec_fn=ask_kernel, **options)


def stop(child: "subprocess.Popen[bytes]", sign: int, patience: float) -> None:
    """Ask a child and its process group to end, then make them."""
    if child.poll() is None:
        child.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def end_those_in(folder: Path) -> int:
    """End servers whose working folder this is, left over from a launcher that was killed; how many there were."""
    began = time.monotonic()
    left = _those_in(folder)
    count = len(left)
    for pid in left:
        _kill(pid, signal.SIGINT)
    while left := _those_in(folder):
        if time.monotonic() - began > PATIENCE / 2:
            for pid in left:
                _kill(pid, signal.SIGKILL)
        if time.monotonic() - began > PATIENCE:
            break
        time.sleep(0.05)
    return count


def kill_those_in(folder: Path) -> int:
    """SIGKILL servers whose working folder this is, all at one moment; how many there were."""
    found = _those_in(folder)
    for pid in found:
        _kill(pid, signal.SIGKILL)
    return len(found)


def _those_in(folder: Path) -> list[int]:
    where = str(folder.resolve())
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if str((entry / "cwd").readlink()) == where and (entry / "comm").read_text().startswith(SERVERS):
                    found.append(int(entry.name))
    return found


def _kill(pid: int, sign: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, sign)
