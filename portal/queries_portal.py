"""What a respondent's people see of forwardings and cases, read as that company and nobody else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import ScalarSelect, func, select, text
from sqlalchemy.orm import Session

from casework import hanging
from casework.models import Answer, Forwarding, Settlement
from casework.models_cases import STAMPED, CaseTrack, Evidence
from casework.states import ANSWERING, FORWARDING, LETTERS, REMINDER
from core import keyset
from core.db import one_of
from core.journal import JournalEntry
from core.planned import PARTY
from filestore.files import neutral_name
from notices import queries as notices
from notices.models import Document, Service
from notices.states import ON_PAPER, UNOPENED
from registry import clocks, lineage, rulebook
from registry.models import VIA_PRINCIPAL, Party
from registry.models_accounts import Account
from registry.models_clocks import Clock, ClockEnd
from registry.models_rulebook import Violation
from registry.queries import account_names

EXPLAINING = ("K12",)


@dataclass(frozen=True)
class File:
    """A file as this reader may have it: its name, and which bytes."""

    id: int
    name: str
    sha256: str
    media_type: str
    size: int
    at: datetime
    of: int | None = None
    """The numbered problem that a proof belongs to."""
    stamped: bool = False
    """Whether it is the scan of a reply under the company's seal."""
    own: bool = True
    """Whether the company gave it; of other people's files it has copies without metadata."""


@dataclass(frozen=True)
class Notice:
    """A notice about the thing, and how it reached the company."""

    document: Document
    service: Service | None

    @property
    def served(self) -> bool:
        """Whether it was served."""
        return self.service is not None and self.service.state == "SERVED"

    @property
    def waits(self) -> bool:
        """Whether it can be opened, or confirmed as arrived."""
        return self.service is not None and self.service.state in UNOPENED

    @property
    def online(self) -> bool:
        """Whether it waits here, not in the post."""
        return self.service is not None and self.service.online

    @property
    def to_open(self) -> bool:
        """Whether somebody can open it here, even if it counts as served by now."""
        return self.service is not None and self.service.to_open


@dataclass(frozen=True)
class Given:
    """One answer with its files and its author."""

    answer: Answer
    author: str
    files: list[File]


@dataclass(frozen=True)
class Asked:
    """Everything that the page of a forwarding shows."""

    it: Forwarding
    codes: list[Violation]
    files: list[File]
    answers: list[Given]
    notices: list[Notice]
    clocks: Sequence[Clock]
    terms: Settlement | None

    @property
    def opened(self) -> bool:
        """Whether its contents may be read here."""
        return _opened(bool(self.answers), self.notices)

    @property
    def answer_by(self) -> date | None:
        """The one day for the answer, extended or not: of the period that runs or was missed."""
        found = [each for each in self.clocks if each.key in ANSWERING and not each.provisional]
        return found[-1].due_on if found else None

    @property
    def reminded_until(self) -> date | None:
        """Until when the association still waits for a late answer, a second date that makes no answer timely."""
        return next((each.due_on for each in self.clocks if each.key == REMINDER and not each.provisional), None)

    @property
    def letter(self) -> Notice | None:
        """The letter that asks something and has still to be opened."""
        return next((each for each in self.notices if each.waits and each.document.kind in LETTERS), None)


def forwarding(session: Session, number: int, party_id: int | None) -> Forwarding | None:
    """One forwarding to the company."""
    return session.scalar(select(Forwarding).where(Forwarding.id == number, Forwarding.party_id == party_id))


def forwardings(
    session: Session,
    party_id: int | None,
    *,
    states: Sequence[str] = (),
    place: keyset.Place = keyset.BEGINNING,
) -> tuple[list[Forwarding], keyset.Part]:
    """The company's forwardings, newest first."""
    every = select(Forwarding).where(Forwarding.party_id == party_id)
    wanted = (Forwarding.state.in_(states),) if states else ()
    part = keyset.part(session, every, wanted, (Forwarding.id,), place, down=True)
    return [row[0] for row in part.rows], part


@cache
def unanswered() -> ScalarSelect[int]:
    """How many forwardings wait for an answer of the reader's company, even a late one; 100 stands for more."""
    waits = Forwarding.state.in_(FORWARDING.states_for("answer"))
    mine = select(Forwarding.id).where(Forwarding.party_id == PARTY, waits)
    return select(func.count()).select_from(mine.limit(100).subquery()).scalar_subquery()


def asked(session: Session, it: Forwarding) -> Asked:
    """A forwarding with everything that belongs to it."""
    return Asked(
        it=it,
        codes=[found for code in it.codes if (found := rulebook.violation(session, code))],
        files=[] if it.let_off else consented(session, it),
        answers=_answers(session, it),
        notices=notices_of(session, "forwarding", it.id),
        clocks=forwarding_clocks(session, it),
        terms=_terms(session, it),
    )


def opened(session: Session, it: Forwarding) -> bool:
    """Whether the contents of a forwarding may be read here; for whoever asks nothing else about it."""
    answered = select(Answer.id).where(Answer.forwarding_id == it.id).limit(1)
    return _opened(session.scalar(answered) is not None, notices_of(session, "forwarding", it.id))


def _opened(answered: bool, letters: Iterable[Notice]) -> bool:
    """Whether it was answered or an asking letter was served: then its contents may be read."""
    return answered or any(each.served for each in letters)


def _terms(session: Session, it: Forwarding) -> Settlement | None:
    """The present terms; a company that was let off reads them only if it agreed to them."""
    found = session.scalar(select(Settlement).where(Settlement.complaint_id == it.complaint_id))
    return None if found and it.let_off and str(it.party_id) not in found.confirmed else found


def consented(session: Session, it: Forwarding) -> list[File]:
    """Files that the complainant agreed to show, as copies without metadata under neutral names."""
    found = (
        select(Evidence)
        .where(Evidence.complaint_id == it.complaint_id, Evidence.given_by == "COMPLAINANT", Evidence.shared)
        .where(Evidence.stripped_sha256.is_not(None), Evidence.case_id.is_(None))
        .order_by(Evidence.id)
    )
    return [as_file(each) for each in session.scalars(found)]


def as_file(evidence: Evidence) -> File:
    """A file as the company may have it: its own as given, a complainant's only as a copy under another name.

    If a covered copy was confirmed it is that one, under the name by which the letter lists the file.
    """
    sha256, media_type, size = evidence.sha256, evidence.media_type, evidence.size
    name = evidence.own_name or ""
    if evidence.given_by != "RESPONDENT":
        stripped = sha256 = evidence.stripped_sha256 or ""
        if evidence.confirmed_sha256:
            sha256, media_type = evidence.confirmed_sha256, evidence.confirmed_type or ""
            size = evidence.confirmed_size or 0
        name = neutral_name(stripped, media_type)
    about = (media_type, size, evidence.added_at, evidence.item_id)
    own = evidence.given_by == "RESPONDENT"
    return File(evidence.id, name, sha256, *about, stamped=evidence.purpose == STAMPED, own=own)


def file(session: Session, number: int, party_id: int | None) -> File | None:
    """A file that this company may have: its own, or a complainant's that was consented to, as a copy."""
    found = session.scalar(select(Evidence).where(Evidence.id == number))
    if found is None:
        return None
    if found.given_by == "RESPONDENT":
        return as_file(found) if found.party_id == party_id else None
    shown = found.given_by == "COMPLAINANT" and found.shared and found.stripped_sha256 and found.case_id is None
    return as_file(found) if shown and _opened_any(session, found.complaint_id, party_id) else None


def _opened_any(session: Session, complaint_id: int | None, party_id: int | None) -> bool:
    """Whether the company may read the complaint by now, as asked before its page shows text and files."""
    mine = select(Forwarding).where(Forwarding.complaint_id == complaint_id, Forwarding.party_id == party_id)
    return any(opened(session, it) for it in session.scalars(mine))


def own_files(session: Session, track: CaseTrack, party_id: int | None, *purposes: str) -> list[File]:
    """Files that the company handed in on its track."""
    mine = select(Evidence).where(Evidence.track_id == track.id, Evidence.party_id == party_id)
    if purposes:
        mine = mine.where(Evidence.purpose.in_(purposes))
    return [as_file(each) for each in session.scalars(mine.order_by(Evidence.id))]


def explanation_files(session: Session, track: CaseTrack) -> dict[int, list[File]]:
    """Files of each part of an explanation, by its number: those that came with it, or after it and before the next."""
    found: dict[int, list[File]] = {each.no: [] for each in track.explained}
    for file in own_files(session, track, track.party_id, "EXPLANATION") if found else ():
        found[max((each.no for each in track.explained if each.at <= file.at), default=1)].append(file)
    return found


def _answers(session: Session, it: Forwarding) -> list[Given]:
    answers = session.scalars(select(Answer).where(Answer.forwarding_id == it.id).order_by(Answer.id.desc())).all()
    handed = select(Evidence).where(Evidence.forwarding_id == it.id, Evidence.purpose.in_(("ANSWER", STAMPED)))
    files = session.scalars(handed.order_by(Evidence.id)).all()
    names = account_names(session, [each.submitted_by for each in answers])
    return [
        Given(
            each,
            names.get(each.submitted_by or 0, ""),
            [as_file(file) for file in files if file.added_at == each.submitted_at],
        )
        for each in answers
    ]


def sent_as(session: Session, account_id: int | None, party_id: int | None, day: date, lang: str) -> str:
    """What the company of whoever sent something was called on that day; read as the system.

    It may be one that the reader's company went on as. What staff entered was sent by the reader's own.
    """
    person = session.get(Account, account_id) if account_id is not None else None
    whose = person.party_id if person is not None and person.party_id is not None else party_id
    return lineage.name_on(session, session.get_one(Party, whose), day, lang)


def who_noted(session: Session, kind: str, number: int, moment: datetime) -> list[int]:
    """The accounts that noted something in the journal of a thing at this moment; read as the system."""
    mine = select(JournalEntry.actor).where(JournalEntry.subject_kind == kind, JournalEntry.subject_id == number)
    found = session.scalars(mine.where(JournalEntry.at == moment).order_by(JournalEntry.seq))
    return [int(who.partition(":")[2]) for who in found if who.startswith("account:")]


def notices_of(session: Session, machine: str, number: int) -> list[Notice]:
    """Notices about a thing to this company, newest first; with a track, also about what hangs on it."""
    own = [(machine, number)]
    found = notices.documents_of(session, hanging.file_of(session, [number]) if machine == "track" else own)
    shown = [Notice(each, each.services[0] if each.services else None) for each in found if each.outward]
    return shown[::-1]


def coming_on_paper(session: Session, party_id: int) -> set[int]:
    """Forwardings whose letter to this company goes on paper, so that nothing of them can be opened here."""
    found = select(Document.subject_id).join(Service, Service.document_id == Document.id)
    found = found.where(Document.subject_kind == "forwarding", Document.kind.in_(LETTERS))
    found = found.where(Service.party_id == party_id, Service.state.in_(ON_PAPER))
    return set(session.scalars(found))


def posted(session: Session, tracks: Iterable[CaseTrack]) -> dict[int, set[str]]:
    """By case of a company, the kinds of notices that go to it on paper, so that they cannot be opened here."""
    mine = {each.id: each.party_id for each in tracks}
    found = select(Document.subject_id, Document.kind, Service.party_id).join(Service.document)
    found = found.where(Document.subject_kind == "track", one_of(Document.subject_id, list(mine)))
    kinds: dict[int, set[str]] = {}
    for number, kind, party_id in session.execute(found.where(Service.state.in_(ON_PAPER))) if mine else ():
        if party_id == mine[number]:
            kinds.setdefault(number, set()).add(kind)
    return kinds


def live_clocks(session: Session, machine: str, number: int) -> list[Clock]:
    """Clocks of a thing, running or waiting, that this company sees."""
    return [each for each in clocks.of(session, (machine, number)) if each.state != "ENDED"]


def forwarding_clocks(session: Session, it: Forwarding) -> list[Clock]:
    """The running clocks; with a reminder also the missed period, by which the answer is late."""
    late = missed(session, [it.id]) if it.state == "OVERDUE" else {}
    return [*late.values(), *live_clocks(session, "forwarding", it.id)]


def track_clocks(session: Session, it: CaseTrack) -> list[Clock]:
    """The running clocks of a case; until something is explained also the missed period for that."""
    owes = it.state == "INVESTIGATING" and it.explained_at is None and it.basis != VIA_PRINCIPAL
    late = missed(session, [it.id], "track", EXPLAINING) if owes else {}
    return [*late.values(), *live_clocks(session, "track", it.id)]


def missed(
    session: Session, numbers: Sequence[int], machine: str = "forwarding", keys: Sequence[str] = ANSWERING
) -> dict[int, Clock]:
    """For each of these things, the period for an answer that ended without one."""
    found = select(Clock).where(Clock.subject_type == machine, one_of(Clock.subject_id, list(numbers)))
    found = found.where(Clock.key.in_(keys), Clock.how == ClockEnd.EXPIRED).order_by(Clock.id)
    return {clock.subject_id: clock for clock in session.scalars(found)}


def track(session: Session, number: int, party_id: int | None) -> CaseTrack | None:
    """The company's own track of a case."""
    return session.scalar(select(CaseTrack).where(CaseTrack.id == number, CaseTrack.party_id == party_id))


@dataclass(frozen=True)
class Told:
    """What a company is told of its case's journal: when, what, whom it names, which moment or how many it is about."""

    at: datetime
    what: str
    name: str | None
    moment: datetime | None
    people: int | None
    own: bool
    """Whether somebody of a company did it."""


def told_of(session: Session, it: CaseTrack, *whats: str) -> list[Told]:
    """Who has investigated since when, what became of proposed interview times, who was enrolled, in order."""
    asked = text("SELECT at, what, name, moment, people, own FROM zilu_track_happened(:track)")
    found = [Told(*row) for row in session.execute(asked, {"track": it.id})]
    return [each for each in found if each.what in whats]


def asked_about(session: Session, case_id: int) -> dict[int, str]:
    """Whom the company's requests for a recusal are about, even if that person has left the case since."""
    asked = text("SELECT recusal_id, name FROM zilu_asked_about(:case)")
    return {row.recusal_id: row.name for row in session.execute(asked, {"case": case_id})}


def tracks(
    session: Session, party_id: int | None, place: keyset.Place = keyset.BEGINNING
) -> tuple[list[CaseTrack], keyset.Part]:
    """The company's tracks, newest first."""
    every = select(CaseTrack).where(CaseTrack.party_id == party_id)
    part = keyset.part(session, every, (), (CaseTrack.id,), place, down=True)
    return [row[0] for row in part.rows], part


def first_told(session: Session, tracks: Iterable[CaseTrack], party_id: int | None) -> dict[int, date]:
    """When each track was first written about to this company; before that it knows of none."""
    mine = [each.id for each in tracks]
    found = select(Document.subject_id, func.min(Document.issued_on)).join(Service, Service.document_id == Document.id)
    found = found.where(Document.subject_kind == "track", Document.subject_id.in_(mine), Service.party_id == party_id)
    return {row[0]: row[1] for row in session.execute(found.group_by(Document.subject_id))}
