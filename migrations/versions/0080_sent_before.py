"""Whether a form made a complaint already is one question: a function looks after it has waited."""

from alembic import op

revision = "0080"
down_revision = "0079"

SENT = """
CREATE FUNCTION zilu_sent(place bigint, receipt bytea) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(place);
  RETURN (SELECT id FROM complaint WHERE receipt_hash = receipt);
END $$
"""
"""Of two sendings of one form at once the second waits at this place, and then sees what the first has written: what
the question around it sees is older."""


def upgrade() -> None:
    """One statement in place of two."""
    op.execute(SENT)


def downgrade() -> None:
    """As before."""
    op.execute("DROP FUNCTION zilu_sent(bigint, bytea)")
