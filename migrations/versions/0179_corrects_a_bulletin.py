"""Whoever verifies a corrected bulletin is told which paper it took the place of, as of a notice of correction."""

from alembic import op

revision = "0179"
down_revision = "0178"
CORRECTS = """
CREATE OR REPLACE FUNCTION zilu_corrects(asked text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT jsonb_build_object('kind', d.kind, 'number', d.number, 'on', d.issued_on, 'code', d.check_code)
FROM document n JOIN text_correction c ON c.notice_id = n.id JOIN document d ON d.id = c.document_id
WHERE n.check_code = asked AND n.outward AND d.outward AND n.void_at IS NULL
AND EXISTS (SELECT 1 FROM service s WHERE s.document_id = n.id AND s.state = 'SERVED'){bulletins} $$
"""
BULLETINS = """
UNION ALL
(SELECT jsonb_build_object('kind', d.kind, 'number', d.number, 'on', d.issued_on, 'code', d.check_code)
FROM document n JOIN document d ON d.replaced_by_id = n.id
WHERE n.check_code = asked AND n.kind = 'D36a' AND n.outward AND d.outward AND n.void_at IS NULL
AND n.set_aside_on IS NULL
ORDER BY d.id DESC LIMIT 1)"""


def upgrade() -> None:
    """The paper of before says already what stands in its place."""
    op.execute(CORRECTS.format(bulletins=BULLETINS))


def downgrade() -> None:
    """Of a notice of correction alone."""
    op.execute(CORRECTS.format(bulletins=""))
