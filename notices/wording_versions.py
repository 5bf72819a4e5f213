"""Which version of a wording counts: at a certain time, and for what is made now."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.asked_together import asked, together
from core.db import KEPT
from core.errors import Unavailable
from core.words import _l
from notices import wording_checks
from notices.models_wording import WordingVersion
from notices.papers import Lang

AS_OF: Final = "wordings.as_of"
LAID_DOWN: Final = "wordings"
"""The name under which a transaction notes which wordings the association has versions of; most have few."""
together(
    LAID_DOWN,
    "SELECT array_agg(DISTINCT kind || ' ' || lang) FROM wording_version WHERE in_force_from IS NOT NULL",
    lambda found: {tuple(each.split(" ")) for each in found or ()},
)


@contextmanager
def as_of(session: Session, moment: datetime) -> Iterator[None]:
    """Make documents with the wordings of that time: an approved draft keeps those with which it was approved."""
    session.info[AS_OF] = moment
    try:
        yield
    finally:
        session.info.pop(AS_OF)


def in_force(session: Session, kind: str, lang: str, moment: datetime) -> WordingVersion | None:
    """The version in force at that time and not withdrawn since; None for the supplied one."""
    return session.scalar(
        select(WordingVersion)
        .where(
            WordingVersion.kind == kind,
            WordingVersion.lang == lang,
            WordingVersion.in_force_from <= moment,
            WordingVersion.withdrawn_at.is_(None),
        )
        .order_by(WordingVersion.in_force_from.desc(), WordingVersion.id.desc())
        .limit(1)
    )


def for_issue(session: Session, kind: str, lang: Lang, now: datetime) -> str | None:
    """The text from which a document made now is filled; None means the supplied one.

    A transaction asks once, so that what it tries and what it then does are the same.
    """
    moment = session.info.get(AS_OF, now)
    kept: dict[object, Any] = session.info.get(KEPT, {})
    key = ("wording", kind, lang, moment)
    if key not in kept:
        row = in_force(session, kind, lang, moment) if (kind, lang) in asked(session, LAID_DOWN) else None
        if row is not None and wording_checks.problems(kind, lang, row.text):
            raise Unavailable(
                _l(
                    "The wording %(ref)s is in force but does not fit this version of the software. A new version of "
                    "it has to be put in force first.",
                    ref=row.ref,
                )
            )
        kept[key] = row.text if row is not None else None
    found: str | None = kept[key]
    return found
