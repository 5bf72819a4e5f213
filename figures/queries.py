"""Reads of figures, each as its reader: by month, company and code; how long things stay; what is open now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, case, cast, except_, func, select, union
from sqlalchemy.orm import Session

from casework.models import AllegedCode, Complaint, Forwarding, NamedCompany
from casework.models_cases import CaseTrack
from casework.states import COMPLAINT, TRACK, UNSENT
from core import keyset
from core.clock import day_of, midnight
from figures.models import (
    Figure,
    FigureChange,
    FigureMonth,
    FigureRevision,
    FigureStay,
    MonthReport,
    OpenCell,
    OpenMonth,
)
from registry import lineage
from registry.models import Party
from registry.models_accounts import Account
from registry.models_rulebook import Violation
from registry.queries import account_names

BANDS: Final[Mapping[str, tuple[int, int | None]]] = {
    "0-7": (0, 7), "8-15": (8, 15), "16-30": (16, 30), "31-60": (31, 60), "61-90": (61, 90), "91+": (91, None)
}  # fmt: skip
"""Bands of age: the first and the last day of each, both counted; the last band has no end."""
FIRST = 20
"""So many companies a page shows; an export has all of them."""
MOST = 5000
MEDIAN, NINETIETH = 0.5, 0.9


@dataclass(frozen=True)
class Chosen:
    """What somebody wants to see; the address of the page says all of it."""

    first: date
    last: date
    """Months, both counted."""
    party: int | None = None
    code: str = ""
    channel: str = ""


@dataclass(frozen=True)
class Stay:
    """How long things stay in one state: how many left it, half of them within so many days, nine tenths within."""

    machine: str
    state: str
    many: int
    median: float
    ninetieth: float


@dataclass(frozen=True)
class Load:
    """What one person has on the desk, and what was ended by that person in the period."""

    name: str
    account: int | None
    complaints: int
    tracks: int
    ended: int


Months = dict[tuple[date, str, str], int]
"""By month, what, and what is said of it."""


def months(session: Session, chosen: Chosen) -> Months:
    """Everything that was counted, month by month."""
    found: Months = {}
    for where in _branches(session, chosen, Figure.code == chosen.code):
        asked = select(Figure.month, Figure.what, Figure.said, func.sum(Figure.many)).where(*where)
        for month_, what, said, many in session.execute(asked.group_by(Figure.month, Figure.what, Figure.said)):
            found[month_, what, said] = int(many)
    return found


def channels(session: Session, chosen: Chosen) -> dict[tuple[date, str], int]:
    """Complaints received by month and channel; of a company and a code at once the channel is not kept."""
    where, *_of_cases = _branches(session, chosen, Figure.code == chosen.code, channel=Figure.channel != "")
    if chosen.channel:
        where = [*where, Figure.channel == chosen.channel]
    asked = select(Figure.month, Figure.channel, func.sum(Figure.many)).where(Figure.what == "RECEIVED", *where)
    found = session.execute(asked.group_by(Figure.month, Figure.channel))
    return {(month_, channel): int(many) for month_, channel, many in found}


def _branches(
    session: Session, chosen: Chosen, code: ColumnElement[bool], *, channel: ColumnElement[bool] | None = None
) -> list[list[ColumnElement[bool]]]:
    """What of complaints is counted here, and what of cases: two ways, so that each has an index.

    A case has no channel: where one is chosen nothing of cases is counted.
    """
    span = Figure.month.between(chosen.first, chosen.last)
    of_channel = Figure.channel == chosen.channel if channel is None else channel
    if chosen.party is None:
        found = [[span, code, Figure.party_id.is_(None), of_channel], [span, code, Figure.case_id.is_not(None)]]
    else:
        mine = Figure.party_id.in_(lineage.entries(session, chosen.party))
        found = [
            [span, code, mine, Figure.case_id.is_(None), of_channel],
            [span, code, mine, Figure.case_id.is_not(None)],
        ]
    return found[:1] if chosen.channel else found


def limits(session: Session, chosen: Chosen) -> dict[str, int]:
    """How the association's own time limits ended in these months; of all of them, whatever else is chosen."""
    asked = select(Figure.said, func.sum(Figure.many)).where(
        Figure.what == "CLOCK",
        Figure.month.between(chosen.first, chosen.last),
        Figure.party_id.is_(None),
        Figure.code == "",
    )
    return {said: int(many) for said, many in session.execute(asked.group_by(Figure.said))}


def by_code(session: Session, chosen: Chosen) -> dict[tuple[str, str, str], int]:
    """By code, what, and what is said of it."""
    found: dict[tuple[str, str, str], int] = {}
    code = Figure.code == chosen.code if chosen.code else Figure.code != ""
    for where in _branches(session, chosen, code):
        asked = select(Figure.code, Figure.what, Figure.said, func.sum(Figure.many)).where(*where)
        for of, what, said, many in session.execute(asked.group_by(Figure.code, Figure.what, Figure.said)):
            found[of, what, said] = int(many)
    return found


def by_company(session: Session, chosen: Chosen, limit: int = FIRST) -> dict[str, list[tuple[Party, Counter[str]]]]:
    """By kind the companies with the most complaints, then those with the most measures."""
    found: dict[int, Counter[str]] = {}
    word = case((Figure.what == "ANSWER", Figure.said), else_=Figure.what)
    whose = Figure.party_id.is_not(None)
    if chosen.party is not None:
        whose = Figure.party_id.in_(lineage.entries(session, chosen.party))
    of_complaints = (Figure.case_id.is_(None), Figure.channel == chosen.channel)
    of_cases = (Figure.case_id.is_not(None),)
    for where in (of_complaints,) if chosen.channel else (of_complaints, of_cases):
        asked = select(Figure.party_id, word, func.sum(Figure.many)).where(
            Figure.month.between(chosen.first, chosen.last),
            Figure.code == chosen.code,
            Figure.what.in_(["RECEIVED", "ENDED", "ANSWER", "MEASURE"]),
            whose,
            *where,
        )
        for number, said, many in session.execute(asked.group_by(Figure.party_id, word)):
            found.setdefault(number or 0, Counter())[said] += int(many)
    return _ranked(session, found, limit)


def _ranked(
    session: Session, found: dict[int, Counter[str]], limit: int
) -> dict[str, list[tuple[Party, Counter[str]]]]:
    known = {each.id: each for each in session.scalars(select(Party).where(Party.id.in_(found)))}
    whole: dict[int, Counter[str]] = {}
    for number, counted in found.items():
        whole.setdefault(known[number].merged_into_id or number, Counter()).update(counted)
    stand = {**known, **{each.id: each for each in session.scalars(select(Party).where(Party.id.in_(whole)))}}
    order = sorted(whole, key=lambda number: (-whole[number]["RECEIVED"], -whole[number]["MEASURE"], number))
    kinds: dict[str, list[tuple[Party, Counter[str]]]] = {}
    for number in order:
        ranked = kinds.setdefault(stand[number].kind.value, [])
        if len(ranked) < limit:
            ranked.append((stand[number], whole[number]))
    return kinds


def stays(session: Session, chosen: Chosen) -> list[Stay]:
    """How long things stayed in the states they left in these months; of everything, whatever else is chosen."""
    left = (
        select(FigureStay.machine, FigureStay.state, FigureStay.tenths, func.sum(FigureStay.many).label("many"))
        .where(FigureStay.month.between(chosen.first, chosen.last))
        .group_by(FigureStay.machine, FigureStay.state, FigureStay.tenths)
        .subquery()
    )
    whose = (left.c.machine, left.c.state)
    running = select(
        *whose,
        left.c.tenths,
        left.c.many,
        func.sum(left.c.many).over(partition_by=whose, order_by=left.c.tenths).label("so_far"),
        func.sum(left.c.many).over(partition_by=whose).label("whole"),
    ).subquery()

    def within(part: float) -> ColumnElement[int]:
        return func.min(running.c.tenths).filter(running.c.so_far >= running.c.whole * part)

    asked = select(
        running.c.machine, running.c.state, func.sum(running.c.many), within(MEDIAN), within(NINETIETH)
    ).group_by(running.c.machine, running.c.state)
    return [
        Stay(machine, state, int(many), median / 10, ninetieth / 10)
        for machine, state, many, median, ninetieth in session.execute(asked)
    ]


def ages(session: Session, chosen: Chosen, now: datetime) -> Counter[str]:
    """Complaints that are open at this moment, by how many days ago they came in."""
    today = day_of(now)
    *bands, oldest = BANDS
    ends = [(BANDS[word][1] or 0, word) for word in bands]
    band = case(
        *[(Complaint.received_at >= midnight(today - timedelta(days=end)), word) for end, word in ends], else_=oldest
    )
    asked = select(band, func.count()).where(*_open(session, chosen)).group_by(band)
    return Counter(dict(map(tuple, session.execute(asked))))


def _open(session: Session, chosen: Chosen) -> list[ColumnElement[bool]]:
    open_states = sorted(COMPLAINT.states - COMPLAINT.ends - {*UNSENT})
    found: list[ColumnElement[bool]] = [Complaint.state.in_(open_states)]
    if chosen.channel:
        found.append(Complaint.channel == chosen.channel)
    if chosen.code:
        found.append(Complaint.id.in_(select(AllegedCode.complaint_id).where(AllegedCode.code == chosen.code)))
    if chosen.party is not None:
        mine = lineage.entries(session, chosen.party)
        named = select(NamedCompany.complaint_id).where(NamedCompany.party_id.in_(mine))
        sent = select(Forwarding.complaint_id).where(Forwarding.party_id.in_(mine))
        mistaken = sent.where(Forwarding.let_off_on.is_not(None))
        found.append(Complaint.id.in_(except_(union(named, sent), mistaken)))
    return found


def workload(session: Session, chosen: Chosen) -> list[Load]:
    """Who has how many open complaints and tracks now, and who ended how many complaints in the period.

    What was merged goes the way of another complaint and is nobody's work, as in the queue.
    """
    owed = [*_open(session, Chosen(chosen.first, chosen.last)), Complaint.state != "MERGED"]
    complaints = _by(session, select(Complaint.officer_id, func.count()).where(*owed))
    ends = sorted(TRACK.ends)
    tracks = _by(session, select(CaseTrack.investigator_id, func.count()).where(CaseTrack.state.not_in(ends)))
    done = select(cast(Figure.said, BigInteger), func.sum(Figure.many)).where(
        Figure.what == "DONE",
        Figure.month.between(chosen.first, chosen.last),
        Figure.party_id.is_(None),
        Figure.code == "",
    )
    ended = _by(session, done)
    numbers = {each for each in (*complaints, *tracks, *ended) if each is not None}
    people = {each.id: each.name for each in session.scalars(select(Account).where(Account.id.in_(numbers)))}
    rows = [
        Load(people.get(number, ""), number, complaints[number], tracks[number], ended[number]) for number in people
    ]
    nobody = Load("", None, complaints[None], tracks[None], 0)
    rows.sort(key=lambda each: (-each.complaints - each.tracks, each.name))
    return [*rows, nobody] if nobody.complaints or nobody.tracks else rows


def _by(session: Session, asked: Any) -> Counter[int | None]:  # noqa: ANN401 - a select of a person and a number
    column = asked.selected_columns[0]
    return Counter(dict(map(tuple, session.execute(asked.group_by(column)))))


def counted_months(session: Session) -> list[FigureMonth]:
    """Every month that was counted, the latest first."""
    return list(session.scalars(select(FigureMonth).order_by(FigureMonth.month.desc())))


def counted_at(counted: Sequence[FigureMonth], chosen: Chosen) -> datetime | None:
    """When the months of a period that are not closed were last counted; None where all of them are."""
    lately = (
        each.counted_at for each in counted if each.closed_at is None and chosen.first <= each.month <= chosen.last
    )
    return next(lately, None)


def first_month(session: Session, party_id: int | None) -> date | None:
    """The first month of which something was counted about a company."""
    return session.scalar(select(func.min(Figure.month)).where(Figure.party_id == party_id))


def month(session: Session, wanted: date) -> FigureMonth | None:
    """One month that was counted."""
    return session.get(FigureMonth, wanted)


def revisions(session: Session, first: date, last: date) -> list[tuple[FigureRevision, str]]:
    """Corrections of closed months, the latest first, with who asked for each."""
    asked = select(FigureRevision, Account.name).outerjoin(Account, Account.id == FigureRevision.by)
    asked = asked.where(FigureRevision.month.between(first, last)).order_by(FigureRevision.at.desc()).limit(50)
    return [(each, name or "") for each, name in session.execute(asked)]


def changes(session: Session, wanted: date, revision: int) -> Sequence[FigureChange]:
    """What one correction changed, as far as this reader may count it."""
    mine = (FigureChange.month == wanted) & (FigureChange.revision == revision)
    return session.scalars(select(FigureChange).where(mine).order_by(FigureChange.id).limit(MOST)).all()


def named(session: Session, of: Sequence[FigureChange]) -> tuple[dict[int, Party], dict[str, str]]:
    """The companies that such changes are about, and by their numbers as they stand there the people."""
    companies = select(Party).where(Party.id.in_({each.party_id for each in of}))
    people = {int(each.said) for each in of if each.what == "DONE"}
    names = account_names(session, people).items()
    return {each.id: each for each in session.scalars(companies)}, {str(number): name for number, name in names}


def reports(session: Session, place: keyset.Place) -> keyset.Part:
    """A page of the reports, made or asked for, the latest first."""
    return keyset.part(session, select(MonthReport), [], (MonthReport.id,), place, down=True)


def report(session: Session, number: int) -> MonthReport | None:
    """One report."""
    return session.get(MonthReport, number)


def codes(session: Session) -> dict[str, Violation]:
    """Every code with its names."""
    return {each.code: each for each in session.scalars(select(Violation).order_by(Violation.code))}


def opened(session: Session) -> Sequence[OpenMonth]:
    """The months that were published, the latest first."""
    return session.scalars(select(OpenMonth).order_by(OpenMonth.month.desc())).all()


def open_cells(session: Session, about: str, only: date | None = None) -> Sequence[OpenCell]:
    """What was published of complaints or measures, in the order of the file."""
    asked = select(OpenCell).where(OpenCell.about == about)
    if only is not None:
        asked = asked.where(OpenCell.month == only)
    order = (OpenCell.month, OpenCell.company, OpenCell.code, OpenCell.result)
    return session.scalars(asked.order_by(*order)).all()
