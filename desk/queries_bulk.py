"""Complaints chosen for work on many: those ticked, or all that match a view; counted exactly, for a preview."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, joinedload

from casework import labels
from casework.models import AllegedCode, Complaint, Forwarding, NamedCompany
from casework.personal_strings import names_of
from core.actors import Actor
from core.errors import NotNow
from core.words import _l
from desk import queries_queue, queries_queue_select
from desk.queries_queue_lines import READ, Line, lines_of, title_of
from desk.queries_queue_select import Asked
from notices.models import Dossier
from notices.states import OPEN
from registry.batches import MOST
from registry.models import Party
from registry.models_accounts import Account
from registry.models_batches import BatchItem

CHUNK = 500


class NobodyRead(NotNow):
    """Refused since nobody read its copy: what was prepared has a page on which these copies are read."""

    code = "nobody_read"
    unnamed = "Nobody has read its copy for the respondents yet."
    """What batches hold in its place that were prepared before 28 November 2026: never to be reworded with it."""

    def __init__(self) -> None:
        super().__init__(_l("Nobody has read its copy for the respondents yet."))


@dataclass(frozen=True)
class Picked:
    """One complaint, as far as most work on many needs it."""

    id: int
    ref: str
    state: str
    officer_id: int | None


def matching(session: Session, asked: Asked, actor: Actor) -> list[int]:
    """All that match, not only a page of them; one more than allowed, if there are too many.

    Neither this nor the count searches for words longer than the queue does; then it raises TooSlowError.
    """
    with queries_queue.in_time(session, asked.text):
        found = select(Complaint.id).where(*queries_queue_select.conditions(session, asked, actor))
        return list(session.scalars(found.order_by(Complaint.id).limit(MOST + 1)))


def count(session: Session, asked: Asked, actor: Actor) -> int:
    """Exactly how many match; one more than allowed, if there are too many."""
    with queries_queue.in_time(session, asked.text):
        found = select(Complaint.id).where(*queries_queue_select.conditions(session, asked, actor)).limit(MOST + 1)
        return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def of_refs(session: Session, refs: Iterable[str]) -> list[int]:
    """The complaints with these numbers that this reader may see."""
    return list(session.scalars(select(Complaint.id).where(Complaint.ref.in_(list(refs))).order_by(Complaint.id)))


def _parts(numbers: Sequence[int]) -> Iterator[list[int]]:
    every = sorted(set(numbers))
    for begin in range(0, len(every), CHUNK):
        yield every[begin : begin + CHUNK]


def picked(session: Session, numbers: Sequence[int]) -> Iterator[Picked]:
    """These complaints, in the order of their keys."""
    for some in _parts(numbers):
        asked = select(Complaint.id, Complaint.ref, Complaint.state, Complaint.officer_id)
        for row in session.execute(asked.where(Complaint.id.in_(some)).order_by(Complaint.id)):
            yield Picked(row.id, row.ref, row.state, row.officer_id)


def whole(session: Session, numbers: Sequence[int]) -> Iterator[Complaint]:
    """The complaints themselves, some at a time."""
    for some in _parts(numbers):
        yield from session.scalars(select(Complaint).where(Complaint.id.in_(some)).order_by(Complaint.id)).all()


def titles(session: Session, numbers: Sequence[int]) -> dict[int, str]:
    """The titles of these complaints in lists."""
    found = select(Complaint).where(Complaint.id.in_(numbers)).options(joinedload(Complaint.complainant))
    every = ((it.id, title_of(it.facts[:READ], names_of(it))) for it in session.scalars(found))
    return {number: title for number, title in every if title}


def unread(
    session: Session, batch: int, *, among: Collection[int] | None = None, most: int | None = None
) -> list[Complaint]:
    """The first complaints left out since nobody has read their copy, or those among `among`."""
    found = select(Complaint).where(*_unread(batch)).order_by(Complaint.id).limit(most)
    return list(session.scalars(found if among is None else found.where(Complaint.id.in_(among))))


def count_unread(session: Session, batch: int) -> int:
    """How many of these there are."""
    return session.scalar(select(func.count()).select_from(Complaint).where(*_unread(batch))) or 0


def left_out(session: Session, batch: int, among: Collection[int]) -> Sequence[Complaint]:
    """Those among `among` left out for that reason, even if somebody has read the copy since."""
    found = select(Complaint).where(_left_out(batch), Complaint.id.in_(among))
    return session.scalars(found.order_by(Complaint.id)).all()


def _left_out(batch: int) -> ColumnElement[bool]:
    """SQL: left out for that reason; a complaint left out for another one needs no reading."""
    why = BatchItem.reason
    for_that = or_(why["code"].astext == NobodyRead.code, why["en"].astext == NobodyRead.unnamed)
    skipped = select(BatchItem.subject_id).where(BatchItem.batch_id == batch, BatchItem.state == "SKIPPED")
    return Complaint.id.in_(skipped.where(for_that))


def _unread(batch: int) -> list[ColumnElement[bool]]:
    """SQL: the copy is unread, and no documents wait for approval, which would contain the copy as it is."""
    held = select(Dossier.id).where(Dossier.subject_kind == "complaint", Dossier.subject_id == Complaint.id)
    return [
        _left_out(batch),
        Complaint.state == "RECEIVED",
        func.coalesce(Complaint.masked_facts, "") == "",
        ~held.where(Dossier.state.in_(OPEN), Dossier.deed.is_not(None)).exists(),
    ]


@dataclass(frozen=True)
class Listed:
    """One complaint as a line of an exported table, without anything about who complained."""

    complaint: Complaint
    officer: str
    companies: Mapping[str, Sequence[str]]
    codes: str
    line: Line
    """How it stands in the queue."""


def listed(session: Session, numbers: Sequence[int], lang: str, today: date) -> Iterator[Listed]:
    """Complaints with their officers, companies and codes, as many as this reader may see."""
    for some in _parts(numbers):
        companies, codes = _companies(session, some, lang), _codes(session, some)
        lines = {each.id: each for each in lines_of(session, some, today, lang)}
        officer = select(Complaint, Account.name).outerjoin(Account, Account.id == Complaint.officer_id)
        for it, name in session.execute(officer.where(Complaint.id.in_(some)).order_by(Complaint.id)):
            yield Listed(it, name or "", companies.get(it.id, {}), codes.get(it.id, ""), lines[it.id])


def _companies(session: Session, some: Sequence[int], lang: str) -> dict[int, dict[str, Sequence[str]]]:
    """By kind of company, whom each was put before; if nobody of that kind, who was named; who was let off if alone."""
    told: dict[int, dict[str, Any]] = {}
    before: dict[int, dict[str, Any]] = {}
    off: dict[int, dict[str, Any]] = {}
    gone: set[tuple[int, int]] = set()
    sent = select(Forwarding.complaint_id, Forwarding.let_off_on, Party).join(Party, Party.id == Forwarding.party_id)
    for number, off_on, party in session.execute(sent.where(Forwarding.complaint_id.in_(some)).order_by(Forwarding.id)):
        if off_on is not None:
            gone.add((number, party.id))
        found = before if off_on is None else off
        found.setdefault(number, {}).setdefault(party.kind.value, []).append(party.name(lang))
    it = NamedCompany
    named = select(it.complaint_id, it.kind, it.how, it.value, Party).outerjoin(Party, Party.id == it.party_id)
    for number, kind, how, value, party in session.execute(named.where(it.complaint_id.in_(some)).order_by(it.id)):
        if party is None or (number, party.id) not in gone:
            words = labels.told(how, value) if party is None else party.name(lang)
            told.setdefault(number, {}).setdefault(kind, []).append(words)
    known = {each: {**told.get(each, {}), **before.get(each, {})} for each in some}
    return {each: found if any(map(any, found.values())) else off.get(each, {}) for each, found in known.items()}


def _codes(session: Session, some: Sequence[int]) -> dict[int, str]:
    asked: Any = func.string_agg(AllegedCode.code, aggregate_order_by(literal(", "), AllegedCode.code)).label("codes")
    found = select(AllegedCode.complaint_id, asked).where(AllegedCode.complaint_id.in_(some))
    return {number: codes for number, codes in session.execute(found.group_by(AllegedCode.complaint_id))}  # noqa: C416
