"""A last day that a party or a complainant was told is never taken back, not even together with the clock's own."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Refuse a told day that becomes earlier or is forgotten; the CHECK of the table holds the last day behind it."""
    op.execute(
        "CREATE FUNCTION zilu_told_date() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a last day that was told only moves later' "
        "USING ERRCODE = 'check_violation', CONSTRAINT = 'told_only_moves_later'; END $$"
    )
    op.execute(
        "CREATE TRIGGER clock_told BEFORE UPDATE OF notified_due_on ON clock FOR EACH ROW "
        "WHEN (OLD.notified_due_on IS NOT NULL "
        "AND (NEW.notified_due_on IS NULL OR NEW.notified_due_on < OLD.notified_due_on)) "
        "EXECUTE FUNCTION zilu_told_date()"
    )


def downgrade() -> None:
    """Let it be changed again."""
    op.execute("DROP TRIGGER clock_told ON clock")
    op.execute("DROP FUNCTION zilu_told_date()")
