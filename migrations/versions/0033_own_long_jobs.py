"""People of a company see the long jobs that they began themselves: the ZIP of all its papers."""

from alembic import op

revision = "0033"
down_revision = "0032"
READERS = (
    ("batch", "started_by = zilu_account()"),
    ("batch_item", "EXISTS (SELECT 1 FROM batch b WHERE b.id = batch_id)"),
)
"""Table, and which rows of it."""


def upgrade() -> None:
    """Their own, and what became of each item."""
    for table, rows in READERS:
        op.execute(f"GRANT SELECT ON {table} TO zilu_party")
        op.execute(f"CREATE POLICY party_reads ON {table} FOR SELECT TO zilu_party USING ({rows})")


def downgrade() -> None:
    """Long jobs are the staff's alone."""
    for table, _rows in READERS:
        op.execute(f"DROP POLICY party_reads ON {table}")
        op.execute(f"REVOKE SELECT ON {table} FROM zilu_party")
