"""Where people of the staff meet at a publication."""

from flask import g
from sqlalchemy.orm import Session

from registry.presence import met, shown_at
from sanctions.models_publications import Publication
from sanctions.policies_publications import may_read


@shown_at("publication")
def at_publication(at: Session, name: str) -> str | None:
    """The meeting place of a publication, for whoever may open it."""
    return met(at, "publication", Publication.id, Publication.id, name) if may_read(g.me) else None
