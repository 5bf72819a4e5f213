"""What stands behind figures that no queue lists: answers, measures, findings and time limits, one by one."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casework.models import Forwarding
from casework.models_cases import CaseTrack
from core.machine import Machine
from figures import counted
from figures.queries import Chosen
from registry import lineage

MOST: Final = 500
"""So many are shown, the newest first; whoever wants others narrows the period."""
OF_FORWARDINGS: Final = f"""{counted.FORWARDINGS}
SELECT 'forwarding' AS kind, b.forwarding_id AS number, b.at, b.said, count(*) OVER () AS every
FROM base b JOIN forwarding f ON f.id = b.forwarding_id JOIN complaint c ON c.id = f.complaint_id
JOIN party p ON p.id = f.party_id
WHERE b.what = :what AND (CAST(:said AS text) = '' OR b.said = :said)
  AND (CAST(:parties AS bigint[]) IS NULL OR coalesce(p.merged_into_id, p.id) = ANY(:parties))
  AND (CAST(:channel AS text) = '' OR c.channel = :channel)
  AND (CAST(:code AS text) = '' OR EXISTS (
    SELECT 1 FROM alleged_code a WHERE a.complaint_id = f.complaint_id AND a.code = :code))
ORDER BY b.at DESC, b.id DESC LIMIT :most
"""  # noqa: S608 - two texts of ours
OF_TRACKS: Final = f"""{counted.TRACKS}
SELECT 'track' AS kind, n.track_id AS number, CAST(NULL AS timestamptz) AS at, n.said, count(*) OVER () AS every
FROM counted n JOIN case_track t ON t.id = n.track_id JOIN party p ON p.id = t.party_id
WHERE n.what = :what AND (CAST(:said AS text) = '' OR n.said = :said) AND n.code = :code
  AND (CAST(:parties AS bigint[]) IS NULL OR coalesce(p.merged_into_id, p.id) = ANY(:parties))
ORDER BY n.track_id DESC, n.said LIMIT :most
"""  # noqa: S608 - two texts of ours
OF_CLOCKS: Final = f"""
SELECT k.subject_type AS kind, k.subject_id AS number, k.ended_at AS at, :said AS said, count(*) OVER () AS every
FROM clock k
WHERE k.ended_at >= :begins AND k.ended_at < :ends AND k.key = split_part(:said, '/', 1) AND k.day0 IS NOT NULL
  AND k.how IN ('stopped', 'expired') AND {counted.HOW_KEPT} = split_part(:said, '/', 2)
ORDER BY k.ended_at DESC, k.id DESC LIMIT :most
"""  # noqa: S608 - two texts of ours
STATEMENTS: Final = {
    "FORWARDED": OF_FORWARDINGS,
    "ANSWER": OF_FORWARDINGS,
    "MEASURE": OF_TRACKS,
    "SET_ASIDE": OF_TRACKS,
    "FINDING": OF_TRACKS,
    "CLOCK": OF_CLOCKS,
}


@dataclass(frozen=True)
class Event:
    """One of those that were counted: what it happened to, when, and what is said of it."""

    kind: str
    thing: Any
    at: datetime | None
    said: str

    @property
    def party(self) -> Any:  # noqa: ANN401 - a company, or nothing
        """Whom it is about."""
        return self.thing.party if isinstance(self.thing, Forwarding | CaseTrack) else None


@dataclass(frozen=True)
class Behind:
    """The newest of them, and how many there are."""

    events: list[Event]
    every: int


def known(what: str, chosen: Chosen) -> Chosen:
    """What of the filters such events have: a case has no channel, a time limit of the association only its day."""
    if what == "CLOCK":
        return Chosen(chosen.first, chosen.last)
    return replace(chosen, channel="") if STATEMENTS[what] is OF_TRACKS else chosen


def behind(session: Session, what: str, said: str, chosen: Chosen) -> Behind:
    """What happened in these months, read as the reader: what is closed to them is not there."""
    parties = None if chosen.party is None else lineage.entries(session, chosen.party)
    given = {**counted.of(chosen.first), **_until(chosen.last), "what": what, "said": said, "parties": parties}
    given |= {"code": chosen.code, "channel": chosen.channel, "most": MOST}
    rows = session.execute(text(STATEMENTS[what]), given).all()
    things = _things(session, rows)
    known = ((row, things.get((row.kind, row.number))) for row in rows)
    found = [Event(row.kind, thing, row.at, row.said) for row, thing in known if thing is not None]
    return Behind(found, rows[0].every if rows else 0)


def _until(last: date) -> Mapping[str, object]:
    end = counted.of(last)
    return {name: end[name] for name in ("next", "ends")}


def _things(session: Session, rows: Any) -> dict[tuple[str, int], Any]:  # noqa: ANN401 - rows of the statements above
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        wanted[row.kind].add(row.number)
    found: dict[tuple[str, int], Any] = {}
    for kind, numbers in wanted.items():
        model: Any = Machine.all[kind].model
        found |= {(kind, each.id): each for each in session.scalars(select(model).where(model.id.in_(numbers)))}
    return found
