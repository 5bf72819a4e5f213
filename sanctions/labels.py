"""What people read for states and levels of this room, and the colour of each tag."""

from typing import Any

from core.words import LazyString, _l
from sanctions.levels import LEVELS, label

Rows = dict[Any, tuple[LazyString, str]]

PUBLICATION: Rows = {
    "NEW": (_l("Being drafted"), "grey"),
    "DRAFT": (_l("Draft"), "yellow"),
    "REDACTED": (_l("Redacted, to be checked"), "orange"),
    "APPROVED": (_l("Approved"), "blue"),
    "PUBLISHED": (_l("Published"), "green"),
    "WITHDRAWN": (_l("Withdrawn"), "red"),
    "EXPIRED": (_l("Expired"), "grey"),
    "DROPPED": (_l("Given up"), "grey"),
}
MEASURE: Rows = {
    "ORDERED": (_l("Ordered"), "orange"),
    "DONE": (_l("Reported or done"), "blue"),
    "PASSED": (_l("Passed"), "green"),
    "FAILED": (_l("Failed"), "red"),
}
UNPUBLISHED = _l("Decided, not published yet")
"""What an ordered circular or public criticism has come to: it gets no notice of its own."""
SUCCESSION: Rows = {
    "ABSORBED": (_l("Taken in"), "orange"),
    "DIVIDED": (_l("Divided up"), "purple"),
    "SPLIT_OFF": (_l("Part split off"), "blue"),
}
SCOPE: Rows = {"MEMBERS": (_l("For members"), "blue"), "PUBLIC": (_l("For the public"), "purple")}
CHOICE: Rows = {
    "PROPOSED": (_l("As proposed"), "blue"),
    "LIGHTER": (_l("Lighter"), "turquoise"),
    "NONE": (_l("No measure"), "green"),
    "ABSTAIN": (_l("Abstain"), "grey"),
}
REVIEW: Rows = {
    "NEW": (_l("Being entered"), "grey"),
    "OPEN": (_l("Review open"), "orange"),
    "STAYED": (_l("Review open, decision stayed"), "red"),
    "DECIDED": (_l("Review decided"), "green"),
    "WITHDRAWN": (_l("Review withdrawn"), "grey"),
}
OUTCOME: Rows = {
    "UPHOLD": (_l("Upheld"), "red"),
    "VARY": (_l("Varied"), "orange"),
    "REMIT": (_l("Remitted"), "yellow"),
    "QUASH": (_l("Quashed"), "green"),
    "WITHDRAWN": (_l("Withdrawn"), "grey"),
}
REVIEW_VOTE: Rows = {
    "UPHOLD": (_l("The decision stands"), "red"),
    "VARY": (_l("Fewer or lighter measures"), "orange"),
    "REMIT": (_l("Remit it: something has to be found out"), "yellow"),
    "QUASH": (_l("Quash it: no measure"), "green"),
    "ABSTAIN": (_l("Abstain"), "grey"),
}
"""What a member wants, in the words of the ballot: what it came to is another thing."""
BASIS: Rows = {
    "MINOR": (_l("Asked for in time"), "blue"),
    "MAJOR": (_l("Asked for in time; the decision is stayed"), "blue"),
    "RESTORED": (_l("Asked for after an obstacle"), "blue"),
    "REVOKED": (_l("A document it rests on was revoked"), "purple"),
    "ERROR": (_l("On the association's own motion: an error"), "purple"),
    "NEW_EVIDENCE": (_l("On the association's own motion: new evidence"), "purple"),
}
CORRECTED: Rows = {
    "CARRIED": (_l("Carried"), "green"),
    "LOST": (_l("Not carried"), "grey"),
    "WITHDRAWN": (_l("Withdrawn"), "grey"),
}
BULLETIN_CORRECTION: Rows = {
    "WAITING": (_l("Waits for a second person"), "orange"),
    "PLACED": (_l("Put in place"), "green"),
    "REFUSED": (_l("Refused"), "red"),
    "TAKEN_BACK": (_l("Taken back"), "grey"),
    "LAPSED": (_l("Over with the publication"), "grey"),
}
RESULT: Rows = {"PASS": (_l("Passed"), "green"), "FAIL": (_l("Failed"), "red")}
_COLOURS = {1: "blue", 2: "turquoise", 3: "yellow", 4: "orange", 5: "red"}
LEVEL: Rows = {number: (level.word, _COLOURS[number]) for number, level in LEVELS.items()}

COPY: Rows = {
    "READ": (_l("Has been read"), "green"),
    "OPEN": (_l("Not opened yet"), "yellow"),
    "PAPER": (_l("Comes on paper"), "turquoise"),
    "COMING": (_l("On its way"), "grey"),
}

TABLES: dict[str, Rows] = {
    "publication": PUBLICATION,
    "measure": MEASURE,
    "publication_scope": SCOPE,
    "succession": SUCCESSION,
    "circular_mine": COPY,
    "vote": CHOICE,
    "verification": RESULT,
    "review": REVIEW,
    "review_outcome": OUTCOME,
    "review_vote": REVIEW_VOTE,
    "text_correction": CORRECTED,
    "bulletin_correction": BULLETIN_CORRECTION,
    "review_basis": BASIS,
    "level": LEVEL,
    "level_label": {label(number): row for number, row in LEVEL.items()},
}
