"""Test: set-up, then every check and every test on real servers."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from launch import embedded
from launch.application import as_application
from launch.dying import with_parent
from launch.places import PYTHON, ROOT
from launch.setup import set_up
from launch.telling import tell

TOOLS = PYTHON.parent


@dataclass(frozen=True)
class Check:
    """One thing that is checked, and the command that does it."""

    name: str
    command: tuple[str, ...]


CHECKS = (
    Check("lint", (str(TOOLS / "ruff"), "check", ".")),
    Check("format", (str(TOOLS / "ruff"), "format", "--check", ".")),
    Check("types", (str(TOOLS / "mypy"),)),
    Check("import contracts", (str(TOOLS / "lint-imports"),)),
)
TESTS = Check("tests", (str(PYTHON), "-m", "pytest"))  # last, so that its closing line is the last one seen


def test(words: list[str]) -> int:
    """All checks and tests, each one even when another failed; with words for pytest only the tests they name."""
    full = "--full" in words
    chosen = [word for word in words if word != "--full"]
    set_up("test")
    outcomes: list[tuple[str, int, float]] = []
    with embedded.servers("test") as given:
        environment = as_application(given) | ({"ZILU_TEST_FULL": "1"} if full else {})
        for check in () if chosen else CHECKS:
            outcomes.append(_carry_out(check, [], environment))
        outcomes.append(_carry_out(TESTS, chosen, environment))
    return 1 if any(code for _, code, _ in outcomes) else 0


def _carry_out(check: Check, words: list[str], environment: dict[str, str]) -> tuple[str, int, float]:
    tell(f"{check.name} ...")
    began = time.monotonic()
    sys.stdout.flush()
    with subprocess.Popen([*check.command, *words], cwd=ROOT, env=environment, preexec_fn=with_parent(os.getpid(), signal.SIGTERM)) as checking:
        code = checking.wait()
    took = time.monotonic() - began
    tell(f"{check.name}: {'passed' if code == 0 else 'FAILED'} in {took:.1f} s")
    return check.name, code, took
