"""The system fetches the number of later work that is asked for with what is new."""

from alembic import op

revision = "0063"
down_revision = "0062"


def upgrade() -> None:
    """It is written in one statement with the thing that it is about."""
    op.execute("GRANT USAGE ON SEQUENCE outbox_id_seq TO zilu_system")


def downgrade() -> None:
    """As before."""
    op.execute("REVOKE USAGE ON SEQUENCE outbox_id_seq FROM zilu_system")
