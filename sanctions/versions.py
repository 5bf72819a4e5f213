"""A new document of a publication: its number goes onto the text, and earlier documents are set aside."""

from dataclasses import replace

from core.actors import SYSTEM
from core.machine import Ask
from notices import queries as notices
from notices.models import Document
from notices.states import SERVICE, UNSERVED
from sanctions import policies_publications as policies
from sanctions.models_publications import Publication

NAMES = {"D23e": "", "D23f": "", "D36a": "correction_", "D36b": "withdrawal_"}
"""Kinds of documents, and what distinguishes their numbers on the published text."""


def stands(ask: Ask, document: Document) -> None:
    """From now on this document is shown and verified as in force; earlier ones are kept inside."""
    publication: Publication = ask.it
    text, prefix = policies.text_now(publication), NAMES[document.kind]
    if text is not None:
        code = f"{prefix}code" if prefix else "check_code"
        text.summary = {**text.summary, f"{prefix}number": document.number or "", code: document.check_code}
    for each in papers(ask, publication):
        if each.id != document.id and each.set_aside_on is None:
            each.set_aside_on, each.replaced_by_id = ask.on, document.id
            _end_copies(ask, each)
    ask.session.flush()


def papers(ask: Ask, publication: Publication) -> list[Document]:
    """Every document of a publication, the first version first."""
    found = notices.documents_of(ask.session, [("publication", publication.id)])
    return [each for each in found if each.kind in NAMES]


def _end_copies(ask: Ask, document: Document) -> None:
    """Nobody need open copies that no longer hold; whoever read one gets the new one as well."""
    for service in document.services:
        if service.state in UNSERVED:
            reason = {"reason": "superseded"}
            end = replace(ask, it=service, actor=SYSTEM, facts=reason, fired_by=ask, papers={}, row=None)
            SERVICE.carry_out(end, "void")
