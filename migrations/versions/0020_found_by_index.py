"""Indexes for proofs of a correction, open tasks of a thing, and days that are still open."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Three indexes; what they find was looked for from the first row to the last."""
    op.create_index(
        "ix_calendar_day_open", "calendar_day", ["day"], unique=False, postgresql_where=sa.text("NOT confirmed")
    )
    op.create_index(op.f("ix_evidence_item_id"), "evidence", ["item_id"], unique=False)
    op.create_index(
        "ix_task_subject",
        "task",
        ["subject_kind", "subject_id"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
    )


def downgrade() -> None:
    """Look through everything again."""
    op.drop_index("ix_task_subject", table_name="task", postgresql_where=sa.text("done_at IS NULL"))
    op.drop_index(op.f("ix_evidence_item_id"), table_name="evidence")
    op.drop_index("ix_calendar_day_open", table_name="calendar_day", postgresql_where=sa.text("NOT confirmed"))
