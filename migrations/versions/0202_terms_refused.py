"""A person can say no to terms of a settlement, and the terms in whose place others were put stay to be read.

Null is what nobody refused, and what replaced nothing; what was replaced before was not kept.
"""

import sqlalchemy as sa
from alembic import op

revision = "0202"
down_revision = "0201"


def upgrade() -> None:
    """Whoever refused has not agreed."""
    for column in (sa.Column("refused_at", sa.DateTime(timezone=True)), sa.Column("former", sa.String())):
        op.add_column("settlement", column, if_not_exists=True)
    op.execute("UPDATE settlement SET refused_at = NULL WHERE complainant_at IS NOT NULL")
    op.create_check_constraint(
        op.f("ck_settlement_agreed_or_refused"), "settlement", "refused_at IS NULL OR complainant_at IS NULL"
    )


def downgrade() -> None:
    """What was refused and what stood before stays there: older code does not look at it."""
    op.drop_constraint(op.f("ck_settlement_agreed_or_refused"), "settlement")
