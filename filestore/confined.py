"""Runs one program on a file from outside: little memory and time, no network, nothing of ours around it."""

import ctypes
import errno
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
"""Found here: each run begins by reading this module, and what settings need takes ten times as long."""
NEW_USERS: Final = 0x10000000
NEW_NETWORK: Final = 0x40000000
DIES_WITH_ITS_PARENT: Final = 1


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one run may use: bytes of memory and of each file it writes, seconds of processor and on the wall."""

    memory: int = 1536 << 20
    file: int = 200 << 20
    cpu: int = 100
    wall: float = 140.0
    alone: bool = False
    """Whether it may start no other process or thread."""


class BrokenOff(OSError):  # noqa: N818 - it names what happened
    """Somebody ended the program, as who stops a service ends all of it: that says nothing of the file."""


class Late(BrokenOff):
    """It was ended before it had used up its seconds of processor: a busy machine did not let it, whatever the file."""


TOO_LONG: Final = "too_long"


class Stopped(Exception):  # noqa: N818 - it names what happened
    """The program ended badly; `why` is "absent", "too_long" or "broken"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def ours(call: str) -> list[str]:
    """A call of our own code as a program that holds nothing: no key, no database, no secret around it."""
    return [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {call}"]


def run(
    command: Sequence[str],
    *,
    given: bytes | Iterable[bytes] = b"",
    folder: Path | None = None,
    bounds: Bounds | None = None,
) -> bytes:
    """What the program says on its output; whatever it does to itself, it ends within the bounds.

    Raises Stopped where that may be the file's fault, and OSError where it is the machine's: it is asked again then.
    """
    bounds = bounds or Bounds()
    whole = [*ours("from filestore.confined import enter; enter()"), json.dumps(asdict(bounds)), *command]
    with TemporaryFile() as source, TemporaryFile() as said:
        source.writelines([given] if isinstance(given, bytes) else given)
        source.seek(0)
        child = subprocess.Popen(  # noqa: S603 - a program of ours, or one whose arguments are ours
            whole,
            stdin=source,
            stdout=said,
            stderr=subprocess.DEVNULL,
            cwd=folder or "/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"},
            start_new_session=True,
        )
        code = _ended(child, bounds.wall)
        if code is None:
            raise Late(errno.EINTR, os.strerror(errno.EINTR))
        if -code in ENDS:
            raise BrokenOff(errno.EINTR, os.strerror(errno.EINTR))
        if code:
            os.posix_fallocate(said.fileno(), 0, ROOM)  # without it, it may have ended badly for want of room alone
        said.seek(0)
        answer = said.read()
    if code == 0:
        return answer
    raise Stopped({ABSENT: "absent", -signal.SIGXCPU: TOO_LONG}.get(code, "broken"))


def framed(contents: Iterable[bytes]) -> Iterator[bytes]:
    """Several files as one input: each behind its length."""
    for content in contents:
        yield len(content).to_bytes(LENGTH, "big")
        yield content


def unframed() -> Iterator[bytes]:
    """In the child: the same files, one after the other."""
    while head := sys.stdin.buffer.read(LENGTH):
        yield sys.stdin.buffer.read(int.from_bytes(head, "big"))


LENGTH: Final = 8
ABSENT: Final = 127
ROOM: Final = 16 << 20
"""Bytes that a disk has to have left for a program's bad end to be held against its file."""
ASKED: Final = {signal.SIGHUP, signal.SIGINT, signal.SIGTERM}
"""What all processes of a service are told that is stopped; its worker ends the work under way, and so this."""
ENDS: Final = {*ASKED, signal.SIGKILL}


def _ended(child: "subprocess.Popen[bytes]", wall: float) -> int | None:
    """Its code; nothing where it had to be ended, with all that it began."""
    try:
        return child.wait(wall)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def enter() -> None:
    """In the child, before the program: take away what it shall not have, then become it."""
    bounds = Bounds(**json.loads(sys.argv[1]))
    command = sys.argv[2:]
    without_network()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory, bounds.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu, bounds.cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (bounds.file, bounds.file))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    if bounds.alone:
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    signal.pthread_sigmask(signal.SIG_BLOCK, ASKED)  # a program that minds one of them by itself would cut its answer
    ctypes.CDLL(None).prctl(DIES_WITH_ITS_PARENT, signal.SIGKILL)
    try:
        os.execvpe(command[0], command, dict(os.environ))  # noqa: S606 - no shell
    except FileNotFoundError:
        os._exit(ABSENT)


def without_network() -> bool:
    """Leave the network, where the machine lets a process do that; the programs are told to use files alone as well."""
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.unshare(NEW_NETWORK) == 0 or libc.unshare(NEW_USERS | NEW_NETWORK) == 0)
