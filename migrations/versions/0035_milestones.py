"""A respondent plans a rectification in steps, each with its day and its proof."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
READERS = (
    ("milestone", "staff", "", "EXISTS (SELECT 1 FROM rectification_item i WHERE i.id = item_id)"),
    ("milestone", "party", "", "EXISTS (SELECT 1 FROM rectification_item i WHERE i.id = item_id)"),
    ("milestone", "panel", "", "EXISTS (SELECT 1 FROM rectification_item i WHERE i.id = item_id)"),
)
"""Table, role, columns (all where empty), and which rows."""


def upgrade() -> None:
    """Steps stand with the problem that they are for."""
    op.create_table(
        "milestone",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.CheckConstraint("num_nulls(done_on, done_at, note) IN (0, 3)", name=op.f("ck_milestone_done_whole")),
        sa.ForeignKeyConstraint(["done_by"], ["account.id"], name=op.f("fk_milestone_done_by")),
        sa.ForeignKeyConstraint(["item_id"], ["rectification_item.id"], name=op.f("fk_milestone_item_id")),
        sa.ForeignKeyConstraint(["set_by"], ["account.id"], name=op.f("fk_milestone_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_index(op.f("ix_milestone_item_id"), "milestone", ["item_id"], unique=False)
    for table in ("milestone",):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("milestone",):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """An order has its report and nothing before it."""
    op.drop_index(op.f("ix_milestone_item_id"), table_name="milestone")
    op.drop_table("milestone")
