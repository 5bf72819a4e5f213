"""In which language a party is written to."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Chinese, until a party chooses English; whoever reads parties reads this as well."""
    op.add_column("party", sa.Column("language", sa.String(), server_default="zh", nullable=False))
    op.create_check_constraint(op.f("ck_party_language_known"), "party", "language IN ('zh', 'en')")


def downgrade() -> None:
    """Everybody is written to in Chinese."""
    op.drop_constraint(op.f("ck_party_language_known"), "party")
    op.drop_column("party", "language")
