"""A company selects the names of its own files, and of no file that was shared with it."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"

OWN = "CASE WHEN given_by = 'RESPONDENT' THEN name END"
COLUMNS = (
    "id, complaint_id, case_id, track_id, forwarding_id, party_id, given_by, purpose, item_id, sha256, stripped_sha256, "
    "own_name, media_type, size, shared, added_at"
)
"""Not the name that a complainant gave a file, and neither who of the association added it nor what it noted."""


def upgrade() -> None:
    """The name of what a company gave stands in a column of its own, which companies may select instead."""
    op.add_column("evidence", sa.Column("own_name", sa.String(), sa.Computed(OWN, persisted=True), nullable=True))
    op.execute("REVOKE SELECT ON evidence FROM zilu_party")
    op.execute(f"GRANT SELECT ({COLUMNS}) ON evidence TO zilu_party")


def downgrade() -> None:
    """Whole rows again."""
    op.execute(f"REVOKE SELECT ({COLUMNS}) ON evidence FROM zilu_party")
    op.execute("GRANT SELECT ON evidence TO zilu_party")
    op.drop_column("evidence", "own_name")
