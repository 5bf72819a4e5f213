"""Who takes no part in a complaint or in documents about it: asked of every move, note and letter, as with cases.

Rows by which staff enter a complaint that did not exist before (C01, P01) stay open to all.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session

from casework.models import Forwarding, NamedCompany
from casework.models_cases import CaseComplaint
from casework.models_recusals import LIVE, Interest, Recusal
from casework.models_stop_contacts import StopContact
from casework.policies_recusals import CASE_OF, DECLARED, since, still_bars, takes_no_part, tied_to
from casework.states import COMPLAINT, FORWARDING, STOP_CONTACT
from core.actors import Actor
from core.at_hand import once
from core.clock import day_of
from core.errors import NotAllowed, Refused
from core.machine import Ask
from core.words import _l
from notices import doers
from notices.models import Service
from notices.states import SERVICE
from registry.models import Party

COMPLAINT_OF: dict[str, Callable[[Session, int], int]] = {
    "complaint": lambda _session, number: number,
    "forwarding": lambda session, number: session.get_one(Forwarding, number).complaint_id,
    "stop_contact": lambda session, number: session.get_one(StopContact, number).complaint_id,
}
"""The complaint that a thing belongs to, by its machine."""
BY_HAND = ("V10", "V11", "V12", "V13", "V14", "V15", "V17", "V18")
"""What staff do with a document that is on its way, or note of it."""


def no_part_in_complaint(
    session: Session, actor: Actor, complaint_id: int, today: date, more: Collection[int] = ()
) -> Iterator[Refused]:
    """Why one of the staff does nothing with a complaint: an interest in a company concerned, or a recusal.

    Concerned are those that it names, was put before or has asked to stop calling, those that are about to be asked
    something (`more`), and whoever is tied to one of them.
    """
    if actor.id is None or actor.audience != "staff":
        return
    asked = actor.id, complaint_id, today, tuple(sorted(more))
    found = once(session, ("bonds to a complaint", *asked), lambda: _bonds(session, *asked))
    if DECLARED in found:
        yield NotAllowed(
            _l("You declared an interest in a company that this complaint is about: you take no part in it.")
        )
    elif found:
        yield NotAllowed(_l("You take no part in a case about this complaint: nor do you in the complaint itself."))


def _bonds(session: Session, account_id: int, complaint_id: int, today: date, more: tuple[int, ...]) -> set[str]:
    tied = select(tied_to(_about(complaint_id, more)).subquery())
    resting = select(CaseComplaint.case_id).where(CaseComplaint.complaint_id == complaint_id)
    asked = union_all(
        select(literal(DECLARED))
        .where(Interest.account_id == account_id, Interest.party_id.in_(tied))
        .where(still_bars(since(session, today))),
        select(Recusal.state).where(
            Recusal.account_id == account_id, Recusal.state.in_(LIVE), Recusal.case_id.in_(resting)
        ),
    )
    return set(session.scalars(asked))


def _about(complaint_id: int, more: tuple[int, ...]) -> Select[int]:
    """The companies of a complaint."""
    named = select(NamedCompany.party_id).where(NamedCompany.complaint_id == complaint_id)
    sent = select(Forwarding.party_id).where(Forwarding.complaint_id == complaint_id)
    asked = select(StopContact.party_id).where(StopContact.complaint_id == complaint_id)
    mine = union_all(named, sent, asked, select(Party.id).where(Party.id.in_(more))).subquery("about")
    return select(mine.c.party_id).where(mine.c.party_id.is_not(None))


def no_part_in(session: Session, actor: Actor, subject: tuple[str, int], today: date) -> Iterator[Refused]:
    """Why somebody does nothing with a thing that belongs to a complaint or to a case."""
    kind, number = subject
    if actor.id is None or actor.audience != "staff":
        return
    if kind in COMPLAINT_OF:
        yield from no_part_in_complaint(session, actor, COMPLAINT_OF[kind](session, number), today)
    elif kind in CASE_OF:
        yield from takes_no_part(session, actor, CASE_OF[kind](session, number), today)


def is_kept_out(session: Session, account_id: int, subject: tuple[str, int], today: date) -> bool:
    """Whether somebody could do nothing with it; then others are told about it."""
    stranger = Actor(account_id, audience="staff")
    return any(True for _each in no_part_in(session, stranger, subject, today))


@COMPLAINT.guard(*(row for row in COMPLAINT.rows if row != "C01"))
def handled_by_somebody_impartial(ask: Ask) -> Iterator[Refused]:
    """Nobody handles what is said about a company they are tied to."""
    more = [int(each) for each in ask.facts.get("respondents", ())]
    yield from no_part_in_complaint(ask.session, ask.actor, ask.it.id, day_of(ask.now), more)


@FORWARDING.guard(*FORWARDING.rows)
def put_by_somebody_impartial(ask: Ask) -> Iterator[Refused]:
    """Nor puts it before that company, judges its answer, or gives it time."""
    yield from no_part_in_complaint(ask.session, ask.actor, ask.it.complaint_id, day_of(ask.now))


@STOP_CONTACT.guard(*(row for row in STOP_CONTACT.rows if row != "P01"))
def passed_on_by_somebody_impartial(ask: Ask) -> Iterator[Refused]:
    """Nor passes numbers on to it, also where it is named only now."""
    party: Party | None = ask.facts.get("party")
    more = [party.id] if party is not None else []
    yield from no_part_in_complaint(ask.session, ask.actor, ask.it.complaint_id, day_of(ask.now), more)


def no_hand_in_documents(session: Session, subject: tuple[str, int], actor: Actor, now: datetime) -> Iterator[Refused]:
    """Nor approves, comments on or drops what is drafted about it, or notes how it was served."""
    kind, number = subject
    if kind == "service":
        document = session.get_one(Service, number).document
        kind, number = document.subject_kind, document.subject_id
    yield from no_part_in(session, actor, (kind, number), day_of(now))


doers.partial_by(no_hand_in_documents)


@SERVICE.guard(*BY_HAND)
def served_by_somebody_impartial(ask: Ask) -> Iterator[Refused]:
    """Nor serves its documents, whether of a track, a review or a publication."""
    yield from no_hand_in_documents(ask.session, ("service", ask.it.id), ask.actor, ask.now)
