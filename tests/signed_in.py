"""A browser in which somebody is signed in already; the sign-in page has tests of its own."""

from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient

from core import clock
from core.db import transaction
from registry import sessions
from registry.models_accounts import Account


def signed_in(app: Flask, account: int | None, *, lang: str | None = "en", now: datetime | None = None) -> FlaskClient:
    """Let this account be signed in from `now` on; pages are in `lang`, or in the account's own language."""
    client = app.test_client()
    with app.app_context(), transaction() as at:
        person = at.get_one(Account, account)
        token = sessions.begin(at, person, passed=True, client="test", now=now or clock.now())
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    if lang is not None:
        client.set_cookie("lang", lang)
    return client
