"""Common words are known by the newest entries of the search, without gathering all that say them."""

from alembic import op

revision = "0036"
down_revision = "0035"

COMMON = """
CREATE FUNCTION zilu_is_common(asked tsquery) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
DECLARE many bigint;
BEGIN
  EXECUTE format(
    'SELECT count(*) FROM (SELECT e.terms FROM search_entry e WHERE e.audience = %L AND e.subject_kind <> ''party'' '
    'ORDER BY e.at DESC, e.id DESC LIMIT 400) newest WHERE newest.terms @@ $1', zilu_audience()
  ) INTO many USING zilu_own_terms(asked);
  RETURN many >= 20;
END $$
"""
READERS = "zilu_staff, zilu_party, zilu_public, zilu_complainant, zilu_system"


def upgrade() -> None:
    """A function that looks at the newest four hundred: a word in twenty of them is walked through by date."""
    op.execute(COMMON)
    op.execute("REVOKE ALL ON FUNCTION zilu_is_common(tsquery) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION zilu_is_common(tsquery) TO {READERS}")


def downgrade() -> None:
    """As before."""
    op.execute("DROP FUNCTION zilu_is_common(tsquery)")
