"""Later work of official documents: rendering to PDF, and passing a finished one on to its recipient."""

from typing import Any

from sqlalchemy import select

from core import clock, files, outbox
from core.actors import SYSTEM
from core.db import SYSTEM_READER, read_as, session, transaction
from core.errors import Refused
from core.machine import Ask
from core.pdf import RenderFailed
from notices import circulars, rendering, serving
from notices.models import Document, Service
from notices.papers import Head, Paper
from notices.states import APPROVAL, SERVICE


@outbox.job("notices.render")
def render(document_id: int) -> None:
    """Make the PDF once, outside the issuing transaction; then seal the dossier and pass its documents on."""
    at = session()
    read_as(at, SYSTEM_READER)
    document = at.get_one(Document, document_id)
    done, frozen = document.pdf_sha256 is not None, document.paper
    at.rollback()
    if not done:
        try:
            pdf = rendering.pdf_in_limits(Paper.from_json(frozen["paper"]), Head.from_json(frozen["head"]))
        except (RenderFailed, Refused) as failure:
            _note_failure(document_id, str(failure))
            raise
        with transaction() as inside:
            document = inside.get_one(Document, document_id, with_for_update=True, populate_existing=True)
            kept = files.keep_made(inside, pdf, f"{document_id}.pdf", "application/pdf")
            if document.pdf_sha256 is None:
                document.pdf_sha256, document.pdf_at, document.render_trouble = kept.sha256, clock.now(), None
                document.pages = rendering.pages_of(pdf)
    finish(document_id)


def finish(document_id: int) -> None:
    """Seal the dossier when all its outward documents are there, and take every service onward."""
    now = clock.now()
    with transaction() as at:
        document = at.get_one(Document, document_id, populate_existing=True)
        dossier = document.dossier
        if dossier is None:
            return
        at.refresh(dossier, with_for_update=True)
        ask = Ask(at, dossier, SYSTEM, {}, now)
        if dossier.state == "ISSUED" and not APPROVAL.refusals(ask, "seal"):
            APPROVAL.carry_out(ask, "seal")
        if dossier.state == "SEALED":
            waiting = select(Service).join(Service.document).where(Document.dossier_id == dossier.id)
            for service in at.scalars(waiting.where(Service.state.in_(["READY", "AVAILABLE"])).order_by(Service.id)):
                serving.onward(at, service, now)


@outbox.job("notices.circulate")
def circulate(document_id: int) -> None:
    """Serve a document on every member, some at a time; who has it already is left alone."""
    served = circulars.BATCH
    while served == circulars.BATCH:
        with transaction() as at:
            served = circulars.deliver(at, at.get_one(Document, document_id, populate_existing=True), clock.now())


def _note_failure(document_id: int, trouble: str) -> None:
    with transaction() as at:
        document = at.get_one(Document, document_id, with_for_update=True, populate_existing=True)
        document.render_trouble = trouble[:500]
        for service in document.services:
            ask: Any = Ask(at, service, SYSTEM, {"trouble": trouble[:500]}, clock.now())
            if service.state == "ISSUED" and not SERVICE.refusals(ask, "render_failed"):
                SERVICE.carry_out(ask, "render_failed")
