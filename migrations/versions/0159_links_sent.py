"""How often the link was sent to an address that nobody has confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0159"
down_revision = "0158"


def upgrade() -> None:
    """Each that waits was sent it once at least."""
    op.add_column("bulletin_subscription", sa.Column("sent", sa.SmallInteger(), nullable=False, server_default="1"))


def downgrade() -> None:
    """Once an hour, for ever."""
    op.drop_column("bulletin_subscription", "sent")
