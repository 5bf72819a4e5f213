"""A company's own case: when each part of its explanation came, and which bulletin was published of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0095"
down_revision = "0094"
BULLETINS = """
CREATE FUNCTION zilu_own_bulletins(asked bigint) RETURNS TABLE (slug text, state text, published_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
SELECT p.slug::text, p.state::text, p.published_at
FROM publication p JOIN case_track t ON t.id = p.track_id
WHERE t.id = asked AND t.party_id = zilu_party() AND p.scope = 'PUBLIC' AND p.published_at IS NOT NULL
ORDER BY p.published_at, p.id $$
"""


def upgrade() -> None:
    """What was explained before stays one part, with the time of the first; of its own case alone for a company."""
    parts = sa.Column("explained_parts", JSONB(), server_default=sa.text("'[]'"), nullable=False)
    op.add_column("case_track", parts)
    op.execute("GRANT SELECT (explained_parts) ON case_track TO zilu_party")
    op.execute(BULLETINS)
    op.execute("REVOKE ALL ON FUNCTION zilu_own_bulletins(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION zilu_own_bulletins(bigint) TO zilu_party, zilu_system")


def downgrade() -> None:
    """The text itself stays, and the bulletin at its address."""
    op.execute("DROP FUNCTION zilu_own_bulletins(bigint)")
    op.drop_column("case_track", "explained_parts")
