"""On which day a person said that somebody presses for an end: new terms ask anew, and what was said stays."""

from alembic import op

revision = "0216"
down_revision = "0214"
SAID = """
UPDATE complaint c SET pressed_on = ((CASE WHEN c.state = 'WITHDRAWN' THEN c.ended_at ELSE COALESCE(
(SELECT s.complainant_at FROM settlement s WHERE s.complaint_id = c.id), c.ended_at) END)
AT TIME ZONE 'Asia/Shanghai')::date
WHERE c.pressure AND c.pressed_on IS NULL
"""


def upgrade() -> None:
    """What stands now has its day; what new terms wiped out before is told by the task that it raised."""
    op.execute("ALTER TABLE complaint ADD COLUMN IF NOT EXISTS pressed_on date")
    op.execute("GRANT SELECT (pressed_on) ON complaint TO zilu_complainant")
    op.execute(SAID)


def downgrade() -> None:
    """It stays where it is: the version before asks for no such column."""
