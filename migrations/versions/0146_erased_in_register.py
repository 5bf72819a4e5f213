"""The register of numbers tells erased documents from those whose PDF is still being made."""

from alembic import op

revision = "0146"
down_revision = "0145"


def upgrade() -> None:
    """Administrators read of a number when its document's text was erased, as they read when its PDF was made."""
    op.execute("GRANT SELECT (erased_at) ON document TO zilu_admin")


def downgrade() -> None:
    """They do not."""
    op.execute("REVOKE SELECT (erased_at) ON document FROM zilu_admin")
