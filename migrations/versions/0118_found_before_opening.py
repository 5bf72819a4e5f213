"""Circulars are read by members of the day; what waits to be opened is found by no word of it: entries written anew."""

import sqlalchemy as sa
from alembic import op

revision = "0118"
down_revision = "0116"
READS = (
    "ALTER POLICY party_reads ON publication USING (published_at IS NOT NULL AND (scope = 'PUBLIC' OR "
    "EXISTS (SELECT 1 FROM basis b WHERE b.party_id = zilu_party() AND b.kind = 'MEMBERSHIP'{})))"
)
TODAY = " AND (now() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN b.from_on AND coalesce(b.to_on, 'infinity')"
ASKED = (
    "INSERT INTO outbox (job, key, args, asked_at, tries) "
    "SELECT 'search.before_opening', 'before_opening', CAST('{}' AS jsonb), now(), 0 "
    "WHERE EXISTS (SELECT 1 FROM forwarding) OR EXISTS (SELECT 1 FROM publication) ON CONFLICT (key) DO NOTHING"
)


def upgrade() -> None:
    """The job knows how an entry is written."""
    op.execute(READS.format(TODAY))
    op.execute(sa.text(ASKED))


def downgrade() -> None:
    """The earlier version knows no such job; it finds by the texts again whatever is written anew."""
    op.execute("DELETE FROM outbox WHERE job = 'search.before_opening'")
    op.execute(READS.format(""))
