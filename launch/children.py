"""The processes of a running application: started, watched, started again when they die, and stopped in order."""

import contextlib
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from launch.dying import Mortal, stop
from launch.telling import tell

LONGEST_REST = 30.0  # between two tries to start a process that dies
STEADY = 60.0  # a process that lived this long begins again with short rests
LARGE_LOG = 10_000_000


@dataclass
class Child:
    """One process, its log, and how long it is given to end."""

    name: str
    command: list[str]
    patience: float
    process: Mortal | None = field(default=None, init=False)
    began: float = field(default=0.0, init=False)
    rest: float = field(default=0.5, init=False)
    due: float = field(default=0.0, init=False)

    def start(self, environment: dict[str, str], logs: Path) -> None:
        """Start it in a group of its own, so that Ctrl-C reaches only the launcher, which stops all in order."""
        self.began, self.due = time.monotonic(), 0.0
        self.process = Mortal(
            self.command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        threading.Thread(target=self._keep_log, args=(self.process, logs / f"{self.name}.log"), daemon=True).start()

    def _keep_log(self, process: Mortal, log: Path) -> None:
        """Line by line to its end, also while the disk is full: whose lines nobody takes stands still, or dies."""
        with process.stdout or BytesIO() as lines:
            for line in lines:
                with contextlib.suppress(OSError):
                    _keep(line, log)
                with contextlib.suppress(OSError, ValueError):
                    sys.stderr.write(f"{self.name:>6} | {line.decode(errors='replace')}")
                    sys.stderr.flush()

    def mind(self, environment: dict[str, str], logs: Path) -> None:
        """Look after it once: when it has died, start it again after a rest that grows."""
        now = time.monotonic()
        if self.due:
            if now >= self.due:
                self.start(environment, logs)
        elif self.process is not None and self.process.poll() is not None:
            self.rest = 1.0 if now - self.began > STEADY else min(self.rest * 2, LONGEST_REST)
            tell(f"{self.name} ended by itself ({self.process.returncode}); starting it again in {self.rest:.0f} s")
            stop(self.process, signal.SIGKILL, 1)  # what it left behind
            self.due = now + self.rest

    def end(self) -> None:
        """Ask it to end and wait; ask again; then make it."""
        if self.process is None:
            return
        if self.process.poll() is None:
            tell(f"stopping {self.name}")
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience)
        stop(self.process, signal.SIGTERM, 2)


def _keep(line: bytes, log: Path) -> None:
    """Add it; a log that has grown large is put aside, in place of the one before."""
    if log.exists() and log.stat().st_size > LARGE_LOG:
        log.replace(log.with_suffix(".old.log"))
    with log.open("ab", buffering=0) as kept:
        kept.write(line)
