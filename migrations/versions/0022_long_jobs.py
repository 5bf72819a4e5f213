"""Long jobs and what became of each of their items."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
READERS = (
    (
        "batch",
        "staff",
        "",
        (
            "started_by = zilu_account() OR EXISTS "
            "(SELECT 1 FROM account_role r WHERE r.account_id = zilu_account() AND r.role = 'head')"
        ),
    ),
    (
        "batch_item",
        "staff",
        "",
        (
            "EXISTS (SELECT 1 FROM batch b WHERE b.id = batch_id) "
            "AND (subject_kind, subject_id) NOT IN (SELECT b.kind, b.id FROM zilu_barred() b)"
        ),
    ),
)
"""Table, role, columns (all where empty), and which rows."""


def upgrade() -> None:
    """Long jobs and their items; whoever started one reads it, and the heads of department."""
    op.create_table(
        "batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("started_by", sa.BigInteger(), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("leg", sa.Integer(), nullable=False),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("trouble", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("(state = 'FAILED') = (trouble IS NOT NULL)", name=op.f("ck_batch_trouble_if_failed")),
        sa.CheckConstraint(
            "(state = 'PREPARED') = (started_at IS NULL)", name=op.f("ck_batch_started_if_not_prepared")
        ),
        sa.CheckConstraint(
            "state <> 'DONE' OR done + failed + skipped = total", name=op.f("ck_batch_done_with_every_item")
        ),
        sa.CheckConstraint(
            "state IN ('PREPARED', 'WAITING', 'RUNNING', 'CANCELLED', 'DONE', 'FAILED')",
            name=op.f("ck_batch_state_known"),
        ),
        sa.CheckConstraint(
            "done + failed + skipped <= total AND done >= 0 AND failed >= 0", name=op.f("ck_batch_counts_add_up")
        ),
        sa.CheckConstraint("num_nulls(sha256, file_name, size) IN (0, 3)", name=op.f("ck_batch_file_whole")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_batch_sha256")),
        sa.ForeignKeyConstraint(["started_by"], ["account.id"], name=op.f("fk_batch_started_by")),
        sa.ForeignKeyConstraint(["undoes"], ["batch.id"], name=op.f("fk_batch_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("key", name=op.f("uq_batch_key")),
        sa.UniqueConstraint("undoes", name=op.f("uq_batch_undoes")),
    )
    op.create_index("ix_batch_own", "batch", ["started_by", "id"], unique=False)
    op.create_index("ix_batch_unstarted", "batch", ["id"], unique=False, postgresql_where=sa.text("state = 'PREPARED'"))
    op.create_table(
        "batch_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'DONE') = (ended_at IS NOT NULL)", name=op.f("ck_batch_item_ended_if_done")),
        sa.CheckConstraint("state IN ('WAITING', 'DONE', 'SKIPPED', 'FAILED')", name=op.f("ck_batch_item_state_known")),
        sa.CheckConstraint(
            "state NOT IN ('SKIPPED', 'FAILED') OR reason IS NOT NULL", name=op.f("ck_batch_item_reason_if_not_done")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_item_batch_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_item")),
        sa.UniqueConstraint(
            "batch_id", "subject_kind", "subject_id", name=op.f("uq_batch_item_batch_id_subject_kind_subject_id")
        ),
    )
    op.create_index("ix_batch_item_order", "batch_item", ["batch_id", "id"], unique=False)
    op.create_index("ix_batch_item_state", "batch_item", ["batch_id", "state", "id"], unique=False)
    for table in ("batch", "batch_item"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("batch", "batch_item"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """No long jobs any more."""
    op.drop_index("ix_batch_item_state", table_name="batch_item")
    op.drop_index("ix_batch_item_order", table_name="batch_item")
    op.drop_table("batch_item")
    op.drop_index("ix_batch_unstarted", table_name="batch", postgresql_where=sa.text("state = 'PREPARED'"))
    op.drop_index("ix_batch_own", table_name="batch")
    op.drop_table("batch")
