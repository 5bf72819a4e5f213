"""Absences of staff, each with a substitute."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
READERS = (("absence", "staff", "", "true"),)
"""Table, role, columns (all where empty), and which rows."""


def upgrade() -> None:
    """Who is away, from when to when, and who stands in; all of the staff may know."""
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("substitute_id", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("account_id <> substitute_id", name=op.f("ck_absence_somebody_else")),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_absence_days_in_order")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_absence_account_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_absence_entered_by")),
        sa.ForeignKeyConstraint(["substitute_id"], ["account.id"], name=op.f("fk_absence_substitute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(
        "ix_absence_account",
        "absence",
        ["account_id", "to_on"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_absence_substitute",
        "absence",
        ["substitute_id", "to_on"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    for table in ("absence",):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("absence",):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """Nobody is away."""
    op.drop_index("ix_absence_substitute", table_name="absence", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_index("ix_absence_account", table_name="absence", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_table("absence")
