"""When a complaint came to a case: its files may have come after an advance notice, or after an end.

Of before the journal tells it; what it does not tell came with the case.
"""

from alembic import op

revision = "0172"
down_revision = "0171"


def upgrade() -> None:
    """As the journal tells it."""
    op.execute("ALTER TABLE case_complaint ADD COLUMN since timestamptz")
    op.execute(
        "UPDATE case_complaint l SET since = j.at FROM journal j, complaint c WHERE j.\"row\" = 'case.attach' "
        "AND j.subject_kind = 'case' AND j.subject_id = l.case_id AND c.id = l.complaint_id "
        "AND j.changes ->> 'complaint' = c.ref"
    )


def downgrade() -> None:
    """Nobody asks any more."""
    op.execute("ALTER TABLE case_complaint DROP COLUMN since")
