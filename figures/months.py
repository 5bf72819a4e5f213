"""Counting months: open ones again and again, closed ones never but by a correction that says what it changed."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from casework import tasks
from casework.models import Complaint
from casework.models_cases import CaseFile
from casework.states import UNSENT
from core import charts, journal
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotNow
from core.words import _l
from figures import counted, opening
from figures.models import Figure, FigureChange, FigureMonth, FigureRevision, FigureStay
from figures.policies import require_correct
from registry import settings

Key = tuple[str, str, str, int | None, str, int | None]
STAY: Final = "STAY"
"""What a correction calls the time in a state: of which machine, in which state, so many tenths of a day."""
BACK: Final = 24
"""So many months are looked at again for what became known late."""
LATE: Final = "figures_late"
tasks.KINDS[LATE] = _l("Of the closed month %(ref)s something else is known by now: correct its figures.")
WORKING = "what, said, channel, party_id, code, case_id, many"


def to_count(session: Session, now: datetime) -> list[date]:
    """The months that are not closed yet, the earliest first: from the first complaint or case to this one."""
    first = _first(session)
    if first is None:
        return []
    this = day_of(now).replace(day=1)
    shut = set(session.scalars(select(FigureMonth.month).where(FigureMonth.closed_at.is_not(None))))
    months, month = [], first
    while month <= this:
        if month not in shut:
            months.append(month)
        month = counted.next_month(month)
    return months


def _first(session: Session) -> date | None:
    own = select(func.min(Complaint.received_at)).where(Complaint.state.not_in(UNSENT))
    received = session.scalar(own)
    opened = session.scalar(select(func.min(CaseFile.opened_on)))
    days = [day for day in (day_of(received) if received else None, opened) if day]
    return min(days).replace(day=1) if days else None


def count(session: Session, month: date, now: datetime) -> FigureMonth:
    """Count a month that is not closed; close it when its time has come, and publish of it what may be published."""
    it = session.get(FigureMonth, month, with_for_update=True)
    if it is None:
        it = FigureMonth(month=month, counted_at=now)
        session.add(it)
        session.flush()
    if it.closed_at is not None:
        return it
    _count(session, month)
    it.counted_at = now
    if day_of(now) >= closes_on(session, month):
        it.closed_at = now
        session.flush()
        opening.publish(session, month, now)
    return it


def tell_belated(session: Session, now: datetime) -> None:
    """Have the head look at a closed month of which something else became known afterwards; each time anew.

    Days on a postal slip, or on which a limit ended while the clock stood still, may lie before a month's closing.
    """
    since = charts.months_until(day_of(now), BACK)[0]
    for month, revision, many in session.execute(text(counted.BELATED), {"since": since}):
        kind, number, ref = _about(month)
        tasks.put(session, LATE, (kind, number, ref), role="head", now=now, key=f"{LATE}:{ref}:{revision}:{many}")


def _about(month: date) -> tuple[str, int, str]:
    return "figure_month", month.year * 100 + month.month, f"{month:%Y-%m}"


def closes_on(session: Session, month: date) -> date:
    """The day on which a month is closed: so many days after its end."""
    return counted.next_month(month) + timedelta(days=int(settings.value(session, "STATISTICS_CLOSE")))


def _count(session: Session, month: date) -> None:
    """All figures of a month anew, in the place of those that were there."""
    for kept in (Figure, FigureStay):
        session.execute(delete(kept).where(kept.month == month))
    written = [(f"figure (month, {WORKING})", asked) for asked in counted.EVERY]
    for into, asked in [*written, ("figure_stay (month, machine, state, tenths, many)", counted.STAYS)]:
        session.execute(
            text(f"INSERT INTO {into} SELECT :first, counted.* FROM ({asked}) counted"),  # noqa: S608 - our own words
            counted.of(month),
        )


def correct(session: Session, month: date, *, actor: Actor, reason: str, now: datetime) -> FigureRevision:
    """Count a closed month anew; every figure that is another now is noted with what it was."""
    require_correct(actor)
    it = session.get(FigureMonth, month, with_for_update=True)
    if it is None or it.closed_at is None:
        raise NotNow(_l("This month is not closed yet: it is counted anew every night."))
    if not reason.strip():
        raise BadInput("reason", _l("Say why the figures of a closed month are corrected."))
    before = _kept(session, month)
    _count(session, month)
    after = _kept(session, month)
    changed = sorted((key for key in before.keys() | after.keys() if before.get(key, 0) != after.get(key, 0)), key=str)
    if not changed:
        raise NotNow(_l("Every figure of this month is as it was counted: there is nothing to correct."))
    it.revision += 1
    made = FigureRevision(
        month=month, revision=it.revision, at=now, by=actor.id, reason=reason.strip(), changed=len(changed)
    )
    session.add(made)
    session.flush()
    for key in changed:
        session.add(_change(made, key, before.get(key, 0), after.get(key, 0)))
    it.counted_at = now
    tasks.settle(session, _about(month)[:2], (LATE,), actor=actor, now=now)
    _note(session, it, actor, reason.strip(), len(changed), now)
    return made


def _note(session: Session, it: FigureMonth, actor: Actor, reason: str, changed: int, now: datetime) -> None:
    about = journal.Subject(*_about(it.month))
    said = {"reason": reason, "figures": changed}
    journal.note(session, about, "correct", actor, now, ("CLOSED", "CLOSED"), said)


def _kept(session: Session, month: date) -> dict[Key, int]:
    """Every figure that is kept of a month, how long things stayed in a state among them."""
    asked = select(
        Figure.what, Figure.said, Figure.channel, Figure.party_id, Figure.code, Figure.case_id, Figure.many
    ).where(Figure.month == month)
    found: dict[Key, int] = {(row[0], row[1], row[2], row[3], row[4], row[5]): row[6] for row in session.execute(asked)}
    stays = session.scalars(select(FigureStay).where(FigureStay.month == month))
    return found | {(STAY, f"{it.machine}/{it.state}/{it.tenths}", "", None, "", None): it.many for it in stays}


def _change(of: FigureRevision, key: Key, before: int, after: int) -> FigureChange:
    named = dict(zip(counted.COLUMNS[:-1], key, strict=True))
    return FigureChange(month=of.month, revision=of.revision, before=before, after=after, **named)
