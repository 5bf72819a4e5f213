"""Counting months: open ones again and again, closed ones never but by a correction that says what it changed."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from casework.models import Complaint
from casework.models_cases import CaseFile
from casework.states import UNSENT
from core import journal
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotNow
from core.words import _l
from figures import counted, opening
from figures.models import Figure, FigureChange, FigureMonth, FigureRevision, FigureStay
from figures.policies import require_correct
from registry import settings

Key = tuple[str, str, str, int | None, str, int | None]
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
    _take_away(session, month)
    for asked in counted.EVERY:
        session.execute(
            text(f"INSERT INTO figure (month, {WORKING}) SELECT :first, counted.* FROM ({asked}) counted"),  # noqa: S608 - our own words
            counted.of(month),
        )
    _time(session, month)
    it.counted_at = now
    if day_of(now) >= closes_on(session, month):
        it.closed_at = now
        session.flush()
        opening.publish(session, month, now)
    return it


def closes_on(session: Session, month: date) -> date:
    """The day on which a month is closed: so many days after its end."""
    return counted.next_month(month) + timedelta(days=int(settings.value(session, "STATISTICS_CLOSE")))


def _take_away(session: Session, month: date) -> None:
    session.execute(delete(Figure).where(Figure.month == month))
    session.execute(delete(FigureStay).where(FigureStay.month == month))


def _time(session: Session, month: date) -> None:
    session.execute(
        text(
            "INSERT INTO figure_stay (month, machine, state, tenths, many) "  # noqa: S608 - our own words
            f"SELECT :first, timed.* FROM ({counted.STAYS}) timed"
        ),
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
    before, after = _kept(session, month), _fresh(session, month)
    changed = sorted((key for key in before.keys() | after.keys() if before.get(key, 0) != after.get(key, 0)), key=str)
    it.revision += 1
    made = FigureRevision(
        month=month, revision=it.revision, at=now, by=actor.id, reason=reason.strip(), changed=len(changed)
    )
    session.add(made)
    session.flush()
    for key in changed:
        session.add(_change(made, key, before.get(key, 0), after.get(key, 0)))
    _take_away(session, month)
    rows = [{"month": month, "many": many, **_named(key)} for key, many in after.items()]
    if rows:
        session.execute(insert(Figure), rows)
    _time(session, month)
    it.counted_at = now
    _note(session, it, actor, reason.strip(), len(changed), now)
    return made


def _note(session: Session, it: FigureMonth, actor: Actor, reason: str, changed: int, now: datetime) -> None:
    about = journal.Subject("figure_month", it.month.year * 100 + it.month.month, f"{it.month:%Y-%m}")
    said = {"reason": reason, "figures": changed}
    journal.note(session, about, "correct", actor, now, ("CLOSED", "CLOSED"), said)


def _key(row: Any) -> Key:  # noqa: ANN401 - a row of a statement
    return row[0], row[1], row[2], row[3], row[4], row[5]


def _kept(session: Session, month: date) -> dict[Key, int]:
    asked = select(
        Figure.what, Figure.said, Figure.channel, Figure.party_id, Figure.code, Figure.case_id, Figure.many
    ).where(Figure.month == month)
    return {_key(row): row[6] for row in session.execute(asked)}


def _fresh(session: Session, month: date) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for asked in counted.EVERY:
        for row in session.execute(text(asked), counted.of(month)):
            found[_key(row)] = row[6]
    return found


def _named(key: Key) -> dict[str, object]:
    return dict(zip(counted.COLUMNS[:-1], key, strict=True))


def _change(of: FigureRevision, key: Key, before: int, after: int) -> FigureChange:
    return FigureChange(month=of.month, revision=of.revision, before=before, after=after, **_named(key))
