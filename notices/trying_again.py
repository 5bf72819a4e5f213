"""Trying again: a person asks anew for what was given up about a document, such as drawing its PDF."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from core import outbox
from core.actors import Actor
from core.errors import NotAllowed, NotNow, Refused
from core.journal import Subject, note
from core.outbox import Outbox
from core.words import _l
from notices.models import Document
from notices.policies import may_note

DONE_LATER = ("render", "finish", "circulate")
"""What is done about a document after it was issued: jobs of this room, each asked for under its name and number."""


def given_up(session: Session, document: Document) -> list[Outbox]:
    """Later work about the document that failed for the last time."""
    return outbox.given_up(session, [f"{what}:{document.id}" for what in DONE_LATER])


def refusals(session: Session, document: Document, actor: Actor) -> Iterator[Refused]:
    """Why this person cannot have it tried again now."""
    if not may_note(actor):
        yield NotAllowed()
    elif not given_up(session, document):
        yield NotNow(_l("Nothing about this document was given up; what failed is still being tried by itself."))


def once_more(session: Session, document: Document, *, actor: Actor, now: datetime) -> None:
    """Try it from the beginning, at once; the journal says who asked."""
    session.refresh(document, with_for_update=True)
    for refusal in refusals(session, document, actor):
        raise refusal
    rows = given_up(session, document)
    for row in rows:
        outbox.once_more(session, row)
    session.flush()
    about, jobs = Subject("document", document.id, document.ref), [row.job for row in rows]
    note(session, about, "try_again", actor, now, ("GIVEN_UP", "WAITING"), {"jobs": jobs})


def document_of(session: Session, number: int) -> Document | None:
    """The document that a piece of later work is about, if it is about one the reader may see."""
    row = session.get(Outbox, number)
    what, _colon, about = row.key.partition(":") if row is not None else ("", "", "")
    return session.get(Document, int(about)) if what in DONE_LATER else None
