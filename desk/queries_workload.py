"""Who has how much open work, counted for everybody at once, and who is away."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Row, func, select, true
from sqlalchemy.orm import Session

from casework.models_cases import CaseFile, CaseTrack
from casework.models_queue import CaseEntry, QueueEntry
from casework.states import TRACK
from core.plainly import SOON
from desk.queries_queue import group_days
from registry import absences
from registry.models_accounts import BY_NAME, Account, AccountRole, Audience

NONE = (0, 0, 0)
WORKERS = ("intake", "officer", "investigator")


@dataclass(frozen=True)
class Load:
    """The open work of one person, or what nobody has yet."""

    account_id: int | None
    name: str
    complaints: tuple[int, int, int] = NONE
    """Open, of these overdue, and due soon."""
    cases: tuple[int, int, int] = NONE
    """Tracks of cases that go on; cases overdue and due soon on which this person works."""
    kept: int = 0
    """Cases that go on and are kept by this person, whoever investigates."""
    substitute: str = ""
    """Who stands in today."""
    locked: bool = False
    """Whether the account is locked: nobody goes on with it."""
    alone: bool = False
    """Whether the substitute has left."""

    @property
    def open(self) -> int:
        """Its open complaints."""
        return self.complaints[0]

    @property
    def tracks(self) -> int:
        """Tracks that go on."""
        return self.cases[0]

    @property
    def overdue(self) -> int:
        """Complaints whose last day has passed."""
        return self.complaints[1]

    @property
    def soon(self) -> int:
        """Complaints due today or in the next days."""
        return self.complaints[2]

    @property
    def to_hand_over(self) -> bool:
        """Whether there is anything to hand over."""
        return bool(self.open or self.tracks or self.kept)


def loads(session: Session, today: date) -> list[Load]:
    """Everybody who works on complaints or cases, the most loaded first; at the end, what nobody has."""
    due = QueueEntry.due_on
    counted = select(
        QueueEntry.officer_id,
        func.count(),
        func.count().filter(group_days(due, QueueEntry.provisional, today)["over"]),
        func.count().filter(due.between(today, today + timedelta(days=SOON))),
    ).where(QueueEntry.state != "MERGED")
    complaints: dict[int | None, tuple[int, int, int]] = {
        row[0]: (row[1], row[2], row[3]) for row in session.execute(counted.group_by(QueueEntry.officer_id))
    }
    tracks, kept, days = _tracks(session), _kept(session), _days(session, today)
    away = absences.away(session, today)
    names = _names(session, {each for each in (*complaints, *tracks, *kept, *away.values()) if each is not None})
    locked = left(session, names)
    found = [
        Load(
            number,
            name,
            complaints.get(number, NONE),
            (tracks.get(number, 0), *days.get(number, (0, 0))),
            kept.get(number, 0),
            names.get(away.get(number, 0), ""),
            number in locked,
            away.get(number) in locked,
        )
        for number, name in names.items()
    ]
    found.sort(key=lambda each: -each.open - each.tracks)
    if None in complaints or None in tracks:
        nobody = (tracks.get(None, 0), *days.get(None, (0, 0)))
        found.append(Load(None, "", complaints.get(None, NONE), nobody))
    return found


def hanging(session: Session, account_id: int) -> tuple[int, int, int]:
    """What one person hands over: open complaints, cases and investigations; only the system may ask."""
    going = CaseTrack.state.not_in(sorted(TRACK.ends))
    asked = (
        (QueueEntry, (QueueEntry.officer_id == account_id) & (QueueEntry.state != "MERGED")),
        (CaseFile, (CaseFile.officer_id == account_id) & CaseFile.tracks.any(going)),
        (CaseTrack, (CaseTrack.investigator_id == account_id) & going),
    )
    complaints, cases, tracks = (
        session.scalar(select(func.count()).select_from(table).where(mine)) or 0 for table, mine in asked
    )
    return complaints, cases, tracks


def _tracks(session: Session) -> dict[int | None, int]:
    """How many tracks of each investigator go on."""
    going = select(CaseTrack.investigator_id, func.count()).where(CaseTrack.state.not_in(sorted(TRACK.ends)))
    return {row[0]: row[1] for row in session.execute(going.group_by(CaseTrack.investigator_id))}


def _days(session: Session, today: date) -> dict[int | None, tuple[int, int]]:
    """Cases overdue and due soon, of everybody who works on them: each once, as in their list of cases."""
    due, who = CaseEntry.due_on, func.unnest(CaseEntry.at_work).table_valued("number").render_derived()
    late = func.count().filter(group_days(due, CaseEntry.provisional, today)["over"])
    soon = func.count().filter(due.between(today, today + timedelta(days=SOON)))
    counted = select(who.c.number, late, soon).select_from(CaseEntry).outerjoin(who, true())
    found = session.execute(counted.where(CaseEntry.going_on).group_by(who.c.number))
    return {row[0]: (row[1], row[2]) for row in found}


def _kept(session: Session) -> dict[int, int]:
    """How many open cases each officer keeps."""
    going = CaseFile.tracks.any(CaseTrack.state.not_in(sorted(TRACK.ends)))
    kept = select(CaseFile.officer_id, func.count()).where(going).group_by(CaseFile.officer_id)
    return {row[0]: row[1] for row in session.execute(kept) if row[0] is not None}


def _names(session: Session, also: set[int]) -> dict[int, str]:
    held = select(AccountRole.account_id).where(AccountRole.role.in_(WORKERS))
    working = (Account.audience == Audience.STAFF) & Account.works & Account.id.in_(held)
    asked = select(Account.id, Account.name).where(working | Account.id.in_(also)).order_by(*BY_NAME)
    return {row.id: row.name for row in session.execute(asked)}


def left(session: Session, numbers: Collection[int]) -> set[int]:
    """Of these people, those whose account is locked."""
    return set(session.scalars(select(Account.id).where(Account.id.in_(numbers), Account.locked_at.is_not(None))))


def people(session: Session, roles: Collection[str]) -> Sequence[Row[int, str]]:
    """Who has one of these roles; people who were only drawn for a panel, or only seal, take nothing over."""
    holds = select(AccountRole.account_id).where(AccountRole.role.in_(roles))
    found = select(Account.id, Account.name).where(Account.audience == Audience.STAFF, Account.works)
    found = found.where(Account.id.in_(holds)).order_by(*BY_NAME)
    return session.execute(found).all()


def roles_at_work(session: Session) -> dict[int, frozenset[str]]:
    """The roles of everybody whose work somebody else can look after: who stands in holds one of the same."""
    asked = select(AccountRole.account_id, func.array_agg(AccountRole.role)).where(AccountRole.role.in_(absences.WORK))
    asked = asked.join(Account, Account.id == AccountRole.account_id)
    asked = asked.where(Account.audience == Audience.STAFF, Account.works).group_by(AccountRole.account_id)
    return {number: frozenset(roles) for number, roles in session.execute(asked)}
