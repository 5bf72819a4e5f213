"""Whoever holds a receipt code sees whether text messages of that complaint are confirmed."""

from alembic import op

revision = "0047"
down_revision = "0046"
COLUMNS = "subject_kind, subject_id, code_until, confirmed_at"
ROWS = "subject_kind = 'complaint' AND subject_id = zilu_complaint()"


def upgrade() -> None:
    """Neither the number nor its code."""
    op.execute(f"GRANT SELECT ({COLUMNS}) ON text_number TO zilu_complainant")
    op.execute(f"CREATE POLICY complainant_reads ON text_number FOR SELECT TO zilu_complainant USING ({ROWS})")


def downgrade() -> None:
    """The system alone."""
    op.execute("DROP POLICY complainant_reads ON text_number")
    op.execute(f"REVOKE SELECT ({COLUMNS}) ON text_number FROM zilu_complainant")
