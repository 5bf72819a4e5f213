"""Telling people that something waits: noted once per event and person, told the way each of them chose."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core import texts
from core.clock import local
from core.outbox import later
from core.registered import Registered
from core.texts import TextMessage
from registry import settings, text_numbers
from registry.events import CHOICES, EVENTS, of_audience
from registry.models_accounts import Account, AccountRole
from registry.models_notifications import DAILY, MAIL, NONE, TEXT, Notification, NotificationChoice
from registry.queries import people_of

JOB = "registry.tell"
KEPT_FOR = timedelta(days=90)
"""So long it is known that something was told; nothing is raised again that late."""
Quiet = tuple[time, time]
Sieve = Callable[[Session, Account, list[Notification], datetime], list[Notification]]
_sieves = Registered[Sieve]()
on_telling = _sieves.add
"""Register what leaves out of one person's notifications those that are not so any more when they are told."""


def ways(session: Session, account: Account) -> dict[str, str]:
    """How somebody is told of each kind of event."""
    lead = "lead" in account.role_words
    chosen = select(NotificationChoice.choice, NotificationChoice.way)
    rows = session.execute(chosen.where(NotificationChoice.account_id == account.id))
    own = {choice: way for choice, way in rows}  # noqa: C416 - rows are no pairs to dict
    usual = {name: each.leads if lead else NONE for name, each in of_audience(account.audience.value).items()}
    fixed = {name: MAIL for name in usual if CHOICES[name].fixed}
    return usual | fixed | {name: way for name, way in own.items() if name in usual}


def choose(session: Session, account: Account, wanted: Mapping[str, str]) -> None:
    """Note how this person wants to be told; what the rules require goes by mail whatever was chosen."""
    for name, choice in of_audience(account.audience.value).items():
        way = wanted.get(name, NONE)
        if choice.fixed and way != TEXT:
            way = MAIL
        row = insert(NotificationChoice).values(account_id=account.id, choice=name, way=way)
        session.execute(row.on_conflict_do_update(index_elements=["account_id", "choice"], set_={"way": way}))


def tell(
    session: Session, account: Account, event: str, *, key: str, now: datetime, at: datetime | None = None
) -> bool:
    """Note that somebody is to be told; False where nothing is to be told, or it was noted before.

    What holds for this day only has its hour (`at`), also for who wants one mail a day: the next one would be too late.
    """
    choice = EVENTS[event].choice
    way = ways(session, account).get(choice, NONE)
    if account.locked_at is not None or way == NONE or (CHOICES[choice].fixed and way != TEXT):
        return False
    if way == TEXT and text_numbers.confirmed(session, ("account", account.id)) is None:
        if CHOICES[choice].fixed:
            return False
        way = MAIL
    due_at = due(session, way, now) if at is None else awake(session, at) if way == TEXT else at
    row = insert(Notification).values(account_id=account.id, key=key, event=event, way=way, asked_at=now, due_at=due_at)
    found = session.execute(row.on_conflict_do_nothing().returning(Notification.id)).scalar()
    return found is not None


def tell_party(session: Session, party_id: int, event: str, *, key: str, now: datetime) -> None:
    """Tell the people of a company, each by the ways chosen; not those who have not accepted the invitation."""
    for person in people_of(session, party_id):
        if not person.invited:
            tell(session, person, event, key=key, now=now)


def who_wants(choice: str) -> Select[Any]:
    """The accounts that are told of this kind of event: who chose so, and leads who chose nothing where it is usual."""
    chosen = select(NotificationChoice.account_id).where(NotificationChoice.choice == choice)
    wanted = chosen.where(NotificationChoice.way != NONE)
    if CHOICES[choice].leads == NONE:
        return wanted
    leads = select(AccountRole.account_id).join(Account, Account.id == AccountRole.account_id)
    leads = leads.where(AccountRole.role == "lead", AccountRole.account_id.not_in(chosen), ~Account.invited)
    return select(wanted.union(leads).subquery().c.account_id)


def morning(session: Session, now: datetime) -> datetime:
    """When the day's mails go: today's, or this instant where it has passed."""
    at, here = _time(str(settings.value(session, "DIGEST_AT"))), local(now)
    return now if here.time() >= at else _next(now, at)


def due(session: Session, way: str, now: datetime) -> datetime:
    """When it is told: at once, with the day's mail, or when telephones may ring."""
    if way == DAILY:
        return _next(now, _time(str(settings.value(session, "DIGEST_AT"))))
    return awake(session, now) if way == TEXT else now


@texts.on_hours
def awake(session: Session, now: datetime) -> datetime:
    """This instant, or the end of the quiet hours in which it lies."""
    begins, ends = quiet_hours(session)
    at = local(now).time()
    quiet = begins <= at < ends if begins <= ends else at >= begins or at < ends
    return _next(now, ends) if quiet else now


def quiet_hours(session: Session) -> Quiet:
    """From when to when no text message goes out."""
    begins, _dash, ends = str(settings.value(session, "TEXT_QUIET")).partition("-")
    return _time(begins), _time(ends)


def hand_over(session: Session, now: datetime) -> int:
    """Give the outbox, person by person, what is to be told by now."""
    waiting = select(Notification.account_id, func.max(Notification.id))
    waiting = waiting.where(Notification.told_at.is_(None), Notification.due_at <= now)
    found = session.execute(waiting.group_by(Notification.account_id)).all()
    for account_id, newest in found:
        key = f"tell:{account_id}:{newest}"
        later(session, JOB, key=key, account_id=account_id, by=now.isoformat())  # the worker's clock may be behind
    return len(found)


def waiting_for(session: Session, account_id: int, now: datetime) -> list[Notification]:
    """What is to be told somebody by now, locked: who comes second finds nothing."""
    asked = select(Notification).where(Notification.account_id == account_id, Notification.told_at.is_(None))
    asked = asked.where(Notification.due_at <= now).order_by(Notification.id)
    return list(session.scalars(asked.with_for_update()))


def told_anew(session: Session, refused: TextMessage) -> None:
    """What a number that takes none, or was given up, was to tell somebody comes by mail: it is not confirmed now."""
    begins, _colon, newest = refused.key.rpartition(":")
    last = session.get(Notification, int(newest)) if begins.startswith("told:") else None
    if last is None or text_numbers.confirmed(session, ("account", last.account_id)) is not None:
        return
    together = (Notification.account_id == last.account_id, Notification.told_at == last.told_at)
    session.execute(update(Notification).where(*together, Notification.way == TEXT).values(told_at=None))
    later(session, JOB, key=f"tell:{last.account_id}:{last.id}:mail", account_id=last.account_id)


def still_so(session: Session, account: Account, found: list[Notification], now: datetime) -> list[Notification]:
    """What of it is told: nothing that its person has switched off since, or that is done or has moved."""
    wanted = ways(session, account)
    found = [each for each in found if wanted.get(EVENTS[each.event].choice, NONE) != NONE]
    for sieve in _sieves:
        found = sieve(session, account, found, now)
    return found


def forget_old(session: Session, now: datetime) -> None:
    """What was told long ago is nobody's business any more."""
    session.execute(delete(Notification).where(Notification.told_at < now - KEPT_FOR))


def _next(now: datetime, at: time) -> datetime:
    here = local(now)
    found = here.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    found = found if found > here else found + timedelta(days=1)
    return found.astimezone(now.tzinfo)


def _time(said: str) -> time:
    return time.fromisoformat(said.strip())
