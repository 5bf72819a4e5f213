"""How often a debtor, and how often one number, was called each day (domain 1.3 and 1.4).

Two counters by debtor are summed over an institution and all its firms; a firm's calls count for the institutions that
engaged it on that very day. The third counts unanswered calls to one number, each company by itself. A day is a
calendar day in Shanghai. What a company did for which its successor answers in the case counts as the successor's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from casework import contact_attempts
from casework.models import Complainant, Complaint
from casework.models_cases import REFUSED_CONTACT, CaseComplaint, CaseFile, CaseTrack
from casework.models_contacts import ContactEvent
from registry import settings
from registry.models import Engagement, Party, PartyKind

Counter = Literal["INTERACTIVE", "NOTICE", "ATTEMPT"]
SUMMED: tuple[Counter, ...] = ("INTERACTIVE", "NOTICE")
"""Counters over an institution and its firms together; the rule on unanswered calls names no sum."""
LIMITS: dict[Counter, str] = {
    "INTERACTIVE": "CALLS_INTERACTIVE_PER_DAY",
    "NOTICE": "CALLS_NOTICE_PER_DAY",
    "ATTEMPT": "CALLS_UNANSWERED_PER_DAY",
}
"""The settings that say how many calls a day are allowed."""
CODES: dict[str, Counter] = {"V-F01": "INTERACTIVE", "V-F02": "NOTICE", "V-F03": "ATTEMPT"}
"""The kinds of violation that these counters decide."""
KIND: dict[Counter, str] = {"INTERACTIVE": "CALL_INTERACTIVE", "NOTICE": "CALL_NOTICE"}


@dataclass(frozen=True)
class Calls:
    """How often one company called one debtor, or one number, on one day; only calls that count."""

    day: date
    debtor: str
    party_id: int
    principal_id: int | None
    counter: Counter
    count: int


@dataclass(frozen=True)
class Day:
    """One debtor's day: the calls of each company, in the order of the table's companies, and of all together."""

    day: date
    debtor: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All companies together."""
        return sum(self.counts)


@dataclass(frozen=True)
class Table:
    """One counter of one institution and its firms, day by day, against the number allowed."""

    counter: Counter
    institution: Party
    """The institution; if nothing is summed, the company itself, which may be a firm."""
    parties: Sequence[Party]
    days: Sequence[Day]
    most: int
    basis: str

    def up_to(self, last: date | None) -> "Table":
        """The table up to the last day for which a company answers; whole if there is no such day."""
        return self if last is None else replace(self, days=[each for each in self.days if each.day <= last])

    @property
    def over(self) -> list[Day]:
        """Days on which all companies together were over the limit."""
        return [each for each in self.days if each.total > self.most]

    def alone(self, party_id: int) -> list[Day]:
        """Days on which this company alone was over the limit."""
        places = [place for place, each in enumerate(self.parties) if each.id == party_id]
        return [each for each in self.days if any(each.counts[place] > self.most for place in places)]

    @property
    def nobody_alone(self) -> list[Day]:
        """Days over the limit only by the sum, no company by itself (the breach is the institution's)."""
        return [each for each in self.over if max(each.counts) <= self.most]


@dataclass
class Counted:
    """What all contact events of a case come to."""

    tables: list[Table] = field(default_factory=list)
    debtors: dict[str, str] = field(default_factory=dict)
    """By key, what pages call a debtor (the number of a complaint) or a number that was dialled (masked)."""
    unplaced: int = 0
    """Calls of firms that no institution of the case had engaged on that day: they count for nobody."""
    unclear: int = 0
    """Calls to debtors of which it is not known whether they were connected or effective, or by whom they were."""
    nameless: int = 0
    """Unanswered calls of which it is not known which number was dialled."""


def of_case(session: Session, case: CaseFile, heirs: Mapping[int, int]) -> Counted:
    """Both summed counters for every institution of a case, and unanswered calls for every company that made some.

    `heirs` are, by the companies whose conduct it is, those that answer for it.
    """
    debtors, names = debtors_of(session, case)
    calls = _calls(session, case, debtors, heirs)
    firms = _Engaged(session, heirs)
    counted = Counted(debtors=names, unclear=_unclear(session, case))
    placed: set[Calls] = set()
    for institution in institutions_of(session, case, heirs, calls):
        for counter in SUMMED:
            mine = [each for each in calls if each.counter == counter and firms.counts_for(institution, each)]
            placed.update(mine)
            if mine:
                counted.tables.append(_table(session, counter, institution, mine))
    counted.unplaced = sum(each.count for each in calls if each not in placed)
    _attempts(session, case, counted, heirs)
    return counted


def _attempts(session: Session, case: CaseFile, counted: Counted, heirs: Mapping[int, int]) -> None:
    """A table for each company that called in vain, lender or firm, whoever's number it was."""
    found = contact_attempts.read(session, and_(events_of(case.id), ContactEvent.out_at.is_(None)))
    counted.nameless = found.nameless
    counted.debtors |= found.names
    for number in sorted({heirs.get(party, party) for _day, party, _key in found.counts}):
        calls = [
            Calls(day, key, number, None, "ATTEMPT", count)
            for (day, party, key), count in found.counts.items()
            if heirs.get(party, party) == number
        ]
        counted.tables.append(_table(session, "ATTEMPT", session.get_one(Party, number), calls))


def events_of(case_id: int) -> ColumnElement[bool]:
    """The contact events of a case: those entered for it, and those that people reported on whom it rests.

    Contacts to a stopped number stand in the case that they led to, and in no other: the number stays apart (I-20).
    Each way by its index: in one condition the server would look for them among the calls of all cases.
    """
    each = aliased(ContactEvent)
    resting = select(CaseComplaint.complaint_id).where(CaseComplaint.case_id == case_id)
    led_to = exists().where(CaseTrack.case_id == case_id, CaseTrack.lead_code == REFUSED_CONTACT)
    entered = select(each.id).where(each.case_id == case_id)
    reported = select(each.id).where(each.case_id.is_(None), each.complaint_id.in_(resting))
    reported = reported.where(or_(each.stop_contact_id.is_(None), led_to))
    return ContactEvent.id.in_(union_all(entered, reported))


def debtors_of(session: Session, case: CaseFile) -> tuple[dict[int, str], dict[str, str]]:
    """Which complaints are of one debtor (same contact, or merged), and what each debtor is called."""
    found = session.execute(
        select(Complaint.id, Complaint.ref, Complaint.lead_id, Complainant.contact_hash)
        .join(CaseComplaint, CaseComplaint.complaint_id == Complaint.id)
        .outerjoin(Complainant, Complainant.complaint_id == Complaint.id)
        .where(CaseComplaint.case_id == case.id)
        .order_by(Complaint.id)
    ).all()
    keys: dict[int, str] = {}
    names: dict[str, str] = {}
    for number, ref, lead_id, contact in found:
        same = [each.id for each in found if each.id < number and contact and each.contact_hash == contact]
        first = next((keys[each] for each in [*same, *([lead_id] if lead_id in keys else [])]), None)
        keys[number] = first or f"c{number}"
        names.setdefault(keys[number], ref)
    return keys, names


def institutions_of(
    session: Session, case: CaseFile, heirs: Mapping[int, int], calls: Iterable[Calls] = ()
) -> list[Party]:
    """The institutions a case is about: on a track, behind a firm on a track, or calling themselves."""
    wanted = {each.party_id for each in case.tracks if each.party.kind is PartyKind.INSTITUTION}
    wanted |= {each.engagement.institution_id for each in case.tracks if each.engagement is not None}
    wanted |= {number for each in calls for number in (each.principal_id, each.party_id) if number}
    standing = {heirs.get(number, number) for number in wanted}
    mine = select(Party).where(Party.id.in_(standing), Party.kind == PartyKind.INSTITUTION)
    return list(session.scalars(mine.order_by(Party.id)))


def engagements_of(session: Session, institution: Party, heirs: Mapping[int, int]) -> Sequence[Engagement]:
    """The firms that an institution ever engaged, or that the company did for whose conduct it answers."""
    whose = [institution.id, *(former for former, party_id in heirs.items() if party_id == institution.id)]
    mine = select(Engagement).where(Engagement.institution_id.in_(whose))
    return session.scalars(mine.order_by(Engagement.firm_id, Engagement.id)).all()


class _Engaged:
    """Whether a company's calls on a day count for an institution."""

    def __init__(self, session: Session, heirs: Mapping[int, int]) -> None:
        self._session, self._heirs = session, heirs
        self._known: dict[int, Sequence[Engagement]] = {}

    def counts_for(self, institution: Party, calls: Calls) -> bool:
        """Its own calls, and those of firms that it engaged on that day."""
        if calls.party_id == institution.id:
            return True
        if calls.principal_id not in {None, institution.id}:
            return False
        if institution.id not in self._known:
            self._known[institution.id] = engagements_of(self._session, institution, self._heirs)
        return any(
            self._heirs.get(each.firm_id, each.firm_id) == calls.party_id
            and each.from_on <= calls.day
            and (each.to_on is None or each.to_on >= calls.day)
            for each in self._known[institution.id]
        )


def _counts(counter: Counter) -> ColumnElement[bool]:
    """A call to the debtor: an answered one that was effective, or a connected notice call."""
    right = ContactEvent.effective if counter == "INTERACTIVE" else ContactEvent.connected
    return and_(ContactEvent.kind == KIND[counter], right.is_(True))


TO_DEBTOR = and_(ContactEvent.direction == "IN", ContactEvent.target_role == "DEBTOR", ContactEvent.out_at.is_(None))


def _calls(session: Session, case: CaseFile, debtors: dict[int, str], heirs: Mapping[int, int]) -> list[Calls]:
    found = []
    for counter in SUMMED:
        keys = (
            contact_attempts.DAY,
            ContactEvent.complaint_id,
            ContactEvent.debtor,
            ContactEvent.party_id,
            ContactEvent.principal_id,
        )
        asked = select(*keys, func.count()).where(events_of(case.id), TO_DEBTOR, _counts(counter))
        rows = session.execute(asked.where(ContactEvent.party_id.is_not(None)).group_by(*keys).order_by(*keys))
        for day, complaint, mark, party, principal, count in rows:
            debtor = debtors.get(complaint, f"c{complaint}") if complaint else f"m{mark or ''}"
            by, of = heirs.get(party or 0, party or 0), heirs.get(principal or 0, principal)
            found.append(Calls(day, debtor, by, of, counter, count))
    return found


def _unclear(session: Session, case: CaseFile) -> int:
    """Calls that might count if more were known about them."""
    of_kind = or_(
        and_(ContactEvent.kind == KIND["INTERACTIVE"], ContactEvent.effective.is_(None)),
        and_(ContactEvent.kind == KIND["NOTICE"], ContactEvent.connected.is_(None)),
        and_(ContactEvent.kind.in_(list(KIND.values())), ContactEvent.party_id.is_(None)),
    )
    asked = select(func.count()).select_from(ContactEvent).where(events_of(case.id), TO_DEBTOR, of_kind)
    return session.scalar(asked) or 0


def _table(session: Session, counter: Counter, institution: Party, calls: Sequence[Calls]) -> Table:
    numbers = sorted({each.party_id for each in calls}, key=lambda number: (number != institution.id, number))
    known = {each.id: each for each in session.scalars(select(Party).where(Party.id.in_(numbers)))}
    rows: dict[tuple[date, str], dict[int, int]] = {}
    for each in calls:
        of_day = rows.setdefault((each.day, each.debtor), {})
        of_day[each.party_id] = of_day.get(each.party_id, 0) + each.count
    limit = settings.said(session, LIMITS[counter])
    return Table(
        counter=counter,
        institution=institution,
        parties=[known[number] for number in numbers],
        days=[Day(*key, tuple(of_day.get(number, 0) for number in numbers)) for key, of_day in sorted(rows.items())],
        most=int(limit.value),
        basis=limit.basis,
    )


@dataclass(frozen=True)
class Attribution:
    """Whose breach the counts show, for one company on a track."""

    table: Table
    """The one that says most: with the most days over."""
    alone: list[Day]
    """Days on which this company by itself was over."""

    @property
    def institutions_own(self) -> bool:
        """Whether only the sum is over the limit: then the institution answers, and no firm."""
        return bool(self.table.over) and not self.alone


def attribution(
    session: Session, track: CaseTrack, code: str, heirs: Mapping[int, int], last: date | None = None
) -> Attribution | None:
    """What the contact events of the case say about such an allegation, up to a day; None where no events are known."""
    counter = CODES.get(code)
    if counter is None:
        return None
    tables = [each.up_to(last) for each in of_case(session, track.case, heirs).tables if each.counter == counter]
    if track.party.kind is PartyKind.INSTITUTION or counter not in SUMMED:
        tables = [each for each in tables if each.institution.id == track.party_id]
    if not tables:
        return None
    alone = [day for each in tables for day in each.alone(track.party_id)]
    with_it = [each for each in tables if any(party.id == track.party_id for party in each.parties)]
    return Attribution(max(with_it or tables, key=lambda each: len(each.over)), alone)


def frozen(table: Table, party_id: int | None = None) -> dict[str, Any]:
    """A table as it is kept with a finding; on a firm's track only that firm's calls."""
    places = [place for place, each in enumerate(table.parties) if party_id in {None, each.id}]
    debtors = {key: str(place) for place, key in enumerate(dict.fromkeys(each.debtor for each in table.days), 1)}
    days = [
        {
            "day": each.day.isoformat(),
            "debtor": debtors[each.debtor],
            "counts": [each.counts[place] for place in places],
        }
        for each in table.days
        if any(each.counts[place] for place in places)
    ]
    parties = [{"zh": table.parties[place].name_zh, "en": table.parties[place].name_en or ""} for place in places]
    return {"parties": parties, "days": days}
