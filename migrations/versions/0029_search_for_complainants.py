"""Whoever came with a receipt code finds public bulletins, as anybody does."""

from alembic import op

revision = "0029"
down_revision = "0028"

FUNCTIONS = ("zilu_found(tsquery, integer)", "zilu_walked(tsquery, timestamptz, bigint, timestamptz, integer)")
ROWS = (
    "audience = 'public' AND CASE subject_kind "
    "WHEN 'publication' THEN EXISTS (SELECT 1 FROM publication x WHERE x.id = subject_id AND x.ended_at IS NULL) "
    "ELSE false END"
)


def upgrade() -> None:
    """The same rows as for the public."""
    op.execute("GRANT SELECT ON search_entry TO zilu_complainant")
    op.execute(f"CREATE POLICY complainant_reads ON search_entry FOR SELECT TO zilu_complainant USING ({ROWS})")
    for function in FUNCTIONS:
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO zilu_complainant")


def downgrade() -> None:
    """Only as nobody in particular."""
    for function in FUNCTIONS:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM zilu_complainant")
    op.execute("DROP POLICY complainant_reads ON search_entry")
    op.execute("REVOKE SELECT ON search_entry FROM zilu_complainant")
