"""A deed that its person may take back for a while waits as a dossier with the time at which it is done."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
MINUTES = """
INSERT INTO setting (key, value, unit, meaning, meaning_zh, basis, version)
SELECT 'UNDO_MINUTES', '5'::jsonb, 'minutes',
  'so long a complaint that was closed, rejected or referred can be taken back by whoever did it; '
  'its letter goes out then',
  '办结、不予受理、移送后经办人可在该时间内撤回，文书期满后发出', '[D]', 1
WHERE EXISTS (SELECT 1 FROM installation)
ON CONFLICT (key) DO NOTHING
"""
"""Where nothing is set up yet, it comes with the other settings."""


def upgrade() -> None:
    """Until when, and a small index for whoever looks for what is due."""
    op.add_column("dossier", sa.Column("undo_until", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f("ck_dossier_undo_of_a_deed"), "dossier", "undo_until IS NULL OR deed IS NOT NULL")
    op.create_index(
        "ix_dossier_undo_until", "dossier", ["undo_until"], postgresql_where=sa.text("state = 'DRAFTED'"), unique=False
    )
    op.execute(MINUTES)


def downgrade() -> None:
    """What waits stays a draft, which its drafter drops."""
    op.drop_index("ix_dossier_undo_until", table_name="dossier")
    op.drop_constraint(op.f("ck_dossier_undo_of_a_deed"), "dossier")
    op.drop_column("dossier", "undo_until")
    op.execute("DELETE FROM setting WHERE key = 'UNDO_MINUTES'")
