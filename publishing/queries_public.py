"""Reads of what everybody may know of bulletins: what can be chosen, what was withdrawn, what there is to find."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core import keyset
from core.clock import ZONE, day_of
from sanctions.models_publications import Publication, PublicationText
from sanctions.queries import Filters, Line, lines, narrowed

STANDING = (Publication.scope == "PUBLIC", Publication.state == "PUBLISHED", Publication.ended_at.is_(None))
"""What everybody reads at present."""
WITHDRAWN = (Publication.scope == "PUBLIC", Publication.state == "WITHDRAWN")
NEWEST = (Publication.withdrawn_at, Publication.id)
MOST = 100
"""So many notices of withdrawal stand among the bulletins; all of them have a list of their own."""


def years(session: Session) -> list[int]:
    """The years in which something public was published, the latest first."""
    year = func.extract("year", func.timezone(ZONE.key, Publication.published_at))
    return sorted((int(each) for each in session.scalars(select(year).where(*STANDING).distinct())), reverse=True)


def codes_shown(session: Session) -> list[str]:
    """The kinds of breaches that public bulletins are about."""
    code = func.jsonb_array_elements_text(Publication.codes)
    return sorted(session.scalars(select(code).where(*STANDING).distinct()))


def withdrawals(session: Session, filters: Filters | None = None, limit: int | None = None) -> list[Line]:
    """Public bulletins whose notice of withdrawal is shown at present, the newest first."""
    asked = _withdrawn(filters).order_by(*(each.desc() for each in NEWEST))
    return lines(session, session.scalars(asked.limit(limit or MOST)).all())


def how_many_withdrawn(session: Session, filters: Filters, found: Sequence[Line]) -> int:
    """How many there are of a selection, of which these were found: counted only where not all may be among them."""
    if len(found) < MOST:
        return len(found)
    every = _withdrawn(filters).with_only_columns(Publication.id).subquery()
    return session.scalar(select(func.count()).select_from(every)) or 0


def withdrawals_on(session: Session, place: keyset.Place) -> tuple[list[Line], keyset.Part]:
    """A page of all of them."""
    every = select(Publication).where(*WITHDRAWN)
    part = keyset.part(session, every, [Publication.ended_at.is_(None)], NEWEST, place, down=True)
    return lines(session, [row[0] for row in part.rows]), part


def _withdrawn(filters: Filters | None) -> Select[Publication]:
    """A notice stands in every selection in which its bulletin stood, but where words of the text led to it."""
    asked = select(Publication).where(*WITHDRAWN, Publication.ended_at.is_(None))
    return asked if filters is None else narrowed(asked, filters)


def addresses(session: Session, limit: int) -> list[tuple[str, date]]:
    """Each bulletin that holds, and the day on which it was changed last."""
    changed = select(func.max(PublicationText.at)).where(
        PublicationText.publication_id == Publication.id, PublicationText.shown
    )
    asked = select(Publication.slug, func.greatest(changed.scalar_subquery(), Publication.published_at))
    newest = asked.where(*STANDING).order_by(Publication.published_at.desc(), Publication.id.desc())
    return [(slug, day_of(at)) for slug, at in session.execute(newest.limit(limit))]
