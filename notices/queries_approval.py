"""Reads of the approval of dossiers: steps, versions, comments, and what waits for whom."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache, lru_cache

from sqlalchemy import BigInteger, ColumnElement, ScalarSelect, Select, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from core import keyset
from core.clock import day_of
from core.machine import Ask, Machine
from core.planned import ME
from notices.models import Dossier
from notices.models_approval import DossierComment, DossierRequest, DossierStep, DossierVersion
from notices.states import OPEN
from registry.clock_kinds import KINDS
from registry.models_clocks import Clock, ClockEnd, ClockState

PAGE = 50


def dossier(session: Session, number: int) -> Dossier | None:
    """A dossier that waits or waited for approval, if the reader may see it."""
    return session.scalar(select(Dossier).where(Dossier.id == number, Dossier.deed.is_not(None)))


def steps_of(session: Session, number: int) -> Sequence[DossierStep]:
    """The chain, in order."""
    found = select(DossierStep).where(DossierStep.dossier_id == number).order_by(DossierStep.position)
    return session.scalars(found).all()


def next_step(session: Session, number: int) -> DossierStep | None:
    """The step to be taken next."""
    return next((each for each in steps_of(session, number) if each.done_at is None), None)


def approvers_of(session: Session, number: int) -> set[int]:
    """Who has taken a step of the chain since the draft came to them."""
    return {each.done_by for each in steps_of(session, number) if each.done_by is not None}


def approvers_about(session: Session, kind: str, number: int, events: Collection[str]) -> set[int]:
    """Who took a step of a chain before one of these things was done to a subject."""
    done = select(DossierStep.done_by).join(Dossier, Dossier.id == DossierStep.dossier_id)
    done = done.where(Dossier.subject_kind == kind, Dossier.subject_id == number, Dossier.event.in_(events))
    found = session.scalars(done.where(Dossier.issued_at.is_not(None), DossierStep.done_by.is_not(None)))
    return {each for each in found if each is not None}


def versions_of(session: Session, number: int) -> Sequence[DossierVersion]:
    """Every version of the draft, oldest first."""
    found = select(DossierVersion).where(DossierVersion.dossier_id == number).order_by(DossierVersion.number)
    return session.scalars(found).all()


def version_of(session: Session, number: int) -> DossierVersion | None:
    """The newest version of the draft."""
    found = select(DossierVersion).where(DossierVersion.dossier_id == number)
    return session.scalar(found.order_by(DossierVersion.number.desc()).limit(1))


def written_on(ask: Ask) -> date:
    """The day on which what is done was written: of a draft that waited for its signature, that of its last version."""
    held: Dossier | None = ask.root.dossier
    found = select(DossierVersion.made_at).where(DossierVersion.dossier_id == held.id) if held is not None else None
    last = ask.session.scalar(found.order_by(DossierVersion.number.desc()).limit(1)) if found is not None else None
    return day_of(last) if last is not None else ask.on


def drafters_of(session: Session, it: Dossier) -> set[int | None]:
    """Whoever drafted it or wrote any version of it: what is in one goes on into the next."""
    wrote = select(DossierVersion.made_by).where(DossierVersion.dossier_id == it.id)
    return {it.drafted_by, *session.scalars(wrote)}


def comments_of(session: Session, number: int) -> Sequence[DossierComment]:
    """Comments of approvers, oldest first."""
    found = select(DossierComment).where(DossierComment.dossier_id == number).order_by(DossierComment.id)
    return session.scalars(found).all()


def has_comments(session: Session, number: int) -> bool:
    """Whether somebody commented on the newest version."""
    newest = version_of(session, number)
    return newest is not None and any(each.of_version == newest.number for each in comments_of(session, number))


def requests_of(session: Session, number: int) -> Sequence[DossierRequest]:
    """Which members of the body that decided ask to give it up, oldest first."""
    found = select(DossierRequest).where(DossierRequest.dossier_id == number).order_by(DossierRequest.id)
    return session.scalars(found).all()


def drafted_kinds(session: Session, number: int) -> set[str]:
    """The kinds of documents in the newest version."""
    newest = version_of(session, number)
    return {paper["kind"] for paper in newest.papers} if newest else set()


def waiting(session: Session, roles: frozenset[str], account_id: int, place: keyset.Place) -> keyset.Part:
    """What this person has to approve, oldest first: the next step is of their role, and others took all before it."""
    return _page(session, _to_approve(roles, literal(account_id, BigInteger())), place)


def limits_of(session: Session, found: Sequence[Dossier]) -> dict[int, Clock]:
    """For each draft the earliest of the association's own clocks that carrying it out would end, over or not."""
    ends = {each.id: _ends(each.subject_kind, each.event) for each in found}
    subjects = {(each.subject_kind, each.subject_id) for each in found}
    asked = select(Clock).where(tuple_(Clock.subject_type, Clock.subject_id).in_(subjects))
    asked = asked.where(Clock.key.in_(frozenset[str]().union(*ends.values()))).order_by(Clock.id)
    newest = {(one.subject_type, one.subject_id, one.key): one for one in session.scalars(asked)}
    limits = {
        each.id: [one for key in ends[each.id] if (one := newest.get((each.subject_kind, each.subject_id, key)))]
        for each in found
    }
    due = {number: [one for one in every if _counts(one)] for number, every in limits.items()}
    return {number: min(every, key=lambda one: one.due_on or date.max) for number, every in due.items() if every}


@cache
def _ends(machine: str, event: str) -> frozenset[str]:
    rows = Machine.all[machine].rows.values() if machine in Machine.all else ()
    keys = {key for row in rows if row.event == event for key in row.clocks("stop")}
    return frozenset(key for key in keys if KINDS[key].owner not in {"respondent", "complainant"})


def _counts(one: Clock) -> bool:
    return one.due_on is not None and (one.state is ClockState.RUNNING or one.how is ClockEnd.EXPIRED)


@lru_cache(maxsize=200)
def many_waiting(roles: frozenset[str]) -> ScalarSelect[int]:
    """How many that is, at most a page: part of a statement, with a place for who it is."""
    some = _to_approve(roles, ME).with_only_columns(Dossier.id).limit(PAGE).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _to_approve(roles: frozenset[str], me: ColumnElement[int | None]) -> Select[Dossier]:
    earlier = aliased(DossierStep)
    before = select(earlier.id).where(
        earlier.dossier_id == DossierStep.dossier_id,
        earlier.position < DossierStep.position,
        earlier.done_at.is_(None),
    )
    mine = select(earlier.id).where(earlier.dossier_id == DossierStep.dossier_id, earlier.done_by == me)
    wrote = select(DossierVersion.id).where(DossierVersion.dossier_id == Dossier.id, DossierVersion.made_by == me)
    return (
        select(Dossier)
        .join(DossierStep, DossierStep.dossier_id == Dossier.id)
        .where(Dossier.state == "IN_APPROVAL", ~wrote.exists())
        .where(DossierStep.done_at.is_(None), DossierStep.role.in_(roles), ~before.exists(), ~mine.exists())
    )


def drafted_by(session: Session, account_id: int, place: keyset.Place) -> keyset.Part:
    """What this person drafted that is not issued yet, oldest first."""
    return _page(session, _drafts_of(account_id), place)


def before_others(session: Session, account_id: int) -> Sequence[Dossier]:
    """Those with a chain: nobody but the author changes them, and they are carried out in the author's name."""
    chained = select(DossierStep.id).where(DossierStep.dossier_id == Dossier.id)
    return session.scalars(_drafts_of(account_id).where(chained.exists()).order_by(Dossier.id)).all()


def _drafts_of(account_id: int) -> Select[Dossier]:
    return select(Dossier).where(Dossier.drafted_by == account_id, Dossier.deed.is_not(None), Dossier.state.in_(OPEN))


def _page(session: Session, found: Select[Dossier], place: keyset.Place) -> keyset.Part:
    wanted = Dossier.id.in_(found.with_only_columns(Dossier.id))
    return keyset.part(session, select(Dossier), (wanted,), (Dossier.id,), place)
