"""What a company reported on a problem that is ordered again stays, with what was found of it."""

from alembic import op

revision = "0192"
down_revision = "0191"


def upgrade() -> None:
    """What was written over before is gone; what this version kept before it went down is there again."""
    op.execute("ALTER TABLE rectification_item ADD COLUMN IF NOT EXISTS earlier jsonb DEFAULT '[]' NOT NULL")


def downgrade() -> None:
    """The reports stay where they are: the version before asks for no such column, and nothing else tells of them."""
