"""An institution puts an answer of its firm aside that it does not need."""

import sqlalchemy as sa
from alembic import op

revision = "0106"
down_revision = "0109"


def upgrade() -> None:
    """When it said so."""
    op.add_column("material_request", sa.Column("put_aside_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """What was put aside waits again."""
    op.drop_column("material_request", "put_aside_at")
