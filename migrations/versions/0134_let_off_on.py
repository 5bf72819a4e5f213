"""When a company was let off is a day of its own: a return that nobody decided before the complaint ended is none."""

import sqlalchemy as sa
from alembic import op

revision = "0134"
down_revision = "0128"
FILES = "party_id = zilu_party() OR (shared AND case_id IS NULL AND complaint_id IN {})"
TERMS = "complaint_id IN {} OR jsonb_exists(confirmed, zilu_party()::text)"
CONCERNED_BY = "(SELECT f.complaint_id FROM forwarding f WHERE f.let_off_on IS NULL)"
BEFORE = (
    "(SELECT f.complaint_id FROM forwarding f WHERE NOT (f.state = 'CLOSED' AND "
    "(f.retract_reason IS NOT NULL OR (f.return_reason IS NOT NULL AND NOT f.insisted))))"
)
TOLD = """
UPDATE forwarding f SET let_off_on = (j.at AT TIME ZONE 'Asia/Shanghai')::date FROM journal j
WHERE f.state = 'CLOSED' AND j.subject_kind = 'forwarding' AND j.subject_id = f.id AND j.row IN ('F07', 'F17')
"""


def upgrade() -> None:
    """The journal says it of those that were let off so far."""
    op.add_column("forwarding", sa.Column("let_off_on", sa.Date))
    op.execute(TOLD)
    op.execute(f"ALTER POLICY party_reads ON evidence USING ({FILES.format(CONCERNED_BY)})")
    op.execute(f"ALTER POLICY party_reads ON settlement USING ({TERMS.format(CONCERNED_BY)})")


def downgrade() -> None:
    """As before; the journal still says it."""
    op.execute(f"ALTER POLICY party_reads ON settlement USING ({TERMS.format(BEFORE)})")
    op.execute(f"ALTER POLICY party_reads ON evidence USING ({FILES.format(BEFORE)})")
    op.drop_column("forwarding", "let_off_on")
