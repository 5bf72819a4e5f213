"""Reads of sealing by hand: how a kind is sealed, what waits to be stamped, the seal log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from core import keyset
from notices.kinds import KINDS
from notices.models import Document
from notices.models_seals import DocumentPrint, SealLine
from registry import settings
from registry.models_accounts import Account


def mode_of(session: Session, kind: str) -> str:
    """How documents of a kind are sealed: "electronic", "physical", or "none" if they are not."""
    about = KINDS[kind]
    if not about.outward:
        return "none"
    if settings.value(session, f"SEAL_MODE.{kind}") != "physical":
        return "electronic"
    return "physical" if about.sealed else "none"


TO_STAMP = (
    Document.seal_mode == "physical",
    Document.pdf_sha256.is_(None),
    Document.void_at.is_(None),
    Document.erased_at.is_(None),
)


@cache
def many_to_stamp() -> ScalarSelect[int]:
    """How many those are, at most a page."""
    some = select(Document.id).where(*TO_STAMP).limit(keyset.SIZE).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def to_stamp(session: Session, place: keyset.Place = keyset.BEGINNING) -> tuple[list[Document], keyset.Part]:
    """Documents whose stamped scan is not back, oldest first."""
    part = keyset.part(session, select(Document), TO_STAMP, (Document.id,), place)
    return [row[0] for row in part.rows], part


def print_of(session: Session, document_id: int) -> DocumentPrint | None:
    """The unsealed file to print, once it is made."""
    return session.get(DocumentPrint, document_id)


def is_file_of_another(session: Session, sha256: str) -> bool:
    """Whether this file was issued or printed for stamping as another document: one file is one document."""
    issued = select(Document.id).where(Document.pdf_sha256 == sha256)
    printed = select(DocumentPrint.document_id).where(DocumentPrint.sha256 == sha256)
    return session.scalar(select(or_(issued.exists(), printed.exists()))) or False


def line_of(session: Session, document_id: int) -> SealLine | None:
    """The line of the seal log about a document."""
    return session.scalar(select(SealLine).where(SealLine.document_id == document_id))


def without_line(session: Session, dossier_id: int) -> Sequence[Document]:
    """Documents of a dossier that must still be stamped: without a line in the seal log, written with its scan."""
    line = select(SealLine.id).where(SealLine.document_id == Document.id)
    found = select(Document).where(Document.dossier_id == dossier_id, Document.seal_mode == "physical")
    return session.scalars(found.where(Document.void_at.is_(None), ~line.exists()).order_by(Document.id)).all()


@dataclass(frozen=True)
class Line:
    """A line of the log, with the names of the people."""

    line: SealLine
    keeper: str
    approver: str


def log(
    session: Session,
    since: date | None = None,
    until: date | None = None,
    place: keyset.Place = keyset.BEGINNING,
) -> tuple[list[Line], keyset.Part]:
    """A page of the seal log, the newest first."""
    part = keyset.part(session, _lines(), _between(since, until), (SealLine.day, SealLine.id), place, down=True)
    return [Line(row[0], row.keeper, row.approver or "") for row in part.rows], part


def whole_log(session: Session, since: date | None, until: date | None) -> Iterator[Line]:
    """The whole log, with one page of it in memory at a time."""
    ordered = _lines().where(*_between(since, until)).order_by(SealLine.day.desc(), SealLine.id.desc())
    for row in session.execute(ordered.execution_options(yield_per=keyset.SIZE)):
        yield Line(row[0], row.keeper, row.approver or "")


def _lines() -> Select[*tuple[Any, ...]]:
    keeper, approver = aliased(Account), aliased(Account)
    return (
        select(SealLine, keeper.name.label("keeper"), approver.name.label("approver"))
        .join(SealLine.document)
        .options(contains_eager(SealLine.document))
        .join(keeper, keeper.id == SealLine.keeper_id)
        .outerjoin(approver, approver.id == SealLine.approver_id)
    )


def _between(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found.append(SealLine.day >= since)
    if until is not None:
        found.append(SealLine.day <= until)
    return found
