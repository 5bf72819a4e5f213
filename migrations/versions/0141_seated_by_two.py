"""An invitation that an administrator sends into a company waits for a second person, as another mail address does."""

import sqlalchemy as sa
from alembic import op

revision = "0141"
down_revision = "0142"
SECOND = "ck_account_link_second_person"
BEFORE = "purpose = 'INVITATION' OR digest IS NULL OR confirmed_at IS NOT NULL"


def upgrade() -> None:
    """What was sent so far stays sent; nobody confirms what he asked for."""
    op.add_column("account_link", sa.Column("of_two", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.drop_constraint(op.f(SECOND), "account_link")
    op.create_check_constraint(
        op.f(SECOND),
        "account_link",
        "purpose = 'INVITATION' AND NOT of_two OR digest IS NULL OR confirmed_at IS NOT NULL",
    )
    op.create_check_constraint(
        op.f("ck_account_link_not_who_asked"), "account_link", "confirmed_by IS NULL OR confirmed_by <> asked_by"
    )


def downgrade() -> None:
    """Invitations that wait are refused; whoever asked for them sends them again.

    They stay: an account without any would count as accepted.
    """
    op.execute("UPDATE account_link SET refused_at = now() WHERE of_two AND digest IS NULL AND refused_at IS NULL")
    op.drop_constraint(op.f("ck_account_link_not_who_asked"), "account_link")
    op.drop_constraint(op.f(SECOND), "account_link")
    op.create_check_constraint(op.f(SECOND), "account_link", BEFORE)
    op.drop_column("account_link", "of_two")
