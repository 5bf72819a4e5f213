"""A form that is sent again with other words is told from one that is sent twice."""

import sqlalchemy as sa
from alembic import op

revision = "0153"
down_revision = "0152"


def upgrade() -> None:
    """Of what was sent before nobody knows what it was."""
    op.add_column("once", sa.Column("said", sa.String()))


def downgrade() -> None:
    """Whatever comes under a key that was used counts as sent twice."""
    op.drop_column("once", "said")
