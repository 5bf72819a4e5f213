"""The system fetches numbers of complaints, named companies and clocks before it writes them."""

from alembic import op

revision = "0057"
down_revision = "0056"
TABLES = ("complaint", "named_company", "clock")


def upgrade() -> None:
    """What comes in is written in one statement, whose rows point to each other: their numbers are known before."""
    for table in TABLES:
        op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO zilu_system")


def downgrade() -> None:
    """As before."""
    for table in TABLES:
        op.execute(f"REVOKE USAGE ON SEQUENCE {table}_id_seq FROM zilu_system")
