"""Absences of staff: entered with a substitute, ended early, and who is away on a day."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core import keyset
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from core.journal import Subject, note
from core.registered import Registered
from core.words import _, _l
from registry.models_absences import Absence
from registry.models_accounts import Account, Audience

WORK = frozenset({"intake", "officer", "investigator", "reviewer", "secretary", "publisher", "head"})
"""Roles whose work somebody else can look after; a substitute holds at least one of the same."""
_told_of_ends = Registered[Callable[[Session, Absence, Actor, datetime], None]]()
on_ended = _told_of_ends.add
"""Register who is told that an absence was ended early, or taken back."""


def on_day(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Absences that stand on a day."""
    return Absence.ended_at.is_(None) & (Absence.from_on <= day) & (Absence.to_on >= day)


def away(session: Session, day: date) -> dict[int, int]:
    """Who is away on a day, and who stands in."""
    found = select(Absence.account_id, Absence.substitute_id).where(on_day(day))
    return {row.account_id: row.substitute_id for row in session.execute(found)}


def standing(session: Session, day: date) -> dict[int, tuple[date, str]]:
    """Who is away on a day: until when, and the name of who stands in; empty if that person has left."""
    found = select(Absence.account_id, Absence.to_on, Account.name, Account.works.label("works"))
    found = found.join(Account, Account.id == Absence.substitute_id).where(on_day(day))
    return {row.account_id: (row.to_on, row.name if row.works else "") for row in session.execute(found)}


def of_substitute(session: Session, account_id: int) -> list[Absence]:
    """Absences in which this person stands in, the oldest first; of any day, but not those that were ended."""
    mine = Absence.ended_at.is_(None) & (Absence.substitute_id == account_id)
    return list(session.scalars(select(Absence).where(mine).order_by(Absence.id)))


def stands_in(session: Session, account_id: int, other: int, day: date) -> bool:
    """Whether somebody stands in today for another, who is away."""
    mine = select(Absence.id).where(on_day(day), Absence.account_id == other, Absence.substitute_id == account_id)
    return session.scalar(mine.limit(1)) is not None


def stood_in_for(session: Session, account_id: int, day: date) -> list[str]:
    """Names of those for whom this person stands in, who are away on that day or later."""
    later = Absence.ended_at.is_(None) & (Absence.to_on >= day)
    return _names(session, later & (Absence.substitute_id == account_id))


def _names(session: Session, which: ColumnElement[bool]) -> list[str]:
    """Who is away in these absences, the nearest first."""
    found = select(Account.name).join(Absence, Absence.account_id == Account.id).where(which)
    return list(dict.fromkeys(session.scalars(found.order_by(Absence.from_on, Absence.id))))


def coming(session: Session, day: date, place: keyset.Place = keyset.BEGINNING) -> tuple[list[Absence], keyset.Part]:
    """A page of the absences of today and later ones, the nearest first."""
    wanted = (Absence.ended_at.is_(None), Absence.to_on >= day)
    part = keyset.part(session, select(Absence), wanted, (Absence.from_on, Absence.id), place)
    return [row[0] for row in part.rows], part


def may_enter(actor: Actor, account_id: int) -> bool:
    """Everybody enters their own absences, heads of department anybody's."""
    return actor.audience == "staff" and (actor.id == account_id or actor.has("head"))


def enter(
    session: Session, person: Account, substitute: Account, days: tuple[date, date], *, actor: Actor, now: datetime
) -> Absence:
    """Note from when to when somebody is away, and who sees the work meanwhile."""
    if not may_enter(actor, person.id) or person.audience is not Audience.STAFF:
        raise NotAllowed
    _check(session, person, substitute, days, day_of(now))
    made = Absence(account_id=person.id, substitute_id=substitute.id, from_on=days[0], to_on=days[1])
    session.add(made)
    session.flush()
    _note(session, made, "enter", actor, now, ("", "STANDS"))
    return made


def end(session: Session, absence: Absence, *, actor: Actor, now: datetime) -> None:
    """End an absence early, or before it has begun."""
    if not may_enter(actor, absence.account_id):
        raise NotAllowed
    if absence.ended_at is not None or absence.to_on < day_of(now):
        raise NotNow(_l("This absence has ended already."))
    absence.ended_at = now
    _note(session, absence, "end", actor, now, ("STANDS", "ENDED"))
    for told in _told_of_ends:
        told(session, absence, actor, now)


def _check(session: Session, person: Account, substitute: Account, days: tuple[date, date], today: date) -> None:
    first, last = days
    if last < first:
        raise BadInput("to_on", _l("The last day comes before the first."))
    if last < today:
        raise BadInput("to_on", _l("This absence would have ended already."))
    if substitute.id == person.id:
        raise BadInput("substitute", _l("The substitute is somebody else."))
    if substitute.invited:
        raise BadInput("substitute", _l("This person was invited and has not come in yet: choose somebody else."))
    able = substitute.audience is Audience.STAFF and substitute.works
    if not able or not person.role_words & substitute.role_words & WORK:
        raise BadInput("substitute", _l("This person holds none of the same roles and could do nothing meanwhile."))
    within = (Absence.from_on <= last) & (Absence.to_on >= first) & Absence.ended_at.is_(None)
    both = select(Account.id).where(Account.id.in_((person.id, substitute.id))).order_by(Account.id)
    session.scalars(both.with_for_update()).all()
    if session.scalar(select(Absence.id).where(within, Absence.account_id == person.id).limit(1)) is not None:
        raise BadInput("from_on", _l("An absence in these days is entered already."))
    if session.scalar(select(Absence.id).where(within, Absence.account_id == substitute.id).limit(1)) is not None:
        raise BadInput("substitute", _l("This person is away in these days as well."))
    if instead := _names(session, within & (Absence.substitute_id == person.id)):
        raise BadInput(
            "from_on",
            _l(
                "This person stands in for %(names)s in these days. Whoever is away, or a head of department, ends "
                "that absence and enters it anew with another substitute; then this one can be entered.",
                names=str(_(", ")).join(instead),
            ),
        )


def _note(session: Session, it: Absence, what: str, actor: Actor, now: datetime, states: tuple[str, str]) -> None:
    days = {"from": it.from_on.isoformat(), "to": it.to_on.isoformat()}
    said = {"account": it.account_id, "substitute": it.substitute_id, **days}
    note(session, Subject("absence", it.id, f"absence-{it.id}"), what, actor, now, states, said)
