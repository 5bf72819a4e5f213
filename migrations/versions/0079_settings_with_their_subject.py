"""What a setting governs is said with its subject, and of a time limit that its length is meant."""

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"
SAY = "UPDATE setting SET meaning = :now WHERE key = :key AND meaning = :was"
LENGTH, LENGTH_ZH = ": length of the time limit", "：期限长度"
LONGER = """
UPDATE setting SET meaning = meaning || :en, meaning_zh = meaning_zh || :zh
WHERE key ~ '^K[0-9]{2}$' AND right(meaning, length(:en)) <> :en
"""
SHORTER = """
UPDATE setting SET meaning = left(meaning, -length(:en)), meaning_zh = left(meaning_zh, -length(:zh))
WHERE key ~ '^K[0-9]{2}$' AND right(meaning, length(:en)) = :en
"""
WORDS = (
    (
        "TIER_WORD.minor",
        "how the minor tier is called in titles",
        "what minor measures are called in the titles of documents",
    ),
    (
        "TIER_WORD.major",
        "how the major tier is called in titles",
        "what major measures are called in the titles of documents",
    ),
    (
        "COMPLAINTS_PER_PERSON_PER_DAY",
        "above it: told to add to the open one",
        "complaints that one person may send a day; beyond it one is told to add to the open one",
    ),
    (
        "LIMITATION_YEARS",
        "conduct that ended earlier is not filed",
        "conduct that ended longer ago is not filed as a case",
    ),
    (
        "RECHECK_DAYS",
        "after its notice a rejected or closed complaint may be looked at again within",
        "so long after its notice a rejected or closed complaint may be looked at again",
    ),
    (
        "SIMILAR_COUNT",
        "verified, distinct, similar: suggest a case",
        "so many similar complaints of different, verified people suggest a case",
    ),
    ("SIMILAR_DAYS", "within", "within so many days similar complaints are counted together"),
    (
        "CALLS_INTERACTIVE_PER_DAY",
        "effective calls to one debtor a day, by an institution and all its firms together",
        "most effective calls to one debtor a day, by an institution and all its firms together",
    ),
    (
        "CALLS_NOTICE_PER_DAY",
        "connected notice calls to one debtor a day, by an institution and all its firms together",
        "most connected notice calls to one debtor a day, by an institution and all its firms together",
    ),
    (
        "CALLS_UNANSWERED_PER_DAY",
        "unanswered calls of one company to one number a day; a should-not that an agreement may change",
        "most unanswered calls of one company to one number a day; a should-not that an agreement may change",
    ),
    ("PANEL_MINOR", "size of a panel, minor", "members of a panel that decides on minor measures"),
    ("PANEL_MAJOR", "size of a panel, major", "members of a panel that decides on major measures"),
    (
        "PANEL_OUTSIDE",
        "not from a member institution",
        "members of a panel who come from no member institution, at least",
    ),
    (
        "RECUSAL_MONTHS",
        "employment, shares or business that bar a member",
        "for so long employment, shares or business bar a member from a case",
    ),
    (
        "HEARING_NOTICE_WD",
        "between service of D18 and the hearing",
        "time between service of the hearing notice (D18) and the hearing, at least",
    ),
    (
        "INTERVIEW_NOTICE_WD",
        "between service of D23b and the interview",
        "time between service of the summons (D23b) and the interview, at least",
    ),
    (
        "REPEAT_MONTHS",
        "same code, or same family within one severity step: factor A3",
        "so far back a breach of the same code, or of its family within one severity step, counts as repeated (factor A3)",
    ),
    ("LADDER_BASE", "by severity", "points that a breach begins with, by its severity"),
    (
        "LADDER_FACTORS",
        "A1 to A10, M1 to M5",
        "points of the aggravating (A1 to A10) and the mitigating factors (M1 to M5)",
    ),
    ("LADDER_BANDS", "score to measures", "which score leads to which measures"),
    (
        "LADDER_OTHERS",
        "for each other established code, and how many count at most",
        "points for each other established code, and how many count at most",
    ),
    (
        "MEASURES_L6_L7",
        "refused until they have rows for the council's vote, end and restoration",
        "whether membership may be suspended or lost (L6, L7): refused until they have rows for the council's vote, end and restoration",
    ),
    (
        "SMALL_CELL",
        "smaller cells are suppressed in what is published",
        "cells of published figures with fewer people are suppressed",
    ),
    (
        "RETENTION_YEARS.complaint",
        "then erased or made anonymous, unless held",
        "how long complaints are kept; then erased or made anonymous, unless held",
    ),
    (
        "RETENTION_YEARS.case",
        "then erased or made anonymous, unless held",
        "how long cases are kept; then erased or made anonymous, unless held",
    ),
    ("SERIES.word", "type word in the number", "type words in the numbers of documents, one for each series"),
    ("ASSOCIATION.address", "its postal address", "the association's postal address"),
    ("ASSOCIATION.address_en", "its postal address in English", "the association's postal address in English"),
    (
        "ASSOCIATION.telephone",
        "its telephone number for complaints",
        "the association's telephone number for complaints",
    ),
    ("ASSOCIATION.seal_text", "the text of its seal", "the text of the association's seal"),
    ("ASSOCIATION.signatory", "how documents are signed", "the name under which documents are signed"),
)


def upgrade() -> None:
    """In a list of all settings nobody sees the table that the short words came from."""
    for key, was, now in WORDS:
        op.execute(sa.text(SAY).bindparams(key=key, was=was, now=now))
    op.execute(sa.text(LONGER).bindparams(en=LENGTH, zh=LENGTH_ZH))


def downgrade() -> None:
    """As the domain model has them."""
    for key, was, now in WORDS:
        op.execute(sa.text(SAY).bindparams(key=key, was=now, now=was))
    op.execute(sa.text(SHORTER).bindparams(en=LENGTH, zh=LENGTH_ZH))
