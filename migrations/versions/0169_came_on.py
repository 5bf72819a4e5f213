"""A complaint on paper came on a day of its own, before somebody entered it: the time for acceptance counts from it."""

from alembic import op

revision = "0169"
down_revision = "0168"


def upgrade() -> None:
    """Of what was entered so far nobody knows another day than that of the entry."""
    op.execute(
        "ALTER TABLE complaint ADD COLUMN came_on date, ADD CONSTRAINT ck_complaint_came_before_entry "
        "CHECK (came_on <= CAST(timezone('Asia/Shanghai', received_at) AS date))"
    )
    op.execute("GRANT SELECT (came_on) ON complaint TO zilu_complainant")


def downgrade() -> None:
    """Clocks keep the days they count from."""
    op.execute("ALTER TABLE complaint DROP COLUMN came_on")
