"""What is left out says which correction its draft followed by then: a later one may have made the name longer."""

import sqlalchemy as sa
from alembic import op

revision = "0164"
down_revision = "0163"


def upgrade() -> None:
    """Of what was left out before this, nobody knows: it counts as older than any correction beside it."""
    op.add_column("redaction", sa.Column("correction_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_redaction_correction_id"), "redaction", "text_correction", ["correction_id"], ["id"])


def downgrade() -> None:
    """Drafts tell it no longer."""
    op.drop_constraint(op.f("fk_redaction_correction_id"), "redaction", type_="foreignkey")
    op.drop_column("redaction", "correction_id")
