"""The two time limits for a statement are called by plain words."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
SAY = "UPDATE setting SET meaning = :en, meaning_zh = :zh WHERE key = :key AND meaning = :was"
NAMES = (
    ("K14", ("statement, minor", "陈述申辩(轻)"), ("statement before a minor measure", "较轻措施的陈述申辩")),
    ("K15", ("statement, major", "陈述申辩(重)"), ("statement before a major measure", "较重措施的陈述申辩")),
)


def upgrade() -> None:
    """People read what is meant, not the domain model's shorthand."""
    for key, before, after in NAMES:
        op.execute(sa.text(SAY).bindparams(key=key, was=before[0], en=after[0], zh=after[1]))


def downgrade() -> None:
    """As the domain model has them."""
    for key, before, after in NAMES:
        op.execute(sa.text(SAY).bindparams(key=key, was=after[0], en=before[0], zh=before[1]))
