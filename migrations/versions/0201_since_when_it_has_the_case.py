"""A company knows since when it has a case that was passed on to it: what was done before, another did."""

from alembic import op

revision = "0201"
down_revision = "0200"


def upgrade() -> None:
    """Its page of the case tells it so."""
    op.execute("GRANT SELECT (taken_over_on) ON case_track TO zilu_party")


def downgrade() -> None:
    """It reads all of it as its own."""
    op.execute("REVOKE SELECT (taken_over_on) ON case_track FROM zilu_party")
