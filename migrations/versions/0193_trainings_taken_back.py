"""A company is told which of its trainings went with an order that was taken back (S72), to take it from calendars."""

from alembic import op

revision = "0193"
down_revision = "0192"
TAKEN_BACK = """
CREATE FUNCTION zilu_trainings_taken_back(asked bigint)
RETURNS TABLE (number bigint, sessions integer, last_on date, moves integer, ordered_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT (j.changes->>'training')::bigint, (j.changes->>'training_sessions')::integer,
  (j.changes->>'training_last_on')::date, (j.changes->>'training_moves')::integer,
  (j.changes->>'training_ordered_on')::date
FROM case_track t JOIN journal j ON j.subject_kind = 'track' AND j.subject_id = t.id
WHERE t.id = asked AND t.party_id = zilu_party() AND j.row = 'S72' AND j.changes ? 'training'
ORDER BY j.seq DESC $$
"""


def upgrade() -> None:
    """The row is gone; how its entries in a calendar are called stands in the journal, as of an interview (0160)."""
    op.execute(TAKEN_BACK)
    op.execute("REVOKE ALL ON FUNCTION zilu_trainings_taken_back(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION zilu_trainings_taken_back(bigint) TO zilu_party, zilu_system")


def downgrade() -> None:
    """Nobody is told."""
    op.execute("DROP FUNCTION zilu_trainings_taken_back(bigint)")
