"""Cases are no longer found by what complainants told: their entries in the search are written anew, by a job."""

import sqlalchemy as sa
from alembic import op

revision = "0105"
down_revision = "0103"
ASKED = (
    "INSERT INTO outbox (job, key, args, asked_at, tries) "
    "SELECT 'search.without_told', 'without_told', CAST('{}' AS jsonb), now(), 0 "
    "WHERE EXISTS (SELECT 1 FROM case_complaint) ON CONFLICT (key) DO NOTHING"
)


def upgrade() -> None:
    """The job knows how an entry is written."""
    op.execute(sa.text(ASKED))


def downgrade() -> None:
    """The earlier version knows no such job; it finds by leads again whatever is written anew."""
    op.execute("DELETE FROM outbox WHERE job = 'search.without_told'")
