"""Certificates of the seal, what was signed with them, and which document took another's place."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
READERS = (("document_seal", "staff", "", "EXISTS (SELECT 1 FROM document d WHERE d.id = document_id)"),)
"""Table, role, columns (all where empty), and which rows."""
ROLES = "zilu_public, zilu_complainant, zilu_party, zilu_staff, zilu_panel, zilu_admin, zilu_system"
VERIFY = """
CREATE FUNCTION zilu_verify(asked text) RETURNS TABLE (kind text, lang text, number text, issued_on date, void_on date,
  set_aside_on date, pdf_sha256 text, rendered boolean, signed_at timestamptz, level text, certificate_id bigint,
  successor_kind text, successor_number text, successor_on date, successor_code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT d.kind::text, d.lang::text, d.number::text, d.issued_on, (d.void_at AT TIME ZONE 'Asia/Shanghai')::date,
  d.set_aside_on, d.pdf_sha256::text, d.pdf_at IS NOT NULL, s.asked_at, s.level::text, s.certificate_id,
  n.kind::text, n.number::text, n.issued_on, n.check_code::text
FROM document d
LEFT JOIN document_seal s ON s.document_id = d.id AND s.done_at IS NOT NULL AND s.signed_sha256 = d.pdf_sha256
LEFT JOIN document n ON n.id = d.replaced_by_id AND n.outward AND n.pdf_at IS NOT NULL
WHERE d.check_code = asked AND d.outward $$
"""
VERIFY_FILE = """
CREATE FUNCTION zilu_verify_file(asked text[]) RETURNS TABLE (check_code text, digest text, final boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT d.check_code::text, d.pdf_sha256::text, true FROM document d
WHERE d.outward AND d.pdf_sha256 = ANY(asked)
UNION ALL
SELECT d.check_code::text, s.unsigned_sha256::text, false FROM document_seal s JOIN document d ON d.id = s.document_id
WHERE d.outward AND s.done_at IS NOT NULL AND s.unsigned_sha256 = ANY(asked)
ORDER BY 3 DESC, 1 LIMIT 20 $$
"""
VERIFY_BEFORE = """
CREATE FUNCTION zilu_verify(asked text) RETURNS TABLE (kind text, lang text, number text, issued_on date,
void_on date, set_aside_on date, pdf_sha256 text, rendered boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT d.kind::text, d.lang::text, d.number::text, d.issued_on,
(d.void_at AT TIME ZONE 'Asia/Shanghai')::date, d.set_aside_on, d.pdf_sha256::text, d.pdf_at IS NOT NULL
FROM document d WHERE d.check_code = asked AND d.outward $$
"""


def _functions(*made: str, gone: tuple[str, ...]) -> None:
    for name in gone:
        op.execute(f"DROP FUNCTION {name}")
    for function in made:
        op.execute(function)
        name = "zilu_verify_file(text[])" if "zilu_verify_file" in function else "zilu_verify(text)"
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {ROLES}")


def upgrade() -> None:
    """The tables; what anyone may learn by a code also tells of signature and successor, and a file is found by digest."""
    op.create_table(
        "seal_certificate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("active_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('demonstration', 'production')", name=op.f("ck_seal_certificate_kind_known")),
        sa.CheckConstraint(
            "active_to IS NULL OR active_to > active_from", name=op.f("ck_seal_certificate_ends_after_it_began")
        ),
        sa.CheckConstraint("not_after > not_before", name=op.f("ck_seal_certificate_valid_for_a_time")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_certificate")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_seal_certificate_fingerprint")),
    )
    op.create_index(
        "uq_seal_certificate_active",
        "seal_certificate",
        ["active_to"],
        unique=True,
        postgresql_where=sa.text("active_to IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "document_seal",
        sa.Column("document_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("certificate_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unsigned_sha256", sa.String(), nullable=False),
        sa.Column("unsigned_size", sa.BigInteger(), nullable=False),
        sa.Column("signed_sha256", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(signed_sha256 IS NULL) = (done_at IS NULL)", name=op.f("ck_document_seal_done_with_digest")
        ),
        sa.CheckConstraint("(signed_sha256 IS NULL) = (level IS NULL)", name=op.f("ck_document_seal_done_with_level")),
        sa.CheckConstraint("unsigned_size > 0", name=op.f("ck_document_seal_not_empty")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["seal_certificate.id"], name=op.f("fk_document_seal_certificate_id")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_seal_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_seal")),
        sa.UniqueConstraint("signed_sha256", name=op.f("uq_document_seal_signed_sha256")),
    )
    op.create_index(op.f("ix_document_seal_certificate_id"), "document_seal", ["certificate_id"], unique=False)
    op.create_index(op.f("ix_document_seal_unsigned_sha256"), "document_seal", ["unsigned_sha256"], unique=False)
    op.add_column("document", sa.Column("replaced_by_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_document_replaced_by_id"), "document", "document", ["replaced_by_id"], ["id"])
    for table in ("seal_certificate", "document_seal"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO zilu_system")
    for table in ("document_seal",):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table in ("seal_certificate",):
        op.execute(
            f"GRANT SELECT ON {table} TO zilu_staff, zilu_party, zilu_public, zilu_complainant, zilu_panel, zilu_admin"
        )
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")
    op.create_index(op.f("ix_document_pdf_sha256"), "document", ["pdf_sha256"], unique=False)
    _functions(VERIFY, VERIFY_FILE, gone=("zilu_verify(text)",))


def downgrade() -> None:
    """As before."""
    _functions(VERIFY_BEFORE, gone=("zilu_verify_file(text[])", "zilu_verify(text)"))
    op.drop_index(op.f("ix_document_pdf_sha256"), table_name="document")
    op.drop_constraint(op.f("fk_document_replaced_by_id"), "document", type_="foreignkey")
    op.drop_column("document", "replaced_by_id")
    op.drop_index(op.f("ix_document_seal_unsigned_sha256"), table_name="document_seal")
    op.drop_index(op.f("ix_document_seal_certificate_id"), table_name="document_seal")
    op.drop_table("document_seal")
    op.drop_index(
        "uq_seal_certificate_active",
        table_name="seal_certificate",
        postgresql_where=sa.text("active_to IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.drop_table("seal_certificate")
