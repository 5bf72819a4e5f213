"""Twenty kills while documents are issued and opened: the drill of ./zilu drill, on servers of its own."""

import re
import subprocess
import sys

from launch.places import ROOT

STEPS = ("issued", "rendered", "signed", "passed on", "bulk", "alerted", "opened")


def test_twenty_kills_leave_no_gap_no_double_and_nothing_stuck() -> None:
    command = [sys.executable, "-m", "launch.drilling", "--kills", "20", "--seed", "7"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    assert "20 kills" in done.stdout
    rows = re.findall(r"^\w+ +((?:\d+ +){8}\d+)$", done.stdout, re.MULTILINE)
    died = [[int(many) for many in row.split()] for row in rows]
    assert all(kills > 0 for *_steps, kills in died), "of each process some die"
    met = dict(zip((*STEPS, "anywhere", "kills"), map(sum, zip(*died, strict=True)), strict=True))
    assert all(met[step] > 0 for step in STEPS), met
    assert sum(met.values()) == 2 * met["kills"] == 40
    issued = re.search(r"(\d+) notices issued, (\d+) opened", done.stdout)
    assert issued is not None
    assert 0 < int(issued[1]) == int(issued[2]) - 3  # the letters of the case before its circular
    sent = re.search(r"(\d+) circulars, members served (\d+) times", done.stdout)
    assert sent is not None
    assert int(sent[2]) == 25 * int(sent[1]) > 0
