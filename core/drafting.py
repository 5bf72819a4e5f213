"""Text that is not sent yet: drafts while it is written, and what was posted when the sign-in had run out."""

import hashlib
import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, request
from flask import session as cookie
from werkzeug.wrappers import Response

from core import clock, drafts
from core.db import glance, session, transaction

Fields = dict[str, list[str]]

SAFE = {"GET", "HEAD", "OPTIONS"}
SECRETS = ("csrf_token", "password", "passphrase", "otp", "receipt", "code")
KEPT = "zilu-kept"
KEPT_FOR = 60 * 60
PLACE = "kept"
LONGEST_PLACE = 300


def _ready() -> bool:
    """Whether there is a database to keep text in, and no verb is at work in it."""
    return "sqlalchemy" in current_app.extensions and not session().info.get("open")


def secure() -> dict[str, Any]:
    """How every cookie of ours is set."""
    return {"secure": bool(current_app.config["SESSION_COOKIE_SECURE"]), "httponly": True, "samesite": "Lax"}


def posted() -> Fields:
    """The posted fields that may be kept: no tokens, no passwords, no codes."""
    fields = {name: request.form.getlist(name) for name in request.form if name != "key"}
    return {name: values for name, values in fields.items() if not any(word in name.lower() for word in SECRETS)}


def _owner(token: str) -> str:
    return "posted:" + hashlib.sha256(token.encode()).hexdigest()


def keep(answer: Response, back: str) -> None:
    """Keep what a stranger posted, for the page it stood on; only this browser holds the key to it."""
    fields = posted()
    if not fields or not _ready():
        return
    token = secrets.token_hex(16)
    path = urlsplit(back).path
    with transaction() as at:
        kept = {"path": path, "whose": cookie.get("whose"), "fields": fields}
        drafts.save(at, _owner(token), PLACE, kept, clock.now())
    answer.set_cookie(KEPT, token, max_age=KEPT_FOR, path=path, **secure())


def kept() -> Fields:
    """The text that was kept for this page while its author signed in; empty where there is none."""
    if "kept" not in g:
        g.kept = _fetch() if request.method in SAFE else {}
    found: Fields = g.kept
    return found


def _fetch() -> Fields:
    token = request.cookies.get(KEPT)
    if not token or g.me.id is None or not _ready():
        return {}
    with transaction() as at:
        found = drafts.find(at, _owner(token), PLACE)
        mine = found.get("whose") in (None, g.me.id)
        if not mine or found.get("path") != request.path:
            return {}
        drafts.drop(at, _owner(token), PLACE)
    g.kept_seen = True
    fields: Fields = found["fields"]
    return fields


def place_of(form: str) -> str:
    """Where the draft of a form on this page is kept; only people with an account have drafts here."""
    return f"{request.path}#{form}"[:LONGEST_PLACE] if g.me.id is not None and _ready() else ""


def save(place: str, fields: Fields) -> None:
    """Keep a draft of the person who is signed in."""
    with transaction() as at:
        drafts.save(at, f"account:{g.me.id}", place[:LONGEST_PLACE], fields, clock.now())


def recall(place: str) -> list[tuple[str, str]]:
    """The draft kept in a place, as the pairs a form reads."""
    if request.method not in SAFE or not _ready():
        return []
    fields: Fields = glance(drafts.asked_for(f"account:{g.me.id}", place)) or {}
    return [(name, value) for name, values in fields.items() for value in values]


def forget(place: str) -> None:
    """Drop a draft whose form was sent."""
    if _ready():
        with transaction() as at:
            drafts.drop(at, f"account:{g.me.id}", place)


def leave(answer: Response) -> None:
    """After a page: a form that was carried out needs no draft; text that was shown needs no cookie."""
    form = g.get("checked_form")
    if form is not None and form.place and answer.status_code in {302, 303} and "refused" not in g:
        forget(form.place)
    if g.get("kept_seen"):
        answer.delete_cookie(KEPT, path=request.path, **secure())
