"""Later work of official documents: rendering to PDF, and passing finished ones on to the recipients."""

import hashlib
from typing import Any

from sqlalchemy.orm import Session

from core import clock, outbox
from core.actors import SYSTEM
from core.db import SYSTEM_READER, read_as, session, transaction
from core.errors import Refused
from core.machine import Ask
from core.words import in_both
from filestore import files
from notices import circulars, circulating, passing, queries_seals, rendering, seals, stamping
from notices.models import Document
from notices.papers import Head, Paper
from notices.states import SERVICE
from printing import signing


@outbox.job("notices.render")
def render(document_id: int) -> None:
    """Make the PDF once, outside the issuing transaction; then seal the dossier and pass its documents on."""
    at = session()
    read_as(at, SYSTEM_READER)
    document = at.get_one(Document, document_id)
    done, frozen = _is_made(at, document), document.paper
    at.rollback()
    if not done:
        try:
            pdf = rendering.pdf_in_limits(Paper.from_json(frozen["paper"]), Head.from_json(frozen["head"]))
            signed = _signed(document_id, pdf)
        except Refused as failure:
            _note_failure(document_id, failure)
            raise
        _keep(document_id, pdf, signed)
    finish(document_id)


def _is_made(at: Session, document: Document) -> bool:
    """Whether its file was made, even if it was erased since; for what is stamped by hand, the file to print."""
    if document.erased_at is not None:
        return True
    return document.pdf_sha256 is not None or queries_seals.print_of(at, document.id) is not None


def _signed(document_id: int, pdf: bytes) -> signing.Signed | None:
    """Note that it will be signed, then sign: a job killed in between asks for the same signature again (I-18)."""
    with transaction() as at:
        document = at.get_one(Document, document_id, with_for_update=True, populate_existing=True)
        if document.pdf_sha256 is not None or not seals.is_signed(document):
            return None
        order = seals.ask_for(at, document, hashlib.sha256(pdf).hexdigest(), len(pdf), clock.now())
    return signing.signed(pdf, order)


def _keep(document_id: int, pdf: bytes, signed: signing.Signed | None) -> None:
    """Keep the file and its data in one transaction; the first one stays."""
    with transaction() as inside:
        document = inside.get_one(Document, document_id, with_for_update=True, populate_existing=True)
        if document.seal_mode == "physical":
            stamping.keep_print(inside, document, pdf, rendering.pages_of(pdf), clock.now())
        elif document.pdf_sha256 is None:
            made = signed.content if signed else pdf
            kept = files.keep_made(inside, made, f"{document_id}.pdf", "application/pdf")
            document.pdf_sha256, document.pdf_at, document.render_trouble = kept.sha256, clock.now(), None
            document.pages = rendering.pages_of(pdf)
            if signed:
                seals.note(inside, document, signed, clock.now())


@outbox.job("notices.finish")
def finish(document_id: int) -> None:
    """Seal the dossier once all its outward documents are there, and take each service onward."""
    with transaction() as at:
        passing.pass_on(at, at.get_one(Document, document_id, populate_existing=True), clock.now())


@outbox.job("notices.circulate")
def circulate(document_id: int) -> None:
    """Serve a document on every member, each once: if there are many, as a long job, otherwise some at a time."""
    with transaction() as at:
        if circulating.begin(at, at.get_one(Document, document_id, with_for_update=True), clock.now()) is not None:
            return
    served = circulars.BATCH
    while served == circulars.BATCH:
        with transaction() as at:
            served = circulars.deliver(at, at.get_one(Document, document_id, populate_existing=True), clock.now())


def _note_failure(document_id: int, failure: Refused) -> None:
    with transaction() as at:
        document = at.get_one(Document, document_id, with_for_update=True, populate_existing=True)
        document.render_trouble = in_both(failure)
        for service in document.services:
            ask: Any = Ask(at, service, SYSTEM, {"trouble": str(failure)[:500]}, clock.now())
            if service.state == "ISSUED" and not SERVICE.refusals(ask, "render_failed"):
                SERVICE.carry_out(ask, "render_failed")
