"""What official documents hold of a person is erased with the complaint: number, kind, day and digest stay."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text, tuple_, update
from sqlalchemy.orm import Session

from notices.kinds import KINDS
from notices.models import Document, Dossier, Service
from notices.models_approval import DossierComment, DossierRequest, DossierStep, DossierVersion
from notices.models_bundles import Bundle
from notices.models_seals import DocumentPrint
from notices.papers import Paper

Subject = tuple[str, int]
DIGEST = re.compile(r'"([0-9a-f]{64})"')
OF_A_PERSON = ("recipient_name", "recipient_address", "recipient_uscc")


def erase(session: Session, about: Sequence[Subject], documents: Sequence[Document], now: datetime) -> set[str]:
    """Empty the documents of these subjects, their drafts and bundles; the digests of the files that they named."""
    numbers = [each.id for each in documents]
    gone = set(
        session.scalars(
            delete(DocumentPrint).where(DocumentPrint.document_id.in_(numbers)).returning(DocumentPrint.sha256)
        )
    )
    services = session.scalars(select(Service).where(Service.document_id.in_(numbers))).all()
    for service in services:
        gone |= set(DIGEST.findall(json.dumps(service.proof)))
        service.receiver = service.proof = service.slip_no = service.trouble = None
    for document in documents:
        gone |= {document.pdf_sha256} if document.pdf_sha256 else set()
        _empty(document, now)
    session.flush()
    gone |= set(session.scalars(text("SELECT zilu_forget_scans(:numbers)"), {"numbers": numbers}))
    gone |= set(_drafts(session, [*about, *(("service", each.id) for each in services)]))
    bundled = delete(Bundle).where(tuple_(Bundle.subject_kind, Bundle.subject_id).in_(about)).returning(Bundle.sha256)
    return gone | {digest for digest in session.scalars(bundled) if digest}


def _empty(document: Document, now: datetime) -> None:
    """Its text is gone, and whom it reached where that was a person."""
    frozen: dict[str, Any] = document.paper
    head = {**frozen["head"], "pictures": []}
    if document.party_id is None:
        head |= dict.fromkeys(OF_A_PERSON, "")
    bare = Paper(document.kind, (KINDS[document.kind].name(document.lang),), wording=document.wording)
    document.paper = {"paper": bare.to_json(), "head": head, "settings": frozen.get("settings", {})}
    document.pdf_sha256 = document.pdf_at = document.render_trouble = None
    document.void_reason = "" if document.void_reason is not None else None
    document.erased_at = now


def _drafts(session: Session, about: Sequence[Subject]) -> Iterator[str]:
    """What was drafted, sent round and said of it; files that a draft named."""
    of = tuple_(Dossier.subject_kind, Dossier.subject_id).in_(about)
    mine = list(session.scalars(select(Dossier.id).where(of)))
    session.execute(delete(DossierComment).where(DossierComment.dossier_id.in_(mine)))
    session.execute(delete(DossierRequest).where(DossierRequest.dossier_id.in_(mine)))
    sent = delete(DossierVersion).where(DossierVersion.dossier_id.in_(mine)).returning(DossierVersion.sent)
    for fields in session.scalars(sent):
        yield from DIGEST.findall(json.dumps(fields))
    session.execute(update(DossierStep).where(DossierStep.dossier_id.in_(mine)).values(said=None))
    for dossier in session.scalars(select(Dossier).where(Dossier.id.in_(mine), Dossier.dropped_because.is_not(None))):
        dossier.dropped_because = ""
