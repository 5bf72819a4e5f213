"""The tracking page: until when a disputed answer is checked, and when the company gave an answer that was released."""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0099"
OF_DISPUTES = "key = 'K06' AND subject_type = 'complaint' AND state <> 'ENDED'"


def upgrade() -> None:
    """A date that is seen has been told, and moves no earlier from then on."""
    op.execute(f"UPDATE clock SET visible_complaint = subject_id, notified_due_on = due_on WHERE {OF_DISPUTES}")
    op.add_column("release", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE release SET answered_at = a.submitted_at FROM answer a WHERE a.id = release.answer_id")
    op.alter_column("release", "answered_at", nullable=False)


def downgrade() -> None:
    """What was told stays told."""
    op.drop_column("release", "answered_at")
    op.execute(f"UPDATE clock SET visible_complaint = NULL WHERE {OF_DISPUTES}")
