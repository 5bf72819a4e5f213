"""A person can say no to terms of a settlement, and the terms in whose place others were put stay to be read.

Null is what nobody refused, and what replaced nothing; what was replaced before was not kept.
"""

import sqlalchemy as sa
from alembic import op

revision = "0202"
down_revision = "0201"


def upgrade() -> None:
    """Whoever refused has not agreed."""
    op.add_column("settlement", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("settlement", sa.Column("former", sa.String(), nullable=True))
    op.create_check_constraint(
        op.f("ck_settlement_agreed_or_refused"), "settlement", "refused_at IS NULL OR complainant_at IS NULL"
    )


def downgrade() -> None:
    """The journal keeps when terms were refused."""
    op.drop_constraint(op.f("ck_settlement_agreed_or_refused"), "settlement")
    op.drop_column("settlement", "former")
    op.drop_column("settlement", "refused_at")
