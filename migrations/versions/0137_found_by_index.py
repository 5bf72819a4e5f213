"""What pages ask at each look is found by an index of just that, however long the tables become."""

from alembic import op
from sqlalchemy import text

revision = "0137"
down_revision = "0136"

TO_OPEN = (
    "state IN ('AVAILABLE', 'ALERTED', 'NOTICE_POSTED') "
    "OR (state = 'SERVED' AND served_how = 'PORTAL' AND opened_at IS NULL)"
)
TO_SERVE = (
    "state IN ('FAILED', 'READY', 'POSTED', 'UNDELIVERED') "
    "OR (paper_asked_at IS NOT NULL AND paper_sent_on IS NULL AND state <> 'VOID')"
)
NEW = (
    ("ix_service_to_open", "service", ["party_id"], TO_OPEN),
    ("ix_service_party", "service", ["party_id", "id"], None),
    ("ix_service_to_serve", "service", ["id"], TO_SERVE),
    ("ix_clock_party_live", "clock", ["visible_party"], "visible_party IS NOT NULL AND state <> 'ENDED'"),
    ("ix_case_file_opened_on", "case_file", ["opened_on", "id"], None),
)


def upgrade() -> None:
    """Letters of a company to open and all of them, letters to serve, clocks of a company that run, cases by their day."""
    for name, table, columns, where in NEW:
        op.create_index(name, table, columns, postgresql_where=text(where) if where else None)
    op.drop_index("ix_service_party_id", "service")


def downgrade() -> None:
    """As it was."""
    op.create_index("ix_service_party_id", "service", ["party_id"])
    for name, table, _columns, _where in reversed(NEW):
        op.drop_index(name, table)
