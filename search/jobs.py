"""Later work of the search: reading the words of a file of evidence."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Complaint, Forwarding
from casework.models_cases import CaseComplaint, Evidence
from core import outbox
from core.db import SYSTEM_READER, read_as, session, transaction
from core.journal import JournalEntry
from filestore import files
from filestore.text_reading import READABLE, Unread, words_of
from notices.models import Document, Service
from search.entries import KNOWN, notice
from search.follows import RENAMED, RESTS_ON
from search.models import EvidenceText
from search.sources import READ_TEXT

BLOCK = 500
"""So many complaints are masked anew at once."""


@outbox.job(READ_TEXT)
def read_text(number: int) -> None:
    """What a file says goes into the index; a file that cannot be read is found by its name."""
    at = session()
    read_as(at, SYSTEM_READER)
    file = at.get(Evidence, number)
    readable = file is not None and file.erased_at is None and file.media_type in READABLE
    if file is None or not readable or at.get(EvidenceText, number) is not None:
        at.rollback()
        return
    with files.open_file(file.sha256) as stream:
        content = stream.read()
    media_type = file.media_type
    at.rollback()
    body, trouble = _read(content, media_type)
    with transaction() as after:
        keep_text(after, number, body, trouble)


def keep_text(session: Session, number: int, body: str, trouble: str = "") -> None:
    """Keep what a file says, unless it was erased while it was read."""
    file = session.get(Evidence, number, with_for_update=True)
    if file is not None and file.erased_at is None:
        session.merge(EvidenceText(evidence_id=number, body=body, trouble=trouble))


@outbox.job("search.hide_names")
def hide_names() -> None:
    """Names that were put right before files followed them are hidden in those files; asked for by the migration."""
    with transaction() as at:
        corrected = (JournalEntry.row == "person.corrected") & JournalEntry.changes["fields"].contains(["name"])
        notice(at, RENAMED, at.scalars(select(JournalEntry.subject_id).where(corrected).distinct()).all())


@outbox.job("search.names_apart")
def names_apart(after: int = 0) -> None:
    """What is shown of complaints and of what hangs on them is masked anew, a block at a time; asked for by 0195."""
    with transaction() as at:
        some = at.scalars(select(Complaint.id).where(Complaint.id > after).order_by(Complaint.id).limit(BLOCK)).all()
        notice(at, "complaint", some)
        notice(at, RENAMED, some)
        if some:
            outbox.later(at, "search.names_apart", key=f"names_apart:{some[-1]}", after=some[-1])


@outbox.job("search.without_told")
def without_told() -> None:
    """What complainants told leaves the entries of cases that rest on complaints; asked for by the migration."""
    with transaction() as at:
        notice(at, "case", at.scalars(select(CaseComplaint.case_id).distinct()).all())


@outbox.job("search.names_of_cases")
def names_of_cases() -> None:
    """Names of complainants leave the entries of cases and of their files; asked for by the migration."""
    with transaction() as at:
        cases = at.scalars(select(CaseComplaint.case_id).distinct()).all()
        notice(at, "case", cases)
        notice(at, RESTS_ON, cases)


@outbox.job("search.before_opening")
def before_opening() -> None:
    """What a company reads once it opened a letter or a copy leaves the entries; asked for by the migration."""
    with transaction() as at:
        served = select(Service.id).join(Document, Document.id == Service.document_id).where(Service.state == "SERVED")
        served = served.where(Document.subject_kind == "forwarding", Document.subject_id == Forwarding.id)
        notice(at, "forwarding", at.scalars(select(Forwarding.id).where(~served.exists())).all())
        notice(at, "publication", at.scalars(select(KNOWN.models["publication"].__table__.c.id)).all())


def _read(content: bytes, media_type: str) -> tuple[str, str]:
    try:
        return words_of(content, media_type), ""
    except Unread as why:
        return "", str(why)
