"""What assignment rules look at: the rules, complaints as far as rules ask about them, and who may get one today."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casework.models import Complaint
from casework.models_assignment import AssignmentRule
from casework.models_cases import CaseComplaint
from casework.models_queue import QueueEntry
from casework.models_recusals import LIVE, Interest, Recusal
from casework.models_stop_contacts import StopContact
from casework.policies_recusals import since, still_bars
from registry import absences
from registry.models import Engagement, Party
from registry.models_accounts import Account, AccountRole, Audience
from registry.models_lineage import PartySuccession

AT_WORK = ("officer", "intake")
"""The roles of people to whom a complaint can be assigned."""
LOOKED_AT = 200
"""How many unassigned complaints a preview tries."""


@dataclass(frozen=True)
class Matter:
    """One complaint as far as rules ask about it."""

    id: int
    ref: str
    lang: str
    parties: frozenset[int]
    codes: frozenset[str]


@dataclass
class Staff:
    """Who may get what today; loads grow as more complaints are tried."""

    able: frozenset[int]
    away: frozenset[int]
    loads: dict[int, int]
    barred: dict[int, set[int]] = field(default_factory=dict)
    """For each complaint, who takes no part in it."""
    regions: dict[int, str] = field(default_factory=dict)
    """For each company, the six digits of its administrative division."""


def rules(session: Session) -> Sequence[AssignmentRule]:
    """The rules, in the order in which they are tried."""
    return session.scalars(select(AssignmentRule).order_by(AssignmentRule.place, AssignmentRule.id)).all()


def unassigned(session: Session) -> list[Matter]:
    """Open complaints that nobody has, the most urgent first."""
    it = QueueEntry
    asked = select(it.complaint_id, Complaint.ref, Complaint.lang, it.parties, it.codes).join(
        Complaint, Complaint.id == it.complaint_id
    )
    asked = asked.where(it.officer_id.is_(None), it.state != "MERGED").order_by(it.due_on, it.complaint_id)
    found = session.execute(asked.limit(LOOKED_AT))
    return [Matter(number, ref, lang, frozenset(of), frozenset(codes)) for number, ref, lang, of, codes in found]


def staff_for(session: Session, matters: Sequence[Matter], people: Collection[int], today: date) -> Staff:
    """What is known about the people whom rules name, and about the companies of these complaints."""
    able = handlers(session, people)
    mine = QueueEntry.officer_id.in_(able) & (QueueEntry.state != "MERGED")
    load = select(QueueEntry.officer_id, func.count()).where(mine)
    loads = {row[0] or 0: row[1] for row in session.execute(load.group_by(QueueEntry.officer_id))}
    parties = {number for each in matters for number in each.parties}
    codes = session.execute(select(Party.id, func.substr(Party.uscc, 3, 6)).where(Party.id.in_(parties)))
    return Staff(
        able,
        frozenset(absences.away(session, today)),
        loads,
        _barred(session, matters, able, today),
        {row[0]: row[1] for row in codes},
    )


def handlers(session: Session, people: Collection[int]) -> frozenset[int]:
    """Which of them work on complaints and can sign in."""
    held = select(AccountRole.account_id).where(AccountRole.role.in_(AT_WORK))
    working = (Account.audience == Audience.STAFF) & Account.works & Account.id.in_(held)
    return frozenset(session.scalars(select(Account.id).where(working, Account.id.in_(people))))


def roles_of(session: Session, person: int) -> frozenset[str]:
    """The roles in which somebody works on complaints; none, if they cannot sign in."""
    able = select(Account.id).where(Account.audience == Audience.STAFF, Account.works, Account.id == person)
    held = select(AccountRole.role).where(AccountRole.role.in_(AT_WORK), AccountRole.account_id.in_(able))
    return frozenset(session.scalars(held))


def barred_from(session: Session, complaints: Collection[int], person: int, today: date) -> set[int]:
    """The open complaints among these in which somebody takes no part."""
    it = QueueEntry
    some = session.execute(select(it.complaint_id, it.parties).where(it.complaint_id.in_(complaints)))
    matters = [Matter(number, "", "", frozenset(parties), frozenset()) for number, parties in some]
    barred = _barred(session, matters, (person,), today)
    return {number for number, people in barred.items() if person in people}


def _barred(session: Session, matters: Sequence[Matter], able: Iterable[int], today: date) -> dict[int, set[int]]:
    """Who has an interest in a company concerned or in one tied to it, or is recused in a case about it.

    Concerned and tied mean what they mean where somebody acts (policies_impartial, policies_recusals.tied_to).
    """
    about = {each.id: set(each.parties) for each in matters}
    stopped = select(StopContact.complaint_id, StopContact.party_id).where(StopContact.complaint_id.in_(about))
    for number, party in session.execute(stopped):
        about[number].update([party] if party is not None else [])
    ties = _ties(session, {party for parties in about.values() for party in parties})
    told = select(Interest.account_id, Interest.party_id).where(Interest.account_id.in_(list(able)))
    interests = list(session.execute(told.where(still_bars(since(session, today)))))
    found: dict[int, set[int]] = {}
    for number, parties in about.items():
        concerned = parties.union(*(ties[party] for party in parties))
        found[number] = {who for who, party in interests if party in concerned}
    recused = select(CaseComplaint.complaint_id, Recusal.account_id).join(
        Recusal, Recusal.case_id == CaseComplaint.case_id
    )
    for number, who in session.execute(
        recused.where(CaseComplaint.complaint_id.in_(list(found)), Recusal.state.in_(LIVE))
    ):
        found[number].add(who)
    return found


def _ties(session: Session, parties: Collection[int]) -> Mapping[int, set[int]]:
    """For each of these companies those that it works with, its predecessors and its successors."""
    ties: dict[int, set[int]] = defaultdict(set)
    tied = or_(Engagement.institution_id.in_(parties), Engagement.firm_id.in_(parties))
    pairs = list(session.execute(select(Engagement.institution_id, Engagement.firm_id).where(tied)))
    it = PartySuccession
    standing = it.withdrawn_at.is_(None) & or_(it.predecessor_id.in_(parties), it.successor_id.in_(parties))
    pairs += session.execute(select(it.predecessor_id, it.successor_id).where(standing))
    for one, other in pairs:
        ties[one].add(other)
        ties[other].add(one)
    return ties
