"""The servers a command needs: those the environment names, else private ones, shared by all commands of a checkout."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from launch import keys
from launch.keeper import PATIENCE, THROWAWAY, lock_of_keeper, lock_of_users, state_of
from launch.places import OF_ROOT, ROOT, base, home, is_root
from launch.telling import give_up

GIVEN_BY = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}
TIME_TO_NOTICE = 0.3  # for a keeper to see that nobody uses its server


@contextmanager
def servers(purpose: str) -> Iterator[dict[str, str]]:
    """The whole environment for the application, addresses and keys included; the last to leave stops the servers."""
    _folders(purpose)
    environment = dict(os.environ)
    uses = [Use(purpose, kind) for kind, variable in GIVEN_BY.items() if not environment.get(variable)]
    own_database = not environment.get("DATABASE_URL")
    try:
        with ThreadPoolExecutor() as beside:
            for addresses in beside.map(Use.begin, uses):
                environment |= addresses
        with _data(purpose, environment) as data:
            environment["ZILU_DATA"] = str(data)
            may_make = own_database or environment.get("ZILU_MODE") == "demonstration"
            yield keys.for_application(base(purpose) / "keys", may_make=may_make) | environment
    finally:
        for use in uses:
            use.let_go()
        for use in uses:
            use.wait_until_gone()


class Use:
    """One command's use of one embedded server."""

    def __init__(self, purpose: str, kind: str) -> None:
        """Nothing is started yet."""
        self.purpose = purpose
        self.kind = kind
        self.state = state_of(purpose, kind)
        self.lock: int | None = None
        self.keeper: subprocess.Popen[bytes] | None = None

    def begin(self) -> dict[str, str]:
        """Join the server that runs, or have one started; gives its addresses."""
        self.lock = _open(lock_of_users(self.purpose, self.kind))
        fcntl.flock(self.lock, fcntl.LOCK_SH)  # waits while a server is being stopped
        door = _open(base(self.purpose) / f"{self.kind}.door")
        try:
            fcntl.flock(door, fcntl.LOCK_EX)  # one at a time looks and starts
            if not self._runs():
                self._start_keeper()
            addresses: dict[str, str] = json.loads(self.state.read_text())
        finally:
            os.close(door)
        return addresses

    def _runs(self) -> bool:
        """Whether a keeper is there and its server is up; waits for one that is just leaving."""
        while _is_held(lock_of_keeper(self.purpose, self.kind)):
            if self.state.exists():
                return True
            time.sleep(0.02)
        return False

    def _start_keeper(self) -> None:
        command = [sys.executable, "-m", "launch.keeper", self.purpose, self.kind]
        # In a session of its own: Ctrl-C is not for the keeper, which ends by itself when nobody uses its server.
        self.keeper = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
        )
        with self.keeper.stdout or BytesIO() as out:
            said = out.readline()
        if said != b"ready\n":
            give_up("An embedded server could not be started; the reason stands above.")

    def let_go(self) -> None:
        """Use the server no more."""
        if self.lock is not None:
            os.close(self.lock)

    def wait_until_gone(self) -> None:
        """Wait until the server has stopped, unless somebody else uses it."""
        began = time.monotonic()
        while self.state.exists():
            if time.monotonic() - began > TIME_TO_NOTICE:
                return
            time.sleep(0.01)
        while _is_held(lock_of_keeper(self.purpose, self.kind)) and time.monotonic() - began < PATIENCE:
            time.sleep(0.02)
        if self.keeper is not None:
            self.keeper.wait()


def _open(lock: Path) -> int:
    return os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)


def _is_held(lock: Path) -> bool:
    """Whether somebody holds this lock exclusively."""
    probe = _open(lock)
    try:
        fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(probe)
    return False


def _folders(purpose: str) -> None:
    """Make the folders; the servers' account passes through them, and may read none of the keys."""
    wanted = {base(purpose): 0o711, base(purpose) / "keys": 0o700}
    if is_root():
        wanted = {OF_ROOT: 0o755, home(): 0o755} | wanted
    try:
        for folder, mode in wanted.items():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(mode)
    except OSError as why:
        give_up(f"The data folder cannot be made: {why}")


@contextmanager
def _data(purpose: str, environment: dict[str, str]) -> Iterator[Path]:
    """The folder for files, logs and mail: lasting, or for this run only."""
    if environment.get("ZILU_DATA"):
        yield Path(environment["ZILU_DATA"])
        return
    lasting = base(purpose) / "data"
    lasting.mkdir(mode=0o700, exist_ok=True)
    if purpose not in THROWAWAY:
        yield lasting
        return
    for left in lasting.iterdir():
        if not Path("/proc", left.name).exists():
            shutil.rmtree(left, ignore_errors=True)
    of_run = lasting / str(os.getpid())
    of_run.mkdir(mode=0o700, exist_ok=True)
    try:
        yield of_run
    finally:
        shutil.rmtree(of_run, ignore_errors=True)
