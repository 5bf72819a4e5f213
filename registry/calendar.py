"""The working-day calendar: seeded, loaded year by year with the official notice, and read by every count."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import chinese_calendar
import holidays
from chinese_calendar import constants
from sqlalchemy import String, cast, extract, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core import clock, journal
from core.actors import SYSTEM, Actor
from core.asked_together import asked, forget, together
from core.days import is_weekend
from core.errors import BadInput, NotAllowed, NotNow
from core.outbox import later
from core.planned import PLANNED, Written
from core.words import _l
from registry.counting import Day, Due, Unit, due
from registry.models_clocks import CalendarDay, CalendarYear, YearSource

ESTIMATED_YEARS = 2
"""How many years after the last official one are seeded from weekends and statutory days."""
OPEN_FROM = 25
"""From this day of December a year stays open until the next year's notice, which may still change it."""
KEPT_YEARS = 200
STAMPS = "stamps"
"""Under this name a transaction asks which state of each year it counts by."""
OCTOBER, DECEMBER = 10, 12
AGAIN_JOB: Final = "registry.count_again"
"""Counts once more what others began to count, or went on counting, while the days were being changed."""
AFRESH = {"populate_existing": True}
"""Days are written in bulk: what the session remembers of them may be old."""

_years: dict[str, dict[date, Day]] = {}
together(
    STAMPS,
    "SELECT array_agg(year || ' ' || stamp) FROM calendar_year_notice",
    lambda found: {int(year): stamp for year, stamp in (each.split(" ") for each in found or ())},
    open_to_all=True,
)
STAMPED: Final = Written(lambda: select(CalendarYear.year, cast(CalendarYear.stamp, String).label("stamp")))
"""The same for a page that asks ahead."""
_listeners: list[Callable[[Session, date, date, Actor, datetime, bool], Any]] = []
_of_corrections: list[Callable[[Session, Sequence["Change"], datetime], Any]] = []

NAMES = {
    "Chinese New Year": "Spring Festival",
    "New Year": "New Year's Day",
    "Tomb": "Tomb-sweeping Day",
    "Labor": "Labour Day",
    "Dragon": "Dragon Boat Festival",
    "Mid-Autumn": "Mid-autumn Festival",
    "National": "National Day",
}
"""What the estimate's package calls a holiday begins so; we call it as the other package does."""


class Years:
    """The calendar as a count sees it; each year is read from the database once per process and change."""

    def __init__(self, session: Session, stamps: Mapping[int, str]) -> None:
        self._session, self._stamps = session, stamps

    def get(self, day: date, /) -> Day | None:
        """What is known of that day; None outside the years that were seeded."""
        stamp = self._stamps.get(day.year)
        if stamp is None:
            return None
        if stamp not in _years:
            _keep(stamp, _read(self._session, day.year))
        return _years[stamp].get(day)


@dataclass(frozen=True)
class Change:
    """One day that a notice changes."""

    day: date
    was: bool | None
    becomes: bool

    @property
    def undone(self) -> "Change":
        """The way back; of a day that nobody knew before there is none."""
        return Change(self.day, self.becomes, self.becomes if self.was is None else self.was)


class Changed:
    """The calendar as a count would see it once these days are changed."""

    def __init__(self, session: Session, changes: Sequence[Change]) -> None:
        self._known, self._becomes = days(session), {each.day: each.becomes for each in changes}

    def get(self, day: date, /) -> Day | None:
        """What would be known of that day."""
        known = self._known.get(day)
        return known and known._replace(is_workday=self._becomes.get(day, known.is_workday))


@dataclass(frozen=True)
class Loaded:
    """What loading a year changed: days, and what those who listen have to say of clocks."""

    changes: tuple[Change, ...]
    moved: tuple[Any, ...]
    early: tuple[Any, ...] = ()
    """What had expired by then although the corrected days would have let it run on."""


def days(session: Session) -> Years:
    """The calendar as it stands now in this transaction, which asks for it once."""
    return Years(session, asked(session, STAMPS))


def days_of_page(session: Session) -> Years:
    """The calendar for a page, which may have asked for it ahead."""
    return Years(session, {row.year: row.stamp for row in STAMPED.rows(session)})


def is_certainly_free(session: Session, day: date) -> bool:
    """Whether a published calendar says that nobody works on it."""
    known = days(session).get(day)
    return known is not None and known.confirmed and not known.is_workday


def deadline(session: Session, start: date, length: int, unit: Unit) -> Due:
    """When a time limit ends, with its explanation: what the command line and the page of the rules ask."""
    return due(start, length, unit, days(session))


def are_over(session: Session, start: date, length: int, today: date) -> bool:
    """Whether so many natural days after a day have passed: to the next workday (R3), and never by an estimate (7.3).

    What ended before the calendar begins is over as well.
    """
    counted = deadline(session, start, length, Unit.CD)
    if counted.due_on is None:
        known = asked(session, STAMPS)
        return bool(known) and (start + timedelta(days=length)).year < min(known)
    return not counted.provisional and counted.due_on < today


def years(session: Session) -> list[CalendarYear]:
    """Every year of the calendar, with what it rests on."""
    return list(session.scalars(select(CalendarYear).order_by(CalendarYear.year)))


def days_of(session: Session, year: int) -> list[CalendarDay]:
    """The days of one year, in order."""
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return list(session.scalars(select(CalendarDay).where(within).order_by(CalendarDay.day), execution_options=AFRESH))


def missing_year(session: Session, today: date) -> int | None:
    """The earliest year that rests on an estimate, up to this one, from 1 October on the next: a reason to warn.

    A year that was let pass stays one: what ended in it ends only by its notice.
    """
    wanted = today.year + 1 if today.month >= OCTOBER else today.year
    open_ = CalendarYear.source == YearSource.ESTIMATE
    passed = select(CalendarYear.year).where(open_, CalendarYear.year <= wanted).order_by(CalendarYear.year).limit(1)
    found = session.scalar(passed.execution_options(**PLANNED))
    if found is None and session.get(CalendarYear, wanted, execution_options=PLANNED) is None:
        return wanted
    return found


def on_change(listener: Callable[[Session, date, date, Actor, datetime, bool], Any]) -> Callable[..., Any]:
    """Register who is told, in the same transaction, from which to which day the calendar changed, and how.

    By a notice (or a package that knows it), which may come when the days are long over, or as each of them passed.
    """
    _listeners.append(listener)
    return listener


def on_correction(listener: Callable[[Session, Sequence["Change"], datetime], Any]) -> Callable[..., Any]:
    """Register who is told, in the same transaction, which days a notice that was loaded has changed."""
    _of_corrections.append(listener)
    return listener


def may_load(actor: Actor) -> bool:
    """The calendar is reference data: the system administrator keeps it, or the system at set-up."""
    return actor.has("system_admin", "system")


def seed(session: Session, now: datetime | None = None) -> None:
    """Fill the calendar: the package's official years, and two more as an estimate; a loaded year is left alone.

    A year that a newer package knows takes the place of its estimate, without touching a confirmed day.
    """
    now = now or clock.now()
    known = {year.year: year for year in years(session)}
    official = range(min(constants.holidays).year, max(constants.holidays).year + 1)
    fresh = [year for year in official if year not in known]
    _insert(session, fresh, YearSource.PACKAGE, last=official[-1])
    for year in official:
        if year in known and known[year].source is YearSource.ESTIMATE:
            wanted = _official(session, year)
            _note(session, known[year], YearSource.PACKAGE, _changes(session, wanted), SYSTEM, now)
            known[year].source = YearSource.PACKAGE
            _take_over(session, known[year], wanted, SYSTEM, now)
    _estimate_after(
        session, max([*official, *(y for y, row in known.items() if row.source is not YearSource.ESTIMATE)])
    )


def exceptions_of(session: Session, year: int) -> dict[date, bool]:
    """What the notice of a year that is no estimate made of its days: off in the week (False), worked at weekends."""
    row = session.get(CalendarYear, year)
    if row is None or row.source is YearSource.ESTIMATE:
        return {}
    return {each.day: each.is_workday for each in days_of(session, year) if each.is_workday is is_weekend(each.day)}


def diff(session: Session, year: int, exceptions: Mapping[date, bool]) -> list[Change]:
    """What a year's notice would change; days it does not name follow the weekends."""
    return _changes(session, _by_notice(session, year, exceptions))


def _changes(session: Session, wanted: Mapping[date, Day]) -> list[Change]:
    standing = {row.day: row.is_workday for row in _standing(session, wanted)}
    return [
        Change(day, standing.get(day), becomes.is_workday)
        for day, becomes in sorted(wanted.items())
        if standing.get(day) is not becomes.is_workday
    ]


def load_year(
    session: Session,
    year: int,
    days: Mapping[date, bool],
    notice_no: str,
    actor: Actor,
    now: datetime,
) -> Loaded:
    """Confirm a year by its official notice: holidays (False) and make-up workdays (True), the rest by weekends.

    It also settles 25 to 31 December of the year before; every clock that touches these days is counted again.
    """
    if not may_load(actor):
        raise NotAllowed
    if not notice_no.strip():
        raise BadInput("notice_no", _l("Give the number of the official notice."))
    row = session.get(CalendarYear, year, with_for_update=True) or CalendarYear(year=year, source=YearSource.ESTIMATE)
    wanted = _by_notice(session, year, days)
    changes = _changes(session, wanted)
    _note(session, row, YearSource.NOTICE, changes, actor, now, notice_no.strip())
    row.source, row.notice_no, row.loaded_at = YearSource.NOTICE, notice_no.strip(), now
    session.add(row)
    moved = _take_over(session, row, wanted, actor, now)
    _estimate_after(session, year)
    told = [listener(session, changes, now) for listener in _of_corrections]
    return Loaded(tuple(changes), moved, tuple(one for each in told for one in each))


def confirms_itself(session: Session, day: date) -> bool:
    """Whether it is one of the last days of a year whose notice is there: certain once over, if nothing changes it."""
    row = session.get(CalendarYear, day.year) if _open(day) else None
    return row is not None and row.source is not YearSource.ESTIMATE


def confirm_passed(session: Session, today: date, now: datetime) -> None:
    """Confirm the last days of an official year once they have passed without a change."""
    passed = select(CalendarDay.day).join(CalendarYear, CalendarYear.year == extract("year", CalendarDay.day))
    passed = passed.where(~CalendarDay.confirmed, CalendarDay.day < today, CalendarYear.source != YearSource.ESTIMATE)
    found = sorted(session.scalars(passed))
    if found:
        session.execute(update(CalendarDay).where(CalendarDay.day.in_(found)).values(confirmed=True))
        _tell(session, found[0], found[-1], SYSTEM, now, by_notice=False)


def _note(
    session: Session,
    row: CalendarYear,
    becomes: YearSource,
    changes: Iterable[Change],
    actor: Actor,
    now: datetime,
    notice_no: str = "",
) -> None:
    journal.write(
        session,
        subject=("calendar", row.year),
        row="load",
        ref=str(row.year),
        actor=actor,
        now=now,
        states=(row.source.value, becomes.value),
        changes={"notice": notice_no, "days": {str(one.day): [one.was, one.becomes] for one in changes}},
    )


def _take_over(
    session: Session,
    row: CalendarYear,
    wanted: Mapping[date, Day],
    actor: Actor,
    now: datetime,
) -> tuple[Any, ...]:
    """Write the days that have become official, and have everything counted again that touches them."""
    session.flush()
    source = row.notice_no or row.source.value
    _write(session, [_values(day, known, source) for day, known in wanted.items()])
    return _tell(session, min(wanted), max(wanted), actor, now, by_notice=True)


def _tell(
    session: Session, first: date, last: date, actor: Actor, now: datetime, *, by_notice: bool
) -> tuple[Any, ...]:
    for year in range(first.year, last.year + 1):
        session.execute(update(CalendarYear).where(CalendarYear.year == year).values(stamp=uuid4()))
    forget(session, STAMPS)
    later(session, AGAIN_JOB, f"{AGAIN_JOB}:{uuid4()}", first=str(first), last=str(last), by_notice=by_notice)
    return recount(session, first, last, actor, now, by_notice=by_notice)


def recount(
    session: Session, first: date, last: date, actor: Actor, now: datetime, *, by_notice: bool
) -> tuple[Any, ...]:
    """Have everything that touches these days counted again, by the calendar as it stands."""
    told = [listener(session, first, last, actor, now, by_notice) for listener in _listeners]
    return tuple(one for each in told for one in each)


def _by_notice(session: Session, year: int, exceptions: Mapping[date, bool]) -> dict[date, Day]:
    """The days that a year's notice settles: 25 December before it to 31 December, the last week still open."""
    first, last = date(year - 1, 12, OPEN_FROM), date(year, 12, 31)
    if not exceptions:
        raise BadInput("days", _l("The notice names no day. A year without a holiday cannot be right."))
    if strange := sorted(day for day in exceptions if not first <= day <= last):
        raise BadInput(
            "days", _l("%(day)s is not a day that the notice of %(year)s can settle.", day=strange[0], year=year)
        )
    if session.get(CalendarYear, year - 1) is None:
        raise NotNow(_l("Load the year %(year)s first: no year may be left out.", year=year - 1))
    standing = {row.day: row for row in _standing(session, _each(first, last))}
    later = session.get(CalendarYear, year + 1)
    closed = later is not None and later.source is not YearSource.ESTIMATE
    wanted = {}
    for day in _each(first, last):
        before = standing.get(day)
        follows = (
            before.is_workday
            if before is not None and (day.year < year or (closed and _open(day)))
            else not is_weekend(day)
        )
        works = exceptions.get(day, follows)
        name = before.name if before is not None and before.is_workday is works else None
        wanted[day] = Day(works, closed or day.year < year or not _open(day), name)
    return wanted


def _official(session: Session, year: int) -> dict[date, Day]:
    """What the package says of a year, and of the last days before it; a confirmed day is not touched."""
    covered = max(constants.holidays).year
    span = _each(date(year - 1, 12, OPEN_FROM), date(year, 12, 31))
    certain = {row.day for row in _standing(session, span) if row.confirmed}
    return {day: _packaged(day, covered) for day in span if day not in certain}


def _packaged(day: date, covered: int) -> Day:
    name = chinese_calendar.get_holiday_detail(day)[1]
    return Day(chinese_calendar.is_workday(day), day.year < covered or not _open(day), name)


def _estimate_after(session: Session, last: int) -> None:
    known = {year.year for year in years(session)}
    ahead = [year for year in range(last + 1, last + 1 + ESTIMATED_YEARS) if year not in known]
    _insert(session, ahead, YearSource.ESTIMATE, last=last)


def _insert(session: Session, wanted: Iterable[int], source: YearSource, *, last: int) -> None:
    for year in wanted:
        known = {d: _packaged(d, last) for d in _year(year)} if source is YearSource.PACKAGE else _estimated(year)
        row = {"year": year, "source": source, "stamp": uuid4()}
        session.execute(insert(CalendarYear).values(row).on_conflict_do_nothing())
        rows = [_values(day, fact, source.value) for day, fact in known.items()]
        session.execute(insert(CalendarDay).values(rows).on_conflict_do_nothing())
    forget(session, STAMPS)


def _estimated(year: int) -> dict[date, Day]:
    statutory = holidays.country_holidays("CN", years=[year], language="en_US")
    return {
        day: Day(not is_weekend(day) and day not in statutory, confirmed=False, name=_named(statutory.get(day)))
        for day in _year(year)
    }


def _named(word: str | None) -> str | None:
    return next((ours for theirs, ours in NAMES.items() if word and word.startswith(theirs)), None)


def _standing(session: Session, wanted: Iterable[date]) -> list[CalendarDay]:
    return list(session.scalars(select(CalendarDay).where(CalendarDay.day.in_(list(wanted))), execution_options=AFRESH))


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    adding = insert(CalendarDay).values(rows)
    new = {name: adding.excluded[name] for name in ("is_workday", "name", "source", "confirmed")}
    session.execute(adding.on_conflict_do_update(index_elements=["day"], set_=new))


def _values(day: date, known: Day, source: str) -> dict[str, Any]:
    return {
        "day": day,
        "is_workday": known.is_workday,
        "name": known.name,
        "source": source,
        "confirmed": known.confirmed,
    }


def _read(session: Session, year: int) -> dict[date, Day]:
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    found = session.execute(
        select(CalendarDay.day, CalendarDay.is_workday, CalendarDay.confirmed, CalendarDay.name).where(within)
    )
    return {day: Day(works, confirmed, name) for day, works, confirmed, name in found}


def _keep(stamp: str, known: dict[date, Day]) -> None:
    if len(_years) >= KEPT_YEARS:
        _years.clear()
    _years[stamp] = known


def _year(year: int) -> list[date]:
    return _each(date(year, 1, 1), date(year, 12, 31))


def _each(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def settled_by(day: date) -> int:
    """The year whose notice settles a day for good: that of the next year has the last word on the end of December."""
    return day.year + 1 if _open(day) else day.year


def _open(day: date) -> bool:
    return day.month == DECEMBER and day.day >= OPEN_FROM
