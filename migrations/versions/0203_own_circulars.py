"""A company finds on its own case the circular to members about it, as it finds the public bulletin."""

from alembic import op

revision = "0203"
down_revision = "0202"
PUBLISHED = """
CREATE FUNCTION zilu_own_bulletins(asked bigint)
RETURNS TABLE (slug text, state text, published_at timestamptz{column})
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT p.slug::text, p.state::text, p.published_at{scope}
FROM publication p JOIN case_track t ON t.id = p.track_id
WHERE t.id = asked AND t.party_id = zilu_party() AND p.published_at IS NOT NULL{only}
ORDER BY p.published_at, p.id $$
"""


def upgrade() -> None:
    """With whom it was meant for."""
    _made(column=", scope text", scope=", p.scope::text", only="")


def downgrade() -> None:
    """What everybody can read."""
    _made(column="", scope="", only=" AND p.scope = 'PUBLIC'")


def _made(**said: str) -> None:
    op.execute("DROP FUNCTION zilu_own_bulletins(bigint)")
    op.execute(PUBLISHED.format(**said))
    op.execute("REVOKE ALL ON FUNCTION zilu_own_bulletins(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION zilu_own_bulletins(bigint) TO zilu_party, zilu_system")
