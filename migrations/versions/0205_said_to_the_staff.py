"""What the person of a complaint said to terms by telephone, letter or at the counter: on which day, and how.

Null is what the person answered on the tracking page, or what was entered before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0205"
down_revision = "0204"


def upgrade() -> None:
    """Both or neither; without an answer there is nothing to say."""
    for column in (sa.Column("said_on", sa.Date()), sa.Column("said_how", sa.String())):
        op.add_column("settlement", column, if_not_exists=True)
    op.execute(
        "UPDATE settlement SET said_on = NULL, said_how = NULL "
        "WHERE said_on IS NULL OR said_how IS NULL OR (complainant_at IS NULL AND refused_at IS NULL)"
    )
    op.create_check_constraint(
        op.f("ck_settlement_said_to_staff"),
        "settlement",
        "(said_on IS NULL) = (said_how IS NULL)",
    )


def downgrade() -> None:
    """What was entered stays there: older code does not look at it."""
    op.drop_constraint(op.f("ck_settlement_said_to_staff"), "settlement")
