"""What proves a contact after a stop-contact letter stays apart from the complaint, also where it may be shown."""

from alembic import op

revision = "0017"
down_revision = "0016"
OWN = "party_id = zilu_party() OR (shared AND {apart}complaint_id IN (SELECT f.complaint_id FROM forwarding f))"


def upgrade() -> None:
    """A company reads nothing beside a complaint that belongs to a case of its own (I-20)."""
    op.execute(f"ALTER POLICY party_reads ON evidence USING ({OWN.format(apart='case_id IS NULL AND ')})")


def downgrade() -> None:
    """As before."""
    op.execute(f"ALTER POLICY party_reads ON evidence USING ({OWN.format(apart='')})")
