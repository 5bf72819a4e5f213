"""When a track was passed on to whoever answers for it now: who was drawn is told to that company anew.

Until when a recusal can be asked for is told of members of reviews as well; it ends with what those drawn decide.
"""

from alembic import op

revision = "0188"
down_revision = "0187"


def upgrade() -> None:
    """Nobody is asked any more of panels that have decided."""
    op.execute("ALTER TABLE case_track ADD COLUMN taken_over_on date")
    op.execute(
        "UPDATE case_track SET recusal_until = NULL, drawn_untold = false WHERE (drawn_untold OR recusal_until IS NOT NULL) "
        "AND state NOT IN ('PRE_NOTICE', 'HEARING_ASKED', 'HEARING_SET', 'DELIBERATION', 'ADMITTED')"
    )


def downgrade() -> None:
    """Of reviews nobody waits there."""
    op.execute(
        "UPDATE case_track SET recusal_until = NULL, drawn_untold = false WHERE (drawn_untold OR recusal_until IS NOT NULL) "
        "AND state NOT IN ('PRE_NOTICE', 'HEARING_ASKED', 'HEARING_SET', 'DELIBERATION', 'ADMITTED')"
    )
    op.execute("ALTER TABLE case_track DROP COLUMN taken_over_on")
