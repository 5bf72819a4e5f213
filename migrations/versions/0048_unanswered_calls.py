"""Unanswered calls to one number a day may be counted and attached to a finding."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
KNOWN = "ck_contact_table_counter_known"
LIMIT = """
INSERT INTO setting (key, value, unit, meaning, meaning_zh, basis, version)
SELECT 'CALLS_UNANSWERED_PER_DAY', '6'::jsonb, 'calls',
  'unanswered calls of one company to one number a day; a should-not that an agreement may change',
  '同一单位每日对同一号码未接通拨打的次数上限（“不宜”性规定，另有约定的除外）', 'CBA 2026 [V]', 1
WHERE EXISTS (SELECT 1 FROM installation)
ON CONFLICT (key) DO NOTHING
"""
"""Where nothing is set up yet, it comes with the other settings."""


def upgrade() -> None:
    """A third counter, and its limit where there are settings already: pages count at once."""
    op.drop_constraint(op.f(KNOWN), "contact_table", type_="check")
    op.create_check_constraint(op.f(KNOWN), "contact_table", "counter IN ('INTERACTIVE', 'NOTICE', 'ATTEMPT')")
    op.execute(LIMIT)


def downgrade() -> None:
    """Its tables go; the files that findings cite stay."""
    op.execute(sa.text("DELETE FROM contact_table WHERE counter = 'ATTEMPT'"))
    op.execute(sa.text("DELETE FROM setting WHERE key = 'CALLS_UNANSWERED_PER_DAY'"))
    op.drop_constraint(op.f(KNOWN), "contact_table", type_="check")
    op.create_check_constraint(op.f(KNOWN), "contact_table", "counter IN ('INTERACTIVE', 'NOTICE')")
