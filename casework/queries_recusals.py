"""Reads of recusals: who takes part in a reader's own cases, what was asked, and what waits for whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import BigInteger, ColumnElement, ScalarSelect, func, literal, or_, select, text
from sqlalchemy.orm import Session, aliased, selectinload
from sqlalchemy.sql import expression

from casework import policies_recusals as policies
from casework import queries_cases, queries_evidence
from casework.models_cases import CaseFile
from casework.models_recusals import LIVE, Interest, Recusal
from casework.policies_pages import may_read_files
from core import keyset
from core.actors import Actor
from core.at_hand import once
from core.db import transaction
from core.planned import ME
from registry import queries as register
from registry.models_accounts import Account, AccountRole

MOST = 200


@dataclass(frozen=True)
class Person:
    """Somebody who takes part in a case, and what he does in it."""

    case_id: int
    account_id: int
    name: str
    parts: tuple[str, ...]


def people(session: Session, case_id: int | None = None) -> list[Person]:
    """Who takes part in the cases of a company, a complainant or a member: names and parts, nothing else."""
    found: dict[tuple[int, int], Person] = {}
    asked = text("SELECT case_id, account_id, name, part FROM zilu_case_people(:asked)")
    for case, account, name, part in session.execute(asked, {"asked": case_id}):
        before = found.get((case, account))
        parts = (*before.parts, part) if before else (part,)
        found[case, account] = Person(case, account, name, parts)
    return list(found.values())


def people_for_staff(session: Session, case_id: int) -> list[Person]:
    """Who takes part in a case, for officers, who may read the whole file."""
    return [
        Person(case_id, number, register.account_name(session, number), tuple(parts))
        for number, parts in sorted(policies.taking_part(session, case_id).items())
    ]


def may_ask(session: Session, actor: Actor, case_id: int) -> bool:
    """Whether this reader is offered to ask; a member's own parts are read from the `people` of the case."""

    def parts() -> Iterator[str]:
        known = once(session, ("people", case_id), lambda: people(session, case_id))
        return (part for each in known if each.account_id == actor.id for part in each.parts)

    return policies.may_ask(actor, parts)


def case(session: Session, number: int, actor: Actor) -> CaseFile | None:
    """A case whose file this reader may open, or in which they take part: everybody there must declare interests."""
    found = session.scalar(select(CaseFile).where(CaseFile.id == number))
    return found if found is not None and _reads(session, number, actor) else None


def one(session: Session, number: int, actor: Actor) -> Recusal | None:
    """A recusal, for whoever may see its case; until the file is closed, also for whom it is about and who asked."""
    found = session.scalar(select(Recusal).where(Recusal.id == number))
    if found is None or found.case is None:
        return None
    own = actor.id in {found.account_id, found.asked_by}
    return found if own or _reads(session, found.case_id, actor) else None


def _reads(session: Session, case_id: int, actor: Actor) -> bool:
    return may_read_files(actor) or any(each.account_id == actor.id for each in people(session, case_id))


def cases_that_wait(session: Session, account_id: int | None) -> set[int]:
    """The cases in which somebody's own recusal was asked for and is not decided."""
    asked = select(Recusal.case_id).where(Recusal.account_id == account_id, Recusal.state == "ASKED")
    return set(session.scalars(asked))


def names(recusal: Recusal) -> list[str]:
    """Complainants' names that the page of a recusal hides; asked as the system, to hide them from members too.

    Whoever asks may name complainants: a company and a complainant write what they like.
    """
    with transaction() as at:
        return queries_evidence.names_in(queries_cases.told_for(at.get_one(CaseFile, recusal.case_id)))


def of_case(session: Session, case_id: int) -> Sequence[Recusal]:
    """Recusals asked for and declared in a case, the newest first, as far as this reader may know of them."""
    mine = select(Recusal).where(Recusal.case_id == case_id)
    return session.scalars(mine.order_by(Recusal.id.desc()).options(selectinload(Recusal.account))).all()


def of_complaint(session: Session, complaint_id: int) -> Sequence[Recusal]:
    """What the complainant asked for."""
    mine = select(Recusal).where(Recusal.complaint_id == complaint_id)
    return session.scalars(mine.order_by(Recusal.id.desc())).all()


def i_asked_about(session: Session) -> dict[int, str]:
    """Whom the requests of whoever follows a complaint are about, even if that person has left the case since."""
    asked = text("SELECT recusal_id, name FROM zilu_i_asked_about()")
    return {row.recusal_id: row.name for row in session.execute(asked)}


def waiting(session: Session, actor: Actor) -> list[Recusal]:
    """What waits for this person's decision, the longest first."""
    asked = (
        select(Recusal)
        .where(*_for(actor.roles, literal(actor.id, BigInteger())))
        .order_by(Recusal.asked_at, Recusal.id)
        .limit(MOST)
    )
    return list(session.scalars(asked.options(selectinload(Recusal.case), selectinload(Recusal.account))))


@lru_cache(maxsize=200)
def to_decide(roles: frozenset[str]) -> ScalarSelect[int]:
    """How many `waiting` would give people of these roles: part of a statement, with a place for who it is."""
    asked = select(Recusal.id).where(*_for(roles, ME)).limit(MOST)
    return select(func.count()).select_from(asked.subquery()).scalar_subquery()


def _for(roles: frozenset[str], me: ColumnElement[int | None]) -> tuple[ColumnElement[bool], ...]:
    """What this person decides; the same rule as `policies.decider`, in SQL."""
    gone = aliased(Recusal)
    barred = select(gone.account_id).where(gone.case_id == Recusal.case_id, gone.state.in_(LIVE)).correlate(Recusal)
    sits = select(AccountRole.account_id).where(AccountRole.role == policies.SITS)
    chair = select(Account.id).where(Account.id == Recusal.chair_id, Account.works)
    chair = chair.where(Account.id.in_(sits))
    head = (
        select(AccountRole.account_id)
        .join(Account, Account.id == AccountRole.account_id)
        .where(AccountRole.role == "head", Account.works)
    )
    by_council = head.where(AccountRole.account_id == Recusal.account_id).exists() | ~(
        head.where(AccountRole.account_id.not_in(barred)).exists()
    )
    mine = expression.case(
        (chair.where(Account.id.not_in(barred)).exists(), Recusal.chair_id == me),
        (by_council, literal(policies.BY_COUNCIL in roles)),
        else_=literal(policies.BY_HEAD in roles),
    )
    seen = select(CaseFile.id).where(CaseFile.id == Recusal.case_id).exists()
    return Recusal.state == "ASKED", Recusal.account_id != me, seen, mine


def lately(session: Session, actor: Actor, place: keyset.Place = keyset.BEGINNING) -> tuple[list[Recusal], keyset.Part]:
    """Recusals asked for by or about this person, or decided by them, newest first; heads and the council see all."""
    parts = Recusal.account_id, Recusal.asked_by, Recusal.decided_by
    own = () if actor.has("head", "council") else (or_(*(each == actor.id for each in parts)),)
    with_names = [selectinload(Recusal.account)]
    part = keyset.part(session, select(Recusal), own, (Recusal.id,), place, down=True, options=with_names)
    return [row[0] for row in part.rows], part


def interest(session: Session, number: int, account_id: int | None) -> Interest | None:
    """One of the interests that somebody declared."""
    mine = select(Interest).where(Interest.id == number, Interest.account_id == account_id)
    return session.scalar(mine.options(selectinload(Interest.party)))


def interests(session: Session, account_id: int | None) -> Sequence[Interest]:
    """What somebody declared, the newest first."""
    mine = select(Interest).where(Interest.account_id == account_id).order_by(Interest.id.desc())
    return session.scalars(mine.options(selectinload(Interest.party))).all()


def is_closed(session: Session, account_id: int, kind: str, number: int) -> bool:
    """Whether a thing is closed to somebody who takes no part in it, as the database says; only the system may ask."""
    become = text("SELECT current_setting('zilu.account', true), set_config('zilu.account', :who, true)")
    before = session.execute(become, {"who": str(account_id)}).scalar()
    asked = text("SELECT 1 FROM zilu_barred() b WHERE b.kind = :kind AND b.id = :number")
    closed = session.execute(asked, {"kind": kind, "number": number}).first() is not None
    session.execute(become, {"who": before or ""})
    return closed
