"""Approval of dossiers: steps, versions of a draft, comments."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
OPEN = "state IN ('DRAFTED', 'IN_APPROVAL', 'SIGNED')"
READERS = (
    ("dossier_comment", "staff", "", "EXISTS (SELECT 1 FROM dossier d WHERE d.id = dossier_id)"),
    ("dossier_step", "staff", "", "EXISTS (SELECT 1 FROM dossier d WHERE d.id = dossier_id)"),
    ("dossier_version", "staff", "", "EXISTS (SELECT 1 FROM dossier d WHERE d.id = dossier_id)"),
)
"""Table, role, columns (all where empty), and which rows."""


def upgrade() -> None:
    """Make them; a dossier knows what is done again when it is signed."""
    op.create_table(
        "dossier_comment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("of_version", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paper", sa.Integer(), nullable=True),
        sa.Column("block", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("proposed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_dossier_comment_account_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_comment_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_comment")),
    )
    op.create_index(op.f("ix_dossier_comment_dossier_id"), "dossier_comment", ["dossier_id"], unique=False)
    op.create_table(
        "dossier_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("of_version", sa.Integer(), nullable=True),
        sa.CheckConstraint("step IN ('check', 'countersign', 'sign')", name=op.f("ck_dossier_step_step")),
        sa.CheckConstraint("(done_by IS NULL) = (done_at IS NULL)", name=op.f("ck_dossier_step_done_by_somebody")),
        sa.ForeignKeyConstraint(["done_by"], ["account.id"], name=op.f("fk_dossier_step_done_by")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_step_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_step")),
        sa.UniqueConstraint("dossier_id", "position", name=op.f("uq_dossier_step_dossier_id_position")),
    )
    op.create_index(op.f("ix_dossier_step_dossier_id"), "dossier_step", ["dossier_id"], unique=False)
    op.create_table(
        "dossier_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent", sa.LargeBinary(), nullable=False),
        sa.Column("papers", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_version_dossier_id")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_dossier_version_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_version")),
        sa.UniqueConstraint("dossier_id", "number", name=op.f("uq_dossier_version_dossier_id_number")),
    )
    op.create_index(op.f("ix_dossier_version_dossier_id"), "dossier_version", ["dossier_id"], unique=False)
    op.add_column("dossier", sa.Column("deed", sa.String(), nullable=True))
    op.drop_index("uq_dossier_open", table_name="dossier")
    op.execute(
        f"CREATE UNIQUE INDEX uq_dossier_open ON dossier (subject_kind, subject_id) WHERE {OPEN} AND deed IS NOT NULL"
    )
    op.add_column("dossier", sa.Column("deed_id", sa.BigInteger(), nullable=True))
    for table in ("dossier_comment", "dossier_step", "dossier_version"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("dossier_comment", "dossier_step", "dossier_version"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """Take them away."""
    op.drop_index("uq_dossier_open", table_name="dossier")
    op.execute(f"CREATE UNIQUE INDEX uq_dossier_open ON dossier (subject_kind, subject_id) WHERE {OPEN}")
    op.drop_column("dossier", "deed_id")
    op.drop_column("dossier", "deed")
    op.drop_index(op.f("ix_dossier_version_dossier_id"), table_name="dossier_version")
    op.drop_table("dossier_version")
    op.drop_index(op.f("ix_dossier_step_dossier_id"), table_name="dossier_step")
    op.drop_table("dossier_step")
    op.drop_index(op.f("ix_dossier_comment_dossier_id"), table_name="dossier_comment")
    op.drop_table("dossier_comment")
