"""What a person ticked on the form stays as it was ticked; a few English names of breaches say what the Chinese do."""

import sqlalchemy as sa
from alembic import op

revision = "0209"
down_revision = "0207"
NAMES = (
    ("V-F01", "over 3 effective interactive calls a day, group total", "interactive calls too often"),
    ("V-F02", "over 3 connected notice calls a day, group total", "notice calls too often"),
    ("V-F03", "over 6 attempts a day to one number (should-not)", "calling one number too often"),
    ("V-M01", "records kept under 5 years (2 for credit-card rule)", "collection records not kept long enough"),
    ("V-O01", "no yearly evaluation of the firm", "collection firm not evaluated"),
    ("V-P01", "no answer to a forwarded complaint", "complaint not answered in time"),
)
RENAME = sa.text("UPDATE violation SET en = :now WHERE code = :code AND en = :was")


def upgrade() -> None:
    """Of complaints of before nobody knows what was ticked; a name that the association changed stays."""
    op.execute("ALTER TABLE complaint ADD COLUMN IF NOT EXISTS ticked jsonb")
    op.execute("GRANT SELECT (ticked) ON complaint TO zilu_complainant")
    for code, was, now in NAMES:
        op.execute(RENAME.bindparams(code=code, was=was, now=now))


def downgrade() -> None:
    """What was ticked stays where it is: the version before asks for no such column."""
    for code, was, now in NAMES:
        op.execute(RENAME.bindparams(code=code, was=now, now=was))
