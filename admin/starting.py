"""What a process asks before it serves: whether database, keys and address are the right ones."""

from flask import Flask

from admin import rounds_kept
from core import clock
from core.db import SYSTEM_READER, read_as, session
from core.settings import Misconfigured, Settings
from core.wiring import check_revision, check_role
from registry import settings
from registry.keys_fit import check_keys


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


def check_to_serve(app: Flask) -> None:
    """The same; and refuse to serve a real database under an address that is only this machine's."""
    check(app)
    with app.app_context():
        at = session()
        read_as(at, SYSTEM_READER)
        if not _given(app).base_url and settings.fixed_mode(at) == "production":
            message = "ZILU_BASE_URL must name the public address: it is printed into documents and written into mails."
            raise Misconfigured(message)


def check_time(app: Flask) -> None:
    """Refuse to serve with a time that is not the database's: what comes in and goes out would bear wrong days.

    The clock process starts all the same: it goes no round then, and says so where administrators look.
    """
    with app.app_context():
        at, now = session(), clock.now()
        read_as(at, SYSTEM_READER)
        if rounds_kept.is_of_another_time(at, now):
            message = f"This machine's time, {now:%Y-%m-%d %H:%M} UTC, is not the database's: set it right (NTP)."
            raise Misconfigured(message)


def _given(app: Flask) -> Settings:
    found: Settings = app.extensions["zilu"]
    return found
