"""Passing documents on: the dossier is sealed once its outward documents are there, then each service goes on."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.machine import Ask
from notices import posting, queries, serving
from notices.models import Document
from notices.states import APPROVAL

WAITING = frozenset({"READY", "AVAILABLE"})


def pass_on(session: Session, document: Document, now: datetime, actor: Actor = SYSTEM) -> None:
    """Seal the dossier (Q07), by whoever brought its last document, and take each service onward."""
    dossier = document.dossier
    if dossier is None:
        return
    session.refresh(dossier, with_for_update=True)
    ask = Ask(session, dossier, actor, {}, now)
    if dossier.state == "ISSUED":
        APPROVAL.try_out(ask, "seal")
    if dossier.state == "SEALED":
        for service in sorted(queries.services_in_dossier(session, dossier.id), key=lambda service: service.id):
            if service.state in WAITING:
                serving.onward(session, service, now)
    posting.posted(session, document)
