"""Files of imports, and how their columns are read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"
HEADS = "EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = zilu_account() AND r.role = 'head')"
READERS = (("import_file", "staff", "", HEADS), ("import_mapping", "staff", "", HEADS))
"""Table, role, columns (all where empty), and which rows."""


def upgrade() -> None:
    """Each file with its columns, its dry run and its import; mappings under a name."""
    op.create_table(
        "import_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("brought_by", sa.BigInteger(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("told", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("mapping", sa.String(), nullable=False),
        sa.Column("look_id", sa.BigInteger(), nullable=True),
        sa.Column("found", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("rejects_sha256", sa.String(), nullable=True),
        sa.Column("rejects_name", sa.String(), nullable=True),
        sa.Column("rejects_size", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_import_file_not_empty")),
        sa.CheckConstraint("look_id IS NULL OR told IS NOT NULL", name=op.f("ck_import_file_looked_at_with_a_mapping")),
        sa.CheckConstraint(
            "num_nulls(rejects_sha256, rejects_name, rejects_size) IN (0, 3)",
            name=op.f("ck_import_file_rejects_whole"),
        ),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_import_file_sha256")),
        sa.ForeignKeyConstraint(["rejects_sha256"], ["stored_file.sha256"], name=op.f("fk_import_file_rejects_sha256")),
        sa.ForeignKeyConstraint(["brought_by"], ["account.id"], name=op.f("fk_import_file_brought_by")),
        sa.ForeignKeyConstraint(["look_id"], ["batch.id"], name=op.f("fk_import_file_look_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_import_file_batch_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
    )
    op.create_table(
        "import_mapping",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saved_by", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_import_mapping_named")),
        sa.ForeignKeyConstraint(["saved_by"], ["account.id"], name=op.f("fk_import_mapping_saved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint("name", name=op.f("uq_import_mapping_name")),
    )
    for table in ("import_file", "import_mapping"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """Imports by the command alone."""
    op.drop_table("import_mapping")
    op.drop_table("import_file")
