"""Reads of the back office: the journal's outer columns page by page, mails, later work, the calendar by month."""

from datetime import timedelta

from sqlalchemy import func, or_, select

from core import keyset
from core.clock import midnight
from core.days import is_weekend
from core.journal import JournalEntry
from core.mail import Mail
from core.outbox import OPEN, Outbox
from core.texts import TextMessage
from registry import calendar
from registry.models_accounts import Account

OUTER = ("id", "subject_kind", "subject_id", "seq", "row", "ref", "actor", "at", "before", "after", "digest")
"""Columns of the journal that an administrator may select: never what was changed."""
PAGE = 50
EXPORTED = 10_000
PARKED = Outbox.parked_at.is_not(None)
CAP = 1000


def _wanted(asked, wanted):
    """Narrow to a subject kind, a reference, an actor, a row, and days in Shanghai."""
    columns = JournalEntry.__table__.c
    for name in ("subject_kind", "row"):
        if wanted.get(name):
            asked = asked.where(columns[name] == wanted[name])
    if who := wanted.get("actor"):
        named = select(func.concat("account:", Account.id)).where(Account.name == who)
        asked = asked.where(or_(columns.actor == who, columns.actor.in_(named)))
    if wanted.get("ref"):
        asked = asked.where(columns.ref.startswith(wanted["ref"], autoescape=True))
    if wanted.get("from_on"):
        asked = asked.where(columns["at"] >= midnight(wanted["from_on"]))
    if wanted.get("to_on"):
        asked = asked.where(columns["at"] < midnight(wanted["to_on"] + timedelta(days=1)))
    return asked


def _outer():
    return select(*(JournalEntry.__table__.c[name] for name in OUTER))


def journal_page(at, wanted, *, before=None, after=None):
    """List one page, newest first, with whether there is more on either side."""
    key = JournalEntry.__table__.c.id
    asked = _wanted(_outer(), wanted)
    if after is not None:
        found = at.execute(asked.where(key > after).order_by(key).limit(PAGE + 1)).all()
        return list(reversed(found[:PAGE])), len(found) > PAGE, True
    if before is not None:
        asked = asked.where(key < before)
    found = at.execute(asked.order_by(key.desc()).limit(PAGE + 1)).all()
    return found[:PAGE], before is not None, len(found) > PAGE


def journal_count(at, wanted):
    """Count the entries, no further than the cap and one."""
    some = _wanted(select(JournalEntry.__table__.c.id), wanted).limit(CAP + 1).subquery()
    return at.scalar(select(func.count()).select_from(some)) or 0


def journal_lines(at, wanted):
    """Give the newest entries for a file, newest first."""
    asked = _wanted(_outer(), wanted).order_by(JournalEntry.__table__.c.id.desc()).limit(EXPORTED)
    return at.execute(asked).all()


def journal_kinds(at):
    """List what the journal tells of, walking the index instead of the table."""
    kind = JournalEntry.__table__.c.subject_kind
    found, last = [], at.scalar(select(func.min(kind)))
    while last is not None:
        found.append(last)
        last = at.scalar(select(func.min(kind)).where(kind > last))
    return found


def mails_page(at, place):
    """List one page of mails, newest first, with where the pages beside it begin."""
    return _page(at, Mail, (), place)


def texts_page(at, place):
    """List text messages in the same way."""
    return _page(at, TextMessage, (), place)


def _page(at, kind, wanted, place):
    part = keyset.part(at, select(kind), wanted, (kind.id,), place, down=True)
    return [row[0] for row in part.rows], part


def mail(at, number):
    """Find one mail."""
    return at.get(Mail, number)


def jobs_page(at, place, *, state=""):
    """List later work in the same way, all or what waits, was given up or is parked."""
    wanted = {
        "waiting": OPEN,
        "failed": (Outbox.gave_up_at.is_not(None), Outbox.parked_at.is_(None)),
        "parked": (PARKED, Outbox.gave_up_at.is_(None)),
    }
    return _page(at, Outbox, wanted.get(state, ()), place)


def failed_jobs(at):
    """Count what was given up, no further than the cap and one."""
    some = select(Outbox.id).where(Outbox.gave_up_at.is_not(None), Outbox.parked_at.is_(None))
    return at.scalar(select(func.count()).select_from(some.limit(CAP + 1).subquery())) or 0


def parked_jobs(at):
    """Count what waits for an administrator since a restore, no further than the cap and one."""
    some = select(Outbox.id).where(PARKED, Outbox.gave_up_at.is_(None)).limit(CAP + 1).subquery()
    return at.scalar(select(func.count()).select_from(some)) or 0


def parked_kinds(at):
    """Say of each kind of work that waits since a restore how much there is, and from when to when it was asked for."""
    waits = select(Outbox.job, func.count(), func.min(Outbox.asked_at), func.max(Outbox.asked_at))
    return at.execute(waits.where(PARKED, Outbox.gave_up_at.is_(None)).group_by(Outbox.job).order_by(Outbox.job)).all()


def held(at, kind, rows):
    """Say of these mails or texts, by number, what is not on its way: open at a restore, dropped since, or given up."""
    keys = [f"{kind}:{row.id}" for row in rows]
    held = PARKED | Outbox.gave_up_at.is_not(None)
    found = at.scalars(select(Outbox).where(Outbox.key.in_(keys), held, Outbox.done_at.is_(None)))
    return {int(row.key.partition(":")[2]): row.state for row in found}


def waiting_jobs(at):
    """Count what still waits, no further than the cap and one."""
    return at.scalar(select(func.count()).select_from(select(Outbox.id).where(*OPEN).limit(CAP + 1).subquery())) or 0


def months(at, year):
    """Give a year as twelve months of weeks, Monday first, each day with what is unusual about it.

    None where a week reaches out of the month.
    """
    days = {found.day: found for found in calendar.days_of(at, year)}
    found = []
    for month in range(1, 13):
        mine = [(known, _unusual(known)) for day, known in sorted(days.items()) if day.month == month]
        if mine:
            cells = [None] * mine[0][0].day.weekday() + mine
            cells += [None] * (-len(cells) % 7)
            found.append([cells[n : n + 7] for n in range(0, len(cells), 7)])
    return found


def _unusual(known):
    if is_weekend(known.day):
        return "worked" if known.is_workday else "weekend"
    return "" if known.is_workday else "off"
