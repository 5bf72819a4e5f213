"""Whoever verifies a decision learns that a review keeps it from having effect."""

from alembic import op

revision = "0089"
down_revision = "0088"
STAYED = """
CREATE FUNCTION zilu_stayed(asked text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT EXISTS (SELECT 1 FROM document d JOIN review r ON r.track_id = d.subject_id
JOIN decision e ON e.id = r.decision_id AND e.round = d.round
WHERE d.check_code = asked AND d.outward AND d.kind = 'D20' AND d.subject_kind = 'track'
AND r.state = 'STAYED' AND r.ended_at IS NULL) $$
"""
ROLES = "zilu_public, zilu_complainant, zilu_party, zilu_staff, zilu_panel, zilu_admin, zilu_system"


def upgrade() -> None:
    """A function that reads as its owner, and answers yes or no for one code only."""
    op.execute(STAYED)
    op.execute("REVOKE ALL ON FUNCTION zilu_stayed(text) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION zilu_stayed(text) TO {ROLES}")


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP FUNCTION zilu_stayed(text)")
