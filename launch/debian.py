"""Debian's packages that set-up needs, and how they are installed."""

import os
import shutil
import subprocess
import sys
from ctypes import CDLL
from importlib.util import find_spec

from launch.places import PYTHON, is_root
from launch.telling import give_up, step, tell

FOR_COPIES = ("ffmpeg",)
"""What makes playable copies of recordings that no browser plays."""
FOR_DOCUMENTS = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-cjk")
FOR_PICTURES = ("poppler-utils",)
"""What draws the pages of ``./zilu sample-documents``."""
FOR_TESTS = ("chromium-headless-shell", *FOR_PICTURES, "softhsm2", "default-jre-headless", "libjaxb-java")
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}


def on_debian() -> bool:
    """Whether this system has Debian's package tools."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-query") is not None


def for_venv() -> list[str]:
    """What making .venv needs: a Python without ensurepip cannot."""
    if PYTHON.exists() or find_spec("ensurepip") is not None:
        return []
    return ["python3-venv" if sys.prefix == "/usr" else f"python3.{sys.version_info.minor}-venv"]


def for_running(*, tests: bool) -> list[str]:
    """What documents and evidence need, and with them the tests."""
    return [*FOR_DOCUMENTS, *FOR_COPIES, *FOR_TESTS * tests]


def missing(names: list[str]) -> list[str]:
    """Of these packages, those that are not installed."""
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        check=False,
        capture_output=True,
        text=True,
    ).stdout
    there = {line.split()[0] for line in listing.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in there]


def install(names: list[str]) -> None:
    """Install what is missing of these, as root or through sudo; else say how to get it."""
    if not names:
        return
    if not on_debian():
        _judge_other_system(names)
        return
    lacking = missing(names)
    if not lacking:
        return
    before = _as_root(lacking)
    with step(f"installing from Debian: {' '.join(lacking)}"):
        if not _known(lacking) or not _apt(before, lacking):
            refresh_lists(before)
            if not _apt(before, lacking):
                hints = "Is the network there, and is no other apt running?"
                give_up(f"apt-get could not install {' '.join(lacking)} (see above). {hints}")


def refresh_lists(before: list[str]) -> None:
    """Fetch the package lists, which may be missing or old."""
    _run([*before, "apt-get", "-qq", "update"])


def _as_root(lacking: list[str]) -> list[str]:
    if is_root():
        return []
    by_hand = f"As root, run:  apt-get update && apt-get install --no-install-recommends {' '.join(lacking)}"
    if shutil.which("sudo") is None:
        give_up(f"You are not root, there is no sudo, and packages are missing. {by_hand}")
    if not sys.stdin.isatty() and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode:
        give_up(f"Packages are missing, sudo asks for a password, and nobody is here to type it. {by_hand}")
    tell("sudo may ask for your password, to install Debian packages")
    return ["sudo", "env", *(f"{key}={value}" for key, value in QUIET.items())]


def _known(names: list[str]) -> bool:
    """Whether apt's lists know every one of them."""
    shown = subprocess.run(
        ["apt-cache", "show", "--no-all-versions", *names], check=False, capture_output=True, text=True
    ).stdout
    return all(f"Package: {name}\n" in shown for name in names)


def _apt(before: list[str], names: list[str]) -> bool:
    return _run(
        [*before, "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", "install", "-y", "--no-install-recommends", *names]
    )


def _run(command: list[str]) -> bool:
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=os.environ | QUIET).returncode == 0


def _judge_other_system(names: list[str]) -> None:
    """Not Debian: the libraries may be there all the same; only say what to look for."""
    try:
        CDLL("libpango-1.0.so.0")
        CDLL("libpangoft2-1.0.so.0")
    except OSError:
        hint = "Install what these Debian packages hold, under the names your system gives them"
        give_up(f"This is not Debian, and Pango is missing. {hint}: {' '.join(names)}")
    if for_venv():
        give_up("This Python cannot make a virtual environment: install its venv and ensurepip modules.")
    beside = "for tests also Chromium, poppler's tools, SoftHSM, Java and JAXB"
    tell(f"this is not Debian: see that the Noto CJK fonts and ffmpeg ({beside}) are installed")
