"""Drill: servers and processes of its own that are killed and started again while documents are on their way."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launch import dying, embedded
from launch.application import as_application, require_application
from launch.dying import Mortal
from launch.places import PYTHON, ROOT, base, free_port, mark_of
from launch.processes import children
from launch.setup import set_up
from launch.telling import CannotGoOnError, give_up, step, tell

SERVERS = {"postgres": "postgres", "valkey": "valkey"}
GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "ZILU_DATA", "ZILU_KEY_FILE", "ZILU_SEAL_FILE", "SMTP_URL",
         "ZILU_S3_BUCKET", "ZILU_S3_ENDPOINT")  # fmt: skip
"""What the environment may name and a drill never touches."""
SWEEP_EVERY = "1"
"""Seconds between two rounds of the clock."""


def drill(words: list[str]) -> int:
    """Set up, and drill in a process that runs on the packages that were set up."""
    set_up("demo")
    require_application()
    with Mortal([str(PYTHON), "-m", "launch.drilling", *words], cwd=ROOT) as drilling:
        code = drilling.wait()
    return code if code >= 0 else 128 - code


class House:
    """Web, worker and clock of the drill; its database and queue are kept by keepers, which start them again."""

    def __init__(self, environment: dict[str, str]) -> None:
        """Nothing runs yet."""
        self.environment = environment
        self.logs = Path(environment["ZILU_DATA"]) / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        asked = children(int(environment["PORT"]))
        self.commands = {each.name: _lighter([sys.executable, *each.command[1:]]) for each in asked}
        self.running: dict[str, Mortal] = {}

    def start(self, name: str) -> None:
        """Start a process in a group of its own; what it says is kept."""
        with (self.logs / f"{name}.log").open("ab") as log:
            self.running[name] = Mortal(
                self.commands[name], cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str) -> int:
        """SIGKILL with everything it started, and start again; how many processes died of it."""
        if name in SERVERS:
            return dying.kill_those_in(base("drill") / SERVERS[name])
        dying.stop(self.running[name], signal.SIGKILL, 10)
        self.start(name)
        return 1

    def mind(self) -> list[str]:
        """Start again what ended by itself; their names."""
        ended = [name for name, process in self.running.items() if process.poll() is not None]
        for name in ended:
            dying.stop(self.running[name], signal.SIGKILL, 1)
            self.start(name)
        return ended

    def stop(self) -> None:
        """End everything that runs."""
        for process in self.running.values():
            dying.stop(process, signal.SIGKILL, 10)


def _lighter(command: list[str]) -> list[str]:
    """With one process of gunicorn, which is up again in half the time; its threads are many all the same."""
    place = command.index("--workers") + 1 if "--workers" in command else len(command)
    return [*command[:place], *["1"] * (place < len(command)), *command[place + 1 :]]


def serve(house: House, going: Mortal) -> int:
    """Kill as the drill asks, one line for each; all else that it says is passed on."""
    assert going.stdout is not None  # noqa: S101 - both are pipes
    assert going.stdin is not None  # noqa: S101
    for line in going.stdout:
        word, _, name = line.decode().strip().partition(" ")
        if word == "kill" and name in {*house.commands, *SERVERS}:
            answer = str(house.kill(name))
        elif word == "mind":
            answer = " ".join(house.mind())
        else:
            sys.stdout.write(line.decode())
            sys.stdout.flush()
            continue
        going.stdin.write(f"{answer}\n".encode())
        going.stdin.flush()
    return going.wait()


@contextmanager
def _only_one() -> Iterator[None]:
    """A checkout drills once at a time."""
    folder = base("drill")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "drill.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            give_up("A drill of this checkout is already running.")
        yield


def _furnished(given: dict[str, str]) -> dict[str, str]:
    """The environment of a demonstration whose clock the drill may put forward."""
    port = str(free_port(f"{mark_of(ROOT)}drill-web"))
    own = {
        "PORT": port,
        "ZILU_BASE_URL": f"http://127.0.0.1:{port}",
        "ZILU_MODE": "demonstration",
        "ZILU_SECURE_COOKIES": "0",
        "ZILU_SWEEP_EVERY": SWEEP_EVERY,
        "ZILU_TIME_OFFSET_FILE": str(Path(given["ZILU_DATA"]) / "offset"),
    }
    return as_application(given | own)


def main(words: list[str]) -> int:
    """Start everything, let the drill run its course, and leave nothing running."""
    for name in GIVEN:
        os.environ.pop(name, None)
    began = time.monotonic()
    with _only_one(), embedded.servers("drill") as given:
        environment = _furnished(given)
        with step("making the drill's database"):
            made = subprocess.run(
                [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"], cwd=ROOT, env=environment,
                check=False, stdout=sys.stderr,
            )  # fmt: skip
            if made.returncode:
                give_up("The drill's database could not be made; the reason stands above.")
        house = House(environment)
        try:
            for name in house.commands:
                house.start(name)
            asked = [sys.executable, "-m", "bench.drill", *words]
            with Mortal(asked, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as going:
                code = serve(house, going)
            if code:
                _show_ends(house.logs)
        finally:
            house.stop()
    tell(f"the drill took {time.monotonic() - began:.0f} s")
    return code


def _show_ends(logs: Path) -> None:
    """The last that each process said, for whoever looks for the fault."""
    for log in sorted(logs.glob("*.log")):
        last = log.read_text("utf-8", "replace").splitlines()[-12:]
        sys.stderr.write(f"--- the end of {log.name}\n" + "".join(f"{line}\n" for line in last))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotGoOnError as why:
        tell(str(why))
        sys.exit(why.code)
