"""Second looks that were ticked off and never answered wait for the head again."""

from alembic import op

revision = "0214"
down_revision = "0212"
UNANSWERED = """
UPDATE task SET done_at = NULL, done_by = NULL FROM complaint c
WHERE task.kind = 'recheck' AND task.subject_kind = 'complaint' AND task.subject_id = c.id
AND task.done_at IS NOT NULL AND c.recheck_asked_at IS NOT NULL AND NOT c.rechecked
AND c.recheck_decided_at IS NULL AND c.ended_at IS NOT NULL AND c.erased_at IS NULL
"""


def upgrade() -> None:
    """Their people were told nothing: whoever ticked them off could not refuse them."""
    op.execute(UNANSWERED)


def downgrade() -> None:
    """They stay open: who ticked them off decided nothing."""
