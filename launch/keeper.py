"""A process that keeps one embedded server running as long as somebody uses it.

Each user holds a shared lock, which the kernel takes away from the dead as well. The keeper waits for the
exclusive one: when it gets it nobody is left, and it stops the server. The server itself dies with its keeper.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from launch.dying import Mortal, stop
from launch.places import base
from launch.postgres import Database
from launch.telling import CannotGoOnError, give_up, tell
from launch.unprivileged import account
from launch.valkey import Queue

KINDS: dict[str, type[Database | Queue]] = {"postgres": Database, "valkey": Queue}
THROWAWAY = {"test", "bench", "simulate", "drill"}
PATIENCE = 30.0  # for a server to start or to stop
SHORTEST_REST, LONGEST_REST = 0.1, 10.0  # between two tries to start a server that died
STEADY = 5.0  # a server that lived this long begins again with short rests
LARGE_LOG = 10_000_000


def lock_of_users(purpose: str, kind: str) -> Path:
    """Held shared by each user of the server."""
    return base(purpose) / f"{kind}.users"


def lock_of_keeper(purpose: str, kind: str) -> Path:
    """Held by the keeper all its life."""
    return base(purpose) / f"{kind}.keeper"


def state_of(purpose: str, kind: str) -> Path:
    """Where the running server's addresses are written; absent when it does not run."""
    return base(purpose) / f"{kind}.json"


class Keeper:
    """Starts one server, starts it again when it dies, and stops it when it is needed no more."""

    def __init__(self, purpose: str, kind: str) -> None:
        """Nothing is started yet."""
        self.users = lock_of_users(purpose, kind)
        self.state = state_of(purpose, kind)
        self.server = KINDS[kind](purpose, account(), throwaway=purpose in THROWAWAY)
        self.unused = threading.Event()
        self.child: Mortal | None = None
        self.began = 0.0

    def start(self) -> None:
        """Bring the server up, and write down how to reach it."""
        self.state.unlink(missing_ok=True)
        self.server.prepare()
        self._spawn()
        self._wait_until_it_answers()
        self.server.furnish()
        half = self.state.with_suffix(".half")
        half.touch(mode=0o600)
        half.write_text(json.dumps(self.server.addresses()))
        half.replace(self.state)

    def _spawn(self) -> None:
        who = self.server.account
        self.began = time.monotonic()
        log = self.server.log()
        if log.exists() and log.stat().st_size > LARGE_LOG:
            log.replace(log.with_suffix(".old.log"))
        with log.open("ab") as out:
            self.child = Mortal(
                self.server.command(),
                cwd="/",
                env=self.server.environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                user=who.user,
                group=who.group,
                extra_groups=None if who.user is None else [],
                last=self.server.stop_signal,
            )

    def _wait_until_it_answers(self) -> None:
        began = time.monotonic()
        while self.child is not None and not self.server.answers(self.child.pid):
            if self.child.poll() is not None or time.monotonic() - began > PATIENCE:
                last = self.server.log().read_text(errors="replace").strip().splitlines()[-5:]
                give_up(f"{self.server.name} did not start. The end of {self.server.log()}:\n" + "\n".join(last))
            time.sleep(0.02)

    def keep(self) -> None:
        """Watch the server until nobody uses it."""
        threading.Thread(target=self._wait_for_last_user, daemon=True).start()
        rest = SHORTEST_REST
        while not self.unused.wait(0.2):
            if self.child is None or self.child.poll() is None:
                continue
            if time.monotonic() - self.began > STEADY:
                rest = SHORTEST_REST
            if self.unused.wait(rest):
                break
            rest = min(rest * 2, LONGEST_REST)
            self._spawn()

    def _wait_for_last_user(self) -> None:
        lock = os.open(self.users, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)  # kept to the end: who comes now waits until the server is down
        self.unused.set()

    def stop(self) -> None:
        """Stop the server; its address is taken back first."""
        self.state.unlink(missing_ok=True)
        if self.child is not None:
            stop(self.child, self.server.stop_signal, PATIENCE)


def main(purpose: str, kind: str) -> int:
    """Keep one server; say on stdout when it is there."""
    os.umask(0o077)
    lock = os.open(lock_of_keeper(purpose, kind), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    keeper = Keeper(purpose, kind)
    signal.signal(signal.SIGTERM, lambda *_: keeper.unused.set())
    try:
        keeper.start()
        print("ready", flush=True)
        _let_go_of_terminal()
        keeper.keep()
    except CannotGoOnError as why:
        tell(str(why))
        return 1
    finally:
        keeper.stop()
    return 0


def _let_go_of_terminal() -> None:
    """Whoever started the keeper may pipe its output somewhere, and must not wait for the keeper to end."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
