"""Staff find a bulletin by the text that stands, not by a correction that was refused: entries written anew."""

import sqlalchemy as sa
from alembic import op

revision = "0135"
down_revision = "0134"
ASKED = (
    "INSERT INTO outbox (job, key, args, asked_at, tries) "
    "SELECT 'search.before_opening', 'no_proposals_found', CAST('{}' AS jsonb), now(), 0 "
    "WHERE EXISTS (SELECT 1 FROM bulletin_correction) ON CONFLICT (key) DO NOTHING"
)


def upgrade() -> None:
    """The job of the release before writes every publication anew."""
    op.execute(sa.text(ASKED))


def downgrade() -> None:
    """Nothing to take back but the asking."""
    op.execute("DELETE FROM outbox WHERE key = 'no_proposals_found'")
