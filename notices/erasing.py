"""What documents hold about a person is erased with the complaint or case: number, kind, day and digest stay."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text, true, tuple_, update
from sqlalchemy.orm import Session

from core.forgetting import named_in
from notices.kinds import KINDS
from notices.models import Document, Dossier, Service, ServiceStep
from notices.models_approval import DossierComment, DossierRequest, DossierStep, DossierVersion
from notices.models_archive import ArchiveVolume
from notices.models_bundles import HIDING, Bundle
from notices.models_seals import DocumentPrint
from notices.papers import Paper

Subject = tuple[str, int]
OF_A_PERSON = ("recipient_name", "recipient_address", "recipient_uscc")


def erase(session: Session, about: Sequence[Subject], documents: Sequence[Document], now: datetime) -> set[str]:
    """Empty the documents of these subjects, their drafts, volumes and bundles; returns digests of files they named."""
    gone, services = emptied(session, documents, now)
    gone |= drafts(session, [*about, *(("service", number) for number in services)])
    return gone | volumes(session, about, now)


def emptied(session: Session, documents: Sequence[Document], now: datetime) -> tuple[set[str], list[int]]:
    """Empty documents of their text, and their services of what tells about a person; returns the services."""
    numbers = [each.id for each in documents]
    gone = set(
        session.scalars(
            delete(DocumentPrint).where(DocumentPrint.document_id.in_(numbers)).returning(DocumentPrint.sha256)
        )
    )
    services = session.scalars(select(Service).where(Service.document_id.in_(numbers))).all()
    for service in services:
        gone |= set(named_in(service.proof))
        service.receiver = service.proof = service.slip_no = service.trouble = None
    steps = delete(ServiceStep).where(ServiceStep.service_id.in_([each.id for each in services]))
    gone |= {sha256 for sha256 in session.scalars(steps.returning(ServiceStep.sha256)) if sha256}
    for document in documents:
        gone |= {document.pdf_sha256} if document.pdf_sha256 else set()
        _empty(document, now)
    session.flush()
    gone |= set(session.scalars(text("SELECT zilu_forget_scans(:numbers)"), {"numbers": numbers}))
    return gone, [each.id for each in services]


def volumes_of(session: Session, about: Sequence[Subject]) -> Sequence[ArchiveVolume]:
    """The bound volumes of these subjects."""
    mine = tuple_(ArchiveVolume.subject_kind, ArchiveVolume.subject_id).in_(about)
    return session.scalars(select(ArchiveVolume).where(mine).order_by(ArchiveVolume.id)).all()


def volumes(session: Session, about: Sequence[Subject], now: datetime, *, named: bool = False) -> set[str]:
    """Drop the PDF of bound volumes but keep the index, and drop bundles, except those with identities hidden.

    If somebody agreed to be `named`, those hide nobody, and go as well.
    """
    gone: set[str] = set()
    for volume in volumes_of(session, about):
        gone |= {volume.pdf_sha256} if volume.pdf_sha256 else set()
        volume.erased_at, volume.erased_sha256, volume.pdf_sha256 = now, volume.pdf_sha256, None
        for entry in volume.entries:
            if entry.mark.startswith("evidence:"):  # after the colon comes what the file shows
                entry.title = entry.title.partition("：")[0]
    bundled = tuple_(Bundle.subject_kind, Bundle.subject_id).in_(about)
    for bundle in session.scalars(select(Bundle).where(bundled, true() if named else Bundle.variant.not_in(HIDING))):
        gone |= {bundle.sha256} if bundle.sha256 else set()
        bundle.erased_at, bundle.sha256, bundle.pages, bundle.size, bundle.made_at = now, None, None, None, None
    return gone


def _empty(document: Document, now: datetime) -> None:
    """Empty a document of its text, and of its addressee if that was a person."""
    frozen: dict[str, Any] = document.paper
    head = {**frozen["head"], "pictures": []}
    if document.party_id is None:
        head |= dict.fromkeys(OF_A_PERSON, "")
    bare = Paper(document.kind, (KINDS[document.kind].name(document.lang),), wording=document.wording)
    document.paper = {"paper": bare.to_json(), "head": head, "settings": frozen.get("settings", {})}
    document.pdf_sha256 = document.pdf_at = document.render_trouble = None
    document.void_reason = "" if document.void_reason is not None else None
    document.erased_at = now


def drafts(session: Session, about: Sequence[Subject]) -> set[str]:
    """Drop what was drafted, sent round and said about it; returns the digests of files that drafts named."""
    return set(_drafts(session, about))


def _drafts(session: Session, about: Sequence[Subject]) -> Iterator[str]:
    of = tuple_(Dossier.subject_kind, Dossier.subject_id).in_(about)
    mine = list(session.scalars(select(Dossier.id).where(of)))
    session.execute(delete(DossierComment).where(DossierComment.dossier_id.in_(mine)))
    session.execute(delete(DossierRequest).where(DossierRequest.dossier_id.in_(mine)))
    sent = delete(DossierVersion).where(DossierVersion.dossier_id.in_(mine)).returning(DossierVersion.sent_sha256)
    for named in session.scalars(sent):
        yield from named
    session.execute(update(DossierStep).where(DossierStep.dossier_id.in_(mine)).values(said=None))
    for dossier in session.scalars(select(Dossier).where(Dossier.id.in_(mine), Dossier.dropped_because.is_not(None))):
        dossier.dropped_because = ""
