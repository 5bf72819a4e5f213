"""Quorum and majorities are settings, copied onto a panel and a review body when they are drawn."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0076"
down_revision = "0075"
ADD = """
INSERT INTO setting (key, value, unit, meaning, meaning_zh, basis, version)
SELECT :key, CAST(:value AS jsonb), :unit, :en, :zh, '[D]', 1
WHERE EXISTS (SELECT 1 FROM installation)
ON CONFLICT (key) DO NOTHING
"""
"""Where nothing is set up yet, they come with the other settings."""
SETTINGS = (
    (
        "QUORUM_LEAST",
        3,
        "members",
        "a panel or a review body never decides with fewer votes",
        "审议小组、复核小组表决人数的下限",
    ),
    ("QUORUM_ABSENT", 1, "members", "so many of those drawn may be missing from a vote", "表决时可缺席的委员人数"),
    (
        "MAJORITY_MINOR",
        "1/2",
        "share",
        "more than this share of those present carries a minor measure",
        "轻类措施及其他事项：赞成人数须超过到会委员的比例",
    ),
    (
        "MAJORITY_MAJOR",
        "2/3",
        "share",
        "at least this share of those present carries a major measure",
        "重类措施：赞成人数须达到到会委员的比例",
    ),
)
BODIES = ("panel", "review")


def upgrade() -> None:
    """Bodies drawn before have no copy: they go on by what held then, which is what is sown."""
    for table in BODIES:
        op.add_column(table, sa.Column("rules", JSONB(), server_default="{}", nullable=False))
    for key, value, unit, en, zh in SETTINGS:
        said = {"key": key, "value": json.dumps(value), "unit": unit, "en": en, "zh": zh}
        op.execute(sa.text(ADD).bindparams(**said))


def downgrade() -> None:
    """The numbers stand in the code again."""
    for key, *_said in SETTINGS:
        op.execute(sa.text("DELETE FROM setting WHERE key = :key").bindparams(key=key))
    for table in BODIES:
        op.drop_column(table, "rules")
