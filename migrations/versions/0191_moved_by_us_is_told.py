"""A company's page of its case tells also where the association itself gave the interview another time.

And that the company had confirmed the time that counted before.
"""

from alembic import op

revision = "0191"
down_revision = "0190"
EVENTS = (
    *("case.reassign", "case.propose_time", "case.accept_time", "case.refuse_time_of_interview"),
    *("case.enrol", "case.unenrol"),
)
TOLD = """
CREATE OR REPLACE FUNCTION zilu_track_happened(asked bigint)
RETURNS TABLE (at timestamptz, what text, name text, moment timestamptz, people integer, own boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT j.at, substr(j.row, 6)::text, a.name::text, (j.changes->>'at')::timestamptz, (j.changes->>'people')::integer,
COALESCE(w.party_id IS NOT NULL, false)
FROM case_track t
JOIN journal j ON j.subject_kind = 'case' AND j.subject_id = t.case_id AND j.changes->>'track' = t.ref
LEFT JOIN account a ON j.row = 'case.reassign' AND a.id = (j.changes->>'investigator')::bigint
LEFT JOIN account w ON w.id = substring(j.actor FROM '^account:([0-9]+)$')::bigint
WHERE t.id = asked AND t.party_id = zilu_party() AND t.state NOT IN ('NEW', 'SCREENING', 'NOT_FILED')
AND j.row IN ({events})
ORDER BY j.seq $$
"""


def _tell(*events: str) -> None:
    op.execute(TOLD.format(events=", ".join(f"'{each}'" for each in events)))


def upgrade() -> None:
    """The summons names the time that counted before."""
    _tell(*EVENTS, "case.move_interview", "case.confirm_attendance")


def downgrade() -> None:
    """It tells nothing of that."""
    _tell(*EVENTS)
