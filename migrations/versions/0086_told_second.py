"""What binds a party and what the rules stand in carry a version, so that the second of two people is told."""

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"
TABLES = ("basis", "instrument")


def upgrade() -> None:
    """Counted up with each change."""
    for table in TABLES:
        op.add_column(table, sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        op.alter_column(table, "version", server_default=None)


def downgrade() -> None:
    """The last one wins again."""
    for table in TABLES:
        op.drop_column(table, "version")
