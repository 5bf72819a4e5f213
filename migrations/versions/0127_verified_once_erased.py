"""What whoever verifies a document is told: of one that is erased by what its seal's row still holds."""

from alembic import op

revision = "0127"
down_revision = "0118"
VERIFY = """
CREATE OR REPLACE FUNCTION zilu_verify(asked text) RETURNS TABLE (kind text, lang text, number text, issued_on date,
  void_on date, set_aside_on date, pdf_sha256 text, rendered boolean, signed_at timestamptz, level text,
  certificate_id bigint, successor_kind text, successor_number text, successor_on date, successor_code text,
  seal_mode text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT d.kind::text, d.lang::text, d.number::text, d.issued_on, (d.void_at AT TIME ZONE 'Asia/Shanghai')::date,
  d.set_aside_on, d.pdf_sha256::text, d.pdf_at IS NOT NULL, s.asked_at, s.level::text, s.certificate_id,
  n.kind::text, n.number::text, n.issued_on, n.check_code::text,
  d.seal_mode::text
FROM document d
LEFT JOIN document_seal s ON s.document_id = d.id AND s.done_at IS NOT NULL AND {sealed}
LEFT JOIN document n ON n.id = d.replaced_by_id AND n.outward AND n.pdf_at IS NOT NULL
WHERE d.check_code = asked AND d.outward $$
"""
BY_FILE = "s.signed_sha256 = d.pdf_sha256"
ERASED = "d.erased_at IS NOT NULL"
VERIFY_FILE = """
CREATE OR REPLACE FUNCTION zilu_verify_file(asked text[]) RETURNS TABLE (check_code text, digest text, final boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT d.check_code::text, d.pdf_sha256::text, true FROM document d
WHERE d.outward AND d.pdf_sha256 = ANY(asked)
{erased}UNION ALL
SELECT d.check_code::text, s.unsigned_sha256::text, false FROM document_seal s JOIN document d ON d.id = s.document_id
WHERE d.outward AND s.done_at IS NOT NULL AND s.unsigned_sha256 = ANY(asked)
UNION ALL
SELECT d.check_code::text, p.sha256::text, false FROM document_print p JOIN document d ON d.id = p.document_id
WHERE d.outward AND p.sha256 = ANY(asked)
ORDER BY 3 DESC, 1 LIMIT 20 $$
"""
SIGNED = """UNION ALL
SELECT d.check_code::text, s.signed_sha256::text, true FROM document_seal s JOIN document d ON d.id = s.document_id
WHERE d.outward AND d.erased_at IS NOT NULL AND s.done_at IS NOT NULL AND s.signed_sha256 = ANY(asked)
"""


def upgrade() -> None:
    """The digest of the signed file outlives the document's own: a file that is unchanged is known by it."""
    op.execute(VERIFY.format(sealed=f"({BY_FILE} OR {ERASED})"))
    op.execute(VERIFY_FILE.format(erased=SIGNED))


def downgrade() -> None:
    """As before."""
    op.execute(VERIFY.format(sealed=BY_FILE))
    op.execute(VERIFY_FILE.format(erased=""))
