"""Open data: what of a closed month strangers may know; made once a month, small cells hidden before it is kept."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from figures import counted
from figures.models import FigureMonth, OpenCell, OpenMonth
from figures.suppression import Cell, Name, Sum, hidden
from registry import golive, settings
from registry.settings_bounds import BY_KEY
from sanctions.levels import CIRCULAR, CRITICISM

ALL: Final = "ALL"
COMPLAINTS, MEASURES = "COMPLAINTS", "MEASURES"

ENDED: Final = """
WITH base AS (
  SELECT c.id, CASE WHEN c.state = 'CLOSED' THEN coalesce(c.outcome, 'CLOSED') ELSE c.state END AS result,
    coalesce((SELECT a.code FROM alleged_code a JOIN violation v ON v.code = a.code WHERE a.complaint_id = c.id
      ORDER BY v.severity DESC, a.code LIMIT 1), 'NONE') AS code,
    coalesce((SELECT CASE WHEN count(DISTINCT n.kind) > 1 THEN 'BOTH' ELSE min(n.kind) END
      FROM named_company n WHERE n.complaint_id = c.id), 'NONE') AS company,
    coalesce(encode(p.contact_hash, 'hex'), '') AS person
  FROM complaint c LEFT JOIN complainant p ON p.complaint_id = c.id
  WHERE c.ended_at >= :begins AND c.ended_at < :ends AND c.state IN ('CLOSED', 'REJECTED', 'REFERRED_OUT', 'WITHDRAWN')
)
SELECT coalesce(company, 'ALL'), coalesce(code, 'ALL'), coalesce(result, 'ALL'), count(*), array_agg(DISTINCT person)
FROM base GROUP BY GROUPING SETS ((code, result), (company, result), (code), (company), (result), ())
"""
"""Complaints that ended; whoever gave no contact may always be one of the others, and is nobody more."""

ORDERED: Final = """
WITH base AS (
  SELECT m.level AS result, p.kind AS company, coalesce(p.merged_into_id, p.id) AS person,
    coalesce((SELECT a.code FROM allegation a JOIN violation v ON v.code = a.code
      WHERE a.track_id = t.id AND a.finding = 'ESTABLISHED' ORDER BY v.severity DESC, a.code LIMIT 1), 'NONE') AS code
  FROM decision d JOIN case_track t ON t.id = d.track_id JOIN party p ON p.id = t.party_id,
    jsonb_array_elements_text(d.measures) AS m(level)
  WHERE d.effective_on >= :first AND d.effective_on < :next AND d.level > 0 AND d.set_aside_on IS NULL
    AND d.round = t.round AND t.state <> 'NO_MEASURE' AND d.level <> ALL(:known)
)
SELECT coalesce(company, 'ALL'), coalesce(code, 'ALL'), coalesce(result, 'ALL'), count(*), array_agg(DISTINCT person)
FROM base GROUP BY GROUPING SETS ((code, result), (company, result), (code), (company), (result), ())
"""
"""Measures that took effect, without those that somebody knows; the persons of a cell are the companies concerned."""

OPENING: Final = "open data"
RESTS_ON: Final = ("OPEN_DATA", "OPEN_DATA_LICENCE.zh", "SMALL_CELL")
golive.rests_on(RESTS_ON, OPENING)

Known = tuple[int, ...]
NOTHING: Final[Known] = ()
READERS: Final[Sequence[Known]] = (NOTHING, (CRITICISM,), (CRITICISM, CIRCULAR))
"""By their level the decisions that a stranger, whoever reads bulletins, and a member know, with all their measures.

Each of them takes those away from the sums, whether they are out yet or only later.
"""
ABOUT: Final = ((COMPLAINTS, ENDED, (NOTHING,)), (MEASURES, ORDERED, READERS))


def may_publish(session: Session) -> bool:
    """Whether the association wants its figures published; in production only once it has confirmed what that means."""
    wanted = bool(settings.value(session, "OPEN_DATA"))
    if not wanted or settings.is_demonstration(session):
        return wanted
    rows = [settings.said(session, key) for key in RESTS_ON]
    return all(row.is_confirmed and row.value not in (None, "") for row in rows)


def threshold(session: Session) -> int:
    """Cells of fewer people are suppressed: SMALL_CELL, and never fewer than may be laid down today.

    An installation may hold less since before there was that bound, and a month that is published stays.
    """
    return max(int(settings.value(session, "SMALL_CELL")), BY_KEY["SMALL_CELL"][0])


def publish(session: Session, month: date, now: datetime) -> None:
    """Publish a month that was closed; a month that is published already stays as it is."""
    if not may_publish(session) or session.get(OpenMonth, month) is not None:
        return
    least = threshold(session)
    session.add(OpenMonth(month=month, published_at=now, least=least))
    session.flush()
    for about, asked, readers in ABOUT:
        tables = [_cells(session, asked, month, known) for known in readers]
        session.add_all(_shown(month, about, tables, least))
    session.flush()


NOBODY: Final = ""
"""Who stands for whoever gave no contact."""


def _cells(session: Session, asked: str, month: date, known: Known) -> list[Cell]:
    return [
        Cell((company, code, result), many, frozenset(map(str, persons)) - {NOBODY})
        for company, code, result, many, persons in session.execute(
            text(asked), {**counted.of(month), "known": list(known)}
        )
        if many
    ]


def _shown(month: date, about: str, tables: Sequence[Sequence[Cell]], least: int) -> Iterable[OpenCell]:
    """The whole table, less what is hidden from any of its readers: to hide more tells none of the others anything."""
    unseen = {name for cells in tables for name in hidden(cells, sums_of([each.name for each in cells]), least)}
    for each in tables[0]:
        company, code, result = each.name
        many = None if each.name in unseen else each.many
        yield OpenCell(month=month, about=about, company=company, code=code, result=result, many=many)


def sums_of(names: Sequence[Name]) -> list[Sum]:
    """Which cells are the sums of which: by code, by kind of company and by result, and everything together."""
    there = set(names)

    def parts(*wanted: str) -> tuple[Name, ...]:
        """The cells that have a word of their own where one is wanted ("*"), and these words elsewhere."""
        fits = (
            name
            for name in names
            if all(have != ALL if want == "*" else have == want for have, want in zip(name, wanted, strict=True))
        )
        return tuple(fits)

    found = [Sum((ALL, ALL, ALL), parts(*line)) for line in (("*", ALL, ALL), (ALL, "*", ALL), (ALL, ALL, "*"))]
    for company, code, result in sorted(there):
        if (company, code) == (ALL, ALL) and result != ALL:
            found += [
                Sum((ALL, ALL, result), parts("*", ALL, result)),
                Sum((ALL, ALL, result), parts(ALL, "*", result)),
            ]
        elif result == ALL and company != ALL:
            found.append(Sum((company, ALL, ALL), parts(company, ALL, "*")))
        elif result == ALL and code != ALL:
            found.append(Sum((ALL, code, ALL), parts(ALL, code, "*")))
    return [each for each in found if each.parts]


def to_publish(session: Session) -> list[date]:
    """Months that were closed before the association wanted them published."""
    if not may_publish(session):
        return []
    done = select(OpenMonth.month)
    asked = select(FigureMonth.month).where(FigureMonth.closed_at.is_not(None), FigureMonth.month.not_in(done))
    return list(session.scalars(asked.order_by(FigureMonth.month)))
