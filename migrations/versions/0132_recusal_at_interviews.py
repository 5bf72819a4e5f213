"""What the attendees of an interview answered when they were asked whether they challenge anybody stands in its record."""

from alembic import op

revision = "0132"
down_revision = "0131"


def upgrade() -> None:
    """Older records hold no answer: none is made up for them."""
    op.execute("ALTER TABLE interview ADD COLUMN recusal_answer varchar NOT NULL DEFAULT ''")


def downgrade() -> None:
    """The answers are lost."""
    op.execute("ALTER TABLE interview DROP COLUMN recusal_answer")
