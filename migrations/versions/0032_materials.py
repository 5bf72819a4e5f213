"""An institution asks its own firm for material; the two read it, and nobody else."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
READERS = (
    ("material_request", "party", "", "institution_id = zilu_party() OR firm_id = zilu_party()"),
    ("material_file", "party", "", "EXISTS (SELECT 1 FROM material_request r WHERE r.id = request_id)"),
)
"""Table, role, columns (all where empty), and which rows."""


def upgrade() -> None:
    """Requests with their answers, and the files of the firm; staff read none of it."""
    op.create_table(
        "material_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("firm_id", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ANSWERED') = (answered_at IS NOT NULL)", name=op.f("ck_material_request_answered_at_if_answered")
        ),
        sa.CheckConstraint(
            "(state = 'WITHDRAWN') = (withdrawn_at IS NOT NULL)",
            name=op.f("ck_material_request_withdrawn_at_if_withdrawn"),
        ),
        sa.CheckConstraint("state IN ('OPEN', 'ANSWERED', 'WITHDRAWN')", name=op.f("ck_material_request_state_known")),
        sa.CheckConstraint("subject_kind IN ('forwarding', 'track')", name=op.f("ck_material_request_subject_known")),
        sa.CheckConstraint("institution_id <> firm_id", name=op.f("ck_material_request_two_parties")),
        sa.ForeignKeyConstraint(["answered_by"], ["account.id"], name=op.f("fk_material_request_answered_by")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_material_request_asked_by")),
        sa.ForeignKeyConstraint(["firm_id"], ["party.id"], name=op.f("fk_material_request_firm_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["party.id"], name=op.f("fk_material_request_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_request")),
        sa.UniqueConstraint("ref", name=op.f("uq_material_request_ref")),
    )
    op.create_index("ix_material_request_firm", "material_request", ["firm_id", "id"], unique=False)
    op.create_index("ix_material_request_institution", "material_request", ["institution_id", "id"], unique=False)
    op.create_index(
        "ix_material_request_open",
        "material_request",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("state = 'OPEN'"),
    )
    op.create_index("ix_material_request_subject", "material_request", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "material_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["material_request.id"], name=op.f("fk_material_file_request_id")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_material_file_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_file")),
    )
    op.create_index(op.f("ix_material_file_request_id"), "material_file", ["request_id"], unique=False)
    op.create_index(op.f("ix_material_file_sha256"), "material_file", ["sha256"], unique=False)
    for table in ("material_request", "material_file"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("material_request", "material_file"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """Institutions and firms write to each other elsewhere."""
    op.drop_index(op.f("ix_material_file_sha256"), table_name="material_file")
    op.drop_index(op.f("ix_material_file_request_id"), table_name="material_file")
    op.drop_table("material_file")
    op.drop_index("ix_material_request_subject", table_name="material_request")
    op.drop_index("ix_material_request_open", table_name="material_request", postgresql_where=sa.text("state = 'OPEN'"))
    op.drop_index("ix_material_request_institution", table_name="material_request")
    op.drop_index("ix_material_request_firm", table_name="material_request")
    op.drop_table("material_request")
