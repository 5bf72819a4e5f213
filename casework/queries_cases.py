"""Reads of cases: the list, one case with all its page needs, its timeline, and what a party sees of its tracks."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, selectinload

from casework import file_subjects
from casework.models import Complaint, Note
from casework.models_cases import Allegation, CaseComplaint, CaseFile, CaseTrack, Evidence
from casework.sentences import sentence
from casework.states import TRACK
from core.at_hand import at_hand
from core.journal import JournalEntry
from core.words import LazyString
from notices import queries as notices
from notices.models import Document
from registry import lineage
from registry.models_accounts import Account
from registry.models_clocks import Clock, ClockState
from registry.models_rulebook import Violation
from registry.names import fold

MOST = 1000
PAGE = 25
ORDER = (
    "SCREENING",
    "FILED",
    "INVESTIGATING",
    "SUSPENDED",
    "REVIEWING",
    "NOTICE_ISSUED",
    "PRE_NOTICE",
    "HEARING_ASKED",
    "HEARING_SET",
    "ADMITTED",
    "DELIBERATION",
    "DECIDED",
    "SERVED",
    "IN_REVIEW",
    "EFFECTIVE",
    "EXECUTING",
    "VERIFYING",
    "NOT_FILED",
    "NO_MEASURE",
    "REFERRED",
    "CLOSED",
    "ARCHIVED",
)
"""From the least advanced state to the ends: a case shows the state of its least advanced track (domain 6.3)."""
_RANK = {state: place for place, state in enumerate(ORDER)}
_REF = re.compile(r"(?:AJ)?[〔\[(]?(\d{4})[〕\])]?-?(\d+)(?:-(\d+))?")


@dataclass(frozen=True)
class Filters:
    """What the list of cases is narrowed to."""

    state: str = ""
    party_id: int | None = None
    officer_id: int | None = None
    code: str = ""
    source: str = ""
    text: str = ""
    open_only: bool = False


@dataclass(frozen=True)
class Line:
    """One case of the list, with its tracks and the next date on it."""

    case: CaseFile
    state: str
    due_on: date | None
    officer: str


@dataclass(frozen=True)
class Page:
    """One page of the list, with the keys of its neighbours, and the count up to a thousand."""

    lines: list[Line]
    before: str
    after: str
    count: int


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    at: datetime
    who: str
    text: LazyString
    ref: str
    row: str
    by: str
    """ours, theirs or system."""
    changes: dict[str, Any]


@dataclass(frozen=True)
class View:
    """Everything that the page of a case shows, read at once."""

    case: CaseFile
    state: str
    clocks: dict[int, list[Clock]]
    """By track; those that have not ended, the next date first."""
    evidence: Sequence[Evidence]
    notices: Sequence[Document]
    notes: Sequence[Note]
    violations: dict[str, Violation]
    people: dict[int, str]


def path_of(case: CaseFile) -> str:
    """How an address names a case: 2026-7."""
    return f"{case.year}-{case.serial}"


def track_path(track: CaseTrack) -> str:
    """How an address names a track: 2026-7-1."""
    return f"{path_of(track.case)}-{track.ref.rpartition('-')[2]}"


def state_of(tracks: Iterable[CaseTrack]) -> str:
    """The state of the least advanced track."""
    return min((track.state for track in tracks), key=lambda state: _RANK.get(state, 0), default="")


def case_list(session: Session, filters: Filters, *, after: str = "", before: str = "", limit: int = PAGE) -> Page:
    """Cases, the newest first, as this reader may see them."""
    asked = _narrowed(select(CaseFile), filters)
    count = session.scalar(
        select(func.count()).select_from(asked.with_only_columns(CaseFile.id).limit(MOST + 1).subquery())
    )
    rows = list(session.scalars(_keyed(asked, after, before).options(_with_tracks()).limit(limit + 1)))
    more, rows = len(rows) > limit, rows[:limit]
    if before:
        rows.reverse()
    earlier, later = (more, True) if before else (bool(after), more)
    return Page(
        _lines(session, rows),
        before=_key(rows[0]) if rows and earlier else "",
        after=_key(rows[-1]) if rows and later else "",
        count=int(count or 0),
    )


def _with_tracks() -> Any:  # noqa: ANN401 - a loader option
    return selectinload(CaseFile.tracks).joinedload(CaseTrack.party)


def _narrowed(asked: Select[CaseFile], filters: Filters) -> Select[CaseFile]:
    of_tracks = []
    if filters.state:
        of_tracks.append(CaseTrack.state == filters.state)
    if filters.open_only:
        of_tracks.append(CaseTrack.state.not_in(TRACK.ends))
    if filters.party_id is not None:
        of_tracks.append(CaseTrack.party_id == filters.party_id)
    if filters.code:
        of_tracks.append(CaseTrack.id.in_(select(Allegation.track_id).where(Allegation.code == filters.code)))
    if of_tracks:
        asked = asked.where(CaseFile.id.in_(select(CaseTrack.case_id).where(and_(*of_tracks))))
    if filters.officer_id is not None:
        asked = asked.where(CaseFile.officer_id == filters.officer_id)
    if filters.source:
        asked = asked.where(CaseFile.source == filters.source)
    if text := filters.text.strip():
        asked = asked.where(_worded(text))
    return asked


def _worded(text: str) -> Any:  # noqa: ANN401 - SQL
    like = f"%{text.replace('%', '').replace('_', '')}%"
    of_party = select(CaseTrack.case_id)
    of_complaint = select(CaseComplaint.case_id).join(Complaint, Complaint.id == CaseComplaint.complaint_id)
    return or_(
        CaseFile.title.ilike(like),
        CaseFile.title_en.ilike(like),
        CaseFile.ref.ilike(like),
        CaseFile.id.in_(of_party.where(CaseTrack.party_id.in_(lineage.named(fold(text) or text)))),
        CaseFile.id.in_(of_complaint.where(Complaint.ref == text.upper())),
    )


def _keyed(asked: Select[CaseFile], after: str, before: str) -> Select[CaseFile]:
    place = (CaseFile.opened_on, CaseFile.id)
    if before and (key := _read_key(before)):
        return asked.where(tuple_(*place) > tuple_(*key)).order_by(*(each.asc() for each in place))
    if after and (key := _read_key(after)):
        asked = asked.where(tuple_(*place) < tuple_(*key))
    return asked.order_by(*(each.desc() for each in place))


def _key(case: CaseFile) -> str:
    return f"{case.opened_on.isoformat()}_{case.id}"


def _read_key(said: str) -> tuple[date, int] | None:
    first, _, last = said.partition("_")
    try:
        return date.fromisoformat(first), int(last)
    except ValueError:
        return None


def _lines(session: Session, cases: Sequence[CaseFile]) -> list[Line]:
    tracks = {track.id: case.id for case in cases for track in case.tracks}
    due: dict[int, date] = {}
    running = select(Clock.subject_id, Clock.due_on).where(
        Clock.subject_type == "track",
        Clock.subject_id.in_(tracks),
        Clock.state == ClockState.RUNNING,
        Clock.due_on.is_not(None),
    )
    for number, day in session.execute(running):
        case = tracks[number]
        if day is not None:
            due[case] = min(day, due.get(case, day))
    people = people_of(session, [case.officer_id for case in cases])
    return [Line(case, state_of(case.tracks), due.get(case.id), people.get(case.officer_id or 0, "")) for case in cases]


def people_of(session: Session, account_ids: Iterable[int | None]) -> dict[int, str]:
    """Names of accounts, in one read."""
    wanted = {number for number in account_ids if number is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {account_id: name for account_id, name in rows}  # noqa: C416 - rows of two, as typed


def case_by_ref(session: Session, ref: str) -> CaseFile | None:
    """A case by its number, as people write it or as an address does; None where this reader may not see it."""
    found = _REF.fullmatch(ref.strip())
    if found is None:
        return None
    asked = select(CaseFile).where(CaseFile.year == int(found[1]), CaseFile.serial == int(found[2]))
    return session.scalar(asked.options(_with_tracks()))


def track_by_ref(session: Session, ref: str) -> CaseTrack | None:
    """A track by its number, as an address writes it (2026-7-1) or as people do."""
    found = _REF.fullmatch(ref.strip())
    if found is None or not found[3]:
        return None
    asked = select(CaseTrack).where(CaseTrack.ref == f"AJ〔{found[1]}〕{int(found[2])}-{int(found[3])}")
    return session.scalar(asked.options(selectinload(CaseTrack.case), selectinload(CaseTrack.party)))


def view(session: Session, case: CaseFile) -> View:
    """All that the page of a case shows, in a handful of reads."""
    tracks = [track.id for track in case.tracks]
    allegations = session.scalars(
        select(Allegation)
        .where(Allegation.track_id.in_(tracks))
        .options(selectinload(Allegation.evidence))
        .order_by(Allegation.id),
    ).all()
    codes = {each.code for each in allegations} | {each.code for c in case.complaints for each in c.codes}
    people = [case.officer_id, *(number for track in case.tracks for number in _people_on(track))]
    notes = session.scalars(select(Note).where(Note.case_id == case.id).order_by(Note.id.desc())).all()
    return View(
        case=case,
        state=state_of(case.tracks),
        clocks=_clocks(session, tracks),
        evidence=evidence_of(session, case),
        notices=notices.documents_of(session, file_subjects.of_tracks(session, tracks)),
        notes=notes,
        violations={each.code: each for each in session.scalars(select(Violation).where(Violation.code.in_(codes)))},
        people=people_of(
            session, [*people, *(note.author_id for note in notes), *(each.found_by for each in allegations)]
        ),
    )


def _people_on(track: CaseTrack) -> tuple[int | None, ...]:
    return track.investigator_id, track.reviewer_id, track.filed_by


def _clocks(session: Session, tracks: Sequence[int]) -> dict[int, list[Clock]]:
    found: dict[int, list[Clock]] = {number: [] for number in tracks}
    live = select(Clock).where(
        Clock.subject_type == "track",
        Clock.subject_id.in_(tracks),
        Clock.state != ClockState.ENDED,
    )
    for clock in session.scalars(live.order_by(Clock.due_on.asc().nulls_last(), Clock.id)):
        found[clock.subject_id].append(clock)
    return found


def evidence_of(session: Session, case: CaseFile) -> Sequence[Evidence]:
    """What the case has: its own files and those of its complaints."""
    complaints = [complaint.id for complaint in case.complaints]
    mine = at_hand(session, Evidence, "case_id", case.id)
    if mine is not None:
        theirs = [each for number in complaints for each in at_hand(session, Evidence, "complaint_id", number) or ()]
        return sorted({*mine, *(each for each in theirs if each.case_id is None)}, key=lambda each: each.id)
    brought = and_(Evidence.complaint_id.in_(complaints), Evidence.case_id.is_(None))
    every = select(Evidence).where(or_(Evidence.case_id == case.id, brought))
    return session.scalars(every.order_by(Evidence.id)).all()


def timeline(session: Session, case: CaseFile, *, most: int = 300) -> list[Moment]:
    """What happened in a case and on its tracks, the newest first, as sentences."""
    subjects = [("case", case.id), *(("track", track.id) for track in case.tracks)]
    mine = or_(
        *(and_(JournalEntry.subject_kind == kind, JournalEntry.subject_id == number) for kind, number in subjects)
    )
    entries = session.scalars(
        select(JournalEntry).where(mine).order_by(JournalEntry.at.desc(), JournalEntry.id.desc()).limit(most),
    ).all()
    accounts = {int(entry.actor.partition(":")[2]) for entry in entries if entry.actor.startswith("account:")}
    known = (
        {each.id: each for each in session.scalars(select(Account).where(Account.id.in_(accounts)))} if accounts else {}
    )
    return [_moment(entry, known) for entry in entries]


def _moment(entry: JournalEntry, known: dict[int, Account]) -> Moment:
    account = known.get(int(entry.actor.partition(":")[2])) if entry.actor.startswith("account:") else None
    by = "system" if account is None else "ours" if account.party_id is None else "theirs"
    who = account.name if account else ""
    return Moment(entry.at, who, sentence(entry.row), entry.ref, entry.row, by, entry.changes or {})


def cases_of(session: Session, complaint: Complaint) -> Sequence[CaseFile]:
    """The cases that rest on a complaint."""
    linked = select(CaseFile).join(CaseComplaint, CaseComplaint.case_id == CaseFile.id)
    return session.scalars(linked.where(CaseComplaint.complaint_id == complaint.id).order_by(CaseFile.id)).all()


def suggested_codes(case: CaseFile, track: CaseTrack) -> list[str]:
    """Kinds of violations that the complaints allege and the track does not name yet."""
    named = {each.code for each in track.allegations}
    alleged = [each.code for complaint in case.complaints for each in complaint.codes]
    return [code for code in dict.fromkeys(alleged) if code not in named]


def party_tracks(session: Session, party_id: int, *, open_only: bool = False) -> Sequence[CaseTrack]:
    """A party's tracks as its people see them in the portal: none before the filing notice."""
    mine = select(CaseTrack).where(
        CaseTrack.party_id == party_id, CaseTrack.state.not_in(["NEW", "SCREENING", "NOT_FILED"])
    )
    if open_only:
        mine = mine.where(CaseTrack.state.not_in(TRACK.ends))
    return session.scalars(mine.options(selectinload(CaseTrack.case)).order_by(CaseTrack.id.desc())).all()


def investigators(session: Session) -> Sequence[Account]:
    """Who can be given an investigation."""
    return _with_role(session, "investigator")


def officers(session: Session) -> Sequence[Account]:
    """Who can keep a case."""
    return _with_role(session, "officer")


def _with_role(session: Session, role: str) -> Sequence[Account]:
    open_ones = select(Account).where(Account.locked_at.is_(None)).options(selectinload(Account.roles))
    return [each for each in session.scalars(open_ones.order_by(Account.name, Account.id)) if role in each.role_words]
