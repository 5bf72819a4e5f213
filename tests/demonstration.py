"""The demonstration, told once on a day of which it is known, in a database of its own; its site runs where asked."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import psycopg
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from admin import demo, demo_stage
from core import clock
from core.db import db, transaction
from registry import accounts, seeds_settings, sessions, settings
from sanctions import introductions
from tests.conftest import NOW, PATIENT, _application, _owner, _run, _worker, copy_of, drop
from tests.site import Site
from wsgi import create_app

DATABASE = f"zilu_demo_{_run}_{_worker}"
DATA = "ZILU_DATA"
DAYS_TO_ASK = next(each.value for each in seeds_settings.settings("demonstration") if each.key == introductions.KEY)
"""As an association begins with it; in the template nobody waits (tests/conftest.py)."""


@dataclass(frozen=True)
class Told:
    """The application in which it was told, the site that may run on it, and what telling it said."""

    app: Flask
    site: Site
    refused: list[Any]
    events: set[str]
    heard: list[str]
    """What whoever waits was told of how far it was."""

    def client(self, mail: str = "", lang: str = "en") -> FlaskClient:
        """A browser in which somebody of the demonstration is signed in, or nobody."""
        client = self.app.test_client()
        client.set_cookie("lang", lang)
        if mail:
            with self.app.app_context(), transaction() as at:
                account = accounts.by_mail(at, mail)
                assert account, mail
                token = sessions.begin(at, account, passed=True, client="test", now=clock.now())
            with client.session_transaction() as cookie:
                cookie["sid"] = token
        return client


@contextmanager
def telling(template: str) -> Iterator[Told]:
    """Tell it; nothing of it is left at the end."""
    with psycopg.connect(_owner("postgres"), autocommit=True) as server:
        drop(server, DATABASE)
        server.execute(copy_of(template, DATABASE))
    site = Site(_application(DATABASE))
    (site.folder / "files").mkdir()
    kept = os.environ[DATA]
    os.environ[DATA] = str(site.folder)
    try:
        app = create_app(
            SQLALCHEMY_DATABASE_URI=site.database_url, **PATIENT, WTF_CSRF_ENABLED=False, SESSION_COOKIE_SECURE=False
        )
    finally:
        os.environ[DATA] = kept
    # which states a life has reached depends on the holidays before that day
    heard: list[str] = []
    with time_machine.travel(NOW), patch.object(demo_stage, "TOLD_EVERY", 0), app.app_context(), capture_logs() as said:
        with transaction() as at:
            settings.setting(at, introductions.KEY).value = DAYS_TO_ASK
        stage = demo.fill(tell=heard.append)
    try:
        yield Told(app, site, stage.refused, {each["event"] for each in said}, heard)
    finally:
        site.stop()
        with app.app_context():
            db.engine.dispose()
        with psycopg.connect(_owner("postgres"), autocommit=True) as server:
            drop(server, DATABASE)
