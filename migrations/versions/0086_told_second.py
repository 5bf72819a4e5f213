"""What binds a party and what the rules stand in carry a version; keys of forms are found by their day, to be forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"
TABLES = ("basis", "instrument")


def upgrade() -> None:
    """Versions are counted up with each change."""
    for table in TABLES:
        op.add_column(table, sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        op.alter_column(table, "version", server_default=None)
    op.create_index("ix_once_at", "once", ["at"])


def downgrade() -> None:
    """The last one wins again."""
    op.drop_index("ix_once_at", table_name="once")
    for table in TABLES:
        op.drop_column(table, "version")
