"""The lives of a publication and of a review as tables: only data, equal to the domain model row by row."""

from core.machine import Machine, Row

PUBLICATION = Machine(
    "publication",
    Row("B01", "NEW", "draft", "DRAFT", who="publisher, system"),
    Row("B02", "DRAFT", "submit", "REDACTED", who="publisher"),
    Row("B03", "REDACTED", "return_draft", "DRAFT", who="publisher, head"),
    Row("B04", "REDACTED", "approve", "APPROVED", who="publisher, head"),
    Row(
        "B05",
        "APPROVED",
        "publish_members",
        "PUBLISHED",
        who="publisher",
        start="K32",
        doc="D23e",
        fires="track.published",
    ),
    Row(
        "B10",
        "APPROVED",
        "publish_public",
        "PUBLISHED",
        who="publisher",
        start="K36",
        doc="D23f",
        fires="track.published",
    ),
    Row("B06", "PUBLISHED", "correct", "PUBLISHED", who="publisher", doc="D36a"),
    Row("B07", "PUBLISHED", "withdraw", "WITHDRAWN", who="head, system", start="K33", stop="K32+K36", doc="D36b"),
    Row("B08", "PUBLISHED", "K32_expired", "EXPIRED", who="system", stop="K32"),
    Row("B11", "PUBLISHED", "K36_expired", "EXPIRED", who="system", stop="K36"),
    Row("B09", "DRAFT, REDACTED, APPROVED", "drop", "DROPPED", who="system, head"),
    ends=("EXPIRED", "WITHDRAWN", "DROPPED"),
)
DRAFTS = PUBLICATION.states_for("drop")
"""A publication that nobody reads yet."""

REVIEW = Machine(
    "review",
    Row("R01", "NEW", "ask_review", "OPEN", who="respondent", start="K21", stop="K20"),
    Row("R07", "NEW", "own_motion", "OPEN", who="head", start="K21"),
    Row("R02", "OPEN", "uphold", "DECIDED", who="review body", stop="K21", doc="D22"),
    Row(
        "R03",
        "OPEN",
        "vary",
        "DECIDED",
        who="review body",
        stop="K21",
        doc="D22",
        fires="track.varied, publication.withdraw, publication.drop",
    ),
    Row(
        "R04",
        "OPEN",
        "quash",
        "DECIDED",
        who="review body",
        stop="K21",
        doc="D22",
        fires="track.set_aside, publication.withdraw, publication.drop",
    ),
    Row(
        "R05",
        "OPEN",
        "remit",
        "DECIDED",
        who="review body",
        stop="K21",
        doc="D22",
        fires="track.sent_back, publication.withdraw, publication.drop",
    ),
    Row("R06", "OPEN", "withdraw_review", "WITHDRAWN", who="respondent", stop="K21"),
    ends=("DECIDED", "WITHDRAWN"),
)
