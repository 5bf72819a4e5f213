"""A company is told on which days the sessions of a training were to be held that went with an order taken back."""

from alembic import op

revision = "0199"
down_revision = "0198"
TAKEN_BACK = """
CREATE FUNCTION zilu_trainings_taken_back(asked bigint)
RETURNS TABLE (number bigint, sessions integer, last_on date, moves integer, ordered_on date{column})
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT (j.changes->>'training')::bigint, (j.changes->>'training_sessions')::integer,
  (j.changes->>'training_last_on')::date, (j.changes->>'training_moves')::integer,
  (j.changes->>'training_ordered_on')::date{days}
FROM case_track t JOIN journal j ON j.subject_kind = 'track' AND j.subject_id = t.id
WHERE t.id = asked AND t.party_id = zilu_party() AND j.row = 'S72' AND j.changes ? 'training'
ORDER BY j.seq DESC $$
"""


def upgrade() -> None:
    """What was held is not to be taken out of calendars; the journal did not keep the days before."""
    _made(column=", days jsonb", days=", j.changes->'training_days'")


def downgrade() -> None:
    """Only how many there were."""
    _made(column="", days="")


def _made(**said: str) -> None:
    op.execute("DROP FUNCTION zilu_trainings_taken_back(bigint)")
    op.execute(TAKEN_BACK.format(**said))
    op.execute("REVOKE ALL ON FUNCTION zilu_trainings_taken_back(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION zilu_trainings_taken_back(bigint) TO zilu_party, zilu_system")
