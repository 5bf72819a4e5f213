"""What was released of a forwarding is found by it: the sweep looks for the releases of many at once."""

from alembic import op

revision = "0148"
down_revision = "0147"


def upgrade() -> None:
    """One index."""
    op.create_index("ix_release_forwarding_id", "release", ["forwarding_id"])


def downgrade() -> None:
    """Without it."""
    op.drop_index("ix_release_forwarding_id", "release")
