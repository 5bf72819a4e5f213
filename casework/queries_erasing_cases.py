"""Which cases have passed their years: looked up every night, and shown on the page about erasing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, and_, cast, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from casework import hanging, queries_erasures, queries_merged
from casework.models import ENDED, Complaint
from casework.models_cases import CaseComplaint, CaseFile, CaseTrack, Evidence
from casework.models_contacts import ContactEvent
from casework.models_erasures import ErasureHold
from casework.queries_erasures import AHEAD, SHOWN, Subject
from core.clock import day_of
from notices.models import Document
from notices.models_archive import ArchiveVolume
from registry import settings

YEARS = "RETENTION_YEARS.case"
COVER = "D35"
"""The cover of the volumes: it is made when a track goes into the archive."""
PROOF = "D21"


@dataclass(frozen=True)
class Overview:
    """What the page about erasing shows of cases."""

    years: int
    soon: Sequence[tuple[CaseFile, date]]
    """Those whose years end within a month or have ended, each with the first day on which it may be erased."""
    erased: int
    last: Sequence[CaseFile]
    """Those erased last."""
    held: Sequence[tuple[ErasureHold, CaseFile]]


def years(session: Session) -> int:
    """How many years after its archiving the file of a case is kept whole."""
    return int(settings.value(session, YEARS))


def _last_day(long: int) -> ColumnElement[date]:
    """The last day of a case's years, counted from the last archive cover; never fewer than its volumes promise."""
    mine = CaseTrack.case_id == CaseFile.id
    of_track = (Document.subject_kind == "track", Document.subject_id == CaseTrack.id)
    covered = select(func.max(Document.issued_on)).join(CaseTrack, mine).where(*of_track, Document.kind == COVER)
    bound = (ArchiveVolume.subject_kind == "track", ArchiveVolume.subject_id == CaseTrack.id)
    promised = select(func.max(ArchiveVolume.retention_years)).join(CaseTrack, mine).where(*bound)
    ended = select(func.max(CaseTrack.ended_on)).where(mine)
    since = func.coalesce(*(each.correlate(CaseFile).scalar_subquery() for each in (covered, ended)))
    many = func.greatest(long, promised.correlate(CaseFile).scalar_subquery())
    return cast(since + func.make_interval(many), Date)


def _past(today: date, last_day: ColumnElement[date]) -> tuple[ColumnElement[bool], ...]:
    """SQL: archived with all its tracks, its years over; neither it nor a complaint of it is held back or open."""
    theirs = Complaint.id.in_(queries_merged.of_this_case())
    still_open = exists().where(theirs, Complaint.erased_at.is_(None), Complaint.state.not_in(ENDED))
    live = ErasureHold.let_go_at.is_(None)
    return (
        CaseFile.erased_at.is_(None),
        exists().where(CaseTrack.case_id == CaseFile.id),
        ~exists().where(CaseTrack.case_id == CaseFile.id, CaseTrack.state != "ARCHIVED"),
        ~still_open.correlate(CaseFile),
        ~exists().where(ErasureHold.case_id == CaseFile.id, live),
        ~exists().where(ErasureHold.complaint_id == Complaint.id, theirs, live).correlate(CaseFile),
        last_day < today,
    )


def due(session: Session, now: datetime, after: tuple[date, int] | None, many: int) -> list[tuple[date, int]]:
    """Cases that have passed their years, the longest past first, from one place on."""
    last_day = _last_day(years(session))
    found = select(last_day, CaseFile.id).where(*_past(day_of(now), last_day))
    if after is not None:
        found = found.where(tuple_(last_day, CaseFile.id) > after)
    return [(day, number) for day, number in session.execute(found.order_by(last_day, CaseFile.id).limit(many))]


def is_due(session: Session, case: CaseFile, now: datetime) -> bool:
    """Whether this case has passed its years and nothing of it waits for anybody."""
    mine = select(CaseFile.id).where(CaseFile.id == case.id, *_past(day_of(now), _last_day(years(session))))
    return session.scalar(mine) is not None and not queries_erasures.anything_open(
        session, hanging.of_case(session, case)
    )


def erased_on(session: Session, case: CaseFile) -> date | None:
    """The first day on which it may be erased, once all its tracks are in the archive."""
    if any(each.state != "ARCHIVED" for each in case.tracks):
        return None
    found = session.scalar(select(_last_day(years(session))).where(CaseFile.id == case.id))
    return found + timedelta(days=1) if found is not None else None


def only_of(case: CaseFile, table: type[Evidence] | type[ContactEvent]) -> ColumnElement[bool]:
    """Files or calls of the case, without those of a complaint on which another case rests that is still kept."""
    other = select(CaseComplaint.complaint_id).join(CaseFile, CaseFile.id == CaseComplaint.case_id)
    other = other.where(CaseFile.id != case.id, CaseFile.erased_at.is_(None))
    return and_(table.case_id == case.id, or_(table.complaint_id.is_(None), table.complaint_id.not_in(other)))


def evidence_of(session: Session, case: CaseFile) -> Sequence[int]:
    """The files that go with the case."""
    return session.scalars(select(Evidence.id).where(only_of(case, Evidence)).order_by(Evidence.id)).all()


def papers(session: Session, about: Sequence[Subject]) -> list[Document]:
    """The documents of a case and of what hangs on it that still say something, with sheets and proofs."""
    return queries_erasures.papers(session, about, Document.erased_at.is_(None))


def hold_of(session: Session, case: CaseFile) -> ErasureHold | None:
    """The hold on it, if there is one."""
    held = select(ErasureHold).where(ErasureHold.case_id == case.id, ErasureHold.let_go_at.is_(None))
    return session.scalar(held)


def past_today(session: Session, today: date, long: int) -> int:
    """How many cases have passed so many years today; only the system may ask."""
    gone = select(func.count()).select_from(CaseFile).where(*_past(today, _last_day(long)))
    return session.scalar(gone) or 0


def overview(session: Session, today: date) -> Overview:
    """What will be erased within a month, what was erased, and what is held back."""
    long = years(session)
    last_day = _last_day(long)
    soon = select(CaseFile, last_day).where(*_past(today + AHEAD, last_day)).order_by(last_day, CaseFile.id)
    gone = select(func.count()).select_from(CaseFile).where(CaseFile.erased_at.is_not(None))
    last = select(CaseFile).where(CaseFile.erased_at.is_not(None)).order_by(CaseFile.erased_at.desc()).limit(SHOWN)
    held = select(ErasureHold, CaseFile).join(CaseFile, CaseFile.id == ErasureHold.case_id)
    held = held.where(ErasureHold.let_go_at.is_(None)).order_by(ErasureHold.id.desc()).limit(SHOWN)
    return Overview(
        years=long,
        soon=[(it, day + timedelta(days=1)) for it, day in session.execute(soon.limit(SHOWN))],
        erased=session.scalar(gone) or 0,
        last=session.scalars(last).all(),
        held=[(hold, it) for hold, it in session.execute(held)],
    )
