"""A note on a file of evidence can be corrected by its author: when that was, and which version of it a form is for."""

import sqlalchemy as sa
from alembic import op

revision = "0189"
down_revision = "0188"


def upgrade() -> None:
    """Nothing was corrected before."""
    op.add_column("evidence_note", sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("evidence_note", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.alter_column("evidence_note", "version", server_default=None)


def downgrade() -> None:
    """The notes stay as they were last said."""
    op.drop_column("evidence_note", "version")
    op.drop_column("evidence_note", "corrected_at")
