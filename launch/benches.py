"""Bench: runs one measurement of bench/ against servers of its own."""

import sys

from launch import embedded
from launch.application import as_application, require_application, run
from launch.dying import Mortal
from launch.places import PYTHON, ROOT
from launch.setup import set_up
from launch.telling import give_up, refuse_use, step

TOOLS = {"__init__", "measure"}
TESTED = {"procedure"}
"""What is driven by packages of the tests."""


def names() -> list[str]:
    """What can be measured."""
    return sorted(path.stem for path in (ROOT / "bench").glob("*.py") if path.stem not in TOOLS)


def bench(words: list[str]) -> int:
    """Run bench/NAME.py; its last line on stdout is one JSON object."""
    if not words or words[0] not in names():
        refuse_use(f"./zilu bench NAME, where NAME is one of: {', '.join(names()) or '(none yet)'}")
    set_up("test" if words[0] in TESTED else "demo")
    require_application()
    with embedded.servers("bench") as given:
        environment = as_application(given)
        with step("making the bench's database"):
            if run(["db", "upgrade"], environment, stdout=sys.stderr.fileno()):
                give_up("The bench's database could not be made; the reason stands above.")
        command = [str(PYTHON), "-m", f"bench.{words[0]}", *words[1:]]
        with Mortal(command, cwd=ROOT, env=environment) as measuring:
            code = measuring.wait()
    return code if code >= 0 else 128 - code
