"""What a process asks before it serves: whether database, keys and address are the right ones."""

import os
from datetime import datetime
from typing import Final

from flask import Flask
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from admin import rounds_kept
from core import clock, restored
from core.db import SYSTEM_READER, read_as, session
from core.settings import Misconfigured, Settings
from core.wiring import check_revision, check_role
from filestore.files import StoredFile
from registry import settings
from registry.keys_fit import check_keys

NOT_SERVED_AT: Final = {
    rounds_kept.DATABASE: "is not the database's: set it right (NTP).",
    rounds_kept.BEFORE: "is before the clock's last round: set it right (NTP); where it is right, say clock-is-right.",
}


def check(app: Flask) -> None:
    """Refuse the wrong role, another revision, the wrong keys or mode; raises Misconfigured with what to mend."""
    check_role(app)
    with app.app_context():
        at = session()
        read_as(at, SYSTEM_READER)
        check_revision(at)
        check_keys(at)
        if _given(app).demonstration and settings.fixed_mode(at) == "production":
            message = "ZILU_MODE says demonstration, and this database is of a real installation."
            raise Misconfigured(message)


def check_still(app: Flask) -> None:
    """Refuse to go on where the database was brought up to date under a process that runs, or its time went wrong.

    Nothing else is asked again: where the last round was at a time still to come, the time may be right by now.
    """
    with app.app_context():
        at = session()
        read_as(at, SYSTEM_READER)
        check_revision(at)
        if rounds_kept.is_of_another_time(at, now := clock.now()):
            raise _wrong_time(now, rounds_kept.DATABASE)


def check_to_serve(app: Flask) -> None:
    """Beside what `check` asks, refuse to serve a real database without a public address, or without its files."""
    check(app)
    with app.app_context():
        at = session()
        read_as(at, SYSTEM_READER)
        if settings.fixed_mode(at) != "production":
            return
        if not _given(app).base_url:
            message = "ZILU_BASE_URL must name the public address: it is printed into documents and written into mails."
            raise Misconfigured(message)
        if not restored.is_in_use(at):
            message = "This database was brought back from a backup: say `restored` first (“Restore” in README.md)."
            raise Misconfigured(message)
        if lacks := rounds_kept.not_known_of(at, _given(app).data):
            message = (
                f"ZILU_DATA notes a round of the clock at {lacks:%Y-%m-%d %H:%M} UTC, and this database knows of none "
                "so late: if it was brought back from a copy, say `restored` first (“Restore” in README.md)."
            )
            raise Misconfigured(message)
        _check_folder(_given(app))
        check_files(at, _given(app))


def _check_folder(given: Settings) -> None:
    """What comes in is kept here: somebody else may own what was brought back from a backup."""
    try:
        given.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"ZILU_DATA {given.data} is no folder that can be used: {error.strerror}."
        raise Misconfigured(message) from None
    kept = given.data / "files"
    for folder in (given.data, kept, *(kept.iterdir() if os.access(kept, os.R_OK | os.X_OK) else ())):
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            message = f"ZILU_DATA: {folder} can't be written to by whoever runs this."
            raise Misconfigured(message)


def check_files(at: Session, given: Settings) -> None:
    """A folder that was mistyped, or not mounted, would take what comes in, and give out nothing of what there is."""
    kept = given.data / "files"
    try:
        lacks = not given.s3_bucket and not (kept.is_dir() and any(kept.iterdir()))
    except OSError as error:
        message = f"ZILU_DATA {given.data} is no folder that can be used: {error.strerror}."
        raise Misconfigured(message) from None
    if lacks and at.scalar(select(exists().select_from(StoredFile))):
        message = f"ZILU_DATA {given.data} holds no file, and the database names some: is it the right folder, mounted?"
        raise Misconfigured(message)


def check_time(app: Flask) -> None:
    """Refuse to serve with a time that is not the database's, or was already: what goes out would bear wrong days.

    The clock process starts all the same: it goes no round then, and says so where administrators look.
    """
    with app.app_context():
        at, now = session(), clock.now()
        read_as(at, SYSTEM_READER)
        if (why := rounds_kept.astray(at, now)) in NOT_SERVED_AT:
            raise _wrong_time(now, why)


def _wrong_time(now: datetime, why: str) -> Misconfigured:
    return Misconfigured(f"This machine's time, {now:%Y-%m-%d %H:%M} UTC, {NOT_SERVED_AT[why]}")


def _given(app: Flask) -> Settings:
    found: Settings = app.extensions["zilu"]
    return found
