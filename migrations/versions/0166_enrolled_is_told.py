"""A company's page of its case tells who was enrolled in its training, and taken off the list, as it tells the rest."""

from alembic import op

revision = "0166"
down_revision = "0165"
BEFORE = """
CREATE FUNCTION zilu_track_happened(asked bigint)
RETURNS TABLE (at timestamptz, what text, name text, moment timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT j.at, substr(j.row, 6)::text, a.name::text, (j.changes->>'at')::timestamptz
FROM case_track t
JOIN journal j ON j.subject_kind = 'case' AND j.subject_id = t.case_id AND j.changes->>'track' = t.ref
LEFT JOIN account a ON j.row = 'case.reassign' AND a.id = (j.changes->>'investigator')::bigint
WHERE t.id = asked AND t.party_id = zilu_party() AND t.state NOT IN ('NEW', 'SCREENING', 'NOT_FILED')
AND j.row IN ('case.reassign', 'case.propose_time', 'case.accept_time', 'case.refuse_time_of_interview')
ORDER BY j.seq $$
"""
NOW = """
CREATE FUNCTION zilu_track_happened(asked bigint)
RETURNS TABLE (at timestamptz, what text, name text, moment timestamptz, people integer, own boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT j.at, substr(j.row, 6)::text, a.name::text, (j.changes->>'at')::timestamptz, (j.changes->>'people')::integer,
COALESCE(w.party_id IS NOT NULL, false)
FROM case_track t
JOIN journal j ON j.subject_kind = 'case' AND j.subject_id = t.case_id AND j.changes->>'track' = t.ref
LEFT JOIN account a ON j.row = 'case.reassign' AND a.id = (j.changes->>'investigator')::bigint
LEFT JOIN account w ON w.id = substring(j.actor FROM '^account:([0-9]+)$')::bigint
WHERE t.id = asked AND t.party_id = zilu_party() AND t.state NOT IN ('NEW', 'SCREENING', 'NOT_FILED')
AND j.row IN ('case.reassign', 'case.propose_time', 'case.accept_time', 'case.refuse_time_of_interview',
'case.enrol', 'case.unenrol')
ORDER BY j.seq $$
"""


def _replace(made: str) -> None:
    op.execute("DROP FUNCTION zilu_track_happened(bigint)")
    op.execute(made)
    op.execute("REVOKE ALL ON FUNCTION zilu_track_happened(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION zilu_track_happened(bigint) TO zilu_party, zilu_system")


def upgrade() -> None:
    """How many, and whether the company did it itself or somebody of the association for it."""
    _replace(NOW)


def downgrade() -> None:
    """It tells nothing of them."""
    _replace(BEFORE)
