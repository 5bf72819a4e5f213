"""Makes the lock files from pyproject.toml: every package with its version and hashes."""

import os
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path

from launch.places import PYTHON, ROOT
from launch.telling import give_up, step

FOLDER = ROOT / "requirements"
HEAD = "# Made by `./zilu lock` from pyproject.toml; do not edit by hand.\n"
EXTRAS = {"test": ("demo", "test"), "demo": ("demo",), "run": ()}  # test first: the others keep to its versions
BUILDERS = ["setuptools"]  # for the few packages that come as source only (launch/setup.py names them)


def lock(*, upgrade: bool) -> None:
    """Write all lock files again; with upgrade, move what pyproject.toml does not pin."""
    uv = _uv()
    for name, extras in EXTRAS.items():
        with step(f"locking requirements/{name}.lock"):
            _compile(
                uv,
                name,
                ROOT / "pyproject.toml",
                [word for extra in extras for word in ("--extra", extra)],
                upgrade=upgrade,
            )
    assets = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["assets"]
    for name, wanted in (("assets", assets), ("build", BUILDERS)):
        with step(f"locking requirements/{name}.lock"), tempfile.TemporaryDirectory() as scratch:
            listed = Path(scratch, f"{name}.in")
            listed.write_text("\n".join(wanted) + "\n")
            _compile(uv, name, listed, [], upgrade=upgrade)


def _uv() -> str:
    beside = PYTHON.with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        give_up("The lock files are made by uv. Get it with: .venv/bin/python -m pip install uv")
    return found


def _compile(uv: str, name: str, source: Path, options: list[str], *, upgrade: bool) -> None:
    target = FOLDER / f"{name}.lock"
    previous = target.read_text() if target.exists() and not upgrade else ""
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch, target.name)
        made.write_text(previous)
        rule = ["--constraint", str(FOLDER / "test.lock")] if name in {"demo", "run"} else []
        fixed = [
            "--quiet",
            "--generate-hashes",
            "--universal",
            "--python-version",
            "3.11",
            "--no-header",
            "--no-annotate",
        ]
        command = [uv, "pip", "compile", str(source), *options, *rule, *fixed, "--output-file", str(made)]
        surroundings = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
        if subprocess.run(command, cwd=ROOT, env=surroundings, check=False, stdout=subprocess.DEVNULL).returncode:
            give_up(f"uv could not lock {name}; what it said stands above.")
        target.write_text(HEAD + made.read_text())
