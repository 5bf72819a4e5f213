"""A text message knows until when it is good for something: a code or a link that has ended is not sent any more."""

import sqlalchemy as sa
from alembic import op

revision = "0121"
down_revision = "0119"


def upgrade() -> None:
    """Those that are there already go on without an end."""
    op.add_column("text_message", sa.Column("until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """The end is forgotten."""
    op.drop_column("text_message", "until")
