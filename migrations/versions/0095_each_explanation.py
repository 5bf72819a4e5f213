"""Of a company's explanation it is known when each part of it came, and whether that was in time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0095"
down_revision = "0089"


def upgrade() -> None:
    """What was explained before stays one part, with the time of the first."""
    parts = sa.Column("explained_parts", JSONB(), server_default=sa.text("'[]'"), nullable=False)
    op.add_column("case_track", parts)
    op.execute("GRANT SELECT (explained_parts) ON case_track TO zilu_party")


def downgrade() -> None:
    """The text itself stays."""
    op.drop_column("case_track", "explained_parts")
