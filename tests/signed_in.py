"""A browser in which somebody is signed in already; the sign-in page has tests of its own."""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from core import clock
from core.db import transaction
from registry import sessions
from registry.models_accounts import Account

_keys = count()


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


@dataclass
class Browser:
    """A browser that expects how each page answers, and shows the page where it answers otherwise."""

    client: FlaskClient

    def get(self, url: str, status: int = 200) -> str:
        """Look at a page."""
        answer = self.client.get(url)
        assert answer.status_code == status, (url, answer.status_code, answer.text[:2000])
        return answer.text

    def post(self, url: str, status: int = 303, prefix: str = "", **fields: Any) -> str:
        """Send a form with these fields and a key of its own; their names begin with `prefix-`, if there is one."""
        begins = f"{prefix}-" if prefix else ""
        sent = {f"{begins}key": f"key{next(_keys)}", **{f"{begins}{name}": value for name, value in fields.items()}}
        answer = self.client.post(url, data=sent, content_type="multipart/form-data")
        assert answer.status_code == status, (url, answer.status_code, re.sub(r"\s+", " ", answer.text)[:4000])
        return answer.text
