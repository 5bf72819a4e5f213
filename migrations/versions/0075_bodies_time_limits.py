"""Members of a panel or a review body read how long they have: for a hearing, a vote, a review, a recusal."""

from alembic import op

revision = "0075"
down_revision = "0074"

OWN_TIME = (
    "(key IN ('K17', 'K18', 'K21') AND subject_type = 'track' "
    "AND EXISTS (SELECT 1 FROM case_track t WHERE t.id = subject_id)) "
    "OR (key = 'K21' AND subject_type = 'review' AND EXISTS (SELECT 1 FROM review r WHERE r.id = subject_id)) "
    "OR (key = 'K34' AND subject_type = 'recusal' AND EXISTS (SELECT 1 FROM recusal r WHERE r.id = subject_id))"
)


def upgrade() -> None:
    """The time limits of what they read themselves."""
    op.execute("GRANT SELECT ON clock TO zilu_panel")
    op.execute(f"CREATE POLICY panel_reads ON clock FOR SELECT TO zilu_panel USING ({OWN_TIME})")


def downgrade() -> None:
    """They read none."""
    op.execute("DROP POLICY panel_reads ON clock")
    op.execute("REVOKE SELECT ON clock FROM zilu_panel")
