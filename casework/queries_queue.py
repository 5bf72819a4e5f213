"""The queue of complaints: views, filters, order, pages by key, and how many there are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, literal, or_, select, tuple_, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from casework import masking, receipts, scripts
from casework.models import AllegedCode, Complainant, Complaint, Forwarding, NamedCompany
from casework.models_stop_contacts import StopContact
from casework.states import COMPLAINT
from core.actors import Actor
from core.clock import ZONE
from registry import lineage
from registry.models import Party
from registry.models_accounts import Account, AccountRole, Audience
from registry.models_clocks import Clock, ClockEnd, ClockState
from registry.models_rulebook import Violation
from registry.names import fold, fold_number

SIZE = 50
MOST = 1000
"""Counts stop here."""
SOON = 3
LONGEST_TITLE = 60
"""In characters; twice as many where they are narrow."""
HAN = re.compile(r"[\u4e00-\u9fff]{4}")
SENTENCE = re.compile(r".{8,}?(?:[。！？]|[.!?](?=\s|$))")
SHUT = (*sorted(COMPLAINT.ends), "HISTORIC", "NEW")
TO_CHECK = ("ANSWERED", "RETURNED")
LATE = {"K01": ("RECEIVED",), "K06": ("DISPUTED",), "K08": ("REQUESTED",), "K35": TO_CHECK}
"""Clocks of the association itself: once expired they only alert, and stay late until the state is left."""
VIEWS = (
    "mine",
    "unassigned",
    "acceptance",
    "waiting",
    "answers",
    "disputed",
    "escalated",
    "urgent",
    "open",
    "ended",
    "all",
    "historic",
)
SORTS = ("due", "-due", "received", "-received")
GROUPS = ("over", "today", "soon", "ok")
_NEVER, _EVER = date(9999, 12, 31), date(1, 1, 1)


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see of the queue; the address of the page says all of it."""

    view: str = "mine"
    state: str = ""
    party: int | None = None
    code: str = ""
    officer: str = ""
    channel: str = ""
    since: date | None = None
    until: date | None = None
    """Days on which it came in, or among the ended ones on which it ended; both counted."""
    text: str = ""
    sort: str = "due"
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Line:
    """One complaint in the queue."""

    id: int
    ref: str
    state: str
    title: str
    urgent: bool
    received_at: datetime
    due_on: date | None
    clock: str
    provisional: bool
    officer: str
    place: str
    """Where it stands in this order, for the pages before and after."""
    group: str
    lender: str = ""
    firm: str = ""
    codes: tuple[Violation, ...] = field(default=())
    script: int = 0
    """How many other complaints follow the same script."""
    agent: bool = False
    to_check: int = 0
    """How many answers of companies wait to be checked."""


@dataclass(frozen=True)
class Page:
    """One page of the queue, and how many there are in each group."""

    lines: list[Line]
    before: str
    after: str
    groups: dict[str, int]

    @property
    def total(self) -> int:
        """How many there are in all; above MOST nobody counts on."""
        return sum(self.groups.values())


def page(session: Session, asked: Asked, actor: Actor, today: date, lang: str) -> Page:
    """The lines that were asked for."""
    due, found = _found(session, asked, actor)
    rows, before, after = _cut(session, found, due, asked)
    lines = [_line(row, asked, today) for row in rows]
    return Page(_with_companies(session, lines, lang), before, after, _groups(session, found, due, today))


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many each view holds, in one look."""
    columns = []
    for view in VIEWS:
        inner = select(literal(1)).select_from(Complaint).where(_view(view, actor)).limit(MOST + 1).subquery()
        columns.append(select(func.count()).select_from(inner).scalar_subquery().label(view))
    return dict(session.execute(select(*columns)).mappings().one())


def _found(session: Session, asked: Asked, actor: Actor) -> tuple[Subquery, Select[Any]]:
    due = earliest()
    officer = aliased(Account)
    found = (
        select(
            Complaint.id,
            Complaint.ref,
            Complaint.state,
            func.substr(Complaint.facts, 1, 200).label("facts"),
            Complaint.urgent,
            Complaint.received_at,
            due.c.due_on,
            due.c.key,
            due.c.provisional,
            officer.name.label("officer"),
        )
        .outerjoin(due, due.c.complaint_id == Complaint.id)
        .outerjoin(officer, officer.id == Complaint.officer_id)
        .where(*conditions(session, asked, actor))
    )
    return due, found


def conditions(session: Session, asked: Asked, actor: Actor) -> list[ColumnElement[bool]]:
    """What a complaint must be to be listed, whatever the page and the order."""
    return [_view(asked.view, actor), *_filters(session, asked, actor)]


def earliest() -> Subquery:
    """The earliest last day of each complaint: of a running clock on it or a forwarding, or one of ours that expired.

    The progress notice (K07) is the system's own and makes nothing urgent.
    """
    running = (Clock.state == ClockState.RUNNING) & Clock.due_on.is_not(None) & (Clock.key != "K07")
    what = (Clock.due_on, Clock.key, Clock.provisional)
    mine = Clock.subject_type == "complaint"
    theirs = (Clock.subject_type == "forwarding") & (Clock.subject_id == Forwarding.id)
    on_forwarding = select(Forwarding.complaint_id, *what).join(Forwarding, theirs)
    stops = (Clock.subject_type == "stop_contact") & (Clock.subject_id == StopContact.id)
    on_stop_contact = select(StopContact.complaint_id, *what).join(StopContact, stops)
    every = union_all(
        select(Clock.subject_id.label("complaint_id"), *what).where(mine, running),
        on_forwarding.where(running),
        select(Complaint.id, *what)
        .join(Complaint, mine & (Clock.subject_id == Complaint.id))
        .where(_late(Complaint.state)),
        on_forwarding.where(_late(Forwarding.state)),
        on_stop_contact.where(running),
        on_stop_contact.where(_late(StopContact.state)),
    ).subquery()
    first = select(every).ext(distinct_on(every.c.complaint_id)).order_by(every.c.complaint_id, every.c.due_on)
    return first.subquery()


def _late(state: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a column of some machine's state
    newer = aliased(Clock)
    same = (
        (newer.key == Clock.key) & (newer.subject_type == Clock.subject_type) & (newer.subject_id == Clock.subject_id)
    )
    again = select(newer.id).where(same, newer.id > Clock.id).exists()
    still = or_(*((Clock.key == key) & state.in_(states) for key, states in LATE.items()))
    return (Clock.how == ClockEnd.EXPIRED) & still & ~again


def beginning(day: date) -> datetime:
    """When a day begins in the association's zone."""
    return datetime.combine(day, time(), ZONE)


def _has(*states: str) -> ColumnElement[bool]:
    return Complaint.id.in_(select(Forwarding.complaint_id).where(Forwarding.state.in_(states)))


def _time_asked() -> ColumnElement[bool]:
    waits = Forwarding.time_asked_at.is_not(None) & (Forwarding.state == "SENT")
    return Complaint.id.in_(select(Forwarding.complaint_id).where(waits))


def _view(view: str, actor: Actor) -> ColumnElement[bool]:
    shut = Complaint.state.in_(SHUT)
    views: dict[str, ColumnElement[bool]] = {
        "unassigned": ~shut & Complaint.officer_id.is_(None) & (Complaint.state != "MERGED"),
        "acceptance": Complaint.state == "RECEIVED",
        "waiting": ~shut & _has("SENT", "OVERDUE"),
        "answers": ~shut & (_has(*TO_CHECK) | _time_asked()),
        "disputed": Complaint.state == "DISPUTED",
        "escalated": Complaint.state == "ESCALATED",
        "urgent": ~shut & Complaint.urgent,
        "open": ~shut,
        "ended": Complaint.state.in_(sorted(COMPLAINT.ends)),
        "all": Complaint.state.not_in(["NEW", "HISTORIC"]),
        "historic": Complaint.state == "HISTORIC",
    }
    return views[view] if view in views else ~shut & _mine(actor)


def _mine(actor: Actor) -> ColumnElement[bool]:
    """What is mine, and what nobody has yet and is for people like me."""
    turn: list[ColumnElement[bool]] = []
    if actor.has("intake"):
        turn += [Complaint.state == "RECEIVED", _has(*TO_CHECK)]
    if actor.has("officer"):
        turn += [Complaint.state == "DISPUTED", _has(*TO_CHECK)]
    own = (Complaint.officer_id == actor.id) & ((Complaint.state != "ESCALATED") | _has(*TO_CHECK))
    free = [Complaint.officer_id.is_(None) & or_(*turn)] if turn else []
    asks = [_time_asked()] if actor.has("head") else []
    return or_(own, *free, *asks)


def _filters(session: Session, asked: Asked, actor: Actor) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.state:
        found.append(Complaint.state == asked.state)
    if asked.channel:
        found.append(Complaint.channel == asked.channel)
    moment = Complaint.ended_at if asked.view == "ended" else Complaint.received_at
    if asked.since is not None:
        found.append(moment >= beginning(asked.since))
    if asked.until is not None:
        found.append(moment < beginning(asked.until + timedelta(days=1)))
    if asked.code:
        found.append(Complaint.id.in_(select(AllegedCode.complaint_id).where(AllegedCode.code == asked.code)))
    if asked.party is not None:
        named = select(NamedCompany.complaint_id).where(NamedCompany.party_id == asked.party)
        sent = select(Forwarding.complaint_id).where(Forwarding.party_id == asked.party)
        found.append(Complaint.id.in_(named.union(sent)))
    if asked.officer == "none":
        found.append(Complaint.officer_id.is_(None))
    elif asked.officer:
        who = actor.id if asked.officer == "me" else int(asked.officer)
        found.append(Complaint.officer_id == who)
    if asked.text:
        found.append(_told(session, asked.text))
    return found


def _told(session: Session, text: str) -> ColumnElement[bool]:
    """A number, a company by any of its names, the person's contact, or words of the text."""
    ways: list[ColumnElement[bool]] = [
        Complaint.ref.icontains(text, autoescape=True),
        Complaint.facts.icontains(text, autoescape=True),
        Complaint.id.in_(select(NamedCompany.complaint_id).where(NamedCompany.value.icontains(text, autoescape=True))),
    ]
    if folded := fold(text):
        ids = list(session.scalars(lineage.named(folded).limit(40)))
        ways.append(Complaint.id.in_(select(NamedCompany.complaint_id).where(NamedCompany.party_id.in_(ids))))
        ways.append(Complaint.id.in_(select(Forwarding.complaint_id).where(Forwarding.party_id.in_(ids))))
    if "@" in text or fold_number(text):
        same = Complainant.contact_hash == receipts.contact_hash(text)
        ways.append(Complaint.id.in_(select(Complainant.complaint_id).where(same)))
    return or_(*ways)


def _keys(due: Subquery, sort: str) -> tuple[Any, Any]:
    if sort.endswith("received"):
        return Complaint.received_at, Complaint.id
    return func.coalesce(due.c.due_on, literal(_EVER if sort.startswith("-") else _NEVER)), Complaint.id


def _cut(session: Session, found: Select[Any], due: Subquery, asked: Asked) -> tuple[list[Any], str, str]:
    """One page and the places of the pages before and after it, by key."""
    keys = _keys(due, asked.sort)
    back = bool(asked.before)
    down = asked.sort.startswith("-") != back
    place = _place(asked.before or asked.after, asked.sort)
    if place is not None:
        here = tuple_(*keys)
        found = found.where(here < tuple_(*place) if down else here > tuple_(*place))
    ordered = found.order_by(*(key.desc() if down else key.asc() for key in keys)).limit(SIZE + 1)
    rows = list(session.execute(ordered))
    more, rows = len(rows) > SIZE, rows[:SIZE]
    if back:
        rows.reverse()
    has_before = more if back else place is not None
    has_after = bool(asked.before) or more
    first = _spoken(rows[0], asked.sort) if rows and has_before else ""
    return rows, first, _spoken(rows[-1], asked.sort) if rows and has_after else ""


def _spoken(row: Any, sort: str) -> str:  # noqa: ANN401 - a row of the query above
    if sort.endswith("received"):
        return f"{row.received_at.isoformat()}~{row.id}"
    return f"{row.due_on or (_EVER if sort.startswith('-') else _NEVER)}~{row.id}"


def _place(spoken: str, sort: str) -> tuple[datetime | date, int] | None:
    value, _, number = spoken.partition("~")
    if not number.isdecimal():
        return None
    try:
        when = datetime.fromisoformat(value) if sort.endswith("received") else date.fromisoformat(value)
    except ValueError:
        return None
    return when, int(number)


def group_of(due_on: date | None, today: date) -> str:
    """How urgent a last day is."""
    if due_on is None or due_on > today + timedelta(days=SOON):
        return "ok"
    return "over" if due_on < today else "today" if due_on == today else "soon"


def _groups(session: Session, found: Select[Any], due: Subquery, today: date) -> dict[str, int]:
    some = found.with_only_columns(due.c.due_on.label("day")).limit(MOST + 1).subquery()
    near = today + timedelta(days=SOON)
    group = case((some.c.day < today, "over"), (some.c.day == today, "today"), (some.c.day <= near, "soon"), else_="ok")
    rows = session.execute(select(group, func.count()).group_by(group)).all()
    return dict.fromkeys(GROUPS, 0) | dict(map(tuple, rows))


def _line(row: Any, asked: Asked, today: date) -> Line:  # noqa: ANN401
    return Line(
        id=row.id,
        ref=row.ref,
        state=row.state,
        title=title_of(row.facts),
        urgent=row.urgent,
        received_at=row.received_at,
        due_on=row.due_on,
        clock=row.key or "",
        provisional=bool(row.provisional),
        officer=row.officer or "",
        place=_spoken(row, asked.sort),
        group=group_of(row.due_on, today),
    )


def title_of(facts: str) -> str:
    """What a complaint is called in lists: its first sentence, masked."""
    text = " ".join(masking.masked(facts).split())
    first = SENTENCE.match(text)
    text = first[0].rstrip("。.") if first else text
    most = LONGEST_TITLE if HAN.search(text) else 2 * LONGEST_TITLE
    return text[:most] + ("…" if len(text) > most else "")


def _with_companies(session: Session, lines: list[Line], lang: str) -> list[Line]:
    ids = [line.id for line in lines]
    companies = _companies(session, ids, lang)
    same = scripts.sizes(session, ids)
    by_agents = set(
        session.scalars(
            select(Complainant.complaint_id).where(Complainant.complaint_id.in_(ids), Complainant.role == "AGENT")
        )
    )
    to_check = _to_check(session, ids)
    codes: dict[int, list[Violation]] = {}
    alleged = select(AllegedCode.complaint_id, Violation).join(Violation, Violation.code == AllegedCode.code)
    for number, violation in session.execute(
        alleged.where(AllegedCode.complaint_id.in_(ids)).order_by(AllegedCode.code)
    ):
        codes.setdefault(number, []).append(violation)
    return [
        replace(
            line,
            lender=companies.get((line.id, "INSTITUTION"), ""),
            firm=companies.get((line.id, "FIRM"), ""),
            codes=tuple(sorted(codes.get(line.id, ()), key=lambda each: -each.severity)),
            script=same.get(line.id, 0),
            agent=line.id in by_agents,
            to_check=to_check.get(line.id, 0),
        )
        for line in lines
    ]


def _to_check(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """How many answers of each complaint wait to be checked."""
    waits = select(Forwarding.complaint_id, func.count()).where(Forwarding.state.in_(TO_CHECK))
    rows = session.execute(waits.where(Forwarding.complaint_id.in_(ids)).group_by(Forwarding.complaint_id))
    return {row.complaint_id: int(row[1]) for row in rows}


def _companies(session: Session, ids: Iterable[int], lang: str) -> dict[tuple[int, str], str]:
    """The first lender and the first firm of each: whom it was put before, else who was named."""
    found: dict[tuple[int, str], str] = {}
    sent = select(Forwarding.complaint_id, Party).join(Party, Party.id == Forwarding.party_id)
    for number, party in session.execute(sent.where(Forwarding.complaint_id.in_(ids)).order_by(Forwarding.id)):
        found.setdefault((number, party.kind.value), party.name(lang))
    named = select(NamedCompany.complaint_id, NamedCompany.kind, NamedCompany.value, Party)
    named = named.outerjoin(Party, Party.id == NamedCompany.party_id).where(NamedCompany.complaint_id.in_(ids))
    for number, kind, value, party in session.execute(named.order_by(NamedCompany.id)):
        found.setdefault((number, kind), party.name(lang) if party else f"“{value}”")
    return found


def colleagues(session: Session, *roles: str) -> Sequence[Account]:
    """Staff who hold one of these roles and can sign in, by name."""
    held = select(AccountRole.account_id).where(AccountRole.role.in_(roles))
    asked = select(Account).where(Account.audience == Audience.STAFF, Account.locked_at.is_(None), Account.id.in_(held))
    return session.scalars(asked.order_by(Account.name, Account.id)).all()
