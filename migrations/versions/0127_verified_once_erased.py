"""What whoever verifies is told: of an erased document by its seal's row; that a decision has no effect yet."""

from alembic import op

revision = "0127"
down_revision = "0132"
ROLES = "zilu_public, zilu_complainant, zilu_party, zilu_staff, zilu_panel, zilu_admin, zilu_system"
VERIFY = """
CREATE OR REPLACE FUNCTION zilu_verify(asked text) RETURNS TABLE (kind text, lang text, number text, issued_on date,
  void_on date, set_aside_on date, pdf_sha256 text, rendered boolean, signed_at timestamptz, level text,
  certificate_id bigint, successor_kind text, successor_number text, successor_on date, successor_code text,
  seal_mode text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
NOT_YET = """
CREATE FUNCTION zilu_not_yet(asked text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT EXISTS (SELECT 1 FROM document d JOIN decision e ON e.track_id = d.subject_id AND e.round = d.round
WHERE d.check_code = asked AND d.outward AND d.kind = 'D20' AND d.subject_kind = 'track'
AND e.level >= 4 AND e.effective_on IS NULL AND e.set_aside_on IS NULL) $$
"""
"""A major decision takes effect when nobody asked for a review in time, or by the review (S30, S32, S33)."""


def upgrade() -> None:
    """The digest of the signed file outlives the document's own; yes or no for one code, as zilu_stayed says it."""
    op.execute(VERIFY.format(sealed=f"({BY_FILE} OR {ERASED})"))
    op.execute(VERIFY_FILE.format(erased=SIGNED))
    op.execute(NOT_YET)
    op.execute("REVOKE ALL ON FUNCTION zilu_not_yet(text) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION zilu_not_yet(text) TO {ROLES}")


def downgrade() -> None:
    """As before."""
    op.execute("DROP FUNCTION zilu_not_yet(text)")
    op.execute(VERIFY.format(sealed=BY_FILE))
    op.execute(VERIFY_FILE.format(erased=""))
