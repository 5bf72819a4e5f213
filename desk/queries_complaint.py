"""What the staff's page of one complaint shows, and whom it could be put before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session, selectinload

from casework import policies, queries_stop_contacts, receipts
from casework.models import Answer, Complaint, Forwarding, Message, Note, Release, Settlement, Task
from casework.models_cases import CaseComplaint, CaseFile, Evidence
from casework.queries_recusals import is_closed
from core import keyset
from core.actors import Actor
from core.planned import Written
from notices import queries as notices
from notices.models import Document
from registry import lineage
from registry import queries as register
from registry.models import VIA_PRINCIPAL, Engagement, Party, PartyKind
from registry.policies import may_be_named

FIRST = (Task.raised_at, Task.id)
MOST_QUOTED = 5
"""How many other numbers in a text are looked up."""


@dataclass(frozen=True)
class Candidate:
    """A party that a complaint could be put before: why, and whether the rules reached it on that day."""

    party: Party
    basis: str
    reachable: bool
    named: bool
    engagement: Engagement | None = None
    forwarded: bool = False
    succeeds: Party | None = None
    """The company as whose successor it is offered."""


@dataclass(frozen=True)
class Whole:
    """All that hangs on one complaint."""

    evidence: Sequence[Evidence]
    releases: Sequence[Release]
    messages: Sequence[Message]
    notes: Sequence[Note]
    letters: Sequence[Document]
    settlement: Settlement | None
    cases: Sequence[CaseFile]
    similar: list[Any]
    """Their numbers, states and days only: there may be many."""
    similar_go_on: bool
    """Whether only the latest of them are among these."""
    followers: Sequence[Complaint]
    lead: Complaint | None
    taken_from: Complaint | None
    taken_up: Complaint | None
    quoted: Sequence[Complaint]
    """Earlier ones whose numbers its person quotes, as letters and refusals ask (domain 6.2)."""

    def files_of(self, forwarding: Forwarding) -> list[Evidence]:
        """What a respondent handed in with its answers."""
        return [each for each in self.evidence if each.forwarding_id == forwarding.id]

    def sent_again(self, forwarding: Forwarding) -> date | None:
        """When the letter went out again, because its return was not accepted."""
        mine = (each for each in self.letters if (each.subject_kind, each.subject_id) == ("forwarding", forwarding.id))
        sent = [each.issued_on for each in mine if each.kind == "D05b"]
        return sent[-1] if forwarding.insisted and sent else None

    @property
    def given(self) -> list[Evidence]:
        """What belongs to the complaint itself."""
        return [each for each in self.evidence if each.forwarding_id is None]


def spelt(ref: str) -> list[str]:
    """How a number may be stored: as typed, as other registers write theirs, or in capitals."""
    return list(dict.fromkeys((ref.strip(), ref.strip().upper())))


def complaint(session: Session, ref: str, actor: Actor) -> Complaint | None:
    """A complaint by its number, if this reader may see it."""
    asked = select(Complaint).options(
        selectinload(Complaint.companies),
        selectinload(Complaint.codes),
        selectinload(Complaint.forwardings).selectinload(Forwarding.answers),
    )
    each = (session.scalar(asked.where(Complaint.ref == spelling)) for spelling in spelt(ref))
    found = next(filter(None, each), None)
    return found if found is not None and policies.may_read(actor, found) else None


def complaint_ref(session: Session, number: int) -> str | None:
    """The number people use for a complaint."""
    return session.scalar(select(Complaint.ref).where(Complaint.id == number))


def forwarding(session: Session, number: int, actor: Actor) -> Forwarding | None:
    """A forwarding, if this reader may see its complaint."""
    found = session.scalar(select(Forwarding).where(Forwarding.id == number).options(selectinload(Forwarding.answers)))
    return found if found is not None and policies.may_read(actor, found.complaint) else None


def whole(session: Session, it: Complaint, now: datetime) -> Whole:
    """Everything that hangs on a complaint."""
    sent = [each.id for each in it.forwardings]
    near = policies.near(session, it, now) if it.state != "HISTORIC" else ()
    resting = select(CaseComplaint.case_id).where(CaseComplaint.complaint_id == it.id)
    return Whole(
        evidence=_files(session, it, sent),
        releases=releases(session, it),
        messages=messages(session, it.id),
        notes=session.scalars(select(Note).where(Note.complaint_id == it.id).order_by(Note.id.desc())).all(),
        letters=notices.documents_of(
            session,
            [
                ("complaint", it.id),
                *(("forwarding", number) for number in sent),
                *(("stop_contact", each.id) for each in queries_stop_contacts.of_complaint(session, it.id)),
            ],
            [it.id],
        ),
        settlement=settlement(session, it),
        cases=session.scalars(
            select(CaseFile).where(CaseFile.id.in_(session.scalars(resting).all())).order_by(CaseFile.id)
        ).all(),
        similar=[each for each in near[: policies.AT_ONCE] if each.id != it.id],
        similar_go_on=len(near) > policies.AT_ONCE,
        followers=session.scalars(
            select(Complaint).where(Complaint.lead_id == it.id, Complaint.state == "MERGED").order_by(Complaint.id),
        ).all(),
        lead=session.get(Complaint, it.lead_id) if it.lead_id else None,
        taken_from=session.get(Complaint, it.taken_from_id) if it.taken_from_id else None,
        taken_up=session.scalar(select(Complaint).where(Complaint.taken_from_id == it.id).limit(1)),
        quoted=_quoted(session, it),
    )


def _quoted(session: Session, it: Complaint) -> Sequence[Complaint]:
    found = set(receipts.REF.findall(f"{it.facts} {it.request or ''}".upper())) - {it.ref}
    if not found:
        return ()
    named = sorted(found)[:MOST_QUOTED]
    return session.scalars(select(Complaint).where(Complaint.ref.in_(named)).order_by(Complaint.id)).all()


def _files(session: Session, it: Complaint, sent: Sequence[int]) -> list[Evidence]:
    """The files of a complaint and of its forwardings, oldest first."""
    own = session.scalars(select(Evidence).where(Evidence.complaint_id == it.id))
    theirs = session.scalars(select(Evidence).where(Evidence.forwarding_id.in_(sent))) if sent else ()
    found = {each.id: each for each in (*own, *theirs) if not each.taken_over}
    return sorted(found.values(), key=lambda each: each.id)


def settlement(session: Session, it: Complaint) -> Settlement | None:
    """The proposed terms, if there are any."""
    return session.scalar(select(Settlement).where(Settlement.complaint_id == it.id))


def releases(session: Session, it: Complaint) -> Sequence[Release]:
    """The answers that the complainant was given."""
    return releases_of(session, it.id)


def releases_of(session: Session, complaint_id: int) -> Sequence[Release]:
    """The answers that the complainant of a complaint was given, oldest first."""
    return session.scalars(select(Release).where(Release.complaint_id == complaint_id).order_by(Release.id)).all()


def evidence_of(session: Session, complaint_id: int) -> Sequence[Evidence]:
    """The files of a complaint itself, oldest first."""
    mine = select(Evidence).where(Evidence.complaint_id == complaint_id, Evidence.forwarding_id.is_(None))
    return session.scalars(mine.order_by(Evidence.id)).all()


def messages(session: Session, complaint_id: int) -> Sequence[Message]:
    """The messages of a complaint, oldest first."""
    return session.scalars(select(Message).where(Message.complaint_id == complaint_id).order_by(Message.id)).all()


def candidates(session: Session, it: Complaint) -> list[Candidate]:
    """Companies that were named, and the other side of their engagements on the day of the conduct; lenders first."""
    day = policies.conduct_day(it)
    named = {each.party.id: each.party for each in it.companies if each.party is not None}
    succeeds: dict[int, Party] = {}
    for gone in [party for party in named.values() if party.ceased_on is not None]:
        fresh = {each.id: each for each in lineage.heirs(session, gone.id) if each.id not in named}
        succeeds |= dict.fromkeys(fresh, gone)
        named |= fresh
    sent = {each.party_id for each in it.forwardings}
    found = [
        _candidate(session, it, party, named=True, sent=sent, succeeds=succeeds.get(party.id))
        for party in named.values()
    ]
    known = set(named)
    for party in named.values():
        for engagement, side in _other_sides(session, party, day):
            for other in _standing_on(session, side, day):
                if other.id in known:
                    continue
                known.add(other.id)
                of = side if other is not side else None
                found.append(_candidate(session, it, other, named=False, sent=sent, engagement=engagement, succeeds=of))
    return sorted(found, key=lambda each: (not each.named, each.party.kind is PartyKind.FIRM, each.party.id))


def _other_sides(session: Session, party: Party, day: date) -> Iterator[tuple[Engagement, Party]]:
    """The engagements of a lender or firm on this day, each with the company on its other side, even if gone by now."""
    if party.kind is PartyKind.INSTITUTION:
        for each in register.engagements_on(session, day, institution=party, existing=False):
            yield each, each.firm
    else:
        for each in register.engagements_on(session, day, firm=party, existing=False):
            yield each, each.institution


def _standing_on(session: Session, party: Party, day: date) -> list[Party]:
    """A company, or the successors of one that is gone; without any, itself if it still existed on that day."""
    if party.ceased_on is None:
        return [party]
    return lineage.heirs(session, party.id) or ([party] if day < party.ceased_on else [])


def _candidate(
    session: Session,
    it: Complaint,
    party: Party,
    *,
    named: bool,
    sent: set[int],
    engagement: Engagement | None = None,
    succeeds: Party | None = None,
) -> Candidate:
    basis = policies.bound_by(session, it, party)
    reachable = basis != VIA_PRINCIPAL and may_be_named(party)
    return Candidate(party, basis, reachable, named, engagement, party.id in sent, succeeds)


def engagement_of(session: Session, it: Complaint, party: Party) -> list[Engagement]:
    """Whom a party worked with on the day of the conduct."""
    lender = party.kind is PartyKind.INSTITUTION
    day = policies.conduct_day(it)
    return register.engagements_on(session, day, institution=party if lender else None, firm=None if lender else party)


def evidence(session: Session, number: int) -> Evidence | None:
    """A file, if this reader may see it."""
    return session.scalar(select(Evidence).where(Evidence.id == number))


def last_answer(it: Forwarding) -> Answer | None:
    """The answer that counts."""
    return it.answers[-1] if it.answers else None


def by_refs(session: Session, refs: Sequence[str]) -> list[Complaint]:
    """Complaints by their numbers."""
    wanted = [spelt(ref) for ref in refs if ref.strip()]
    every = {spelling for each in wanted for spelling in each}
    found = session.scalars(select(Complaint).where(Complaint.ref.in_(every)).order_by(Complaint.id)).all()
    there = {it.ref for it in found}
    meant = {next((spelling for spelling in each if spelling in there), "") for each in wanted}
    return [it for it in found if it.ref in meant]


def named(session: Session, ref: str | None, actor: Actor) -> Complaint | None:
    """The complaint of this number; None if it is closed to this person, even within a verb."""
    found = next(iter(by_refs(session, [ref or ""])), None)
    if found is None or (actor.id is not None and is_closed(session, actor.id, "complaint", found.id)):
        return None
    return found


def tasks(
    session: Session, actor: Actor, place: keyset.Place = keyset.BEGINNING, role: str = ""
) -> tuple[list[Task], keyset.Part]:
    """What people of the reader's roles have to look at, the urgent first; heads see everything, or that of a role."""
    wanted = [*_to_look_at(actor.roles), *([Task.role == role] if role else [])]
    part = keyset.part(session, select(Task), wanted, (~Task.urgent, *FIRST), place)
    return [row[0] for row in part.rows], part


def tasks_of_roles(session: Session, actor: Actor) -> dict[str, int]:
    """How many of them are for people of each role."""
    asked = select(Task.role, func.count()).where(*_to_look_at(actor.roles)).group_by(Task.role).order_by(Task.role)
    return {role: int(number) for role, number in session.execute(asked)}


def urgent(session: Session, actor: Actor, most: int) -> Sequence[Task]:
    """The first of what cannot wait."""
    numbers = [row.id for row in urgent_numbers(actor.roles, most).rows(session)]
    return session.scalars(select(Task).where(Task.id.in_(numbers)).order_by(*FIRST)).all() if numbers else ()


@lru_cache(maxsize=200)
def urgent_numbers(roles: frozenset[str], most: int) -> Written:
    """The numbers of these tasks, for people of these roles."""
    return Written(lambda: select(Task.id).where(*_to_look_at(roles), Task.urgent).order_by(*FIRST).limit(most))


@lru_cache(maxsize=200)
def waiting(roles: frozenset[str], most: int) -> ScalarSelect[int]:
    """How many tasks people of these roles have, counted up to a limit."""
    some = select(Task.id).where(*_to_look_at(roles)).limit(most).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _to_look_at(roles: frozenset[str]) -> list[ColumnElement[bool]]:
    mine = [] if "head" in roles else [Task.role.in_(sorted(roles))]
    return [Task.done_at.is_(None), *mine]


def task(session: Session, number: int) -> Task | None:
    """One task."""
    return session.get(Task, number)
