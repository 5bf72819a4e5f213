"""Reads of what everybody may know of bulletins: what can be chosen, what was withdrawn, what there is to find."""

from dataclasses import replace
from datetime import date

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from core.clock import ZONE, day_of
from registry.models import Party
from sanctions.models import Publication, PublicationText
from sanctions.queries import Filters, Line, narrowed, texts

STANDING = (Publication.scope == "PUBLIC", Publication.state == "PUBLISHED", Publication.ended_at.is_(None))
"""What everybody reads at present."""


def years(session: Session) -> list[int]:
    """The years in which something public was published, the latest first."""
    year = func.extract("year", func.timezone(ZONE.key, Publication.published_at))
    return sorted((int(each) for each in session.scalars(select(year).where(*STANDING).distinct())), reverse=True)


def codes_shown(session: Session) -> list[str]:
    """The kinds of breaches that public bulletins are about."""
    code = func.jsonb_array_elements_text(Publication.codes)
    return sorted(session.scalars(select(code).where(*STANDING).distinct()))


def withdrawals(session: Session, filters: Filters | None = None, limit: int = 100) -> list[Line]:
    """Public bulletins whose notice of withdrawal is shown at present, the newest first.

    A notice stands in every selection in which its bulletin stood, but where words of the text led to it.
    """
    asked = select(Publication).where(
        Publication.scope == "PUBLIC", Publication.state == "WITHDRAWN", Publication.ended_at.is_(None)
    )
    if filters is not None:
        level = Publication.level == filters.measure if filters.measure else true()
        asked = narrowed(asked.where(level), replace(filters, measure=None))
    rows = session.scalars(asked.order_by(Publication.withdrawn_at.desc(), Publication.id.desc()).limit(limit)).all()
    shown = texts(session, rows)
    return [Line(row, shown.get(row.id), session.get(Party, row.party_id)) for row in rows]


def addresses(session: Session, limit: int) -> list[tuple[str, date]]:
    """Each bulletin that holds, and the day on which it was changed last."""
    changed = select(func.max(PublicationText.at)).where(
        PublicationText.publication_id == Publication.id, PublicationText.shown
    )
    asked = select(Publication.slug, func.coalesce(changed.scalar_subquery(), Publication.published_at))
    newest = asked.where(*STANDING).order_by(Publication.published_at.desc(), Publication.id.desc())
    return [(slug, day_of(at)) for slug, at in session.execute(newest.limit(limit))]
