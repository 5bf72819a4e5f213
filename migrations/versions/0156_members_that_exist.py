"""Circulars are read by members that exist still; estimates that have passed are found in the queue by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0156"
down_revision = "0155"
DAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
READS = (
    "ALTER POLICY party_reads ON publication USING (published_at IS NOT NULL AND (scope = 'PUBLIC' OR EXISTS ("
    "SELECT 1 FROM basis b{} WHERE b.party_id = zilu_party() AND b.kind = 'MEMBERSHIP' "
    f"AND {DAY} BETWEEN b.from_on AND coalesce(b.to_on, 'infinity'){{}})))"
)
ESTIMATED = "ix_queue_entry_estimated"


def upgrade() -> None:
    """A company that is gone is no member, whatever last day its membership has."""
    op.execute(READS.format(" JOIN party p ON p.id = b.party_id", f" AND coalesce(p.ceased_on > {DAY}, true)"))
    op.create_index(ESTIMATED, "queue_entry", ["due_on", "complaint_id"], postgresql_where=sa.text("provisional"))


def downgrade() -> None:
    """It reads until its membership was ended."""
    op.drop_index(ESTIMATED, "queue_entry")
    op.execute(READS.format("", ""))
