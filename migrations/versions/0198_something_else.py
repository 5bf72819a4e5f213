"""Whether the person ticked “something else” on the form; nothing is known of complaints given before."""

from alembic import op

revision = "0198"
down_revision = "0197"


def upgrade() -> None:
    """The person reads it among what he filled in."""
    op.execute("ALTER TABLE complaint ADD COLUMN IF NOT EXISTS other_conduct boolean NOT NULL DEFAULT false")
    op.execute("GRANT SELECT (other_conduct) ON complaint TO zilu_complainant")


def downgrade() -> None:
    """What was ticked stays where it is: the version before asks for no such column, and nothing else tells of it."""
