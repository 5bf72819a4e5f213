"""Whom the requests for a recusal of a complaint's person are about: who asked reads the name on the tracking page."""

from alembic import op

revision = "0217"
down_revision = "0216"
ASKED_ABOUT = """
CREATE FUNCTION zilu_i_asked_about() RETURNS TABLE (recusal_id bigint, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT r.id, a.name::text FROM recusal r JOIN account a ON a.id = r.account_id
WHERE r.complaint_id = zilu_complaint() ORDER BY 1 $$
"""


def upgrade() -> None:
    """A function that reads as its owner: of the complaint alone that is followed."""
    op.execute(ASKED_ABOUT)
    op.execute("REVOKE ALL ON FUNCTION zilu_i_asked_about() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION zilu_i_asked_about() TO zilu_complainant, zilu_system")


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP FUNCTION zilu_i_asked_about()")
