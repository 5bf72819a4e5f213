"""Of the requests to have windows opened again one waits in a round: two at once would leave one without an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0142"
down_revision = "0137"
WAITS = "granted_at IS NULL AND refused_at IS NULL"
DOUBLE = f"""
DELETE FROM restoration r WHERE {WAITS} AND EXISTS (
  SELECT FROM restoration o
  WHERE o.track_id = r.track_id AND o.round = r.round AND o.id > r.id AND o.granted_at IS NULL AND o.refused_at IS NULL)
"""
"""Only the last was ever seen; the journal says that there was one more."""


def upgrade() -> None:
    """The database knows it."""
    op.execute(DOUBLE)
    waits = sa.text(WAITS)
    op.create_index("uq_restoration_waiting", "restoration", ["track_id", "round"], unique=True, postgresql_where=waits)


def downgrade() -> None:
    """Whoever asks is still held back while one waits."""
    op.drop_index("uq_restoration_waiting", "restoration")
