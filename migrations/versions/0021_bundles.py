"""A matter's papers as one PDF; a bound volume knows its own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
READERS = (
    ("bundle", "staff", "", "(subject_kind, subject_id) NOT IN (SELECT b.kind, b.id FROM zilu_barred() b)"),
    (
        "bundle",
        "party",
        "",
        "variant = 'shown' AND subject_kind = 'track' AND EXISTS (SELECT 1 FROM case_track t WHERE t.id = subject_id)",
    ),
    (
        "bundle",
        "panel",
        "",
        "variant = 'shown' AND subject_kind = 'track' AND EXISTS (SELECT 1 FROM case_track t WHERE t.id = subject_id)",
    ),
)
"""Table, role, columns (all where empty), and which rows."""


def upgrade() -> None:
    """Bundles, and on a bound volume the digest of its PDF."""
    op.create_table(
        "bundle",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("variant", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("made_of", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.CheckConstraint(
            "variant IN ('main', 'internal', 'complainant', 'shown')", name=op.f("ck_bundle_variant_known")
        ),
        sa.CheckConstraint("done BETWEEN 0 AND steps", name=op.f("ck_bundle_progress_in_order")),
        sa.CheckConstraint(
            "num_nulls(sha256, pages, size, made_at) IN (0, 4) AND (sha256 IS NULL OR trouble IS NULL)",
            name=op.f("ck_bundle_made_whole"),
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_bundle_asked_by")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_bundle_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )
    op.create_index("ix_bundle_subject", "bundle", ["subject_kind", "subject_id", "variant", "id"], unique=False)
    op.add_column("archive_volume", sa.Column("pdf_sha256", sa.String(), nullable=True))
    op.create_foreign_key(
        op.f("fk_archive_volume_pdf_sha256"), "archive_volume", "stored_file", ["pdf_sha256"], ["sha256"]
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON bundle TO zilu_system")
    op.execute("ALTER TABLE bundle ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE bundle FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY system_all ON bundle TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")


def downgrade() -> None:
    """As before."""
    op.drop_constraint(op.f("fk_archive_volume_pdf_sha256"), "archive_volume", type_="foreignkey")
    op.drop_column("archive_volume", "pdf_sha256")
    op.drop_index("ix_bundle_subject", table_name="bundle")
    op.drop_table("bundle")
