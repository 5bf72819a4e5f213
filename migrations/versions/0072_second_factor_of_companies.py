"""Whether all people of a party sign in with a second factor."""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"


def upgrade() -> None:
    """Nobody has to until a lead says so; whoever reads parties reads this as well."""
    op.add_column("party", sa.Column("second_factor", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    """Everybody chooses alone."""
    op.drop_column("party", "second_factor")
