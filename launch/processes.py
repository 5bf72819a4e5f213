"""Start: the whole application on this machine, with demonstration data, until Ctrl-C."""

import fcntl
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launch import embedded
from launch.application import FLASK, as_application, ending_with_us, migrate, profile, require_application, spawn
from launch.children import Child
from launch.places import ROOT, VENV, base, port_is_free
from launch.setup import set_up
from launch.telling import give_up, refuse_use, step, tell

FIRST_ANSWER = 180.0  # seconds the web may take to its first answer, on a machine that is busy with other things
HIGHEST_PORT = 65535


def start() -> int:
    """Set up, fill in, run, and at the end leave nothing running."""
    began = time.monotonic()
    port = _port()
    with _only_one(port):
        if not port_is_free(port):
            give_up(f"Port {port} is taken by another program. Choose another: PORT={port + 1} ./zilu start")
        set_up(profile())
        require_application()
        with embedded.servers("start") as given:
            environment = as_application(
                given | {"PORT": str(port), "ZILU_MODE": given.get("ZILU_MODE", "demonstration")}
            )
            accounts = _fill_in(environment)
            _run(environment, port, began, accounts)
    tell("stopped; the data are kept for the next start")
    return 0


def _port() -> int:
    said = os.environ.get("PORT") or "8000"
    if not said.isdigit() or not 0 < int(said) <= HIGHEST_PORT:
        refuse_use(f"PORT is a number from 1 to {HIGHEST_PORT}, not {said!r}.")
    return int(said)


@contextmanager
def _only_one(port: int) -> Iterator[None]:
    """A checkout runs once; the second start says where the first one is."""
    folder = base("start")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "start.lock").open("a+") as lock:
        lock.seek(0)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            give_up(f"This checkout is already running, at http://127.0.0.1:{lock.read().strip()}/")
        lock.truncate(0)
        lock.write(str(port))
        lock.flush()
        yield


def _fill_in(environment: dict[str, str]) -> str:
    """Tables, assets, demonstration data: each does only what is missing; the demonstration's accounts to print."""
    assets = spawn(["collect-assets"], environment, stdout=sys.stderr.fileno())
    migrate(environment)
    if assets.wait():
        give_up("The pages' style and scripts could not be collected; the reason stands above.")
    if environment["ZILU_MODE"] != "demonstration":
        return ""
    telling = spawn(["demo"], environment, stdout=subprocess.PIPE)
    with step("looking after the demonstration data"), ending_with_us(telling) as filling:
        accounts, _ = filling.communicate()
        if filling.returncode:
            give_up("The demonstration data could not be made; the reason stands above.")
    return accounts.decode(errors="replace")


def children(port: int) -> list[Child]:
    """The processes, in the order in which they are stopped: nothing new comes in once the web is gone."""
    gunicorn = [
        str(VENV / "bin" / "python"),
        "-m",
        "gunicorn",
        "wsgi:create_app()",
        "--chdir",
        str(ROOT),
        "--bind",
        f"127.0.0.1:{port}",
    ]
    threads = [
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "4",
        "--timeout",
        "60",
        "--graceful-timeout",
        "8",
        "--no-control-socket",
    ]
    return [
        Child("web", [*gunicorn, *threads], patience=10),
        Child("clock", [*FLASK, "clock"], patience=10),
        Child("worker", [*FLASK, "worker"], patience=15),
    ]


def _run(environment: dict[str, str], port: int, began: float, accounts: str) -> None:
    logs = Path(environment["ZILU_DATA"]) / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    running = children(port)
    try:
        for child in running:
            child.start(environment, logs)
        _wait_for_answer(running, port, environment, logs)
        _announce(port, accounts, time.monotonic() - began, logs)
        while True:
            for child in running:
                child.mind(environment, logs)
            time.sleep(0.2)
    except KeyboardInterrupt:
        sys.stderr.write("\n")
    finally:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, signal.SIG_IGN)  # once is enough: stopping goes to its end
        for child in running:
            child.end()
        tell("stopping the servers")


def _wait_for_answer(running: list[Child], port: int, environment: dict[str, str], logs: Path) -> None:
    limit = time.monotonic() + FIRST_ANSWER
    while not _answers(port):
        if time.monotonic() > limit:
            give_up(f"The web did not answer within {FIRST_ANSWER:.0f} s. What it said stands above, and in {logs}.")
        for child in running:
            child.mind(environment, logs)
        time.sleep(0.1)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except OSError:
        return False
    finally:
        connection.close()


def _announce(port: int, accounts: str, took: float, logs: Path) -> None:
    tell(f"running after {took:.1f} s; logs are in {logs}; Ctrl-C stops all of it, or kill {os.getpid()}")
    address = f"http://127.0.0.1:{port}"
    lines = [
        "",
        f"  public   公众    {address}/",
        f"  staff    协会    {address}/staff",
        f"  portal   机构    {address}/portal",
        f"  admin    后台    {address}/admin",
        "",
        "  Sign-in works at 127.0.0.1 and localhost only: its cookies are refused on plain http elsewhere.",
        "  The embedded database is for the demonstration; README.md tells how to run for real.",
        "",
    ]
    print("\n".join(lines) + "\n" + accounts, flush=True)
