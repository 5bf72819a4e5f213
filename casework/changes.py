"""Two people on one thing: what the second is told of whoever was first."""

from typing import Any

from sqlalchemy.orm import object_session

from casework import timelines
from core.clock import local
from core.errors import Changed
from core.i18n import language
from core.words import _l

KINDS = {
    "complaint": "complaint",
    "forwarding": "forwarding",
    "stop_contact": "stop_contact",
    "case_track": "track",
    "case_file": "case",
    "publication": "publication",
    "recusal": "recusal",
    "review": "review",
}
"""What the journal calls the rows of a table."""
STAFF = "zilu_staff"


def changed(thing: Any) -> Changed:  # noqa: ANN401 - whatever carries a version
    """Staff read who changed it, when, and what was done; others only that it has changed."""
    session = object_session(thing)
    reader = session.info.get("reader") if session is not None else None
    if session is None or reader is None or reader.role != STAFF:
        return Changed()
    found = timelines.entries(session, [(KINDS[thing.__tablename__], thing.id, "")], language())
    if not found:
        return Changed()
    last = found[0]
    return Changed(
        _l(
            "Meanwhile, at %(at)s: %(who)s %(what)s. Look at how it stands now; your text is kept below.",
            at=f"{local(last['at']):%Y-%m-%d %H:%M}",
            who=last["who"],
            what=last["text"],
        ),
    )
