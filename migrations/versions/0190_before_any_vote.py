"""The days to ask for a recusal are left before those vote who review a decision, too: the setting says so."""

import sqlalchemy as sa
from alembic import op

revision = "0190"
down_revision = "0189"
SAY = "UPDATE setting SET meaning = :en, meaning_zh = :zh WHERE key = 'RECUSAL_ASK_WD' AND meaning = :was"
WAS = (
    "so long a respondent, told who was drawn, can ask for a recusal before the panel votes",
    "告知审议小组组成后，表决前留给当事单位申请回避的期间",
)
NOW = (
    "so long a respondent, told who was drawn, can ask for a recusal before a panel or review body votes",
    "告知审议小组组成或者复核委员名单后，表决前留给当事单位申请回避的期间",
)


def upgrade() -> None:
    """Only its words change."""
    op.execute(sa.text(SAY).bindparams(was=WAS[0], en=NOW[0], zh=NOW[1]))


def downgrade() -> None:
    """As it was said of panels."""
    op.execute(sa.text(SAY).bindparams(was=NOW[0], en=WAS[0], zh=WAS[1]))
