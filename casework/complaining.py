"""The complaint form, one topic per page: what was answered so far, and the submission made of it."""

import secrets
from datetime import date
from typing import Any

from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from core import clock, drafts, files
from core.actors import Actor
from core.crypto import keyed_hash
from core.i18n import language

STEPS = ("who", "company", "conduct", "evidence", "contact", "send")
PLACE = "complain"
TOKEN = "draft"  # noqa: S105 - the name of a cookie's entry
CONSENT = "2026-11"
"""Version of the text about the use of data that the last page shows."""


SOMEBODY = Actor(None, frozenset({"complainant"}), name="complainant")
"""Who sends a complaint: a person without an account."""


def owner() -> str:
    """Whose draft it is: known only to this browser."""
    if TOKEN not in cookie:
        cookie[TOKEN] = secrets.token_urlsafe(24)
    return keyed_hash("draft", cookie[TOKEN]).hex()


def answers(at: Session) -> dict[str, Any]:
    """What was answered so far, by step."""
    return drafts.find(at, owner(), PLACE)


def keep(at: Session, step: str, fields: dict[str, Any]) -> None:
    """Keep the answers of one step."""
    found = answers(at)
    found[step] = fields
    drafts.save(at, owner(), PLACE, found, clock.now())


def forget(at: Session) -> None:
    """The complaint was sent: nothing of the draft stays."""
    drafts.drop(at, owner(), PLACE)
    cookie.pop(TOKEN, None)


def first_open(said: dict[str, Any]) -> str:
    """The first step without an answer; the evidence step may stay empty."""
    return next((step for step in STEPS if step not in said and step != "evidence"), "send")


def kept_files(at: Session, uploads: list[FileStorage]) -> list[dict[str, Any]]:
    """Uploads checked and kept, as the draft remembers them."""
    found = []
    for upload in uploads:
        kept = files.keep(at, upload.stream, upload.filename)
        found.append(
            {
                "sha256": kept.sha256,
                "name": kept.name,
                "media_type": kept.media_type,
                "size": kept.size,
                "shared": False,
            },
        )
    return found


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """Form data as JSON: days become text, the form's own fields are left out."""
    own = {"csrf_token", "key", "version", "files", "drawn"}
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in data.items() if name not in own
    }


def typed(said: dict[str, Any]) -> dict[str, Any]:
    """The same back into form data."""
    days = {"conduct_from", "conduct_to"}
    return {name: date.fromisoformat(value) if name in days and value else value for name, value in said.items()}


def lang() -> str:
    """The language the person reads and is answered in."""
    return language()
