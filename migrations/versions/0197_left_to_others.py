"""What somebody holds who cannot go on with it comes to those who can: complaints given before that was asked.

The job knows who can, and writes the journal.
"""

import sqlalchemy as sa
from alembic import op

revision = "0197"
down_revision = "0196"
ASKED = (
    "INSERT INTO outbox (job, key, args, asked_at, tries) "
    "SELECT 'casework.leave_to_others', 'leave_to_others', CAST('{}' AS jsonb), now(), 0 "
    "WHERE EXISTS (SELECT 1 FROM complaint) ON CONFLICT (key) DO NOTHING"
)


def upgrade() -> None:
    """Ask for it where there is a complaint."""
    op.execute(sa.text(ASKED))


def downgrade() -> None:
    """The earlier version knows no such job; what nobody holds stays so."""
    op.execute("DELETE FROM outbox WHERE job = 'casework.leave_to_others'")
