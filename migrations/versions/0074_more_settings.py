"""What stood in the code as a number becomes a setting: restoration, orders of rectification, hearings, hours."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0072"
ADD = """
INSERT INTO setting (key, value, unit, meaning, meaning_zh, basis, version)
SELECT :key, CAST(:value AS jsonb), :unit, :en, :zh, :basis, 1
WHERE EXISTS (SELECT 1 FROM installation)
ON CONFLICT (key) DO NOTHING
"""
"""Where nothing is set up yet, they come with the other settings."""
HOURS = "HH:MM-HH:MM"
SETTINGS = (
    ("K22.least", 5, "CD", "rectification: shortest length that an order may set", "整改：责令时可定的最短长度", "[D]"),
    ("K22.most", 90, "CD", "rectification: longest length that an order may set", "整改：责令时可定的最长长度", "[D]"),
    (
        "HEARING_PERSONS",
        3,
        "persons",
        "how many a company sends to a hearing at most",
        "当事单位出席听证的人数上限",
        "[D]",
    ),
    (
        "INTERVIEW_HOURS",
        "08:00-18:00",
        HOURS,
        "an interview takes place between these hours",
        "约谈安排的时间范围",
        "[D]",
    ),
    (
        "COLLECTION_HOURS",
        "09:00-17:00",
        HOURS,
        "on working days a document served by public notice is collected between these hours",
        "工作日领取公告送达文书的时间",
        "[D]",
    ),
    (
        "RESTORATION_DAYS",
        10,
        "CD",
        "after an obstacle ended, so long a time limit that was missed can be asked to run again",
        "障碍消除后申请恢复期限的期间",
        "[D]; Civil Procedure Law Art. 86 model",
    ),
)


def upgrade() -> None:
    """With the value that held so far, to be confirmed by the association."""
    for key, value, unit, en, zh, basis in SETTINGS:
        said = {"key": key, "value": json.dumps(value), "unit": unit, "en": en, "zh": zh, "basis": basis}
        op.execute(sa.text(ADD).bindparams(**said))


def downgrade() -> None:
    """The numbers stand in the code again."""
    for key, *_said in SETTINGS:
        op.execute(sa.text("DELETE FROM setting WHERE key = :key").bindparams(key=key))
