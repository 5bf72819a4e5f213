"""A rule of assignment says which version it is, so that the second of two heads overwrites nothing unseen."""

import sqlalchemy as sa
from alembic import op

revision = "0140"
down_revision = "0141"


def upgrade() -> None:
    """As on everything else that two people may change."""
    op.add_column("assignment_rule", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.alter_column("assignment_rule", "version", server_default=None)


def downgrade() -> None:
    """The last one to save decides."""
    op.drop_column("assignment_rule", "version")
