"""Proposals of an early deletion that were ticked off and never decided wait for the head again."""

from alembic import op

revision = "0218"
down_revision = "0217"
UNDECIDED = """
UPDATE task SET done_at = NULL, done_by = NULL FROM erasure_request r
WHERE task.kind = 'erasure_proposed' AND task.key = 'erasure_proposed:' || r.id AND task.done_at IS NOT NULL
AND r.decided_at IS NULL AND r.over_at IS NULL
"""


def upgrade() -> None:
    """Their people were told nothing: whoever ticked them off neither granted nor refused them."""
    op.execute(UNDECIDED)


def downgrade() -> None:
    """They stay open: who ticked them off decided nothing."""
