"""The application may read which revision its database has: a process of another one refuses to start."""

from alembic import op

revision = "0125"
down_revision = "0121"


def upgrade() -> None:
    """Alembic's own table belongs to the owner, who alone writes it."""
    op.execute("GRANT SELECT ON alembic_version TO zilu_system")


def downgrade() -> None:
    """The earlier version does not ask."""
    op.execute("REVOKE SELECT ON alembic_version FROM zilu_system")
