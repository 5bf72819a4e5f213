"""Whoever verifies a document is told of the served notices that correct clerical errors in it."""

from alembic import op

revision = "0151"
down_revision = "0150"
ROLES = "zilu_public, zilu_complainant, zilu_party, zilu_staff, zilu_panel, zilu_admin, zilu_system"
CORRECTED_BY = """
CREATE FUNCTION zilu_corrected_by(asked text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT coalesce(jsonb_agg(jsonb_build_object('number', n.number, 'on', n.issued_on, 'code', n.check_code)
  ORDER BY n.id), '[]')
FROM document d JOIN text_correction c ON c.document_id = d.id JOIN document n ON n.id = c.notice_id
WHERE d.check_code = asked AND d.outward AND n.void_at IS NULL
AND EXISTS (SELECT 1 FROM service s WHERE s.document_id = n.id AND s.state = 'SERVED') $$
"""


def upgrade() -> None:
    """Number, day and check code of each, as of what takes a document's place; nothing of what it corrects."""
    op.execute(CORRECTED_BY)
    op.execute("REVOKE ALL ON FUNCTION zilu_corrected_by(text) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION zilu_corrected_by(text) TO {ROLES}")


def downgrade() -> None:
    """Nobody is told."""
    op.execute("DROP FUNCTION zilu_corrected_by(text)")
