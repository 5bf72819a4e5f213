"""What a company says of a document that was revoked is kept to the letter, and the day beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0161"
down_revision = "0160"
DAY = r"（(\d{4}-\d{2}-\d{2})）$"


def upgrade() -> None:
    """So far the day stood behind its words, in brackets of ours."""
    op.add_column("review", sa.Column("revoked_on", sa.Date()))
    op.execute("GRANT SELECT (revoked_on) ON review TO zilu_party")
    op.execute(
        f"UPDATE review SET revoked_on = (regexp_match(revoked, '{DAY}'))[1]::date, "
        f"revoked = regexp_replace(revoked, '{DAY}', '') WHERE revoked ~ '{DAY}'"
    )


def downgrade() -> None:
    """It stands there again."""
    op.execute(
        "UPDATE review SET revoked = revoked || '（' || to_char(revoked_on, 'YYYY-MM-DD') || '）' "
        "WHERE revoked <> '' AND revoked_on IS NOT NULL"
    )
    op.drop_column("review", "revoked_on")
