"""Cases and their files are no longer found by names of complainants: their entries are written anew, by a job."""

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = "0105"
ASKED = (
    "INSERT INTO outbox (job, key, args, asked_at, tries) "
    "SELECT 'search.names_of_cases', 'names_of_cases', CAST('{}' AS jsonb), now(), 0 "
    "WHERE EXISTS (SELECT 1 FROM case_complaint) ON CONFLICT (key) DO NOTHING"
)


def upgrade() -> None:
    """The job knows the names, which are encrypted."""
    op.execute(sa.text(ASKED))


def downgrade() -> None:
    """The earlier version knows no such job; it finds by names again whatever is written anew."""
    op.execute("DELETE FROM outbox WHERE job = 'search.names_of_cases'")
