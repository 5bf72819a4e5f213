"""When a second look was granted or refused, and why it was refused: its person reads both."""

from alembic import op

revision = "0211"
down_revision = "0209"
GRANTED = """
UPDATE complaint c SET recheck_decided_at = j.at
FROM (SELECT subject_id, max(at) AS at FROM journal
WHERE subject_kind = 'complaint' AND "row" IN ('C29', 'C30') GROUP BY subject_id) j
WHERE j.subject_id = c.id AND c.rechecked AND c.recheck_decided_at IS NULL
"""


def upgrade() -> None:
    """What was granted before has its day in the journal."""
    op.execute("ALTER TABLE complaint ADD COLUMN IF NOT EXISTS recheck_decided_at timestamptz")
    op.execute("ALTER TABLE complaint ADD COLUMN IF NOT EXISTS recheck_refused_why varchar")
    op.execute("GRANT SELECT (recheck_decided_at, recheck_refused_why) ON complaint TO zilu_complainant")
    op.execute(GRANTED)


def downgrade() -> None:
    """Both stay where they are: the version before asks for no such columns."""
