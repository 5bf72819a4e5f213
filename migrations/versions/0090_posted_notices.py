"""The public reads notices of service as long as they count; a failed attempt to hand a document over is noted."""

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0089"
POSTED = """
CREATE FUNCTION zilu_posted_notices() RETURNS TABLE (party_id bigint, number text, posted_on date, until date,
  check_code text, pdf_sha256 text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT s.party_id, d.number::text, c.day0, CASE WHEN c.provisional THEN NULL ELSE c.due_on END,
  d.check_code::text, d.pdf_sha256::text
FROM document d
JOIN service s ON d.subject_kind = 'service' AND s.id = d.subject_id
JOIN clock c ON c.subject_type = 'service' AND c.subject_id = s.id AND c.key = 'K29' AND c.state = 'RUNNING'
WHERE d.kind = 'D37' AND d.pdf_sha256 IS NOT NULL AND d.void_at IS NULL
AND s.state = 'NOTICE_POSTED' AND s.party_id IS NOT NULL
ORDER BY c.day0 DESC, d.id DESC $$
"""
ROLES = "zilu_public, zilu_complainant, zilu_party, zilu_staff, zilu_panel, zilu_admin, zilu_system"


def upgrade() -> None:
    """A function that reads as its owner, for everybody: what is posted is posted for all; and when it was noted."""
    op.add_column("service", sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(POSTED)
    op.execute("REVOKE ALL ON FUNCTION zilu_posted_notices() FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION zilu_posted_notices() TO {ROLES}")


def downgrade() -> None:
    """Take both away."""
    op.execute("DROP FUNCTION zilu_posted_notices()")
    op.drop_column("service", "attempted_at")
