"""Since when an early deletion that was granted waits, because the head holds the data back: its person reads so."""

import sqlalchemy as sa
from alembic import op

revision = "0186"
down_revision = "0185"


def upgrade() -> None:
    """Of what is held back by now it is said as well."""
    op.add_column("erasure_request", sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("GRANT SELECT (held_at) ON erasure_request TO zilu_complainant")
    op.execute(
        "UPDATE erasure_request r SET held_at = h.held_at FROM erasure_hold h "
        "WHERE h.complaint_id = r.complaint_id AND h.let_go_at IS NULL AND r.granted AND r.over_at IS NULL"
    )


def downgrade() -> None:
    """The hold itself stays."""
    op.drop_column("erasure_request", "held_at")
