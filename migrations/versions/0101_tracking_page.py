"""Whoever disputed an answer sees until when it is checked: also where that began before."""

from alembic import op

revision = "0101"
down_revision = "0097"
OF_DISPUTES = "key = 'K06' AND subject_type = 'complaint' AND state <> 'ENDED'"


def upgrade() -> None:
    """A date that is seen has been told, and moves no earlier from then on."""
    op.execute(f"UPDATE clock SET visible_complaint = subject_id, notified_due_on = due_on WHERE {OF_DISPUTES}")


def downgrade() -> None:
    """What was told stays told."""
    op.execute(f"UPDATE clock SET visible_complaint = NULL WHERE {OF_DISPUTES}")
