"""Reads of the evidence room: what a file belongs to, its neighbours, what was noted on it, and who opened it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import CompoundSelect, Select, func, select, union
from sqlalchemy.orm import Session

from casework import masking, personal_strings, queries_cases
from casework.labels import GIVEN_BY
from casework.models import Complaint, Forwarding
from casework.models_cases import CaseFile, Evidence
from casework.models_evidence import EvidenceNote
from core.actors import Actor
from core.journal import JournalEntry

OPENED: Final = "evidence.opened"
"""How the journal calls it where a file belongs to a complaint; of a case it is case.evidence_opened."""
SHOWN: Final = 20
"""How many openings of a file are shown."""
OPEN_FOR: Final = timedelta(hours=12)
"""How long an opened file is shown without asking again: a working day."""


@dataclass(frozen=True)
class Place:
    """What a file belongs to: a case, or a complaint that has none yet."""

    case: CaseFile | None
    complaint: Complaint | None

    @property
    def subject(self) -> tuple[str, int]:
        """The case or complaint as the journal names it."""
        return ("case", self.case.id) if self.case is not None else ("complaint", self._complaint.id)

    @property
    def row(self) -> str:
        """The journal's name for opening a file of it."""
        return f"case.{OPENED.replace('.', '_')}" if self.case is not None else OPENED

    @property
    def _complaint(self) -> Complaint:
        assert self.complaint is not None  # noqa: S101 - a file belongs to something (of_something)
        return self.complaint

    @property
    def ref(self) -> str:
        """Its number, as people cite it."""
        return self.case.ref if self.case is not None else self._complaint.ref

    @property
    def names(self) -> list[str]:
        """Names that must not show before somebody opens the file."""
        if self.case is not None:
            return names_in(queries_cases.told_for(self.case))
        return names_in([self._complaint])


def names_in(whose: Iterable[Complaint]) -> list[str]:
    """The names of complainants and of the people they tell of, as the pages of their complaints hide them."""
    return [name for each in whose for name in personal_strings.names_of(each)]


def choice(place: int, it: Evidence, names: Sequence[str]) -> tuple[str, str, dict[str, Any]]:
    """A file as a choice of a form, with names masked."""
    hint = masking.masked(it.shows, names) if it.shows else GIVEN_BY[it.given_by][0]
    return str(it.id), f"E{place} {masking.masked(it.name, names)}", {"hint": hint}


def place_of(session: Session, it: Evidence) -> Place:
    """What a file belongs to."""
    if it.case_id is not None:
        return Place(session.get_one(CaseFile, it.case_id), None)
    number = it.complaint_id
    if number is None:
        number = session.get_one(Forwarding, it.forwarding_id).complaint_id
    return Place(None, session.get_one(Complaint, number))


def case(session: Session, number: int) -> CaseFile | None:
    """The case from which somebody came, if this reader may see it."""
    return session.scalar(select(CaseFile).where(CaseFile.id == number))


def beside(session: Session, it: Evidence, case: CaseFile | None) -> Sequence[Evidence]:
    """All files of the same place in order: those of the case from which the reader came, or of the complaint."""
    if case is None and it.case_id is not None:
        case = session.get_one(CaseFile, it.case_id)
    if case is not None:
        return queries_cases.evidence_of(session, case)
    number = place_of(session, it).subject[1]
    mine = select(Evidence).where(Evidence.id.in_(numbers_of([number])))
    return [each for each in session.scalars(mine.order_by(Evidence.id)) if not each.taken_over]


def number_of(session: Session, it: Evidence, case: CaseFile | None) -> int:
    """Which one it is there: 3 for E3; 0 for what is not listed there any more."""
    every = enumerate(beside(session, it, case), start=1)
    return next((number for number, each in every if each.id == it.id), 0)


def numbers_of(complaints: Sequence[int], cases: Sequence[int] = ()) -> CompoundSelect[int]:
    """The numbers of the files of complaints, of what was forwarded and answered of them, and of cases.

    Each way by its index: in one condition the server would look for them among all files there are.
    """
    sent = select(Forwarding.id).where(Forwarding.complaint_id.in_(complaints))
    ways = (Evidence.complaint_id.in_(complaints), Evidence.forwarding_id.in_(sent), Evidence.case_id.in_(cases))
    return union(*(select(Evidence.id).where(mine) for mine in ways))


def words_of_answers(session: Session, every: Iterable[Evidence]) -> list[Evidence]:
    """What was taken over and is no file of an answer: its own words."""
    taken = [each for each in every if each.taken_over]
    sent = {each.forwarding_id for each in taken}
    its_files = select(Evidence.forwarding_id, func.coalesce(Evidence.erased_sha256, Evidence.sha256))
    its_files = its_files.where(Evidence.forwarding_id.in_(sent), Evidence.case_id.is_(None))
    given = {(number, sha256) for number, sha256 in session.execute(its_files)} if taken else set()
    return [each for each in taken if (each.forwarding_id, each.erased_sha256 or each.sha256) not in given]


def notes(session: Session, it: Evidence) -> Sequence[EvidenceNote]:
    """What was noted on a file: in the order of the recording, then what is about the whole."""
    mine = select(EvidenceNote).where(EvidenceNote.evidence_id == it.id)
    return session.scalars(mine.order_by(EvidenceNote.at_second.nulls_last(), EvidenceNote.id)).all()


def _openings(place: Place, it: Evidence) -> Select[JournalEntry]:
    kind, number = place.subject
    return select(JournalEntry).where(
        JournalEntry.subject_kind == kind,
        JournalEntry.subject_id == number,
        JournalEntry.row == place.row,
        JournalEntry.changes["evidence"].as_integer() == it.id,
    )


def is_open(session: Session, place: Place, it: Evidence, actor: Actor, now: datetime) -> bool:
    """Whether this person opened the file not long ago, according to the journal."""
    mine = _openings(place, it).where(JournalEntry.actor == actor.who, JournalEntry.at > now - OPEN_FOR)
    return session.scalar(mine.limit(1)) is not None


def openings(session: Session, place: Place, it: Evidence) -> Sequence[JournalEntry]:
    """Who opened a file, the latest first."""
    return session.scalars(_openings(place, it).order_by(JournalEntry.seq.desc()).limit(SHOWN)).all()


def given_by_complainant(session: Session, complaint_id: int) -> int:
    """How many bytes of files the complainant gave to a complaint."""
    mine = (Evidence.complaint_id == complaint_id, Evidence.given_by == "COMPLAINANT", Evidence.erased_at.is_(None))
    return session.scalar(select(func.coalesce(func.sum(Evidence.size), 0)).where(*mine)) or 0
