"""A press: one child process that makes documents one after another, kept warm and within limits.

What a document does to it (endless loops, no memory, a crash in C code) ends the press and never its owner;
the next document gets a new one. Laying out the first document costs a child half a second, for its typefaces.
"""

import atexit
import contextlib
import errno
import gc
import os
import pickle
import resource
import select
import shutil
import signal
import struct
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

from printing.pdf_failures import CharactersMissing, Reason, RenderFailed

MADE_BY_ONE: Final = 200
"""Documents made by one press before a new one takes over, so that what libraries keep does not pile up."""
SPARE: Final = 512 << 20
NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_LENGTH: Final = struct.Struct(">Q")
_FOLDERS: Final = "zilu-letters-"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may use: bytes of memory, seconds of processor, seconds on the wall."""

    memory: int = 1536 << 20
    cpu: int = 20
    wall: float = 60.0


@dataclass(frozen=True, slots=True)
class Named:
    """A function by its name: only the press that carries it out loads its module."""

    module: str
    name: str

    def load(self) -> Callable[..., bytes]:
        """The function itself."""
        found: Callable[..., bytes] = getattr(import_module(self.module), self.name)
        return found

    def __call__(self, *given: Any, **named: Any) -> bytes:  # noqa: ANN401 - what the function takes
        """Carry it out."""
        return self.load()(*given, **named)


@dataclass
class Press:
    """A child process, started by the first piece of work; used by one thread at a time."""

    made_by_one: int = MADE_BY_ONE
    _child: int = 0
    _to: int = -1
    _from: int = -1
    _made: int = 0
    _owner: int = field(default_factory=os.getpid)

    def make(self, function: Callable[..., bytes], *given: Any, limits: Limits | None = None) -> bytes:  # noqa: ANN401 - pickled
        """What the function (of a module, for it is pickled) makes of its arguments; raises RenderFailed.

        Raises OSError where the disk has no room for it.
        """
        limits = limits or Limits()
        if self._owner != os.getpid():  # a fork of the owner: the pipes are not its own
            self._child, self._to, self._from, self._owner = 0, -1, -1, os.getpid()
        if not self._child:
            self._start()
        try:
            answer = self._answer(pickle.dumps((function, given, limits)), limits.wall)
        except BaseException:  # also the alarm of a job that ran too long: what is half said is not for the next one
            self.end()
            raise
        if answer is None or not answer:
            raise _death(self.end(), in_time=answer is not None)
        self._made += 1
        made, worn = pickle.loads(answer)  # noqa: S301 - from our own child
        if worn or self._made >= self.made_by_one:
            self.end()
        if isinstance(made, bytes):
            return made
        raise made

    def end(self) -> int:
        """End the child, if there is one, and remove its typefaces; its status."""
        if not self._child or self._owner != os.getpid():
            return 0
        child, self._child, self._made = self._child, 0, 0
        atexit.unregister(self.end)
        for end in (self._to, self._from):
            os.close(end)
        status = _ended(child)
        for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDERS}{child}-*"):
            shutil.rmtree(folder, ignore_errors=True)
        return status

    def _start(self) -> None:
        work, self._to = os.pipe()
        self._from, made = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # other threads hold nothing that the child touches
            self._child = os.fork()
        if self._child == 0:
            _in_child(work, made)
        os.close(work)
        os.close(made)
        atexit.register(self.end)

    def _answer(self, asked: bytes, wall: float) -> bytes | None:
        """All that the child says; nothing when it died; None when it does not come to an end in time."""
        until = time.monotonic() + wall
        with contextlib.suppress(BrokenPipeError):
            _write(self._to, asked)
        head = _read(self._from, _LENGTH.size, until)
        if not head:
            return head
        return _read(self._from, _LENGTH.unpack(head)[0], until)


PRESS: Final = Press()
"""The press of this process."""


def folder_of_letters() -> Path:
    """A new folder for the typefaces of this process; what processes that were killed left behind goes."""
    above = Path(tempfile.gettempdir())
    for left in above.glob(f"{_FOLDERS}*"):
        if not Path("/proc", left.name.removeprefix(_FOLDERS).split("-")[0]).exists():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_FOLDERS}{os.getpid()}-"))


def _write(end: int, what: bytes) -> None:
    left = memoryview(_LENGTH.pack(len(what)) + what)
    while left:
        left = left[os.write(end, left) :]


def _read(end: int, length: int, until: float) -> bytes | None:
    """So many bytes; nothing where the other side has gone; None when the time is over."""
    parts: list[bytes] = []
    while length:
        left = until - time.monotonic()
        if left <= 0 or not select.select([end], [], [], min(left, 3600))[0]:
            if left <= 0:
                return None
            continue
        part = os.read(end, min(length, 1 << 20))
        if not part:
            return b""
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _ended(child: int) -> int:
    """The child's status: it has a moment to leave, then it is made to."""
    for _ in range(20):
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return status
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


_LATE: Final = {signal.SIGXCPU, signal.SIGKILL}


def _death(status: int, *, in_time: bool) -> RenderFailed:
    if not in_time or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in _LATE):
        return RenderFailed(Reason.TOO_LONG)
    return RenderFailed(Reason.TOO_LARGE, f"status {status}")  # C code that finds no memory ends the process at once


def _in_child(work: int, made: int) -> NoReturn:
    """The life of a press: one answer to each piece of work, until its owner has gone."""
    try:
        gc.freeze()  # the owner's connections are not this process's to close
        for name in (signal.SIGALRM, signal.SIGXCPU):
            signal.signal(name, signal.SIG_DFL)
        for name in (signal.SIGINT, signal.SIGTERM):  # Ctrl-C, and a service that is stopped, are the owner's to answer
            signal.signal(name, signal.SIG_IGN)
        _keep_only(work, made)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        born = _address_space()
        while asked := _next(work):
            function, given, limits = pickle.loads(asked)  # noqa: S301 - from our own parent
            room = max(limits.memory, born + SPARE)
            result = _made(function, given, room, limits.cpu)
            worn = _address_space() - born > (room - born) // 2  # what is left is not enough for the next one
            _write(made, pickle.dumps((result, worn)))
    finally:
        for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDERS}{os.getpid()}-*"):
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)


def _next(work: int) -> bytes | None:
    forever = time.monotonic() + 10**9
    head = _read(work, _LENGTH.size, forever)
    return _read(work, _LENGTH.unpack(head)[0], forever) if head else None


def _keep_only(*ends: int) -> None:
    """Close what the owner had open: a listening port or a connection must not live on in its child."""
    for name in [each.name for each in Path("/proc/self/fd").iterdir()]:
        if int(name) > 2 and int(name) not in ends:  # noqa: PLR2004 - the three standard streams stay
            with contextlib.suppress(OSError):
                os.close(int(name))


def _made(function: Callable[..., bytes], given: tuple[Any, ...], room: int, seconds: int) -> "bytes | _Told":
    """The document, or what it failed with."""
    try:
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu = int(used.ru_utime + used.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_AS, (room, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, resource.RLIM_INFINITY))
        return function(*given)
    except CharactersMissing as error:
        return _Told(CharactersMissing, error.characters)
    except RenderFailed as error:
        return _Told(RenderFailed, error.reason, error.detail)
    except MemoryError:
        return _Told(RenderFailed, Reason.TOO_LARGE)
    except BaseException as error:  # noqa: BLE001 - the renderer's own fatal errors are no Exception
        if isinstance(error, OSError) and error.errno in NO_ROOM:  # it is made once there is some
            return _Told(OSError, error.errno, error.strerror)
        return _Told(RenderFailed, Reason.BROKEN, type(error).__name__)


class _Told:
    """An error as it travels: its kind, and what to make it of."""

    def __init__(self, kind: type[Exception], *given: Any) -> None:  # noqa: ANN401 - what the kind takes
        self._kind, self._given = kind, given

    def __reduce__(self) -> tuple[type[Exception], tuple[Any, ...]]:
        return self._kind, self._given


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - not a file of ours
        return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
