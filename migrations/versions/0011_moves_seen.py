"""Companies and panels read whose conduct a matter is about that went on against a successor."""

from alembic import op

revision = "0011"
down_revision = "0010"

ROWS = "EXISTS (SELECT 1 FROM party_succession s WHERE s.id = succession_id)"


def upgrade() -> None:
    """Let companies and panels read the moves of the successions that they may read."""
    for role in ("party", "panel"):
        op.execute(f"GRANT SELECT ON party_move TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON party_move FOR SELECT TO zilu_{role} USING ({ROWS})")


def downgrade() -> None:
    """Take it away."""
    for role in ("party", "panel"):
        op.execute(f"DROP POLICY {role}_reads ON party_move")
        op.execute(f"REVOKE SELECT ON party_move FROM zilu_{role}")
