"""What is counted of one month, as the statements that count it: each figure belongs to the month of its own event."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from core.clock import ZONE, midnight
from registry.clock_kinds import KINDS

OWN_CLOCKS: Final = tuple(each.id for each in KINDS.values() if each.alerts and each.alerts != "officer")
"""Time limits of the association itself: once one is over nothing follows by itself, but the head or council is told.

Not how long a letter is on its way (K19), of which its officer is told.
"""
CHECKED: Final = ("complaint", "forwarding", "track")
"""Machines whose states are timed."""
COLUMNS: Final = ("what", "said", "channel", "party_id", "code", "case_id", "many")

OF_COMPLAINTS: Final = """
WITH base AS (
  SELECT c.id, c.id AS complaint_id, 'RECEIVED' AS what, '' AS said, c.channel FROM complaint c
  WHERE c.received_at >= :begins AND c.received_at < :ends AND c.state NOT IN ('NEW', 'HISTORIC')
  UNION ALL
  SELECT c.id, c.id, 'ENDED', CASE WHEN c.state = 'CLOSED' THEN coalesce(c.outcome, 'CLOSED') ELSE c.state END,
    c.channel FROM complaint c
  WHERE c.ended_at >= :begins AND c.ended_at < :ends AND c.state IN ('CLOSED', 'REJECTED', 'REFERRED_OUT', 'WITHDRAWN')
), known AS (
  SELECT n.complaint_id, n.party_id FROM named_company n WHERE n.complaint_id IN (SELECT complaint_id FROM base)
    AND n.party_id IS NOT NULL
  UNION
  SELECT f.complaint_id, f.party_id FROM forwarding f WHERE f.complaint_id IN (SELECT complaint_id FROM base)
  EXCEPT
  SELECT f.complaint_id, f.party_id FROM forwarding f
  WHERE f.complaint_id IN (SELECT complaint_id FROM base) AND f.let_off_on IS NOT NULL
), whose AS (
  SELECT DISTINCT k.complaint_id, coalesce(p.merged_into_id, p.id) AS party_id
  FROM known k JOIN party p ON p.id = k.party_id
)
SELECT b.what, b.said, coalesce(b.channel, '') AS channel, w.party_id, coalesce(a.code, '') AS code,
  CAST(NULL AS bigint) AS case_id, count(DISTINCT b.id) AS many
FROM base b
LEFT JOIN whose w ON w.complaint_id = b.complaint_id
LEFT JOIN alleged_code a ON a.complaint_id = b.complaint_id
GROUP BY GROUPING SETS ((b.what, b.said), (b.what, b.said, w.party_id), (b.what, b.said, a.code),
  (b.what, b.said, b.channel), (b.what, b.said, b.channel, w.party_id), (b.what, b.said, b.channel, a.code),
  (b.what, b.said, w.party_id, a.code))
HAVING (grouping(w.party_id) = 1 OR w.party_id IS NOT NULL) AND (grouping(a.code) = 1 OR a.code IS NOT NULL)
"""
"""Complaints received and ended: for all, for each company, for each code, these by channel as well, and for both."""

FORWARDINGS: Final = """
WITH base AS (
  SELECT 'f' || f.id AS id, f.id AS forwarding_id, 'FORWARDED' AS what, '' AS said, f.sent_at AS at FROM forwarding f
  WHERE f.sent_at >= :begins AND f.sent_at < :ends AND f.state <> 'NEW'
  UNION ALL
  SELECT 'a' || a.id, a.forwarding_id, 'ANSWER', CASE WHEN a.timely THEN 'IN_TIME' ELSE 'LATE' END, a.submitted_at
  FROM answer a
  WHERE a.submitted_at >= :begins AND a.submitted_at < :ends
  UNION ALL
  SELECT 'l' || l.id, l.forwarding_id, 'ANSWER', 'MISSED', CAST(l."on" AS timestamptz) FROM ledger_entry l
  JOIN forwarding f ON f.id = l.forwarding_id AND f.let_off_on IS NULL
  WHERE l."on" >= :first AND l."on" < :next AND l.code = 'V-P01' AND l.forwarding_id IS NOT NULL
)
"""
"""What was put before companies, and how they answered; a limit that was missed counts on the day it was noted,
unless the company was let off: what did not concern it was missed by nobody (ledgers say the same)."""

OF_FORWARDINGS: Final = f"""{FORWARDINGS}
SELECT b.what, b.said, coalesce(c.channel, '') AS channel, w.party_id, coalesce(a.code, '') AS code,
  CAST(NULL AS bigint) AS case_id, count(DISTINCT b.id) AS many
FROM base b JOIN forwarding f ON f.id = b.forwarding_id JOIN complaint c ON c.id = f.complaint_id
CROSS JOIN LATERAL (SELECT coalesce(p.merged_into_id, p.id) AS party_id FROM party p WHERE p.id = f.party_id) w
LEFT JOIN alleged_code a ON a.complaint_id = f.complaint_id
GROUP BY GROUPING SETS ((b.what, b.said), (b.what, b.said, w.party_id), (b.what, b.said, a.code),
  (b.what, b.said, c.channel), (b.what, b.said, c.channel, w.party_id), (b.what, b.said, c.channel, a.code),
  (b.what, b.said, w.party_id, a.code))
HAVING grouping(a.code) = 1 OR a.code IS NOT NULL
"""  # noqa: S608 - two texts of ours
"""The same, for all, for each company, for each code, these by channel as well, and for both."""

HOW_KEPT: Final = f"""CASE WHEN k.how = 'expired' OR NOT k.provisional
  AND k.due_on < CAST(timezone('{ZONE.key}', k.ended_at) AS date) THEN 'MISSED' ELSE 'KEPT' END"""
"""How a limit of the association ended; what was done after its last day is late also where no sweep came between."""

OF_CLOCKS: Final = f"""
SELECT 'CLOCK' AS what, k.key || '/' || {HOW_KEPT} AS said, '' AS channel,
  CAST(NULL AS bigint) AS party_id, '' AS code, CAST(NULL AS bigint) AS case_id, count(*) AS many
FROM clock k
WHERE k.ended_at >= :begins AND k.ended_at < :ends AND k.how IN ('stopped', 'expired') AND k.key = ANY(:keys)
  AND k.day0 IS NOT NULL
GROUP BY 2
"""  # noqa: S608 - two texts of ours
"""Time limits of the association: kept, or over before the work was done; one that fell away was kept as well."""

OF_PEOPLE: Final = """
SELECT 'DONE' AS what, CAST(c.ended_by AS text) AS said, '' AS channel, CAST(NULL AS bigint) AS party_id, '' AS code,
  CAST(NULL AS bigint) AS case_id, count(*) AS many
FROM complaint c
WHERE c.ended_at >= :begins AND c.ended_at < :ends AND c.ended_by IS NOT NULL AND c.state <> 'HISTORIC'
  AND c.outcome IS DISTINCT FROM 'DUPLICATE'
GROUP BY 2
"""
"""Who ended how many complaints; what only followed one of them ended by itself."""

TRACKS: Final = """
WITH standing AS (
  SELECT d.id, d.measures, d.effective_on, t.id AS track_id FROM decision d JOIN case_track t ON t.id = d.track_id
  WHERE d.effective_on >= :first AND d.effective_on < :next AND d.level > 0 AND d.set_aside_on IS NULL
    AND d.round = t.round AND t.state <> 'NO_MEASURE'
), ordered AS (
  SELECT d.measures, d.track_id FROM decision d
  WHERE d.effective_on >= :first AND d.effective_on < :next AND d.level > 0
), aside AS (
  SELECT d.measures, d.track_id FROM decision d
  WHERE d.set_aside_on >= :first AND d.set_aside_on < :next AND d.effective_on IS NOT NULL AND d.level > 0
), concluded AS (
  SELECT t.id AS track_id FROM case_track t JOIN decision d ON d.track_id = t.id AND d.round = t.round AND d.level > 0
  WHERE d.effective_on < :next AND t.state <> 'NO_MEASURE' AND EXISTS (SELECT 1 FROM decision s
      WHERE s.track_id = t.id AND s.round = t.round AND s.effective_on IS NOT NULL AND s.set_aside_on IS NULL)
  GROUP BY t.id HAVING min(d.effective_on) >= :first
  UNION
  SELECT t.id FROM case_track t WHERE t.ended_on >= :first AND t.ended_on < :next
    AND (t.state = 'NO_MEASURE' OR t.state = 'ARCHIVED' AND (SELECT j.before FROM journal j
      WHERE j.subject_kind = 'track' AND j.subject_id = t.id AND j.row = 'S67' ORDER BY j.seq DESC LIMIT 1
    ) = 'NO_MEASURE')
    AND NOT EXISTS (SELECT 1 FROM decision d
      WHERE d.track_id = t.id AND d.round = t.round AND d.set_aside_on IS NOT NULL)
), counted AS (
  SELECT 'MEASURE' AS what, m.level AS said, s.track_id, '' AS code
    FROM ordered s, jsonb_array_elements_text(s.measures) AS m(level)
  UNION ALL
  SELECT 'MEASURE', m.level, s.track_id, a.code FROM standing s
    JOIN allegation a ON a.track_id = s.track_id AND a.finding = 'ESTABLISHED',
    jsonb_array_elements_text(s.measures) AS m(level)
  UNION ALL
  SELECT 'SET_ASIDE', m.level, s.track_id, '' FROM aside s, jsonb_array_elements_text(s.measures) AS m(level)
  UNION ALL
  SELECT 'FINDING', a.finding, a.track_id, '' FROM concluded s JOIN allegation a USING (track_id)
    WHERE a.finding IS NOT NULL
  UNION ALL
  SELECT 'FINDING', a.finding, a.track_id, a.code FROM concluded s JOIN allegation a USING (track_id)
    WHERE a.finding IS NOT NULL
)
"""
"""What became of cases: measures that took effect, also those set aside later; set aside; findings.

A case that ended without a measure keeps its findings in the archive; one whose decision was quashed found nothing.
A lighter decision in the place of one that had taken effect is a measure of its own and no finding anew.
By code only the measures of a decision that stands count: what a review quashed or sent back established no breach.
"""

OF_TRACKS: Final = f"""{TRACKS}
SELECT n.what, n.said, '' AS channel, coalesce(p.merged_into_id, p.id) AS party_id, n.code, t.case_id, count(*) AS many
FROM counted n JOIN case_track t ON t.id = n.track_id JOIN party p ON p.id = t.party_id
GROUP BY 1, 2, 4, 5, 6
"""  # noqa: S608 - two texts of ours
"""Cases: each row keeps its case, so that whoever was recused from it does not count it."""

EVERY: Final = (OF_COMPLAINTS, OF_FORWARDINGS, OF_CLOCKS, OF_PEOPLE, OF_TRACKS)

STAYS: Final = """
SELECT e.subject_kind AS machine, e.before AS state,
  CAST(floor(greatest(extract(epoch FROM e.at - b.at), 0) / 8640) AS int) AS tenths, count(*) AS many
FROM journal e
CROSS JOIN LATERAL (
  SELECT p.at FROM journal p
  WHERE p.subject_kind = e.subject_kind AND p.subject_id = e.subject_id AND p.seq < e.seq
    AND p.after = e.before AND p.before <> p.after
  ORDER BY p.seq DESC LIMIT 1
) b
WHERE e.at >= :begins AND e.at < :ends AND e.before <> e.after AND e.before <> 'NEW' AND e.subject_kind = ANY(:machines)
GROUP BY 1, 2, 3
"""
"""How long each thing that left a state this month had been in it: from the entry that brought it there.

The journal of a thing also tells of its clocks, whose states are others: an expired one ends nobody's stay.
"""


BELATED: Final = """
WITH there AS (
  SELECT 'MEASURE' AS what, m.level AS said, t.case_id, d.effective_on AS day
  FROM decision d JOIN case_track t ON t.id = d.track_id, jsonb_array_elements_text(d.measures) AS m(level)
  WHERE d.effective_on >= :since AND d.level > 0
  UNION ALL
  SELECT 'MISSED', '', 0, l."on" FROM ledger_entry l
  JOIN forwarding f ON f.id = l.forwarding_id AND f.let_off_on IS NULL
  WHERE l."on" >= :since AND l.code = 'V-P01'
), found AS (
  SELECT what, said, case_id, CAST(date_trunc('month', CAST(day AS timestamp)) AS date) AS month, count(*) AS many
  FROM there GROUP BY 1, 2, 3, 4
), kept AS (
  SELECT CASE what WHEN 'ANSWER' THEN said ELSE what END AS what, CASE what WHEN 'ANSWER' THEN '' ELSE said END AS said,
    coalesce(case_id, 0) AS case_id, month, sum(many) AS many FROM figure
  WHERE month >= :since AND code = '' AND channel = ''
    AND (what = 'MEASURE' OR what = 'ANSWER' AND said = 'MISSED' AND party_id IS NULL)
  GROUP BY 1, 2, 3, 4
), compared AS (
  SELECT month, coalesce(f.many, 0) - coalesce(k.many, 0) AS other
  FROM found f FULL JOIN kept k USING (month, what, said, case_id)
)
SELECT s.month, s.revision, CAST(sum(abs(c.other)) AS int) AS many FROM figure_month s JOIN compared c USING (month)
WHERE s.closed_at IS NOT NULL AND c.other <> 0
GROUP BY 1, 2 ORDER BY 1
"""
"""Closed months of which something else is known by now than was counted: a slip that came back late has its day.

Measures are compared case by case and kind by kind. It may also be less: a decision whose time for a review was
restored has not taken effect, and a letter that went to the wrong company was missed by nobody.
"""


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def of(month: date) -> Mapping[str, object]:
    """What the statements are told: days and instants at which the month begins and ends."""
    after = next_month(month)
    return {
        "first": month,
        "next": after,
        "begins": midnight(month),
        "ends": midnight(after),
        "keys": list(OWN_CLOCKS),
        "machines": list(CHECKED),
    }
