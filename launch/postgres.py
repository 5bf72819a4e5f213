"""The embedded PostgreSQL: how its cluster is made, started and given its roles."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

from launch import binaries, keys
from launch.dying import end_those_in
from launch.places import ROOT, base, socket_folder
from launch.telling import give_up, tell
from launch.unprivileged import Account

BUILTIN_LOCALE_SINCE = 17
MIGRATED = "postgres.migrated"  # written when the tables were made for the first time
READY_LINE = 7  # of postmaster.pid, counted from 0
ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # statements carry personal data
    "log_error_verbosity": "terse",  # and so does the row that a constraint refused
}
TESTS_MAY = [  # copy a template, and put tables back past what guards them
    "-c",
    "ALTER ROLE zilu_owner CREATEDB",
    "-c",
    "GRANT SET ON PARAMETER session_replication_role TO zilu_owner",
]
ROOMY = {"shared_buffers": "1GB", "max_wal_size": "8GB"}
"""For a million complaints; as much as a small server of its own would be given."""
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "jit": "off"}
SWIFT = HASTY | ROOMY
"""For hundreds of thousands of small transactions."""
OF_PURPOSE = {"test": HASTY, "simulate": SWIFT, "bench": ROOMY}  # a bench is honest: it waits for the disk


class Database:
    """One private cluster, reached over a unix socket by password."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # ends connections, rolls back and shuts down

    def __init__(self, purpose: str, account: Account, *, throwaway: bool) -> None:
        """Nothing is started yet."""
        self.account = account
        self.throwaway = throwaway
        self.options = OF_PURPOSE.get(purpose, {})
        self.purpose = purpose
        self.folder = base(purpose) / "postgres"
        self.sockets = socket_folder(purpose)
        self.keys = base(purpose) / "keys"
        self.migrated = base(purpose) / MIGRATED

    def prepare(self) -> None:
        """Clear what a crash left, and make the cluster if there is none."""
        if end_those_in(self.folder):
            tell("ended a database server that was left over")
        if self.throwaway:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.account.owns(self.sockets)
        made_by = self._version()
        self.found = binaries.postgres(self.account, version=made_by)
        if made_by is None:
            self._make_cluster()
        else:
            self.account.owns(self.folder)
            (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _version(self) -> int | None:
        try:
            return int((self.folder / "PG_VERSION").read_text())
        except (OSError, ValueError):
            return None

    def _make_cluster(self) -> None:
        tell(f"making a database cluster (PostgreSQL {self.found.version}) in {self.folder}")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.migrated.unlink(missing_ok=True)
        half = self.folder.with_name("postgres.half")
        shutil.rmtree(half, ignore_errors=True)
        self.account.owns(half)
        # C alone would leave Chinese text without trigrams.
        locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
        if self.found.version >= BUILTIN_LOCALE_SINCE:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        with tempfile.NamedTemporaryFile("w", dir=self.sockets) as password:
            password.write(keys.secret(self.keys, "database_superuser"))
            password.flush()
            if self.account.user is not None and self.account.group is not None:
                os.chown(password.name, self.account.user, self.account.group)
            options = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={password.name}", *locale]
            options += ["--no-sync"] if self.throwaway else []
            made = self.account.runs(
                [self.found.program("initdb"), "-D", str(half), *options], environment=self._surroundings()
            )
        if made.returncode:
            give_up(f"initdb could not make a database cluster: {made.stderr.strip()}")
        half.rename(self.folder)

    def _surroundings(self) -> dict[str, str]:
        return {"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "/usr/bin:/bin")}

    def command(self) -> list[str]:
        """How the server is started."""
        options = ALWAYS | {"unix_socket_directories": str(self.sockets)} | self.options
        return [
            self.found.program("postgres"),
            "-D",
            str(self.folder),
            *(word for key, value in options.items() for word in ("-c", f"{key}={value}")),
        ]

    def environment(self) -> dict[str, str]:
        """What the server sees of the environment."""
        return self._surroundings()

    def answers(self, pid: int) -> bool:
        """Whether the server of this process id takes connections."""
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > READY_LINE and lines[0] == str(pid) and lines[READY_LINE].strip() == "ready"

    def furnish(self) -> None:
        """The roles and the database, again at every start."""
        extra = TESTS_MAY if self.throwaway else []
        command = [
            self.found.program("psql"),
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            str(self.sockets),
            "-U",
            "postgres",
            "-d",
            "postgres",
        ]
        passwords = {
            "PGPASSWORD": keys.secret(self.keys, "database_superuser"),
            "ZILU_OWNER_PASSWORD": keys.secret(self.keys, "database_owner"),
            "ZILU_APP_PASSWORD": keys.secret(self.keys, "database_app"),
        }
        roles = [*command, "-f", str(ROOT / "launch" / "roles.sql"), *extra]
        done = subprocess.run(roles, check=False, capture_output=True, text=True, env=self._surroundings() | passwords)
        if done.returncode:
            give_up(f"launch/roles.sql failed: {done.stderr.strip()}")

    def addresses(self) -> dict[str, str]:
        """How the application reaches it."""
        where = f"zilu?host={quote(str(self.sockets), safe='/')}"
        app, owner = keys.secret(self.keys, "database_app"), keys.secret(self.keys, "database_owner")
        return {
            "DATABASE_URL": f"postgresql+psycopg://zilu_app:{app}@/{where}",
            "DATABASE_OWNER_URL": f"postgresql+psycopg://zilu_owner:{owner}@/{where}",
        }

    def log(self) -> Path:
        """Where what it says is kept."""
        return base(self.purpose) / "postgres.log"
