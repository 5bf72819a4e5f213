"""The embedded Valkey: append-only, on a loopback port with a password."""

import os
import signal
import socket
from pathlib import Path

from launch import binaries, keys
from launch.dying import end_those_in
from launch.places import ROOT, base, free_port, mark_of
from launch.telling import tell
from launch.unprivileged import Account


class Queue:
    """One private Valkey (or Redis) of this checkout and purpose."""

    name = "Valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, purpose: str, account: Account, *, throwaway: bool) -> None:
        """Nothing is started yet."""
        self.account = account
        self.throwaway = throwaway
        self.purpose = purpose
        self.folder = base(purpose) / "valkey"
        self.keys = base(purpose) / "keys"

    def prepare(self) -> None:
        """Clear what a crash left; write the configuration, so that no password stands on a command line."""
        if end_those_in(self.folder):
            tell("ended a Valkey server that was left over")
        self.program = binaries.valkey(self.account)
        self.port = free_port(f"{mark_of(ROOT)}{self.purpose}")
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.throwaway:
            for left in self.folder.glob("appendonlydir/*"):
                left.unlink()
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": self._password(),
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "no" if self.purpose == "test" else "everysec",
            "save": '""',
            "daemonize": "no",
            "maxmemory-policy": "noeviction",
        }
        written = self.folder / "valkey.conf"
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.writelines(f"{key} {value}\n" for key, value in settings.items())
        self.account.owns(self.folder)
        if self.account.user is not None and self.account.group is not None:
            os.chown(written, self.account.user, self.account.group)

    def _password(self) -> str:
        return keys.secret(self.keys, "queue")

    def command(self) -> list[str]:
        """How the server is started."""
        return [self.program, str(self.folder / "valkey.conf")]

    def environment(self) -> dict[str, str]:
        """What the server sees of the environment."""
        return {"LC_ALL": "C.UTF-8"}

    def answers(self, pid: int) -> bool:
        """Whether it has loaded its data and takes commands."""
        del pid
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as talk:
                asked = [f"AUTH {self._password()}\r\n", "PING\r\n"]
                talk.sendall("".join(asked).encode())
                said = talk.recv(100)
                while said.count(b"\r\n") < len(asked) and (more := talk.recv(100)):
                    said += more
        except OSError:
            return False
        return said.endswith(b"+PONG\r\n")

    def furnish(self) -> None:
        """Nothing to put into it."""

    def addresses(self) -> dict[str, str]:
        """How the application reaches it."""
        return {"REDIS_URL": f"redis://:{self._password()}@127.0.0.1:{self.port}/0"}

    def log(self) -> Path:
        """Where what it says is kept."""
        return base(self.purpose) / "valkey.log"
