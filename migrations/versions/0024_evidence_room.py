"""Uploads in pieces, playable copies, and notes on evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
READERS = (
    ("made_copy", "staff", "", "true"),
    ("evidence_note", "staff", "", "EXISTS (SELECT 1 FROM evidence e WHERE e.id = evidence_id)"),
)
"""Table, role, columns (all where empty), and which rows."""


def upgrade() -> None:
    """Uploads that come in pieces, copies beside originals, and the staff's notes on files."""
    op.create_table(
        "upload",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("token ~ '^[0-9a-f]{32}$'", name=op.f("ck_upload_token_is_random")),
        sa.CheckConstraint("size > 0 AND received BETWEEN 0 AND size", name=op.f("ck_upload_received_in_order")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_upload")),
    )
    op.create_index("ix_upload_address", "upload", ["address"], unique=False)
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"], unique=False)
    op.create_index("ix_upload_owner", "upload", ["owner"], unique=False)
    op.create_table(
        "made_copy",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("copy_sha256", sa.String(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.CheckConstraint(
            "num_nulls(copy_sha256, media_type) IN (0, 2) AND (copy_sha256 IS NULL OR trouble IS NULL) AND (ended_at IS NULL) = (copy_sha256 IS NULL AND trouble IS NULL)",
            name=op.f("ck_made_copy_made_or_failed"),
        ),
        sa.ForeignKeyConstraint(["copy_sha256"], ["stored_file.sha256"], name=op.f("fk_made_copy_copy_sha256")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_made_copy_sha256")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_made_copy")),
    )
    op.create_table(
        "evidence_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("evidence_id", sa.BigInteger(), nullable=False),
        sa.Column("at_second", sa.Integer(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("at_second BETWEEN 0 AND 86400", name=op.f("ck_evidence_note_within_a_day")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_evidence_note_author_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_note_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_note")),
    )
    op.create_index(op.f("ix_evidence_note_evidence_id"), "evidence_note", ["evidence_id"], unique=False)
    for table in ("upload", "made_copy", "evidence_note"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("upload", "made_copy", "evidence_note"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """None of the three any more."""
    op.drop_index(op.f("ix_evidence_note_evidence_id"), table_name="evidence_note")
    op.drop_table("evidence_note")
    op.drop_table("made_copy")
    op.drop_index("ix_upload_owner", table_name="upload")
    op.drop_index("ix_upload_expires_at", table_name="upload")
    op.drop_index("ix_upload_address", table_name="upload")
    op.drop_table("upload")
