"""The system fetches numbers of documents, services, cases and what else a move makes before it writes them."""

from alembic import op

revision = "0059"
down_revision = "0058"
TABLES = ("case_file", "case_track", "document", "dossier", "ledger_entry", "service")


def upgrade() -> None:
    """Moves that are done together write their rows at the end, and know their numbers before."""
    for table in TABLES:
        op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO zilu_system")


def downgrade() -> None:
    """As before."""
    for table in TABLES:
        op.execute(f"REVOKE USAGE ON SEQUENCE {table}_id_seq FROM zilu_system")
