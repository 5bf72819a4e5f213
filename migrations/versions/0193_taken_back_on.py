"""The day of a waiver of a hearing and of an admission taken back on paper, beside the moment of the entry."""

from alembic import op

revision = "0193"
down_revision = "0182"
ON = "(j.changes ->> 'on_paper')::date"
PAPER = "j.subject_kind = 'track' AND jsonb_exists(j.changes, 'on_paper')"
MIDNIGHT = "::timestamp AT TIME ZONE 'Asia/Shanghai'"


def upgrade() -> None:
    """As the journal tells it; an admission taken back bore midnight of that day, at which nobody had done anything."""
    op.execute("ALTER TABLE hearing ADD COLUMN waiver_came_on date")
    op.execute("ALTER TABLE admission ADD COLUMN withdrawal_came_on date")
    op.execute("GRANT SELECT (waiver_came_on) ON hearing TO zilu_party")
    op.execute(
        f"UPDATE hearing h SET waiver_came_on = {ON} FROM journal j WHERE j.\"row\" = 'S56' AND {PAPER} "
        "AND j.subject_id = h.track_id AND h.waived_at = j.at"
    )
    op.execute(
        f"UPDATE admission a SET withdrawal_came_on = {ON}, withdrawn_at = j.at FROM journal j "
        f"WHERE j.\"row\" = 'S51' AND {PAPER} AND j.subject_id = a.track_id "
        f"AND a.withdrawn_at IN (j.at, {ON}{MIDNIGHT})"
    )


def downgrade() -> None:
    """An admission bears the day of its letter as before; of a waiver the journal still tells it."""
    op.execute(f"UPDATE admission SET withdrawn_at = withdrawal_came_on{MIDNIGHT} WHERE withdrawal_came_on IS NOT NULL")
    op.execute("ALTER TABLE admission DROP COLUMN withdrawal_came_on")
    op.execute("ALTER TABLE hearing DROP COLUMN waiver_came_on")
