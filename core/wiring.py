"""Sets up the plumbing for one application: configuration, database, keys, queue, files, web."""

import re
import sys
from contextlib import suppress
from typing import Final, TextIO, cast

import structlog
from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from core import (
    crypto,
    db,
    faults_told,
    incoming,
    mail,
    openings,
    outbox,
    pooled,
    presence,
    squeeze,
    texts,
    throttle,
    web,
)
from core.settings import ROOT, Misconfigured, Settings
from core.under_way import application

OPTIONS = {"max_parallel_workers_per_gather": 0, "jit": "off"} | pooled.GONE
CONNECTED = pooled.LOST | {
    "prepare_threshold": None,
    "options": " ".join(f"-c {name}={value}" for name, value in OPTIONS.items()),
}
"""A page is short and others wait for the same processors: the server starts no workers and compiles nothing for it."""
LISTENING = (pooled, faults_told)
"""Imported for what they listen to."""
REVISIONS: Final = "revisions"
"""Under this name the application holds which revision of the database its code was made for."""
_migrate = Migrate(directory="migrations", compare_type=True)


def init_app(app: Flask) -> None:
    """Configure the application from its settings."""
    settings: Settings = app.extensions["zilu"]
    structlog.configure(logger_factory=_beside_results)
    app.config["SECRET_KEY"] = app.config.get("SECRET_KEY") or settings.secret_key
    app.config.setdefault("SQLALCHEMY_DATABASE_URI", settings.database_url)
    app.config.setdefault(
        "SQLALCHEMY_ENGINE_OPTIONS",
        {
            "pool_size": 5,
            "max_overflow": 5,
            "pool_use_lifo": True,
            "connect_args": CONNECTED,
            "hide_parameters": True,  # no log holds what a person wrote
        },
    )
    app.config["DEMONSTRATION"] = settings.demonstration
    app.extensions[REVISIONS] = newest_revisions()  # now: other code may lie there by the time it is asked
    app.config.setdefault("SESSION_COOKIE_SECURE", settings.secure_cookies)
    app.config.setdefault("BASE_URL", settings.base_url or settings.here)
    crypto.use_keys(settings.field_keys, settings.hash_key)
    db.db.init_app(app)
    _migrate.init_app(app, db.db)
    outbox.init_app(app, settings.redis_url)
    presence.init_app(app, settings.redis_url)
    openings.init_app(app, settings.redis_url)
    app.config.setdefault(incoming.FOLDER, settings.data / "incoming")
    mail.init(settings)
    texts.init(settings)
    throttle.init_app(app, settings.redis_url)
    squeeze.init_app(app)
    web.init_app(app)


class _Beside:
    """Stderr. Where the disk takes no more of it the words are lost, and whoever speaks goes on with its work."""

    def write(self, words: str) -> None:
        """Say it."""
        with suppress(OSError):
            sys.stderr.write(words)

    def flush(self) -> None:
        """At once."""
        with suppress(OSError):
            sys.stderr.flush()


_beside = _Beside()


def _beside_results(*_names: str) -> structlog.PrintLogger:
    """Log to stderr: what a command writes to stdout is its result."""
    return structlog.PrintLogger(cast("TextIO", _beside))


UNBOUND = """
SELECT EXISTS (
    SELECT FROM pg_roles AS it
    WHERE it.rolname = current_user AND it.rolinherit
        OR pg_has_role(current_user, it.oid, 'MEMBER') AND (it.rolsuper OR it.rolbypassrls OR EXISTS (
            SELECT FROM pg_class WHERE relowner = it.oid AND relnamespace = 'public'::regnamespace))
)"""
"""Whether the role reads more than it says, may become one that passes by row-level security, or owns a table."""


def check_role(app: Flask) -> None:
    """Refuse to serve as a role that row-level security does not bind."""
    with app.app_context(), db.db.engine.connect() as connection:
        unbound = connection.execute(text(UNBOUND)).scalar_one()
    if unbound:
        message = "DATABASE_URL names a role that row-level security does not bind; use zilu_app (launch/roles.sql)."
        raise Misconfigured(message)


def check_revision(session: Session) -> None:
    """Refuse to serve a database whose revision is older or newer than this code."""
    wanted: set[str] = application().extensions[REVISIONS]
    try:
        there = set(session.scalars(text("SELECT version_num FROM alembic_version")))
    except ProgrammingError:  # never migrated, or from before it could be asked
        session.rollback()
        there = set()
    if there != wanted:
        has = f"has revision {', '.join(sorted(there))}" if there else "has an early revision, or none"
        message = f"The database {has}, this code needs {', '.join(sorted(wanted))}: see “Upgrading” in README.md."
        raise Misconfigured(message)


def newest_revisions() -> set[str]:
    """The newest migrations, as alembic finds them; read as text, since imported they would stay in every process."""
    line = re.compile(r"^(revision|down_revision)\b[^=\n]*=(.*)$", re.MULTILINE)
    revisions: set[str] = set()
    followed: set[str] = set()
    for file in (ROOT / "migrations" / "versions").glob("*.py"):
        for name, said in line.findall(file.read_text("utf-8")):
            (revisions if name == "revision" else followed).update(re.findall(r'"(\w+)"', said))
    return revisions - followed
