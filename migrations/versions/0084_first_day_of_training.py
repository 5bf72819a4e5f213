"""The first day of a training stands in its own column: whoever takes part is to be named by then."""

import sqlalchemy as sa
from alembic import op

revision = "0084"
down_revision = "0083"
FIRST = r"""to_date(substring(dates from '^\d{4}年\d{1,2}月\d{1,2}日'), 'YYYY"年"MM"月"DD"日"')"""
"""As a Chinese order names it; of an English one the company goes on seeing the end of the period."""


def upgrade() -> None:
    """What was ordered before keeps the day that its order names first."""
    op.add_column("training", sa.Column("first_on", sa.Date(), nullable=True))
    op.execute(f"UPDATE training SET first_on = {FIRST}")


def downgrade() -> None:
    """The words of the order still say it."""
    op.drop_column("training", "first_on")
