"""Until when a respondent, told who was drawn for the panel, can ask for a recusal; nothing is voted on before.

Null is what was drawn before: nobody waits for it.
"""

from alembic import op

revision = "0185"
down_revision = "0184"


def upgrade() -> None:
    """Where nothing is set up yet, the setting comes with the others."""
    op.execute(
        "ALTER TABLE case_track ADD COLUMN recusal_until date, "
        "ADD COLUMN drawn_untold boolean NOT NULL DEFAULT false, "
        "ADD CONSTRAINT ck_case_track_told_until CHECK (NOT (drawn_untold AND recusal_until IS NOT NULL))"
    )
    op.execute("GRANT SELECT (recusal_until) ON case_track TO zilu_party")
    op.execute(
        "INSERT INTO setting (key, value, unit, meaning, meaning_zh, basis, version) "
        "SELECT 'RECUSAL_ASK_WD', '3'::jsonb, 'WD', "
        "'so long a respondent, told who was drawn, can ask for a recusal before the panel votes', "
        "'告知审议小组组成后，表决前留给当事单位申请回避的期间', '[D]', 1 "
        "WHERE EXISTS (SELECT 1 FROM installation) ON CONFLICT (key) DO NOTHING"
    )


def downgrade() -> None:
    """The setting stays, as what an association laid down; open tasks have no words in what runs then."""
    op.execute("DELETE FROM task WHERE kind = 'tell_drawn' AND done_at IS NULL")
    op.execute("ALTER TABLE case_track DROP COLUMN recusal_until, DROP COLUMN drawn_untold")
