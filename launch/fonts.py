"""The typefaces of official documents, Fandol and Noto Serif: fetched from Debian at set-up, checked, not committed."""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from launch.debian import refresh_lists
from launch.places import INSTANCE, is_root
from launch.telling import give_up, step

FOLDER = INSTANCE / "fonts"
PACKAGES = {
    "texlive-lang-chinese": {
        "FandolFang-Regular.otf": "d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9",
        "FandolHei-Regular.otf": "4afa97aa8751e0118617df88272b58d43691b5cffb7ea024c4580496e9f34d28",
        "FandolKai-Regular.otf": "ea7e7fb4f9b3ac694a68d43946e04d21deed6e8c29a7c2d3081e1a4138f2f827",
        "FandolSong-Bold.otf": "ffa76a70e128947a4dd22151d5ee829b23e24ce3cb6fe8ad49891cd1c2d9e9b9",
        "FandolSong-Regular.otf": "a3820003227d4abe31fe28b493200d94a849ccfd078b50a019264f70353020b0",
    },
    "fonts-noto-core": {
        "NotoSerif-Bold.ttf": "0af0ff2be8f84910fb21ec5fe1b6b7395e3073250502a334baf6ca2f860c88fe",
        "NotoSerif-Regular.ttf": "9d7583b7dc9e812afd32a14280c5cac3160012efe50c8d08938f4fea266ff67f",
    },
}
"""By Debian's package the files that are taken out of it, each with its digest."""


def shelf() -> Path:
    """Where fetched fonts are kept for the next checkout of this person; they are checked whenever taken."""
    if is_root():
        return Path("/var/cache/zilu/fonts")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "zilu" / "fonts"


def complete(folder: Path, wanted: dict[str, str]) -> bool:
    """Whether every one of these fonts is there, to the byte."""
    return all(
        (folder / name).is_file() and _digest((folder / name).read_bytes()) == digest for name, digest in wanted.items()
    )


def fetch() -> None:
    """Fill instance/fonts: from the shelf, else from Debian's packages."""
    for package, wanted in PACKAGES.items():
        if complete(FOLDER, wanted):
            continue
        if not complete(shelf(), wanted):
            with step(f"fetching typefaces from Debian's {package}"):
                _unpack_into(shelf(), package)
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in wanted:
            _put(FOLDER / name, (shelf() / name).read_bytes())


def _by_hand(package: str) -> str:
    names = ", ".join(PACKAGES[package])
    return f"Put {names} into {FOLDER} yourself, or set up again where Debian's packages can be fetched."


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _unpack_into(folder: Path, package: str) -> None:
    by_hand, wanted = _by_hand(package), PACKAGES[package]
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        give_up(f"Typefaces come from Debian's package {package}, and this is not Debian. {by_hand}")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="zilu-fonts-") as scratch:
        packed = _download(Path(scratch), package)
        for name, content in _fonts_in(packed, set(wanted)):
            if _digest(content) != wanted[name]:
                give_up(
                    f"{name} in Debian's {packed.name} is not the file that was checked for this product. {by_hand}"
                )
            _put(folder / name, content)
    if not complete(folder, wanted):
        give_up(f"Debian's {package} no longer holds all of the typefaces. {by_hand}")


def _download(scratch: Path, package: str) -> Path:
    why = _ask_apt(scratch, package)
    if why and is_root():
        refresh_lists([])
        why = _ask_apt(scratch, package)
    packed = next(scratch.glob("*.deb"), None)
    if packed is None:
        old = "If apt's lists are missing or old, run apt-get update as root."
        give_up(f"apt-get could not download {package}: {why} {old} {_by_hand(package)}")
    return packed


def _ask_apt(scratch: Path, package: str) -> str:
    """Download the package; gives what went wrong."""
    command = ["apt-get", "-qq", "download", package]
    got = subprocess.run(command, cwd=scratch, check=False, capture_output=True, text=True)
    return got.stderr.strip() if got.returncode else ""


def _fonts_in(packed: Path, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
    """Read the package as a stream, and stop at the last font."""
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(packed)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as unpacking:
        with tarfile.open(fileobj=unpacking.stdout, mode="r|") as members:
            for member in members:
                name = Path(member.name).name
                held = members.extractfile(member) if name in wanted else None
                if held is not None:
                    wanted.discard(name)
                    yield name, held.read()
                if not wanted:
                    break
        unpacking.kill()


def _put(target: Path, content: bytes) -> None:
    """Write it whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as half:
        half.write(content)
    Path(half.name).chmod(0o644)
    Path(half.name).replace(target)
