"""Findings carry a version, so that the second of two people is told."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Counted up with each change."""
    op.add_column("allegation", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.alter_column("allegation", "version", server_default=None)


def downgrade() -> None:
    """The last one wins again."""
    op.drop_column("allegation", "version")
