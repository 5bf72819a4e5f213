"""What nobody has and is to be passed on first has an index: intake's own work holds it."""

import sqlalchemy as sa
from alembic import op

revision = "0194"
down_revision = "0193"
NAME = "ix_queue_entry_relay"
RELAY = "officer_id IS NULL AND due_key = 'K08'"


def upgrade() -> None:
    """Some dozens among a hundred thousand."""
    op.create_index(NAME, "queue_entry", ["due_on", "complaint_id"], postgresql_where=sa.text(RELAY))


def downgrade() -> None:
    """They are found among what nobody has again."""
    op.drop_index(NAME, table_name="queue_entry")
