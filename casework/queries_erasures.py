"""Which complaints have passed their years: looked up every night, and counted for the page about erasing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from casework import queries_merged
from casework.models import ENDED, Complaint, Forwarding, Task
from casework.models_cases import CaseComplaint, CaseFile, Evidence
from casework.models_contacts import ContactEvent
from casework.models_erasures import ErasureHold, ErasureRequest
from casework.models_stop_contacts import StopContact
from casework.states import OVER, STOP_CONTACT
from core.clock import day_of, midnight
from notices.models import Document, Dossier, Service
from notices.states import OPEN
from registry import settings
from registry.models_clocks import Clock, ClockState

YEARS, GRACE = "RETENTION_YEARS.complaint", "ERASE_EARLY_DAYS"
ENDED_AT = func.coalesce(Complaint.ended_at, Complaint.received_at)
"""What came from an earlier register has no end of its own."""
_FILE, _CALL = Evidence.complaint_id, ContactEvent.complaint_id
_KEPT = CaseFile.erased_at.is_(None)
OF_CASE = or_(
    queries_merged.rests_on_it(),
    select(CaseFile.id).join(Evidence, Evidence.case_id == CaseFile.id).where(Complaint.id == _FILE, _KEPT).exists(),
    select(CaseFile.id)
    .join(ContactEvent, ContactEvent.case_id == CaseFile.id)
    .where(Complaint.id == _CALL, _KEPT)
    .exists(),
)
"""SQL: the complaint, one that it followed, its files or its calls belong to a case that is still kept."""
AHEAD = timedelta(days=30)
SHOWN = 50
COUNTED = 10_000
"""Nobody counts beyond so many that are due: each is asked for the cases that still keep it."""
Subject = tuple[str, int]
Place = tuple[datetime, int]


@dataclass(frozen=True)
class Overview:
    """What the page about erasing shows."""

    years: int
    soon: int
    """How many pass their years within a month, or have passed them; more than COUNTED are not counted."""
    erased: int
    last: Sequence[Complaint]
    """Those erased last."""
    held: Sequence[tuple[ErasureHold, str]]
    """What is held back, with the complaint's number."""
    asked: Sequence[tuple[ErasureRequest, str]]
    """Where a person asked to be forgotten early, proposed or granted, with the complaint's number."""


def years(session: Session) -> int:
    """How many years after its end the personal data of a complaint are kept."""
    return int(settings.value(session, YEARS))


def first_day(today: date, long: int) -> date:
    """The day so many years ago: what ended before it has passed all its years."""
    try:
        return today.replace(year=today.year - long)
    except ValueError:  # 29 February: what ended on the 28th has passed them as well
        return date(today.year - long, 3, 1)


def _before(session: Session, today: date) -> datetime:
    return midnight(first_day(today, years(session)))


def erased_on(session: Session, it: Complaint) -> date:
    """The first day on which its personal data may be erased: sooner than by its years, where its person asked."""
    asked, by_years = request_of(session, it), _after_its_years(session, it)
    return min(by_years, asked.erase_on) if asked is not None and asked.granted and asked.erase_on else by_years


def first_day_early(session: Session, granted_on: date) -> date:
    """The day on which something is erased for which its person asked: after the days to take that back."""
    return granted_on + timedelta(days=int(settings.value(session, GRACE)) + 1)


def _after_its_years(session: Session, it: Complaint) -> date:
    ended, long = day_of(it.ended_at or it.received_at), years(session)
    try:
        return ended.replace(year=ended.year + long) + timedelta(days=1)
    except ValueError:  # 29 February
        return date(ended.year + long, 3, 1)


def past(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """SQL: the complaint ended before this instant, is of no case and is not held back."""
    return *_free(), before > ENDED_AT


def _free() -> tuple[ColumnElement[bool], ...]:
    """SQL: the complaint has ended, is of no case and is not held back."""
    held = select(ErasureHold.id).where(ErasureHold.complaint_id == Complaint.id, ErasureHold.let_go_at.is_(None))
    return Complaint.erased_at.is_(None), Complaint.state.in_(ENDED), ~held.exists(), ~OF_CASE


def _granted(today: date) -> tuple[ColumnElement[bool], ...]:
    """SQL: that it be erased early was granted, and can't be taken back any more; only what is live is read."""
    return (
        ErasureRequest.over_at.is_(None),
        ErasureRequest.granted.is_(True),
        ErasureRequest.erase_on <= today,
    )


def is_of_case(session: Session, complaint: Complaint) -> bool:
    """Whether it is kept with the file of a case."""
    return session.scalar(select(Complaint.id).where(Complaint.id == complaint.id, OF_CASE)) is not None


def was_of_case(session: Session, complaint: Complaint) -> bool:
    """Whether a case, kept or erased, rested on it or on one it followed: then findings may cite its files."""
    on = CaseComplaint.complaint_id
    linked = select(on).where(on.in_(select(queries_merged.leads_of([complaint.id]).c.id)))
    filed = select(Evidence.id).where(Evidence.complaint_id == complaint.id, Evidence.case_id.is_not(None))
    return any(session.scalar(each.limit(1)) is not None for each in (linked, filed))


def due(session: Session, now: datetime, after: Place | None, many: int) -> list[Place]:
    """Complaints that have passed their years, those that ended first in front, from one place on."""
    found = select(ENDED_AT, Complaint.id).where(*past(_before(session, day_of(now))))
    if after is not None:
        found = found.where(tuple_(ENDED_AT, Complaint.id) > after)
    return [(at, number) for at, number in session.execute(found.order_by(ENDED_AT, Complaint.id).limit(many))]


def due_early(session: Session, now: datetime, after: Place | None, many: int) -> list[Place]:
    """Complaints of which the head granted that they be erased early, if that is due, those granted first in front."""
    place = ErasureRequest.decided_at, ErasureRequest.complaint_id
    found = select(*place).join(Complaint, Complaint.id == ErasureRequest.complaint_id)
    found = found.where(*_granted(day_of(now)), *_free())
    if after is not None:
        found = found.where(tuple_(*place) > after)
    return [(at, number) for at, number in session.execute(found.order_by(*place).limit(many)) if at is not None]


def is_due(session: Session, complaint: Complaint, now: datetime) -> bool:
    """Whether it has passed its years, or is erased early, and nothing of it waits for anybody."""
    early = select(ErasureRequest.id).where(ErasureRequest.complaint_id == Complaint.id, *_granted(day_of(now)))
    over = or_(_before(session, day_of(now)) > ENDED_AT, early.exists())
    mine = select(Complaint.id).where(Complaint.id == complaint.id, *_free(), over)
    return session.scalar(mine) is not None and next(_waiting(session, complaint), None) is None


def keeps(session: Session, complaint: Complaint, but: str) -> str:
    """What keeps it from being erased now, in one word, or none; `but` tasks of this kind."""
    if hold_of(session, complaint) is not None:
        return "hold"
    return "case" if is_of_case(session, complaint) else next(_waiting(session, complaint, but), "")


def subjects(session: Session, complaint: Complaint) -> list[Subject]:
    """The complaint and what hangs on it, as the journal, clocks, tasks and documents name them."""
    sent = session.scalars(select(Forwarding.id).where(Forwarding.complaint_id == complaint.id))
    asked = session.scalars(select(StopContact.id).where(StopContact.complaint_id == complaint.id))
    return [
        ("complaint", complaint.id),
        *(("forwarding", number) for number in sent),
        *(("stop_contact", number) for number in asked),
    ]


def papers(session: Session, about: Sequence[Subject], *which: ColumnElement[bool]) -> list[Document]:
    """The documents of these things, with their proofs of service and dispatch sheets; `which` narrows all of them."""
    issued = _papers(session, about, which)
    services = session.scalars(select(Service.id).where(Service.document_id.in_([each.id for each in issued])))
    served = [("service", number) for number in services]
    drafted = select(Dossier.id).where(tuple_(Dossier.subject_kind, Dossier.subject_id).in_([*about, *served]))
    sheets = [("approval", number) for number in session.scalars(drafted)]
    return [*issued, *_papers(session, [*served, *sheets], which)]


def _papers(session: Session, about: Sequence[Subject], which: Sequence[ColumnElement[bool]]) -> Sequence[Document]:
    mine = tuple_(Document.subject_kind, Document.subject_id).in_(about)
    return session.scalars(select(Document).where(mine, *which).order_by(Document.id)).all()


def _waiting(session: Session, complaint: Complaint, but: str = "") -> Iterator[str]:
    """What of it is still open: a clock, a task, a draft, a document on its way, somebody's answer."""
    about = subjects(session, complaint)
    timed = [*about, *(("service", number) for number in _services(session, about))]
    follower = aliased(Complaint)
    asked = {
        "forwarding": select(Forwarding.id).where(
            Forwarding.complaint_id == complaint.id, Forwarding.state.not_in(OVER)
        ),
        "stop_contact": select(StopContact.id).where(
            and_(StopContact.complaint_id == complaint.id, StopContact.state.not_in(STOP_CONTACT.ends))
        ),
        "follower": select(follower.id).where(follower.lead_id == complaint.id, follower.state == "MERGED"),
    }
    yield from _open(session, timed, but)
    yield from _found(session, asked)


def _services(session: Session, about: Sequence[Subject]) -> dict[int, Document]:
    """The services of their documents, each with what it brings."""
    documents = {each.id: each for each in papers(session, about)}
    found = select(Service.id, Service.document_id).where(Service.document_id.in_(documents)).order_by(Service.id)
    return {number: documents[document] for number, document in session.execute(found)}


def running(session: Session, complaint: Complaint) -> tuple[Clock, Document | None]:
    """The first time limit of it that has not ended, where one keeps it, and the letter of whose service it is."""
    about = subjects(session, complaint)
    services = _services(session, about)
    timed = [*about, *(("service", number) for number in services)]
    open_ = tuple_(Clock.subject_type, Clock.subject_id).in_(timed), Clock.state != ClockState.ENDED
    found = session.scalars(select(Clock).where(*open_).order_by(Clock.due_on, Clock.id).limit(1)).one()
    return found, services.get(found.subject_id) if found.subject_type == "service" else None


def anything_open(session: Session, timed: Sequence[Subject]) -> bool:
    """Whether a clock of one of these things runs, a task waits, or a draft is not issued."""
    return next(_open(session, timed), None) is not None


def _open(session: Session, timed: Sequence[Subject], but: str = "") -> Iterator[str]:
    asked = {
        "clock": select(Clock.id).where(
            tuple_(Clock.subject_type, Clock.subject_id).in_(timed), Clock.state != ClockState.ENDED
        ),
        "task": select(Task.id).where(
            tuple_(Task.subject_kind, Task.subject_id).in_(timed), Task.done_at.is_(None), Task.kind != but
        ),
        "draft": select(Dossier.id).where(
            tuple_(Dossier.subject_kind, Dossier.subject_id).in_(timed),
            Dossier.state.in_(OPEN),
        ),
    }
    yield from _found(session, asked)


def _found(session: Session, asked: Mapping[str, Select[int]]) -> Iterator[str]:
    return (what for what, each in asked.items() if session.scalar(each.limit(1)) is not None)


def hold_of(session: Session, complaint: Complaint) -> ErasureHold | None:
    """The hold on it, if there is one."""
    held = select(ErasureHold).where(ErasureHold.complaint_id == complaint.id, ErasureHold.let_go_at.is_(None))
    return session.scalar(held)


def request_of(session: Session, complaint: Complaint) -> ErasureRequest | None:
    """What was proposed or granted about erasing it early, if there is something live."""
    asked = select(ErasureRequest).where(ErasureRequest.complaint_id == complaint.id, ErasureRequest.over_at.is_(None))
    return session.scalar(asked)


def granted_of(session: Session, complaints: Collection[int]) -> set[int]:
    """Those of these complaints that are erased early, as their persons were told."""
    live = ErasureRequest.over_at.is_(None), ErasureRequest.granted.is_(True)
    mine = select(ErasureRequest.complaint_id).where(ErasureRequest.complaint_id.in_(complaints), *live)
    return set(session.scalars(mine))


def carried_out(session: Session, complaint: Complaint) -> ErasureRequest | None:
    """The request because of which it was erased early, of a complaint that is erased."""
    mine = ErasureRequest.complaint_id == complaint.id, ErasureRequest.granted.is_(True)
    return session.scalar(select(ErasureRequest).where(*mine, ErasureRequest.over_at == complaint.erased_at))


def past_today(session: Session, today: date, long: int) -> int:
    """How many complaints have passed so many years today; only the system may ask."""
    gone = select(func.count()).select_from(Complaint).where(*past(midnight(first_day(today, long))))
    return session.scalar(gone) or 0


def overview(session: Session, today: date) -> Overview:
    """What will be erased within a month, what was erased, and what is held back."""
    ahead = select(Complaint.id).where(*past(_before(session, today + AHEAD))).limit(COUNTED + 1)
    soon = select(func.count()).select_from(ahead.subquery())
    gone = select(func.count()).select_from(Complaint).where(Complaint.erased_at.is_not(None))
    last = select(Complaint).where(Complaint.erased_at.is_not(None)).order_by(Complaint.erased_at.desc()).limit(SHOWN)
    held = select(ErasureHold, Complaint.ref).join(Complaint, Complaint.id == ErasureHold.complaint_id)
    held = held.where(ErasureHold.let_go_at.is_(None)).order_by(ErasureHold.id.desc()).limit(SHOWN)
    asked = select(ErasureRequest, Complaint.ref).join(Complaint, Complaint.id == ErasureRequest.complaint_id)
    asked = asked.where(ErasureRequest.over_at.is_(None)).order_by(ErasureRequest.id).limit(SHOWN)
    return Overview(
        years=years(session),
        soon=session.scalar(soon) or 0,
        erased=session.scalar(gone) or 0,
        last=session.scalars(last).all(),
        held=[(hold, ref) for hold, ref in session.execute(held)],
        asked=[(request, ref) for request, ref in session.execute(asked)],
    )
