"""The day of an answer or statement that came on paper; until now it stood in the journal alone, or with a made-up hour.

Null is what was sent in the portal. `stated_at` becomes the moment of the entry, as `submitted_at` is.
"""

from alembic import op

revision = "0176"
down_revision = "0175"
ON = "(changes ->> 'on_paper')::date"
STATED = (
    f"(SELECT subject_id, {ON} AS day, min(at) AS at FROM journal WHERE \"row\" = 'S19' AND subject_kind = 'track' "
    f"AND jsonb_exists(changes, 'on_paper') GROUP BY subject_id, {ON})"
)
WAS = (
    "IN ((j.day + time '12:00') AT TIME ZONE 'Asia/Shanghai', "
    "(j.day + (j.at AT TIME ZONE 'Asia/Shanghai')::time) AT TIME ZONE 'Asia/Shanghai')"
)
"""When it was stated, as it was written down: its day at noon, or at the time of the entry."""
ENTERED = (
    f"SELECT subject_id, {ON} AS day, at FROM journal WHERE \"row\" = 'S19' AND subject_kind = 'track' "
    "AND jsonb_exists(changes, 'on_paper')"
)
"""As this step leaves it: it may have been taken back, and be done again."""


def upgrade() -> None:
    """As the journal tells it; the scans of a statement keep the moment of what they came with."""
    for table in ("answer", "release", "statement"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN came_on date")
    op.execute(
        f"UPDATE answer a SET came_on = {ON} FROM journal j WHERE j.\"row\" IN ('F04', 'F10') "
        "AND j.subject_kind = 'forwarding' AND j.subject_id = a.forwarding_id AND j.at = a.submitted_at "
        "AND jsonb_exists(changes, 'on_paper')"
    )
    op.execute("UPDATE release r SET came_on = a.came_on FROM answer a WHERE a.id = r.answer_id")
    op.execute(
        f"UPDATE evidence e SET added_at = j.at FROM {STATED} j WHERE j.subject_id = e.track_id "
        f"AND e.purpose = 'STATEMENT' AND e.added_at {WAS}"
    )
    op.execute(
        f"UPDATE statement s SET came_on = j.day FROM ({ENTERED}) j "
        "WHERE j.subject_id = s.track_id AND s.stated_at = j.at"
    )
    op.execute(
        f"UPDATE statement s SET came_on = j.day, stated_at = j.at FROM {STATED} j WHERE j.subject_id = s.track_id "
        f"AND s.came_on IS NULL AND s.stated_at {WAS}"
    )


def downgrade() -> None:
    """The journal still tells the day."""
    for table in ("answer", "release", "statement"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN came_on")
