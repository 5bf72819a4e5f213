"""The site under drill: questions to its database, its clock, and the launcher that kills when asked to."""

import contextlib
import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

PROCESSES = ("web", "worker", "clock", "valkey", "postgres")


@dataclass
class Site:
    """One site, and what people did there."""

    address: str = field(default_factory=lambda: os.environ["ZILU_BASE_URL"])
    files: Path = field(default_factory=lambda: Path(os.environ["ZILU_DATA"]) / "files")
    accepted: list[str] = field(default_factory=list)
    """Complaints that were put before the institution."""
    read: dict[int, bytes] = field(default_factory=dict)
    """What the institution read, by document."""
    ahead: float = 0.0
    _talking: threading.Lock = field(default_factory=threading.Lock)
    _mine: threading.local = field(default_factory=threading.local)
    """Whoever looks every hundredth of a second keeps the connection until its server dies."""

    def ask(self, question: str) -> Sequence[Any] | None:
        """Rows of the database as its owner sees them; nothing while it is away."""
        held = getattr(self._mine, "talk", None)
        with contextlib.suppress(psycopg.Error):
            if held is not None:
                return held.execute(question.encode()).fetchall()
        try:
            where = os.environ["DATABASE_OWNER_URL"].replace("+psycopg", "")
            self._mine.talk = psycopg.connect(where, connect_timeout=5, autocommit=True)
            return self._mine.talk.execute(question.encode()).fetchall()
        except psycopg.Error:
            self._mine.talk = None
            return None

    def kill(self, name: str) -> int:
        """Kill a process and let it be started again; how many died."""
        return int(self._told(f"kill {name}") or 0)

    def mind(self) -> list[str]:
        """Let what ended by itself be started again; what that was."""
        return self._told("mind").split()

    def _told(self, word: str) -> str:
        with self._talking:
            print(word, flush=True)
            return sys.stdin.readline().strip()

    def forward(self, seconds: float) -> None:
        """Put the site's clock forward."""
        self.ahead += seconds
        file = Path(os.environ["ZILU_TIME_OFFSET_FILE"])
        fresh = file.with_suffix(".new")
        fresh.write_text(str(self.ahead))
        fresh.replace(file)
