"""The day of a request for hearing or review and of a report that came on paper; until now with a made-up hour.

Null is what was sent in the portal. The moment becomes that of the entry, for the scans that came along as well: they
are found by it.
"""

from alembic import op

revision = "0182"
down_revision = "0181"
ON = "(j.changes ->> 'on_paper')::date"
PAPER = "jsonb_exists(j.changes, 'on_paper')"
WAS = (
    f"IN (j.at, ({ON} + time '12:00') AT TIME ZONE 'Asia/Shanghai', "
    f"({ON} + (j.at AT TIME ZONE 'Asia/Shanghai')::time) AT TIME ZONE 'Asia/Shanghai')"
)
"""When it was asked, as it was written down: its day at noon, or at the time of the entry."""
OF_TRACK = "j.subject_kind = 'track' AND j.subject_id ="
SCANS = {"STATEMENT": "'S20', 'S51', 'S56'", "PROOF": "'S61'", "REVIEW": "'S31'"}


def upgrade() -> None:
    """As the journal tells it; a request for time to run again has its day and its moment itself."""
    for table in ("hearing", "review", "rectification_item"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN came_on date")
    for table in ("hearing", "review"):
        op.execute(f"GRANT SELECT (came_on) ON {table} TO zilu_party")
    for purpose, rows in SCANS.items():
        op.execute(
            f'UPDATE evidence e SET added_at = j.at FROM journal j WHERE j."row" IN ({rows}) AND {PAPER} '
            f"AND {OF_TRACK} e.track_id AND e.purpose = '{purpose}' AND e.item_id IS NULL AND e.added_at {WAS}"
        )
    op.execute(
        f"UPDATE evidence e SET added_at = j.at FROM journal j, review r WHERE j.\"row\" = 'R01' AND {PAPER} "
        "AND j.subject_kind = 'review' AND j.subject_id = r.id AND e.track_id = r.track_id "
        f"AND e.purpose = 'REVIEW' AND e.added_at {WAS}"
    )
    op.execute(
        "UPDATE evidence e SET added_at = r.asked_at FROM restoration r WHERE e.track_id = r.track_id "
        "AND e.purpose = 'STATEMENT' AND e.added_at = "
        "(r.asked_on + (r.asked_at AT TIME ZONE 'Asia/Shanghai')::time) AT TIME ZONE 'Asia/Shanghai'"
    )
    op.execute(
        f"UPDATE hearing h SET came_on = {ON}, asked_at = j.at FROM journal j WHERE j.\"row\" = 'S20' AND {PAPER} "
        f"AND {OF_TRACK} h.track_id AND h.asked_at {WAS}"
    )
    op.execute(
        f"UPDATE review r SET came_on = {ON}, asked_at = j.at FROM journal j WHERE {PAPER} AND NOT r.own_motion "
        f"AND ((j.\"row\" = 'S31' AND {OF_TRACK} r.track_id) "
        f"OR (j.\"row\" = 'R01' AND j.subject_kind = 'review' AND j.subject_id = r.id)) AND r.asked_at {WAS}"
    )
    op.execute(
        f"UPDATE rectification_item i SET came_on = {ON}, reported_at = j.at FROM journal j, measure m "
        f"WHERE j.\"row\" = 'S61' AND {PAPER} AND {OF_TRACK} m.track_id AND m.id = i.measure_id "
        f"AND i.reported_at {WAS}"
    )


def downgrade() -> None:
    """The journal still tells the day."""
    for table in ("hearing", "review", "rectification_item"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN came_on")
