"""Whose conduct a matter is about that went on against a successor; columns of counted contacts follow merges too."""

from alembic import op

revision = "0011"
down_revision = "0010"

NAMING = (("contact_event", "principal_id"), ("contact_table", "institution_id"), ("contact_table", "party_id"))
"""Columns that name a company, made since entries can be merged (0007)."""
ROWS = "EXISTS (SELECT 1 FROM party_succession s WHERE s.id = succession_id)"


def upgrade() -> None:
    """Let companies and panels read the moves of the successions they may read; write under no merged entry."""
    for table, column in NAMING:
        op.execute(
            f"CREATE TRIGGER standing_{column} BEFORE INSERT OR UPDATE OF {column} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION zilu_standing_party('{column}')"
        )
    for role in ("party", "panel"):
        op.execute(f"GRANT SELECT ON party_move TO zilu_{role}")
        op.execute(f"CREATE POLICY {role}_reads ON party_move FOR SELECT TO zilu_{role} USING ({ROWS})")


def downgrade() -> None:
    """Take it away."""
    for role in ("party", "panel"):
        op.execute(f"DROP POLICY {role}_reads ON party_move")
        op.execute(f"REVOKE SELECT ON party_move FROM zilu_{role}")
    for table, column in NAMING:
        op.execute(f"DROP TRIGGER standing_{column} ON {table}")
