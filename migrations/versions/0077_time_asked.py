"""A head's own work holds those for which more time was asked: an index of their own, and not that of all answers."""

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"
NAME = "ix_queue_entry_time_asked"


def upgrade() -> None:
    """Some hundreds among a hundred thousand."""
    op.create_index(NAME, "queue_entry", ["due_on", "complaint_id"], postgresql_where=sa.text("time_asked"))


def downgrade() -> None:
    """They are found among the answers again."""
    op.drop_index(NAME, table_name="queue_entry")
