"""Finds what was taken up from a complaint of an earlier register without reading every complaint."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_complaint_taken_from_id",
        "complaint",
        ["taken_from_id"],
        postgresql_where=sa.text("taken_from_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_complaint_taken_from_id", "complaint")
