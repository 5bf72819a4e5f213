"""What concerns a company as a whole (forwardings, tracks, stop-contact requests), and what forbids merging two."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session, aliased

from casework import shared_drafts, tasks
from casework.models import Complaint, Forwarding, NamedCompany, Settlement
from casework.models_cases import CaseFile, CaseTrack, Evidence
from casework.models_contacts import ContactEvent
from casework.models_stop_contacts import StopContact
from casework.states import FORWARDING, STOP_CONTACT, TRACK
from core.errors import NotNow, Refused
from core.journal import JournalEntry
from core.machine import Machine
from core.words import LazyString, _l
from notices.models import Document, Service
from notices.states import SERVICE
from registry import lineage, merging, pointing, successions, wrong_kinds
from registry.models import Party, PartyKind
from registry.models_accounts import Account
from registry.models_lineage import PartyMerge, PartySuccession
from registry.pointing import Matter

FORWARDED, OF_TRACK = "forwarding", "case_track"
STOPPED = "stop_contact"
WAITING = ("NEW", "REQUESTED", "RELAYED", "UNCONFIRMED")
"""Stop-contact requests for which somebody still waits."""
HOLDING = (*WAITING, "CONFIRMED", "BREACHED")
"""Those that still bind: whoever a company goes on as must not call these numbers either."""
MOST = 500
"""How many open matters of a kind are listed, and how many ended ones."""
BY_OTHERS = "done_by_others"
tasks.KINDS[BY_OTHERS] = _l(
    "What another company did in %(ref)s stays, though it is not its own any more: look at it, and ask the right "
    "company again where that is needed."
)


pointing.facts_in(ContactEvent.__tablename__)
TAKEN_OVER = Evidence.case_id.is_not(None) & Evidence.forwarding_id.is_not(None)
pointing.given_in(Evidence.__tablename__, TAKEN_OVER)


@pointing.matters_from(FORWARDED, OF_TRACK, STOPPED)
def matters(session: Session, parties: list[int]) -> Iterator[Matter]:
    """Forwardings, tracks and stop-contact requests of companies: those that are open, then those that are over."""
    for model, states in ((Forwarding, _open(FORWARDING)), (CaseTrack, _open(TRACK)), (StopContact, set(HOLDING))):
        mine = select(model.id, model.ref).where(model.party_id.in_(parties)).order_by(model.id.desc()).limit(MOST)
        for which, is_open in ((model.state.in_(states), True), (model.state.not_in(states), False)):
            for number, ref in session.execute(mine.where(which)):
                yield Matter(model.__tablename__, number, ref, is_open, by_kind=model is CaseTrack)


def _open(machine: Machine) -> frozenset[str]:
    return machine.states - machine.ends


@pointing.matters_from()
def named(session: Session, parties: list[int]) -> Iterator[Matter]:
    """Complaints that name a company but were not put before it."""
    sent = select(Forwarding.id).where(
        Forwarding.complaint_id == NamedCompany.complaint_id, Forwarding.party_id == NamedCompany.party_id
    )
    mine = (
        select(NamedCompany.id, Complaint.ref, NamedCompany.value)
        .join(Complaint, Complaint.id == NamedCompany.complaint_id)
        .where(NamedCompany.party_id.in_(parties), ~sent.exists())
        .order_by(NamedCompany.id.desc())
        .limit(MOST)
    )
    for number, ref, value in session.execute(mine):
        yield Matter(NamedCompany.__tablename__, number, f"{ref} · {value}")


@merging.obstacle
def both_concerned(session: Session, gone: Party, kept: Party) -> Iterator[Refused]:
    """Refuse to merge two companies that are both in one case or complaint, unless one of them has ended there."""
    for case, open_kept in _pairs(session, CaseTrack, CaseTrack.case_id, TRACK.ends, gone, kept):
        ref = session.scalar(select(CaseFile.ref).where(CaseFile.id == case)) or ""
        both = _l("Both are respondents of the open case %(ref)s: end the track against one of them first.", ref=ref)
        yield NotNow(both if open_kept else _the_other_way(ref))
    for complaint, open_kept in _pairs(session, Forwarding, Forwarding.complaint_id, FORWARDING.ends, gone, kept):
        ref = session.scalar(select(Complaint.ref).where(Complaint.id == complaint)) or ""
        both = _l(
            "Complaint %(ref)s was sent to both: take one of the two forwardings back, or wait until it has ended.",
            ref=ref,
        )
        yield NotNow(both if open_kept else _the_other_way(ref))
    yield from _both_told(session, gone, kept)


def _the_other_way(ref: str) -> LazyString:
    return _l(
        "In %(ref)s the entry that would go is still concerned, and the other no longer: "
        "let the first one stand instead.",
        ref=ref,
    )


def _pairs(
    session: Session,
    model: Any,  # noqa: ANN401 - a table of forwardings or tracks
    of: Any,  # noqa: ANN401 - its column
    ends: frozenset[str],
    gone: Party,
    kept: Party,
) -> list[tuple[int, bool]]:
    """Where the first is still concerned and the second is or was; with each, whether the second still is."""
    other = aliased(model)
    asked: Select[Any] = select(of, other.state).join(other, getattr(other, of.key) == of)
    asked = asked.where(model.party_id == gone.id, other.party_id == kept.id, model.state.not_in(ends)).order_by(of)
    return [(number, state not in ends) for number, state in session.execute(asked)]


def _both_told(session: Session, gone: Party, kept: Party) -> Iterator[Refused]:
    other = aliased(StopContact)
    same = (other.complaint_id == StopContact.complaint_id) & (other.number_hash == StopContact.number_hash)
    asked = select(StopContact.ref).join(other, same)
    asked = asked.where(StopContact.party_id == gone.id, other.party_id == kept.id)
    asked = asked.where(StopContact.state.in_(WAITING), other.state != "DECLINED")
    for ref in session.scalars(asked.order_by(StopContact.id)):
        yield NotNow(
            _l("Both were asked to stop contacting one number: wait until the request %(ref)s is over.", ref=ref)
        )


@wrong_kinds.on_put_right
def sides(session: Session, parties: Sequence[int], kind: PartyKind) -> None:
    """Say on forwardings whether the company lends or collects."""
    role = "PRINCIPAL" if kind is PartyKind.INSTITUTION else "COLLECTOR"
    mine = update(Forwarding).where(Forwarding.party_id.in_(parties)).values(role=role)
    session.execute(mine.execution_options(synchronize_session="fetch"))


@pointing.on_pointed
def confirmations(session: Session, place: str, numbers: list[int], old: int, new: int) -> None:
    """Whoever gets a forwarding is bound by what was agreed before, and agreed to nothing where it gets it back.

    Confirmations of settlement terms stand under the company's key: of whoever had it before it stays, and counts again
    when the forwarding is given back.
    """
    if place != f"{FORWARDED}.party_id":
        return
    complaints = select(Forwarding.complaint_id).where(Forwarding.id.in_(numbers))
    back = lineage.goes_back(session, old, new)
    for terms in session.scalars(select(Settlement).where(Settlement.complaint_id.in_(complaints))):
        if back:
            terms.confirmed = {key: when for key, when in terms.confirmed.items() if key != str(old)}
        elif str(old) in terms.confirmed:
            terms.confirmed = {str(new): terms.confirmed[str(old)], **terms.confirmed}
    session.flush()


@successions.on_withdrawn
def done_as_successor(session: Session, succession: PartySuccession, now: datetime) -> None:
    """Have looked through what a company did that was no successor: it stays, as if the company itself had done it."""
    _tell_done(session, succession.predecessor_id, succession.successor_id, f"succession:{succession.id}", now)


@merging.on_done
def done_as_one(session: Session, merge: PartyMerge, now: datetime) -> None:
    """Have looked through what either of two companies did in matters of the other, while they were taken for one."""
    if merge.undone_at is not None:
        for own, other in ((merge.gone_id, merge.kept_id), (merge.kept_id, merge.gone_id)):
            _tell_done(session, own, other, f"merge:{merge.id}", now, since=merge.merged_at)


def _tell_done(session: Session, own: int, other: int, why: str, now: datetime, since: datetime | None = None) -> None:
    people = [f"account:{each}" for each in session.scalars(select(Account.id).where(Account.party_id == other))]
    it, found = JournalEntry, dict[tuple[str, int], str]()
    theirs = it.actor.in_(people) if since is None else it.actor.in_(people) & (it.at >= since)
    for machine, model in ((FORWARDING, Forwarding), (TRACK, CaseTrack), (STOP_CONTACT, StopContact)):
        did = select(it.id).where(it.subject_kind == machine.name, it.subject_id == model.id, theirs)
        letters = select(it.id).join(Service, (it.subject_kind == SERVICE.name) & (it.subject_id == Service.id))
        letters = letters.join(Document, Document.id == Service.document_id).where(Service.party_id == own, theirs)
        opened = letters.where(Document.subject_kind == machine.name, Document.subject_id == model.id)
        mine = select(model.id, model.ref).where(model.party_id == own, or_(did.exists(), opened.exists()))
        found |= {(machine.name, number): ref for number, ref in session.execute(mine)}
    for (kind, number), ref in sorted(found.items()):
        key = f"{BY_OTHERS}:{why}:{kind}:{number}"
        tasks.put(session, BY_OTHERS, (kind, number, ref), role="head", now=now, key=key, urgent=True)


@pointing.on_pointed
def begun(session: Session, place: str, numbers: list[int], old: int, new: int) -> None:
    """Give what a company's people have begun to write, kept under its key, to the company that gets the matter."""
    shared_drafts.follow(session, place.partition(".")[0], numbers, old, new)
