"""An account's mail address is changed: asked for, confirmed by a second person, proved by a link to the new one."""

import sqlalchemy as sa
from alembic import op

revision = "0123"
down_revision = "0125"
PURPOSE = "ck_account_link_purpose"
KNOWN = "'INVITATION', 'PASSWORD', 'SECOND_FACTOR'"


def upgrade() -> None:
    """Links have one more purpose, and hold the address until it is proved."""
    op.add_column("account_link", sa.Column("new_mail", sa.LargeBinary, nullable=True))
    _purposes(f"{KNOWN}, 'MAIL'")


def downgrade() -> None:
    """What is under way is dropped; addresses that were changed stay."""
    op.execute("DELETE FROM account_link WHERE purpose = 'MAIL'")
    _purposes(KNOWN)
    op.drop_column("account_link", "new_mail")


def _purposes(words: str) -> None:
    op.drop_constraint(op.f(PURPOSE), "account_link")
    op.create_check_constraint(op.f(PURPOSE), "account_link", f"purpose IN ({words})")
