"""Whether the person ticked “something else” on the form; nothing is known of complaints given before."""

from alembic import op

revision = "0203"
down_revision = "0197"


def upgrade() -> None:
    """The person reads it among what he filled in."""
    op.execute("ALTER TABLE complaint ADD COLUMN other_conduct boolean NOT NULL DEFAULT false")
    op.execute("GRANT SELECT (other_conduct) ON complaint TO zilu_complainant")


def downgrade() -> None:
    """The complaints stay, without what was ticked beside their kinds of conduct."""
    op.execute("ALTER TABLE complaint DROP COLUMN other_conduct")
