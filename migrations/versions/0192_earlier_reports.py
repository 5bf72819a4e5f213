"""What a company reported on a problem that is ordered again stays, with what was found of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0192"
down_revision = "0191"


def upgrade() -> None:
    """What was written over before is gone."""
    op.add_column("rectification_item", sa.Column("earlier", JSONB(), server_default="[]", nullable=False))


def downgrade() -> None:
    """The last report stays."""
    op.drop_column("rectification_item", "earlier")
