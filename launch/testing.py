"""Test: set-up, then every check and every test on real servers."""

import sys
import time
from dataclasses import dataclass

from launch import embedded
from launch.application import as_application
from launch.dying import Mortal
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
BOTH_CORES = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")  # see tests/sharing_out.py
KEEPS_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}
"""Some surroundings (images of containers) forbid it: then each of some hundred processes compiles the whole house."""
TESTS = Check("tests", (str(PYTHON), "-m", "pytest"))  # last, so that its closing line is the last one seen


def test(words: list[str]) -> int:
    """All checks and tests, each one even when another failed; with words for pytest only the tests they name."""
    full = "--full" in words
    chosen = [word for word in words if word != "--full"]
    set_up("test")
    extent = [] if full else ["-m", "not full"]
    with embedded.servers("test") as given:
        environment = as_application(given) | KEEPS_BYTECODE
        codes = [_carry_out(check, [], environment) for check in (() if chosen else CHECKS)]
        codes.append(_carry_out(TESTS, [*extent, *(chosen or BOTH_CORES)], environment))
    return 1 if any(codes) else 0


def _carry_out(check: Check, words: list[str], environment: dict[str, str]) -> int:
    tell(f"{check.name} ...")
    began = time.monotonic()
    sys.stdout.flush()
    with Mortal([*check.command, *words], cwd=ROOT, env=environment) as checking:
        code = checking.wait()
    took = time.monotonic() - began
    tell(f"{check.name}: {'passed' if code == 0 else 'FAILED'} in {took:.1f} s")
    return code
