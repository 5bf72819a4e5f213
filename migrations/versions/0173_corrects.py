"""Whoever verifies a served notice of correction is told which document it corrects, and led to it."""

from alembic import op

revision = "0173"
down_revision = "0172"
ROLES = "zilu_public, zilu_complainant, zilu_party, zilu_staff, zilu_panel, zilu_admin, zilu_system"
CORRECTS = """
CREATE FUNCTION zilu_corrects(asked text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT jsonb_build_object('kind', d.kind, 'number', d.number, 'on', d.issued_on, 'code', d.check_code)
FROM document n JOIN text_correction c ON c.notice_id = n.id JOIN document d ON d.id = c.document_id
WHERE n.check_code = asked AND n.outward AND d.outward AND n.void_at IS NULL
AND EXISTS (SELECT 1 FROM service s WHERE s.document_id = n.id AND s.state = 'SERVED') $$
"""


def upgrade() -> None:
    """What stands on the notice itself, with the code of the document, which says whether that is in force."""
    op.execute(CORRECTS)
    op.execute("REVOKE ALL ON FUNCTION zilu_corrects(text) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION zilu_corrects(text) TO {ROLES}")


def downgrade() -> None:
    """Nobody is told."""
    op.execute("DROP FUNCTION zilu_corrects(text)")
