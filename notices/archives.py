"""Archive volumes: a matter's documents bound in their order, pages numbered through, each volume with its index."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.actors import Actor
from core.errors import NotNow
from core.words import _l
from notices.models import Document
from notices.models_archive import ArchiveEntry, ArchiveVolume
from registry import settings

Subject = tuple[str, int]


@dataclass(frozen=True)
class Sheet:
    """One document of a volume before it is bound; its mark says what it is in the system."""

    mark: str
    title: str
    day: date
    number: str = ""
    pages: int = 1
    sha256: str | None = None


def mark_of(document: Document) -> str:
    """By which mark a volume holds an official document."""
    return f"document:{document.id}"


def sheet_of(document: Document, title: str) -> Sheet:
    """An official document as a sheet; a void one keeps its place and says that it is void."""
    said = f"{title}（已作废）" if document.void_at is not None else title
    return Sheet(
        mark_of(document),
        said,
        document.issued_on,
        number=document.number or "",
        pages=document.pages or 1,
        sha256=document.pdf_sha256,
    )


def require_made(documents: Iterable[Document]) -> None:
    """Refuse to bind a document without its final PDF; a void one may never get one, so its words are bound."""
    for each in documents:
        if each.pdf_sha256 is None and each.void_at is None:
            raise NotNow(_l("The PDF of %(ref)s is still being made.", ref=each.ref))


def bind(
    session: Session,
    subject: Subject,
    volume: str,
    *,
    title: str,
    sheets: Sequence[Sheet],
    retention: str,
    actor: Actor,
    now: datetime,
) -> ArchiveVolume:
    """Bind a volume, or bind it anew; its pages are numbered through."""
    former = one(session, subject, volume)
    if former is not None:
        session.delete(former)
        session.flush()
    days = [each.day for each in sheets]
    bound = ArchiveVolume(
        subject_kind=subject[0],
        subject_id=subject[1],
        volume=volume,
        title=title,
        from_on=min(days),
        to_on=max(days),
        pages=sum(each.pages for each in sheets),
        retention_years=int(settings.value(session, retention)),
        bound_at=now,
        bound_by=actor.id,
    )
    page = 1
    for place, each in enumerate(sheets, 1):
        bound.entries.append(
            ArchiveEntry(
                place=place,
                mark=each.mark,
                title=each.title,
                number=each.number,
                day=each.day,
                first_page=page,
                pages=each.pages,
                sha256=each.sha256,
            ),
        )
        page += each.pages
    session.add(bound)
    session.flush()
    return bound


def one(session: Session, subject: Subject, volume: str) -> ArchiveVolume | None:
    """A bound volume with its index, if the reader may see it."""
    asked = select(ArchiveVolume).where(
        ArchiveVolume.subject_kind == subject[0],
        ArchiveVolume.subject_id == subject[1],
        ArchiveVolume.volume == volume,
    )
    return session.scalar(asked.options(selectinload(ArchiveVolume.entries)))


def holds(volume: ArchiveVolume, sheets: Iterable[Sheet]) -> bool:
    """Whether a volume holds exactly these documents as they are now, so also marked as void if they are."""
    bound = {(each.mark, each.title, each.sha256) for each in volume.entries}
    return bound == {(each.mark, each.title, each.sha256) for each in sheets}
