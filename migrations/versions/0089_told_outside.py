"""What outsiders are told: that a review keeps a decision from effect; who investigates now, and whom one asked about."""

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
HAPPENED = """
CREATE FUNCTION zilu_track_happened(asked bigint)
RETURNS TABLE (at timestamptz, what text, name text, moment timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT j.at, substr(j.row, 6)::text, a.name::text, (j.changes->>'at')::timestamptz
FROM case_track t
JOIN journal j ON j.subject_kind = 'case' AND j.subject_id = t.case_id AND j.changes->>'track' = t.ref
LEFT JOIN account a ON j.row = 'case.reassign' AND a.id = (j.changes->>'investigator')::bigint
WHERE t.id = asked AND t.party_id = zilu_party() AND t.state NOT IN ('NEW', 'SCREENING', 'NOT_FILED')
AND j.row IN ('case.reassign', 'case.propose_time', 'case.accept_time', 'case.refuse_time_of_interview')
ORDER BY j.seq $$
"""
ASKED_ABOUT = """
CREATE FUNCTION zilu_asked_about(asked bigint) RETURNS TABLE (recusal_id bigint, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT r.id, a.name::text FROM recusal r JOIN account a ON a.id = r.account_id
WHERE r.case_id = asked AND r.party_id = zilu_party() ORDER BY 1 $$
"""
ROLES = "zilu_public, zilu_complainant, zilu_party, zilu_staff, zilu_panel, zilu_admin, zilu_system"


def upgrade() -> None:
    """Functions that read as their owner: yes or no for one code; of its own case alone for a company."""
    op.execute(STAYED)
    op.execute("REVOKE ALL ON FUNCTION zilu_stayed(text) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION zilu_stayed(text) TO {ROLES}")
    for made, name in ((HAPPENED, "zilu_track_happened(bigint)"), (ASKED_ABOUT, "zilu_asked_about(bigint)")):
        op.execute(made)
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO zilu_party, zilu_system")


def downgrade() -> None:
    """Take them away."""
    for name in ("zilu_asked_about(bigint)", "zilu_track_happened(bigint)", "zilu_stayed(text)"):
        op.execute(f"DROP FUNCTION {name}")
