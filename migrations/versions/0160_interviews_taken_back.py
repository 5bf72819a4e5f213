"""A company is told which of its interviews went with an order that was taken back (S72), to take it from calendars."""

from alembic import op

revision = "0160"
down_revision = "0159"
TAKEN_BACK = """
CREATE FUNCTION zilu_interviews_taken_back(asked bigint)
RETURNS TABLE (number bigint, at timestamptz, moves integer, ordered_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT (j.changes->>'interview')::bigint, (j.changes->>'interview_at')::timestamptz,
  (j.changes->>'interview_moves')::integer, (j.changes->>'interview_ordered_on')::date
FROM case_track t JOIN journal j ON j.subject_kind = 'track' AND j.subject_id = t.id
WHERE t.id = asked AND t.party_id = zilu_party() AND j.row = 'S72' AND j.changes ? 'interview'
ORDER BY j.seq DESC $$
"""


def upgrade() -> None:
    """The row is gone; what its entry in a calendar is called and when it was to be stands in the journal."""
    op.execute(TAKEN_BACK)
    op.execute("REVOKE ALL ON FUNCTION zilu_interviews_taken_back(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION zilu_interviews_taken_back(bigint) TO zilu_party, zilu_system")


def downgrade() -> None:
    """Nobody is told."""
    op.execute("DROP FUNCTION zilu_interviews_taken_back(bigint)")
