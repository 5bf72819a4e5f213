"""The day of an answer or statement that came on paper; until now it stood in the journal alone, or with a made-up hour.

Null is what was sent in the portal. `stated_at` becomes the moment of the entry, as `submitted_at` is.
"""

from alembic import op

revision = "0175"
down_revision = "0174"
ON = "(j.changes ->> 'on_paper')::date"
NOON = f"({ON} + time '12:00') AT TIME ZONE 'Asia/Shanghai'"
OF_TRACK = "j.\"row\" = 'S19' AND j.subject_kind = 'track' AND jsonb_exists(j.changes, 'on_paper')"


def upgrade() -> None:
    """As the journal tells it; the scans of a statement keep the moment of what they came with."""
    for table in ("answer", "release", "statement"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN came_on date")
    op.execute(
        f"UPDATE answer a SET came_on = {ON} FROM journal j WHERE j.\"row\" IN ('F04', 'F10') "
        "AND j.subject_kind = 'forwarding' AND j.subject_id = a.forwarding_id AND j.at = a.submitted_at "
        "AND jsonb_exists(j.changes, 'on_paper')"
    )
    op.execute("UPDATE release r SET came_on = a.came_on FROM answer a WHERE a.id = r.answer_id")
    op.execute(
        f"UPDATE evidence e SET added_at = j.at FROM journal j WHERE {OF_TRACK} AND j.subject_id = e.track_id "
        f"AND e.purpose = 'STATEMENT' AND e.added_at = {NOON}"
    )
    op.execute(
        f"UPDATE statement s SET came_on = {ON}, stated_at = j.at FROM journal j WHERE {OF_TRACK} "
        f"AND j.subject_id = s.track_id AND s.stated_at IN (j.at, {NOON})"
    )


def downgrade() -> None:
    """The journal still tells the day."""
    for table in ("answer", "release", "statement"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN came_on")
