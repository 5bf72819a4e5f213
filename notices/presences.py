"""Where people of the staff meet at a draft in approval."""

from flask import g
from sqlalchemy.orm import Session

from notices import policies_reading, queries_approval
from notices.models import Dossier
from registry.presence import met, shown_at


@shown_at("dossier")
def at_dossier(at: Session, name: str) -> str | None:
    """The meeting place of a draft in approval, for whoever may open it."""
    found = met(at, "dossier", Dossier.id, Dossier.id, name)
    it = queries_approval.dossier(at, int(name)) if found else None
    return found if it is not None and policies_reading.may_read_draft(at, it, g.me) else None
