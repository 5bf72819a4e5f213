"""The physical seal: a document is printed, stamped, and comes back as a scan under its number, with a log line."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Final

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from core.forgetting import forget_later
from core.journal import Subject, note
from core.words import _l
from filestore import files, redrawing
from filestore.confined import Late, Stopped
from filestore.pdf_counting import Locked, pages_in
from notices import doers, passing, queries_seals
from notices.models import Document, Dossier
from notices.models_seals import DocumentPrint, SealLine
from notices.policies import may_stamp

PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
MOST_PAGES: Final = 500
BRACKETS: Final = str.maketrans("()[]{}【】", "〔〕〔〕〔〕〔〕")


def keep_print(session: Session, document: Document, pdf: bytes, pages: int, now: datetime) -> None:
    """Keep the unsealed file to print; the first one stays."""
    if queries_seals.print_of(session, document.id) is None:
        kept = files.keep_made(session, pdf, f"{document.id}.pdf", "application/pdf")
        session.add(DocumentPrint(document_id=document.id, sha256=kept.sha256, pages=pages, made_at=now))
        document.render_trouble = None
        session.flush()


def seal(
    session: Session,
    number: int,
    *,
    scan: Sequence[FileStorage],
    typed: str,
    day: date | None,
    copies: int,
    actor: Actor,
    now: datetime,
) -> SealLine:
    """Take the scan back under its number: it becomes the file that is served, and the log gets its line (Q07)."""
    if not may_stamp(actor) or actor.id is None:
        raise NotAllowed
    document = session.get_one(Document, number, with_for_update=True, populate_existing=True)
    for refusal in doers.partial_in(session, document, actor, now):
        raise refusal
    printed = _to_be_stamped(session, document)
    if as_number(typed) != as_number(document.number or ""):
        raise BadInput("number", _l("This is not the number of this document. Read it off the stamped paper."))
    on = day or day_of(now)
    if not document.issued_on <= on <= day_of(now):
        raise BadInput("day", _l("The day of sealing lies between the day of issue and today."))
    sha256, pages = _kept(session, printed, scan)
    line = SealLine(
        document_id=document.id,
        number=document.number or "",
        day=on,
        copies=copies,
        keeper_id=actor.id,
        approver_id=_approver(document),
        scan_sha256=sha256,
        scan_pages=pages,
        noted_at=now,
    )
    session.add(line)
    document.pdf_sha256, document.pdf_at, document.pages = sha256, now, pages
    session.flush()
    _note(session, document, line, printed, actor)
    passing.pass_on(session, document, now, actor)
    return line


def _kept(session: Session, printed: DocumentPrint, scan: Sequence[FileStorage]) -> tuple[str, int]:
    """Keep the scan; returns digest and pages. Refused if it cannot be the scan of this document."""
    content, pages = scanned(session, scan)
    if pages < printed.pages:
        raise BadInput(
            "scan",
            _l("The scan has %(found)s pages, the document has %(wanted)s.", found=pages, wanted=printed.pages),
        )
    kept = files.keep_made(session, content, f"{printed.document_id}-scan.pdf", "application/pdf")
    if kept.sha256 == printed.sha256:
        raise BadInput("scan", _l("This is the file that was printed, not the scan of the stamped paper."))
    if queries_seals.is_file_of_another(session, kept.sha256):
        raise BadInput("scan", _l("This file is another document already. Choose the scan of this one."))
    return kept.sha256, pages


def _to_be_stamped(session: Session, document: Document) -> DocumentPrint:
    """What was printed of it; refused if it is not to be stamped any more."""
    if document.seal_mode != "physical":
        raise NotNow(_l("This document is not sealed by hand."))
    if document.void_at is not None:
        raise NotNow(_l("This document was declared void: it is not sealed any more."))
    if document.pdf_sha256 is not None:
        raise NotNow(_l("The scan of this document is back already, and the seal log has its line."))
    printed = queries_seals.print_of(session, document.id)
    if printed is None:
        raise NotNow(_l("The file to print is still being made."))
    return printed


def _approver(document: Document) -> int | None:
    dossier: Dossier | None = document.dossier
    return dossier.signed_by if dossier is not None else document.issued_by


def _note(session: Session, document: Document, line: SealLine, printed: DocumentPrint, actor: Actor) -> None:
    changes = {
        "copies": line.copies,
        "day": line.day.isoformat(),
        "print": printed.sha256,
        "scan": line.scan_sha256,
    }
    about = Subject("document", document.id, document.ref)
    note(session, about, "stamped", actor, line.noted_at, ("PRINTED", "STAMPED"), changes)


def as_number(typed: str) -> str:
    """A number without spaces and with the standard brackets, whichever were typed."""
    plain = unicodedata.normalize("NFKC", typed.replace("〔", "[").replace("〕", "]"))
    return re.sub(r"\s", "", plain).translate(BRACKETS).casefold()


def scanned(session: Session, given: Sequence[FileStorage]) -> tuple[bytes, int]:
    """One PDF of what was scanned, with its pages: a PDF as it is, or pictures, one to a page."""
    try:
        kept = [files.keep(session, file.stream, file.filename) for file in given]
    except BadInput as refused:
        raise BadInput("scan", refused.message) from refused
    if not kept:
        raise BadInput("scan", _l("Choose the scan of the stamped document."))
    if len(kept) == 1 and kept[0].media_type == "application/pdf":
        content = files.read(kept[0].sha256)
        return content, _pages(content)
    if any(each.media_type not in PICTURES for each in kept):
        raise BadInput("scan", _l("Hand in one PDF, or pictures of all pages in their order (JPEG, PNG, WebP)."))
    try:
        content = redrawing.scan([partial(files.read, each.sha256) for each in kept])
    except redrawing.Unreadable as broken:
        raise BadInput("scan", _l("A picture can't be opened. Scan the page once more.")) from broken
    forget_later(session, {each.sha256 for each in kept})  # only the bound pages are kept
    return content, _pages(content)


def _pages(content: bytes) -> int:
    try:
        pages = pages_in(content)
    except Locked as locked:
        raise BadInput("scan", _l("The PDF is locked with a password. Save it without.")) from locked
    except (Stopped, Late) as stopped:
        raise BadInput("scan", _l("The PDF could not be looked through in time. Try once more.")) from stopped
    if not 0 < pages <= MOST_PAGES:
        raise BadInput("scan", _l("The PDF can't be opened. Scan the document once more."))
    return pages
