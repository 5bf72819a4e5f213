"""Which complaints a view and its filters list: from the queue's own rows if they are open, else from complaints."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, cast

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Date,
    ScalarSelect,
    Select,
    String,
    any_,
    bindparam,
    case,
    except_,
    exists,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session

from casework import policies_recusals, receipts
from casework.models import AllegedCode, Complainant, Complaint, Forwarding, NamedCompany
from casework.models_queue import QueueEntry
from casework.models_recusals import Interest
from casework.models_stop_contacts import StopContact
from casework.states import ENDS, UNSENT
from core.actors import Actor
from core.clock import midnight, today
from core.planned import ME, Written
from registry import lineage
from registry.names import fold, fold_number

OPEN_VIEWS = (
    "mine",
    "unassigned",
    "acceptance",
    "waiting",
    "answers",
    "disputed",
    "escalated",
    "urgent",
    "open",
)
VIEWS = (*OPEN_VIEWS, "ended", "all", "historic")
SORTS = ("due", "-due", "received", "-received")
FEW = 2000
"""How many are looked up one by one; more are so close together that the queue is read in its order."""
RELAY = "K08"
"""The clock of a request to stop contact that intake has to pass on."""
Part = list[ColumnElement[bool]]
THESE: Final[BindParameter[Any]] = bindparam("these", None, ARRAY(BigInteger))
"""A place for those few."""
SINCE: Final[BindParameter[Any]] = bindparam("since", None, Date())
"""A place for the day from which an interest that has ended still bars."""
Few = list[int] | BindParameter[Any] | None


@dataclass(frozen=True)
class Seat:
    """Who asks, for a statement built once for everybody of these roles, with parameters for numbers."""

    roles: frozenset[str]
    covered: int
    """For how many colleagues they stand in."""
    id = ME

    @property
    def covers(self) -> list[ColumnElement[int]]:
        """Parameters for the numbers of the colleagues."""
        return [bindparam(_covered(place), None, BigInteger()) for place in range(self.covered)]

    def has(self, *roles: str) -> bool:
        """Whether they have at least one of these roles."""
        return not self.roles.isdisjoint(roles)


def seat_of(actor: Actor) -> Seat:
    """What a statement knows of somebody."""
    return Seat(actor.roles, len(actor.covers))


def told_of(session: Session, actor: Actor) -> dict[str, Any]:
    """The values for a seat's parameters."""
    covered = {_covered(place): number for place, number in enumerate(sorted(actor.covers))}
    return {ME.key: actor.id, SINCE.key: policies_recusals.since(session, today())} | covered


def _covered(place: int) -> str:
    return f"covered_{place}"


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see of the queue, all of which is in the page's address."""

    view: str = "mine"
    state: str = ""
    party: int | None = None
    code: str = ""
    officer: str = ""
    channel: str = ""
    outcome: str = ""
    """How it ended, among the ended ones."""
    since: date | None = None
    until: date | None = None
    """Days on which it came in, or among the ended ones on which it ended; both counted."""
    text: str = ""
    sort: str = "due"
    after: str = ""
    before: str = ""

    @property
    def open(self) -> bool:
        """Whether only open complaints are listed, which have clocks and rows of their own."""
        return self.view in OPEN_VIEWS

    @property
    def of_a_kind(self) -> bool:
        """Whether only those about a company or of a kind of violation are listed."""
        return self.party is not None or bool(self.code)

    @property
    def whole(self) -> bool:
        """Whether a view is listed without filters."""
        return self == Asked(view=self.view, sort=self.sort)

    @property
    def by_due(self) -> bool:
        """Whether the last day gives the order."""
        return self.open and self.sort.endswith("due")


def keys(asked: Asked) -> tuple[Any, Any]:
    """The keys of the order, which end in the complaint's number."""
    if not asked.open:
        return Complaint.received_at, Complaint.id
    return (QueueEntry.due_on if asked.by_due else QueueEntry.received_at), QueueEntry.complaint_id


def parts(session: Session | None, asked: Asked, actor: Actor | Seat, few: Few = None) -> list[Part]:
    """Conditions of a list's parts; each part has its own index, and no complaint is in two.

    A session is needed to search for words, and without one there are places for a company and a code; `few` are the
    numbers from `few_of`, or a parameter for them.
    """
    if not asked.open:
        return [[*_shut(asked.view), *_on_complaints(session, asked, actor)]]
    filters = _on_entries(session, asked, actor, few)
    return [[part, *filters] for part in _open(session, asked.view, actor)]


def numbers(session: Session, asked: Asked, actor: Actor) -> Select[Any] | CompoundSelect[Any]:
    """The numbers of everything listed, whatever the page and the order."""
    _place, number = keys(asked)
    return union_all(*(select(number).where(*part) for part in parts(session, asked, actor, few_of(session, asked))))


def conditions(session: Session, asked: Asked, actor: Actor) -> Part:
    """Everything listed, as conditions on complaints."""
    if not asked.open:
        return parts(session, asked, actor)[0]
    return [Complaint.id.in_(numbers(session, asked, actor))]


def ending() -> ColumnElement[str]:
    """SQL: how a complaint ended: the outcome of a closed one, the state of any other."""
    return case((Complaint.state == "CLOSED", func.coalesce(Complaint.outcome, "CLOSED")), else_=Complaint.state)


def _open(session: Session | None, view: str, actor: Actor | Seat) -> list[ColumnElement[bool]]:
    it = QueueEntry
    views: dict[str, ColumnElement[bool]] = {
        "unassigned": it.officer_id.is_(None) & _own_way(),
        "acceptance": it.state == _said("RECEIVED"),
        "waiting": cast("ColumnElement[bool]", it.waits),
        "answers": (it.to_check > _said(0)) | it.time_asked,
        "disputed": it.state == _said("DISPUTED"),
        "escalated": it.state == _said("ESCALATED"),
        "urgent": it.urgent & _own_way(),
        "open": it.complaint_id > 0,
    }
    return [views[view]] if view in views else _mine(session, actor)


def _mine(session: Session | None, actor: Actor | Seat) -> list[ColumnElement[bool]]:
    """Work of the reader or of somebody they stand in for, and what nobody has yet and is for people like them.

    Work that others or nobody has, about a company to which the reader is tied, does not count.
    """
    it, ties = QueueEntry, _ties_of(session, actor)
    impartial = ~it.parties.overlap(ties) & ~_asked_to_stop(ties)
    nobodys, to_check = it.officer_id.is_(None) & impartial, it.to_check > _said(0)
    stays = _own_way() & ((it.state != _said("ESCALATED")) | to_check)
    covers = actor.covers if isinstance(actor, Seat) else sorted(actor.covers)
    found: list[ColumnElement[bool]] = [(it.officer_id == actor.id) & stays]
    found += [(it.officer_id == who) & stays & impartial for who in covers]
    if actor.has("officer"):
        found.append(nobodys & ((it.state == _said("DISPUTED")) | to_check))
    elif actor.has("intake"):
        found.append(nobodys & to_check)
    if actor.has("intake"):
        found.append(nobodys & (it.state == _said("RECEIVED")) & ~to_check)
    if actor.has("intake"):  # what has to be passed on first of all, whatever else of it waits for companies
        found.append(
            nobodys
            & (it.due_key == _said(RELAY))
            & _own_way()
            & ~or_(*(func.coalesce(each, false()) for each in found))
        )
    if actor.has("head"):
        found.append(it.time_asked & impartial & ~or_(*(func.coalesce(each, false()) for each in found)))
    return found


def _ties_of(session: Session | None, actor: Actor | Seat) -> ScalarSelect[Any]:
    if isinstance(actor, Seat) or session is None:
        return _ties(ME, SINCE)
    return _ties(actor.id, policies_recusals.since(session, today()))


def _asked_to_stop(ties: ScalarSelect[Any]) -> ColumnElement[bool]:
    """SQL: the complaint asked one of these to stop calling; not looked for where there are none, as mostly."""
    it, some = StopContact, func.cardinality(ties) > _said(0)
    asked = it.complaint_id == QueueEntry.complaint_id
    return some & exists().where(asked, array([it.party_id]).contained_by(ties)).correlate(QueueEntry)


@lru_cache(maxsize=200)
def _ties(me: Any, since: Any) -> ScalarSelect[Any]:  # noqa: ANN401 - values, or places for them
    """SQL: the companies to which somebody is tied, looked up once in a statement."""
    mine = select(Interest.party_id).where(Interest.account_id == me, policies_recusals.still_bars(since))
    tied = policies_recusals.tied_to(mine).subquery()
    some = func.array_agg(tied.c[0], type_=ARRAY(BigInteger))
    ties = select(func.coalesce(some, literal_column("'{}'::bigint[]")).label("parties")).cte("ties")
    return select(ties.c.parties).scalar_subquery()


def _own_way() -> ColumnElement[bool]:
    """SQL: it was not merged: a merged complaint is nobody's work until it is parted again."""
    return QueueEntry.state != _said("MERGED")


def _said(value: str | int) -> ColumnElement[Any]:
    """A value as part of the statement's text, so that its plan can use the index of exactly these rows."""
    return literal(value, literal_execute=True)


def _shut(view: str) -> Part:
    views: dict[str, ColumnElement[bool]] = {
        "ended": Complaint.state.in_(ENDS),
        "all": Complaint.state.not_in(UNSENT),
        "historic": Complaint.state == "HISTORIC",
    }
    return [views[view]]


def few_of(session: Session, asked: Asked) -> list[int] | None:
    """Complaints about a company or of a kind, by index; None if they are so many that the queue is read instead."""
    if not (asked.open and asked.of_a_kind):
        return None
    said = {"code": asked.code or None} | ({} if asked.party is None else {"called": asked.party})
    [(many, numbers)] = _few(company=asked.party is not None).rows(session, **said)
    return None if many > FEW else list(numbers or ())


@lru_cache
def _few(*, company: bool) -> Written:
    """How many there are about a company, of a kind, or both, and which; of a merged company, its present entry's."""
    party = lineage.stands_for(CALLED)
    code = bindparam("code", None, String())
    found = func.zilu_queue_of(party if company else null(), code, FEW + 1).column_valued("number")
    concerned = ~_let_off(found, party) if company else true()
    these = func.array_agg(found, type_=ARRAY(BigInteger)).filter(concerned)
    return Written(lambda: select(func.count(found).label("many"), these.label("these")))


def any_of_a_kind(asked: Asked) -> Asked:
    """The same list for whatever company or code: its statement has places for them."""
    return replace(asked, party=None if asked.party is None else 0, code="*" if asked.code else "")


def told_of_kind(session: Session, asked: Asked) -> dict[str, Any]:
    """The values for the places of a company and a code."""
    said: dict[str, Any] = {CODES.key: [asked.code]} if asked.code else {}
    if asked.party is not None:
        said[STANDING.key] = _STANDS.rows(session, called=asked.party)[0].party
    return said


CALLED: Final[BindParameter[Any]] = bindparam("called", None, BigInteger())
STANDING: Final[BindParameter[Any]] = bindparam("standing", None, BigInteger())
CODES: Final[BindParameter[Any]] = bindparam("codes", None, QueueEntry.__table__.c.codes.type)
_STANDS: Final = Written(lambda: select(lineage.stands_for(CALLED).label("party")))


def _standing(session: Session | None, party: int) -> ColumnElement[int]:
    """The entry that stands for it, as a value if possible, since PostgreSQL plans by how much is about it."""
    if session is None:
        return STANDING
    return literal(_STANDS.rows(session, called=party)[0].party, BigInteger)


def _let_off(complaint: Any, party: ColumnElement[int]) -> ColumnElement[bool]:  # noqa: ANN401 - a column of numbers
    """SQL: the company was found not concerned, so that the complaint is not about it."""
    it = Forwarding
    return exists().where(it.complaint_id == complaint, it.party_id == party, it.let_off_on.is_not(None))


def _on_entries(session: Session | None, asked: Asked, actor: Actor | Seat, few: Few) -> Part:
    """The filters, on the queue's own rows."""
    it, found = QueueEntry, _plain(QueueEntry, asked, actor, QueueEntry.received_at)
    if asked.officer and asked.state != "MERGED":
        found.append(_own_way())
    if few is not None:
        these = literal(few, ARRAY(BigInteger)) if isinstance(few, list) else few
        return [*found, it.complaint_id == any_(these), *_words(session, asked)]
    if asked.code:
        found.append(it.codes.contains([asked.code] if session is not None else CODES))
    if asked.party is not None:
        party = _standing(session, asked.party)
        found += [it.parties.contains(array([party])), ~_let_off(it.complaint_id, party)]
    return [*found, *_words(session, asked)]


def _words(session: Session | None, asked: Asked) -> Part:
    if not asked.text or session is None:
        return []
    same = Complaint.id == QueueEntry.complaint_id
    return [select(_told(session, asked.text)).where(same).scalar_subquery()]


def _on_complaints(session: Session | None, asked: Asked, actor: Actor | Seat) -> Part:
    """The filters, on complaints."""
    found = _plain(Complaint, asked, actor, Complaint.ended_at if asked.view == "ended" else Complaint.received_at)
    if asked.code:
        found.append(Complaint.id.in_(select(AllegedCode.complaint_id).where(AllegedCode.code == asked.code)))
    if asked.outcome:
        found.append(ending() == asked.outcome)
    if asked.party is not None:
        it, party = Forwarding, _standing(session, asked.party)
        named = select(NamedCompany.complaint_id).where(NamedCompany.party_id == party)
        sent = select(it.complaint_id).where(it.party_id == party)
        mistaken = sent.where(it.let_off_on.is_not(None))
        found.append(Complaint.id.in_(except_(union(named, sent), mistaken)))
    if asked.text and session is not None:
        found.append(_told(session, asked.text))
    return found


def _plain(it: Any, asked: Asked, actor: Actor | Seat, moment: Any) -> Part:  # noqa: ANN401 - entries or complaints
    found: Part = []
    if asked.state:
        found.append(it.state == asked.state)
    if asked.channel:
        found.append(it.channel == asked.channel)
    if asked.since is not None:
        found.append(moment >= midnight(asked.since))
    if asked.until is not None:
        found.append(moment < midnight(asked.until + timedelta(days=1)))
    if asked.officer == "none":
        found.append(it.officer_id.is_(None))
    elif asked.officer:
        found.append(it.officer_id == (actor.id if asked.officer == "me" else int(asked.officer)))
    return found


def _told(session: Session, text: str) -> ColumnElement[bool]:
    """SQL: a number, a company by any name, the person's contact, or words of the text.

    What hangs on a complaint is asked of each by itself: a list of all that is told anywhere would be made first.
    """
    ids = list(session.scalars(lineage.named(folded).limit(40))) if (folded := fold(text)) else []
    named = or_(NamedCompany.value.icontains(text, autoescape=True), NamedCompany.party_id.in_(ids))
    ways: list[ColumnElement[bool]] = [
        Complaint.ref.icontains(text, autoescape=True),
        Complaint.facts.icontains(text, autoescape=True),
        exists().where(NamedCompany.complaint_id == Complaint.id, named),
    ]
    if ids:
        ways.append(exists().where(Forwarding.complaint_id == Complaint.id, Forwarding.party_id.in_(ids)))
    if "@" in text or fold_number(text):
        same = Complainant.contact_hash == receipts.contact_hash(text)
        ways.append(exists().where(Complainant.complaint_id == Complaint.id, same))
    return or_(*ways)
