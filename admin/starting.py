"""What a process asks before it serves: whether the database and its keys are the right ones."""

from flask import Flask

from core.db import SYSTEM_READER, read_as, session
from core.wiring import check_revision, check_role
from registry.keys_fit import check_keys


def check(app: Flask) -> None:
    """Refuse the wrong role, another revision and the wrong keys; raises Misconfigured with what to mend."""
    check_role(app)
    with app.app_context():
        at = session()
        read_as(at, SYSTEM_READER)
        check_revision(at)
        check_keys(at)
