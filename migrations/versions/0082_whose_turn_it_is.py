"""What nobody has and an officer is to look at has an index: it was sought among all that nobody has."""

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
NAME = "ix_queue_entry_turn"
TURN = "officer_id IS NULL AND (state = 'DISPUTED' OR to_check > 0)"


def upgrade() -> None:
    """Some thousands among a hundred thousand; a complaint that comes in is not among them."""
    op.create_index(NAME, "queue_entry", ["due_on", "complaint_id"], postgresql_where=sa.text(TURN))


def downgrade() -> None:
    """They are found among what nobody has again."""
    op.drop_index(NAME, table_name="queue_entry")
