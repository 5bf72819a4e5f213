"""A company that was let off reads no more of what the person shares, nor terms that others agree on."""

from alembic import op

revision = "0094"
down_revision = "0090"
FILES = "party_id = zilu_party() OR (shared AND case_id IS NULL AND complaint_id IN {})"
ALL = "(SELECT f.complaint_id FROM forwarding f)"
CONCERNED_BY = (
    "(SELECT f.complaint_id FROM forwarding f WHERE NOT (f.state = 'CLOSED' AND "
    "(f.retract_reason IS NOT NULL OR (f.return_reason IS NOT NULL AND NOT f.insisted))))"
)
TERMS = f"complaint_id IN {CONCERNED_BY} OR jsonb_exists(confirmed, zilu_party()::text)"
TERMS_BEFORE = "EXISTS (SELECT 1 FROM forwarding f WHERE f.complaint_id = settlement.complaint_id)"


def upgrade() -> None:
    """Only terms that it agreed to itself stay to be read."""
    op.execute(f"ALTER POLICY party_reads ON evidence USING ({FILES.format(CONCERNED_BY)})")
    op.execute(f"ALTER POLICY party_reads ON settlement USING ({TERMS})")


def downgrade() -> None:
    """As before."""
    op.execute(f"ALTER POLICY party_reads ON settlement USING ({TERMS_BEFORE})")
    op.execute(f"ALTER POLICY party_reads ON evidence USING ({FILES.format(ALL)})")
