"""Documents stamped on paper with their log; what receipts say; numbers for administrators."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
READERS = (
    ("document_print", "staff", "", "EXISTS (SELECT 1 FROM document d WHERE d.id = document_id)"),
    ("seal_line", "staff", "", "EXISTS (SELECT 1 FROM document d WHERE d.id = document_id)"),
)
"""Table, role, columns (all where empty), and which rows."""
REGISTER = "id, kind, series, year, serial, number, issued_on, seal_mode, pdf_at, void_at, void_reason, set_aside_on"
"""What administrators see of a numbered document."""
ROLES = "zilu_public, zilu_complainant, zilu_party, zilu_staff, zilu_panel, zilu_admin, zilu_system"
VERIFY = """
CREATE FUNCTION zilu_verify(asked text) RETURNS TABLE (kind text, lang text, number text, issued_on date, void_on date,
  set_aside_on date, pdf_sha256 text, rendered boolean, signed_at timestamptz, level text, certificate_id bigint,
  successor_kind text, successor_number text, successor_on date, successor_code text,
  seal_mode text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT d.kind::text, d.lang::text, d.number::text, d.issued_on, (d.void_at AT TIME ZONE 'Asia/Shanghai')::date,
  d.set_aside_on, d.pdf_sha256::text, d.pdf_at IS NOT NULL, s.asked_at, s.level::text, s.certificate_id,
  n.kind::text, n.number::text, n.issued_on, n.check_code::text,
  d.seal_mode::text
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
UNION ALL
SELECT d.check_code::text, p.sha256::text, false FROM document_print p JOIN document d ON d.id = p.document_id
WHERE d.outward AND p.sha256 = ANY(asked)
ORDER BY 3 DESC, 1 LIMIT 20 $$
"""
VERIFY_BEFORE = """
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
VERIFY_FILE_BEFORE = """
CREATE FUNCTION zilu_verify_file(asked text[]) RETURNS TABLE (check_code text, digest text, final boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT d.check_code::text, d.pdf_sha256::text, true FROM document d
WHERE d.outward AND d.pdf_sha256 = ANY(asked)
UNION ALL
SELECT d.check_code::text, s.unsigned_sha256::text, false FROM document_seal s JOIN document d ON d.id = s.document_id
WHERE d.outward AND s.done_at IS NOT NULL AND s.unsigned_sha256 = ANY(asked)
ORDER BY 3 DESC, 1 LIMIT 20 $$
"""


def _functions(verify: str, verify_file: str) -> None:
    for name, made in (("zilu_verify(text)", verify), ("zilu_verify_file(text[])", verify_file)):
        op.execute(f"DROP FUNCTION {name}")
        op.execute(made)
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {ROLES}")


def upgrade() -> None:
    """The print of a document and its line in the seal log; a scan is verified as genuine, a print as unsealed."""
    op.create_table(
        "document_print",
        sa.Column("document_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pages > 0", name=op.f("ck_document_print_not_empty")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_print_document_id")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_document_print_sha256")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_print")),
    )
    op.create_index(op.f("ix_document_print_sha256"), "document_print", ["sha256"], unique=False)
    op.create_table(
        "seal_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("keeper_id", sa.BigInteger(), nullable=False),
        sa.Column("approver_id", sa.BigInteger(), nullable=True),
        sa.Column("scan_sha256", sa.String(), nullable=False),
        sa.Column("scan_pages", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("copies BETWEEN 1 AND 999", name=op.f("ck_seal_line_some_copies")),
        sa.ForeignKeyConstraint(["approver_id"], ["account.id"], name=op.f("fk_seal_line_approver_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_seal_line_document_id")),
        sa.ForeignKeyConstraint(["keeper_id"], ["account.id"], name=op.f("fk_seal_line_keeper_id")),
        sa.ForeignKeyConstraint(["scan_sha256"], ["stored_file.sha256"], name=op.f("fk_seal_line_scan_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_line")),
        sa.UniqueConstraint("document_id", name=op.f("uq_seal_line_document_id")),
    )
    op.create_index(
        "ix_seal_line_newest", "seal_line", [sa.literal_column("day DESC"), sa.literal_column("id DESC")], unique=False
    )
    op.add_column("document", sa.Column("seal_mode", sa.String(), server_default="electronic", nullable=False))
    op.create_check_constraint(
        op.f("ck_document_seal_mode_known"), "document", "seal_mode IN ('electronic', 'physical', 'none')"
    )
    op.create_index(
        "ix_document_to_stamp",
        "document",
        ["id"],
        unique=False,
        postgresql_where=sa.text("seal_mode = 'physical' AND pdf_sha256 IS NULL"),
    )
    op.add_column("service", sa.Column("paper_sent_on", sa.Date(), nullable=True))
    op.add_column("service", sa.Column("proof", sa.LargeBinary(), nullable=True))
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON document_print TO zilu_system")
    op.execute("GRANT SELECT, INSERT ON seal_line TO zilu_system")
    for table in ("document_print", "seal_line"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY system_all ON {table} TO zilu_system USING (true) WITH CHECK (true)")
    for table, role, columns, rows in READERS:
        chosen = f" ({columns})" if columns else ""
        op.execute(f"GRANT SELECT{chosen} ON {table} TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO zilu_{role} USING ({rows})")
    op.execute(f"GRANT SELECT ({REGISTER}) ON document TO zilu_admin")
    op.execute("CREATE POLICY admin_reads ON document FOR SELECT TO zilu_admin USING (number IS NOT NULL)")
    _functions(VERIFY, VERIFY_FILE)


def downgrade() -> None:
    """As before."""
    op.execute("DROP POLICY admin_reads ON document")
    op.execute(f"REVOKE SELECT ({REGISTER}) ON document FROM zilu_admin")
    _functions(VERIFY_BEFORE, VERIFY_FILE_BEFORE)
    op.drop_constraint(op.f("ck_document_seal_mode_known"), "document", type_="check")
    op.drop_column("service", "proof")
    op.drop_column("service", "paper_sent_on")
    op.drop_index(
        "ix_document_to_stamp",
        table_name="document",
        postgresql_where=sa.text("seal_mode = 'physical' AND pdf_sha256 IS NULL"),
    )
    op.drop_column("document", "seal_mode")
    op.drop_index("ix_seal_line_newest", table_name="seal_line")
    op.drop_table("seal_line")
    op.drop_index(op.f("ix_document_print_sha256"), table_name="document_print")
    op.drop_table("document_print")
