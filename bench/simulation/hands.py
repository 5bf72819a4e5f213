"""Several hands: processes that work on the same association at the same time, each on the matters it has begun.

Nobody works while it dawns: the sweep, the calendar and the morning's chores are done by one alone, then everybody has
the day. What happens on one day happens in no order that a seed could repeat; with one hand the same life comes again.
"""

import os
import resource
import traceback
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from core.db import db

if TYPE_CHECKING:
    from bench.simulation.season import Life, Season

OF_CASE = "(SELECT min(c.complaint_id) FROM case_complaint c WHERE c.case_id = {})"
OF_TRACK = "(SELECT min(c.complaint_id) FROM case_complaint c JOIN case_track t USING (case_id) WHERE t.id = {})"
OF_SUBJECT = (
    "CASE d.subject_kind WHEN 'complaint' THEN d.subject_id WHEN 'forwarding' THEN (SELECT f.complaint_id "
    f"FROM forwarding f WHERE f.id = d.subject_id) WHEN 'track' THEN {OF_TRACK.format('d.subject_id')} END"
)
ORIGINS = {
    "forwarding": "SELECT id, complaint_id FROM forwarding",
    "stop_contact": "SELECT id, complaint_id FROM stop_contact",
    "track": f"SELECT id, {OF_CASE.format('t.case_id')} FROM case_track t",
    "publication": f"SELECT id, {OF_TRACK.format('track_id')} FROM publication",
    "review": f"SELECT id, {OF_TRACK.format('track_id')} FROM review",
    "recusal": f"SELECT id, {OF_CASE.format('r.case_id')} FROM recusal r",
    "service": f"SELECT id, o FROM (SELECT s.id, {OF_SUBJECT} AS o FROM service s JOIN document d "
    "ON d.id = s.document_id) x",
}
"""By kind: from which complaint a thing comes, so that whoever works on that works on it too."""


@dataclass
class Told:
    """What a hand says in the evening."""

    left: int = 0
    """How many lives still wait for a turn with it."""
    steps: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    trouble: list[str] = field(default_factory=list)
    complaints: list[int] = field(default_factory=list)
    """Which complaints it has begun."""
    peak: int = 0
    seconds: float = 0.0


class Hands:
    """All of them; they are there until they are let go."""

    def __init__(self, season: "Season", many: int) -> None:
        """Begin the processes; each has everything of the season as it stands now."""
        processes = get_context("fork")
        self._new: list[list[tuple[Life, datetime]]] = [[] for _ in range(many)]
        self._left = [0] * many
        self._home: dict[int, int] = {}
        self._told: frozenset[Any] = season.works
        self.peak, self.seconds = 0, 0.0
        self._ends: list[Connection] = []
        self._all = []
        for _ in range(many):
            mine, its = processes.Pipe()
            self._ends.append(mine)
            hand = processes.Process(target=_work, args=(season, its, [*self._ends]), daemon=True)
            hand.start()
            self._all.append(hand)
            its.close()

    @property
    def left(self) -> bool:
        """Whether anybody will have another turn."""
        return any(self._left) or any(self._new)

    def take(self, life: "Life", when: datetime) -> None:
        """Somebody new: whoever works on what it comes from works on it."""
        number = int(life.said.get("place", 2 * life.number)) // 2
        place = self._home.get(life.origin, life.origin) if life.origin else number
        self._new[place % len(self._ends)].append((life, when))  # every second place is a breach: each has as many

    def origins(self, at: Any, kind: str, numbers: Iterable[int]) -> dict[int, int | None]:
        """From which complaint each of these comes."""
        asked = text(f"SELECT * FROM ({ORIGINS[kind]}) of(id, origin) WHERE id = ANY(:numbers)")
        return {number: origin for number, origin in at.execute(asked, {"numbers": list(numbers)})}  # noqa: C416

    def day(self, season: "Season") -> None:
        """Everybody has the day; what they say in the evening is added to what the season knows."""
        works = season.works if season.works is not self._told else None
        self._told = season.works
        asked = []
        for place, end in enumerate(self._ends):
            if self._new[place] or self._left[place]:
                end.send((season.morning, season.now, works, self._new[place]))
                self._new[place] = []
                asked.append(place)
            elif works is not None:
                end.send((season.morning, season.now, works, []))
                asked.append(place)
        for place in asked:
            told = self._ends[place].recv()
            if not isinstance(told, Told):
                message = str(told)
                raise RuntimeError(message)  # noqa: TRY004 - no wrong type, but what went wrong there
            self._left[place] = told.left
            season.steps.update(told.steps)
            season.reasons.update(told.reasons)
            season.trouble += told.trouble
            self._home.update(dict.fromkeys(told.complaints, place))

    def let_go(self) -> None:
        """They go home; how much they used is noted."""
        for end, hand in zip(self._ends, self._all, strict=True):
            end.send(None)
            told = end.recv()
            if isinstance(told, Told):
                self.peak, self.seconds = max(self.peak, told.peak), self.seconds + told.seconds
            hand.join()
        self._ends = []


def _work(season: "Season", told: Connection, others: list[Connection]) -> None:
    """One hand: days, until there are no more."""
    for each in others:
        each.close()  # the other ends are the parent's
    db.engine.dispose(close=False)  # its connections are the parent's
    season.hands = None
    try:
        while (day := told.recv()) is not None:
            season.morning, now, works, new = day
            season.now = max(season.now, now)
            season.works = works if works is not None else season.works
            for life, when in new:
                season.enrol(life, when)
            told.send(_day(season))
    except EOFError:
        pass
    except BaseException:  # noqa: BLE001 - whoever waits for the evening is told what happened instead
        told.send(traceback.format_exc())
    used, times = resource.getrusage(resource.RUSAGE_SELF), os.times()
    told.send(Told(peak=used.ru_maxrss, seconds=times.user + times.system))
    os._exit(0)


def _day(season: "Season") -> Told:
    season.day()
    told = Told(season.waiting, season.steps, season.reasons, season.trouble, season.begun)
    season.steps, season.reasons, season.trouble, season.begun = Counter(), Counter(), [], []
    return told
