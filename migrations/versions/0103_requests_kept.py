"""What a company asked for stays after the answer: more time, and another time for an interview."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0103"
down_revision = "0101"
COLUMNS = (("forwarding", "time_requests"), ("measure", "time_requests"), ("interview", "proposals"))
FORWARDINGS = """
UPDATE forwarding f SET time_requests = jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
'at', coalesce(f.time_asked_at, j.at, f.time_refused_at, f.sent_at), 'why', f.time_reason,
'how', CASE WHEN f.time_asked_at IS NOT NULL THEN NULL WHEN f.time_refused_at IS NOT NULL THEN 'REFUSED'
WHEN f.extended > 0 THEN 'GIVEN' ELSE 'LAPSED' END,
'ended_at', f.time_refused_at, 'answer', f.time_refused_reason)))
FROM forwarding o LEFT JOIN LATERAL (SELECT max(j.at) AS at FROM journal j
WHERE j.subject_kind = 'forwarding' AND j.subject_id = o.id AND j.row = 'F02') j ON true
WHERE o.id = f.id AND f.time_reason IS NOT NULL
"""
MEASURES = """
UPDATE measure m SET time_requests = jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
'at', coalesce(m.more_time_asked_at, j.at, m.ordered_on::timestamptz), 'why', m.more_time_reason,
'how', CASE WHEN m.more_time_asked_at IS NOT NULL THEN NULL WHEN m.more_time_refused_because IS NOT NULL THEN 'REFUSED'
WHEN m.extended_on IS NOT NULL THEN 'GIVEN' ELSE 'LAPSED' END,
'ended_at', m.extended_on::timestamptz, 'answer', m.more_time_refused_because)))
FROM measure o JOIN case_track t ON t.id = o.track_id LEFT JOIN LATERAL (SELECT max(j.at) AS at FROM journal j
WHERE j.subject_kind = 'case' AND j.subject_id = t.case_id AND j.row = 'case.ask_for_time'
AND j.changes->>'track' = t.ref AND j.changes->>'level' = o.level::text) j ON true
WHERE o.id = m.id AND m.more_time_reason IS NOT NULL
"""
INTERVIEWS = """
UPDATE interview i SET proposals = jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
'at', coalesce(i.proposed_at, j.asked, m.ordered_on::timestamptz), 'why', coalesce(i.proposed_why, ''),
'wanted', CASE WHEN i.confirmed_at = j.taken AND i.proposed_at IS NULL THEN i.at ELSE i.proposed_for END,
'how', CASE WHEN i.proposed_at IS NOT NULL THEN NULL WHEN i.proposal_refused_because IS NOT NULL THEN 'REFUSED'
ELSE 'GIVEN' END,
'ended_at', CASE WHEN i.proposed_at IS NULL AND i.proposal_refused_because IS NULL THEN j.taken END,
'answer', i.proposal_refused_because)))
FROM measure m JOIN case_track t ON t.id = m.track_id LEFT JOIN LATERAL (SELECT
max(j.at) FILTER (WHERE j.row = 'case.propose_time') AS asked,
max(j.at) FILTER (WHERE j.row = 'case.accept_time') AS taken
FROM journal j WHERE j.subject_kind = 'case' AND j.subject_id = t.case_id AND j.changes->>'track' = t.ref) j ON true
WHERE m.id = i.measure_id
AND (i.proposed_at IS NOT NULL OR i.proposal_refused_because IS NOT NULL OR i.confirmed_at = j.taken)
"""


def upgrade() -> None:
    """Of each thing the last request is known, as far as its row and the journal tell of it."""
    for table, name in COLUMNS:
        op.add_column(table, sa.Column(name, JSONB(), server_default=sa.text("'[]'"), nullable=False))
    for fill in (FORWARDINGS, MEASURES, INTERVIEWS):
        op.execute(fill)


def downgrade() -> None:
    """What waits stands in its own columns."""
    for table, name in COLUMNS:
        op.drop_column(table, name)
