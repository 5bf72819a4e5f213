"""What the search shows is masked anew: a field of a name may hold several people, and letters name their author.

The job knows the names, which are encrypted, and goes on from block to block.
"""

import sqlalchemy as sa
from alembic import op

revision = "0195"
down_revision = "0194"
ASKED = (
    "INSERT INTO outbox (job, key, args, asked_at, tries) "
    "SELECT 'search.names_apart', 'names_apart', CAST('{}' AS jsonb), now(), 0 "
    "WHERE EXISTS (SELECT 1 FROM complaint) ON CONFLICT (key) DO NOTHING"
)


def upgrade() -> None:
    """Ask for it where there is a complaint."""
    op.execute(sa.text(ASKED))


def downgrade() -> None:
    """The earlier version knows no such job; what was masked stays masked."""
    op.execute("DELETE FROM outbox WHERE job = 'search.names_apart'")
