"""Every bench goes through on a small house: what is measured seldom is not found broken on the day it is asked."""

import json
import os
import subprocess

import pytest

from launch import benches
from launch.places import ROOT

GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "ZILU_DATA")
"""Of the tests' own servers: a bench begins on empty ones."""
SMALL = {
    "bundle": (),
    "case": ("--complaints", "300", "--seconds", "1"),
    "growth": ("1", "6000", "12000"),
    "intake": ("--complaints", "300", "--submitted", "40", "--sent", "20", "--seconds", "1"),
    "issue": (),
    "notices": ("--documents", "20"),
    "procedure": ("60",),
    "public": ("--seconds", "0.5", "--cases", "300"),
    "queue": ("6000", "1"),
    "search": ("--complaints", "300", "--terms", "3"),
    "sweep": ("--clocks", "20000", "--due", "2000"),
}


def test_each_is_tried() -> None:
    assert set(SMALL) == set(benches.names())


@pytest.mark.full
@pytest.mark.parametrize("name", sorted(SMALL))
def test_it_ends_with_one_line_of_what_it_found(name: str) -> None:
    command = [str(ROOT / "zilu"), "bench", name, *SMALL[name]]
    own = {key: said for key, said in os.environ.items() if key not in GIVEN}
    done = subprocess.run(command, cwd=ROOT, env=own, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["bench"] == name
    assert found["n"] > 0
