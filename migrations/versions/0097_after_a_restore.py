"""After a restore work that was open waits for a person, and numbers given since the dump are entered as lost."""

import sqlalchemy as sa
from alembic import op

revision = "0097"
down_revision = "0096"
TABLE = "numbers_lost"
OPEN = "done_at IS NULL AND gave_up_at IS NULL"


def _waiting(rows: str) -> None:
    op.drop_index("ix_outbox_waiting", table_name="outbox")
    op.create_index("ix_outbox_waiting", "outbox", ["id"], unique=False, postgresql_where=sa.text(rows))


def upgrade() -> None:
    """What is parked waits for nobody but an administrator."""
    op.add_column("outbox", sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True))
    _waiting(f"{OPEN} AND parked_at IS NULL")
    op.create_index(
        "ix_outbox_parked", "outbox", ["id"], unique=False, postgresql_where=sa.text("parked_at IS NOT NULL")
    )
    op.create_table(
        TABLE,
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first <= last", name=op.f(f"ck_{TABLE}_in_order")),
        sa.PrimaryKeyConstraint("series", "year", "first", name=op.f(f"pk_{TABLE}")),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO zilu_system")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY system_all ON {TABLE} TO zilu_system USING (true) WITH CHECK (true)")
    for role in ("staff", "admin"):
        op.execute(f"GRANT SELECT ON {TABLE} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {TABLE} FOR SELECT TO zilu_{role} USING (true)")


def downgrade() -> None:
    """What is parked was not let go: it counts as given up."""
    op.drop_table(TABLE)
    op.execute(f"UPDATE outbox SET gave_up_at = parked_at WHERE {OPEN} AND parked_at IS NOT NULL")
    op.drop_index("ix_outbox_parked", table_name="outbox")
    _waiting(OPEN)
    op.drop_column("outbox", "parked_at")
