"""The days of a crowd: when it arrives, in bursts; how working days count; what the clocks of a life say."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from bench.crowd.copying import Copied, Numbers, Server
from core.clock import ZONE, day_of
from registry.clock_kinds import KINDS
from registry.counting import Unit

SPAN = 730
"""So many days back the first complaint came in."""
DAY = timedelta(days=1)
_NONE = Numbers()


@dataclass(frozen=True)
class Calendar:
    """The working days, and the last day of which the calendar is certain."""

    workdays: list[date]
    certain: date

    @classmethod
    def of(cls, server: Server) -> "Calendar":
        """As the database holds it."""
        found = server.execute("SELECT day FROM calendar_day WHERE is_workday ORDER BY day").fetchall()
        unsure = server.execute("SELECT min(day) FROM calendar_day WHERE NOT confirmed").fetchone()
        days = [day for (day,) in found]
        return cls(days, unsure[0] - DAY if unsure and unsure[0] else days[-1])

    def due(self, key: str, day0: date) -> date:
        """The last day of a clock of this kind."""
        kind = KINDS[key]
        if kind.unit is Unit.WD:
            return self.workdays[bisect_right(self.workdays, day0) + kind.length - 1]
        length = kind.length * (30 if kind.unit is Unit.MONTH else 1)
        day = day0 + timedelta(days=length)
        return self.workdays[bisect_right(self.workdays, day - DAY)]


def arrivals(rng: Random, many: int, now: datetime) -> list[datetime]:
    """When each came in: more from year to year, and on some days a burst."""
    bursts = [rng.random() * SPAN for _ in range(12)]
    days = []
    for _ in range(many):
        back = rng.choice(bursts) + rng.random() if rng.random() < 0.1 else SPAN * (1 - rng.random() ** 0.8)
        days.append(max(back, 0.001))
    return [now - timedelta(days=back) for back in sorted(days, reverse=True)]


class Clocks:
    """Writes the clocks of things."""

    def __init__(self, into: Copied, calendar: Calendar, first: int) -> None:
        self._into, self.calendar, self._number = into, calendar, first

    @staticmethod
    def table() -> Copied:
        """The table of clocks."""
        return Copied(
            "clock",
            "id key subject_type subject_id state how day0 length unit basis due_on provisional notified_due_on "
            "visible_party visible_complaint created_at started_at ended_at",
            armed_on=_NONE, awaits=_NONE, extend_to=_NONE, steps=_NONE, paused_on=_NONE, resumed_on=_NONE,
        )  # fmt: skip

    def run(
        self,
        key: str,
        subject: tuple[str, int],
        begun: datetime,
        *,
        now: datetime,
        ended: datetime | None = None,
        party: int | None = None,
        complaint: int | None = None,
    ) -> date:
        """One clock from that moment: ended by a move, expired by itself, or running still; its last day."""
        day0, kind = day_of(begun), KINDS[key]
        due = self.calendar.due(key, day0)
        how, over = ("stopped", ended) if ended else (None, None)
        if (ended is None and due < day_of(now)) or (ended and day_of(ended) > due):
            how, over = "expired", datetime.combine(due + DAY, time(0, 5), ZONE).astimezone(UTC)
        self._number += 1
        told = due if party or complaint else None
        unsure = due > self.calendar.certain
        state = "ENDED" if how else "RUNNING"
        self._into.add(
            self._number, key, *subject, state, how, day0, kind.length, kind.unit.value, kind.basis, due, unsure, told,
            party, complaint, begun, begun, over,
        )  # fmt: skip
        return due
