"""Looks at pages outside the tests: pictures of every page, and Lighthouse, which nothing else installs."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from launch import nodes, testing
from launch.application import run_command
from launch.places import ROOT, VENV
from launch.setup import set_up
from launch.telling import give_up, refuse_use, step

WANTED = ROOT / "launch/lighthouse"
HELD = VENV / "lighthouse"
MANIFESTS = ("package.json", "package-lock.json")


def pictures(words: list[str]) -> int:
    """Those of the README, or with --all a folder with every page that the journeys look at."""
    if words[:1] != ["--all"]:
        return run_command(["pictures", *words])
    if len(words) != len(["--all", "DIR"]):
        refuse_use("./zilu pictures --all DIR")
    folder = Path(words[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["ZILU_PICTURES"] = str(folder)
    if found := shutil.which("chromium"):  # the one without a screen draws fields for dates empty
        os.environ.setdefault("ZILU_CHROMIUM", found)
    every = ["tests/journeys/test_pages.py", "tests/journeys/test_demonstration.py"]
    return testing.test([*every, "-k", "flaw", "-m", "full or not full"])


def lighthouse(words: list[str]) -> int:
    """Judge a running demonstration."""
    set_up("test")  # Chromium, and Playwright to sign in
    _install()
    entry = HELD / "node_modules/lighthouse/cli/index.js"
    os.environ["ZILU_LIGHTHOUSE"] = json.dumps([*nodes.command("node"), str(entry)])
    return run_command(["lighthouse", *words])


def _install() -> None:
    stamp = HELD / "stamp"
    wanted = hashlib.sha256(b"\0".join((WANTED / name).read_bytes() for name in MANIFESTS)).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    HELD.mkdir(exist_ok=True)
    for name in MANIFESTS:
        shutil.copy(WANTED / name, HELD / name)
    with step("installing Lighthouse into .venv (185 MB)"):
        command = [*nodes.command("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run(command, cwd=HELD, check=False, stdout=sys.stderr).returncode:
            give_up("npm could not install Lighthouse; what it said stands above. Is the network there?")
    stamp.write_text(wanted)
