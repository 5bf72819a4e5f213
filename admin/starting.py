"""What a process asks before it serves: whether database, keys and address are the right ones."""

from flask import Flask

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


def _given(app: Flask) -> Settings:
    found: Settings = app.extensions["zilu"]
    return found
