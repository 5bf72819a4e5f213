"""A whole site of real processes: web, worker, clock and a Valkey of its own, which a test may kill."""

import itertools
import multiprocessing
import os
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from redis import Redis

from launch import binaries, unprivileged
from launch.places import free_port

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 240
_numbers = itertools.count()
_house = multiprocessing.get_context("forkserver")
_house.set_forkserver_preload(["wsgi"])
"""Reads the house once for all processes of all sites: it is two seconds of a processor, and each of them had it."""


def own_port() -> int:
    """A port of this process's own: below those that the kernel hands out, so nobody has it while ours is down."""
    return free_port(f"{os.getpid()} {next(_numbers)}")


def _be(command: list[str], environment: dict[str, str], log: Path, begun: Connection) -> None:
    """What a process of a site is from its first moment: a group and an environment of its own, what it says kept."""
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as said:
        for each in (sys.stdout, sys.stderr):
            os.dup2(said.fileno(), each.fileno())
    begun.send(None)
    begun.close()
    sys.argv = command
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)


@dataclass
class Site:
    """The processes of one site on one database."""

    database_url: str
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="zilu-site-")))
    port: int = field(default_factory=own_port)
    queue_port: int = field(default_factory=own_port)
    running: dict[str, subprocess.Popen[bytes] | BaseProcess] = field(default_factory=dict)
    ahead: float = 0
    """Seconds by which its clock is ahead of ours."""

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are told."""
        return {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": f"redis://127.0.0.1:{self.queue_port}/0",
            "ZILU_DATA": str(self.folder),
            "ZILU_MODE": "demonstration",
            "ZILU_BASE_URL": self.address,
            "ZILU_TIME_OFFSET_FILE": str(self.folder / "offset"),
            "ZILU_SECURE_COOKIES": "0",
        }

    def forget_attempts(self) -> None:
        """People of all journeys come from one address: what it tried before counts no more."""
        with Redis.from_url(self.environment["REDIS_URL"]) as counted:
            if tried := list(counted.scan_iter("LIMITS*")):
                counted.delete(*tried)

    def start(self, *names: str) -> None:
        """Start these of web, worker, clock and valkey."""
        for name in names:
            self.running[name] = getattr(self, f"_{name}")()
        if "web" in names:
            self._wait_for_web()

    def _valkey(self) -> subprocess.Popen[bytes]:
        program = binaries.valkey(unprivileged.Account(None, None))
        # as the tests' own user: nothing is written to disk
        command = [program, "--port", str(self.queue_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with self._log("valkey").open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def _web(self) -> BaseProcess:
        bind = f"127.0.0.1:{self.port}"
        options = ["-k", "gthread", "-w", "1", "--threads", "4", "--timeout", "120", "-b", bind, "wsgi:create_app()"]
        return self._run("web", ["gunicorn", *options])

    def _worker(self) -> BaseProcess:
        return self._run("worker", ["flask", "--app", "wsgi", "worker"])

    def _clock(self) -> BaseProcess:
        return self._run("clock", ["flask", "--app", "wsgi", "clock"], ZILU_SWEEP_EVERY="1")

    def _run(self, name: str, command: list[str], **more: str) -> BaseProcess:
        """As `python -m` and these words, without the reading."""
        begun, begins = _house.Pipe(duplex=False)
        process = _house.Process(target=_be, args=(command, {**self.environment, **more}, self._log(name), begins))
        process.start()
        begins.close()
        begun.recv()
        begun.close()
        return process

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _wait_for_web(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.address}/verify", timeout=PATIENCE):  # noqa: S310 - our own address
                    return
            except OSError:
                time.sleep(0.05)
        message = f"no answer at {self.address}:\n{self.log('web')}"
        raise TimeoutError(message)

    def log(self, name: str) -> str:
        """What a process said."""
        return self._log(name).read_text("utf-8", "replace")[-4000:]

    def kill(self, name: str) -> None:
        """SIGKILL it with everything it started, and wait until it is gone."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        if isinstance(process, BaseProcess):
            process.join()
        else:
            process.wait()

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """It stands still, with everything it started: what waits for it is seen waiting."""
        os.killpg(self.running[name].pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.running[name].pid, signal.SIGCONT)

    @contextmanager
    def awake(self) -> Iterator["Site"]:
        """It stands still but for now: a clock that goes round for nobody takes a twentieth of a core."""
        self._tell_all(signal.SIGCONT)
        try:
            yield self
        finally:
            self._tell_all(signal.SIGSTOP)

    def _tell_all(self, what: signal.Signals) -> None:
        for process in self.running.values():
            with suppress(ProcessLookupError):  # it ended by itself
                os.killpg(process.pid, what)

    def travel(self, seconds: float) -> None:
        """Let time go by: every process of the site reads the offset, and never a file half written."""
        self.ahead = seconds
        fresh = self.folder / "offset.new"
        fresh.write_text(str(seconds))
        fresh.replace(self.folder / "offset")

    @property
    def now(self) -> datetime:
        """What time it is there, asked where nobody moved our own clock."""
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def be_at(self, instant: datetime) -> None:
        """Let it be that time; from then on its clock goes as ours."""
        self.travel((instant - datetime.now(UTC)).total_seconds())

    def stop(self) -> None:
        """End everything that runs, and leave nothing on the disk."""
        for name in list(self.running):
            self.kill(name)
        shutil.rmtree(self.folder, ignore_errors=True)
