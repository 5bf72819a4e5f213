"""Where people of the staff meet at a draft in approval."""

from sqlalchemy.orm import Session

from notices.models import Dossier
from registry.presence import met, shown_at


@shown_at("dossier")
def at_dossier(at: Session, name: str) -> str | None:
    """Whoever may open it."""
    return met(at, "dossier", Dossier.id, Dossier.id, name)
