"""What a look writes: the tables that an answer to a GET has written to, by the marks that a test's database bears."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy.engine import make_url
from werkzeug.exceptions import HTTPException

ASKED = "SELECT name, pg_sequence_last_value(format('marks.%I', name)::regclass) FROM marks.restored"
"""A mark moves with each writing statement, also with one that is rolled back (tests/restoring.py)."""
JOURNAL = frozenset({"journal", "journal_head"})
TAKEN = "that it left the house is noted, with who took it"
SEEN = "of what has no covered copy it is noted who looked at it"
WRITTEN: dict[str, tuple[frozenset[str], str]] = {
    "desk_cases.journal": (JOURNAL, TAKEN),
    "imports_staff.rejects": (JOURNAL, TAKEN),
    "portal_archives.file": (JOURNAL, TAKEN),
    "portal_forwardings.file": (frozenset({"stored_file"}), "a copy that an earlier stripper made is made anew"),
    "proceedings_panel.file": (JOURNAL, SEEN),
    "proceedings_reviews.file": (JOURNAL, SEEN),
    "proceedings_bundles.file": (JOURNAL, TAKEN),
    "proceedings_portal_file.bundle_file": (JOURNAL, TAKEN),
    "registry_batches.file": (JOURNAL, TAKEN),
}
"""What a look may write, and why; by endpoint."""
ANYWHERE = frozenset({"web_session"})
"""When a session was last in use is noted once a minute (registry.sessions.touch), whatever page it is used on."""


@dataclass
class Looks:
    """Every GET that was answered, by endpoint, and what it wrote to."""

    app: Flask
    server: "psycopg.Connection[tuple[Any, ...]]"
    written: dict[str, set[str]] = field(default_factory=dict)
    """The tables, by endpoint; none where nothing was written."""
    statuses: dict[str, set[int]] = field(default_factory=dict)

    @property
    def strange(self) -> dict[str, set[str]]:
        """What was written by a look and stands in no list."""
        none: tuple[frozenset[str], str] = (frozenset(), "")
        found = {it: tables - ANYWHERE - WRITTEN.get(it, none)[0] for it, tables in self.written.items()}
        return {it: tables for it, tables in found.items() if tables}

    def marks(self) -> set[tuple[Any, ...]]:
        """How far each mark has moved."""
        return set(self.server.execute(ASKED).fetchall())

    def answered(self, environ: dict[str, Any], start: Any, through: Any) -> Iterable[bytes]:
        """Pass a request on; of a GET, note what changes until the last byte of its answer."""
        if environ["REQUEST_METHOD"] != "GET":
            return through(environ, start)  # type: ignore[no-any-return]
        said: list[int] = []

        def starting(status: str, *more: Any) -> Any:
            said.append(int(status[:3]))
            return start(status, *more)

        before = self.marks()
        body = through(environ, starting)
        whole = list(body)
        getattr(body, "close", lambda: None)()
        try:
            endpoint, _values = self.app.url_map.bind("zilu.example").match(environ["PATH_INFO"], method="GET")
        except HTTPException:
            return whole
        self.written.setdefault(endpoint, set()).update(str(name) for name, _at in self.marks() - before)
        self.statuses.setdefault(endpoint, set()).add(said[-1])
        return whole


@contextmanager
def watched(app: Flask) -> Iterator[Looks]:
    """Meanwhile every answer of an application is looked at."""
    database = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database
    url = make_url(os.environ["DATABASE_OWNER_URL"]).set(database=database, drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as server:
        looks, through = Looks(app, server), app.wsgi_app
        app.wsgi_app = lambda environ, start: looks.answered(environ, start, through)  # type: ignore[method-assign]
        try:
            yield looks
        finally:
            app.wsgi_app = through  # type: ignore[method-assign]
