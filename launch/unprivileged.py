"""The account that runs the embedded servers when the launcher is root."""

import fcntl
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from launch.places import OF_ROOT, is_root
from launch.telling import CannotGoOnError, give_up

NAME = "zilu"
NO_ACCOUNT = f"PostgreSQL refuses to run as root, and there is no other account. Make one: useradd --system {NAME}"


@dataclass(frozen=True)
class Account:
    """Whom a server runs as: the caller (both None), or an unprivileged account."""

    user: int | None
    group: int | None

    def owns(self, folder: Path) -> None:
        """Make a folder that only this account (and root) may enter, with all that is in it."""
        folder.mkdir(parents=True, exist_ok=True)
        if folder.is_symlink() or (not is_root() and folder.stat().st_uid != os.geteuid()):
            give_up(f"{folder} belongs to somebody else; remove it.")
        folder.chmod(0o700)
        if self.user is None or self.group is None or folder.stat().st_uid == self.user:
            return
        os.chown(folder, self.user, self.group)
        for where, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.chown(Path(where, name), self.user, self.group, follow_symlinks=False)

    def runs(
        self, command: list[str], *, environment: dict[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run a short command as this account."""
        return subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env=environment,
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
        )


def account() -> Account:
    """The caller, or for root a system account made for this."""
    if not is_root():
        return Account(None, None)
    if _entry(NAME) is None:
        _make()
    for name in (NAME, "postgres", "nobody"):
        entry = _entry(name)
        if entry is not None:
            return Account(entry.pw_uid, entry.pw_gid)
    raise CannotGoOnError(NO_ACCOUNT)


def _make() -> None:
    """Two servers may start at once: the second one finds the account made."""
    OF_ROOT.mkdir(parents=True, exist_ok=True)
    with (OF_ROOT / "account.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _entry(NAME) is None and shutil.which("useradd"):
            options = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
            subprocess.run(["useradd", *options, NAME], check=False, capture_output=True)


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
