"""What people read of recusals: states, grounds, parts in a case."""

from casework.labels import Rows
from core.words import _, _l

RECUSAL: Rows = {
    "NEW": (_l("Being entered"), "grey"),
    "ASKED": (_l("Asked for, to be decided"), "orange"),
    "GRANTED": (_l("Recused"), "red"),
    "REFUSED": (_l("Refused"), "grey"),
}
HOW: Rows = {
    "ASKED": (_l("asked for"), "blue"),
    "DECLARED": (_l("declared by the person"), "turquoise"),
    "FOUND": (_l("found by the conflict check"), "purple"),
}
GROUND: Rows = {
    "EMPLOYED": (_l("Employed by a company concerned"), "orange"),
    "SHARES": (_l("Shareholder of a company concerned"), "orange"),
    "BUSINESS": (_l("Business with a company concerned"), "orange"),
    "RELATIVE": (_l("Relative"), "orange"),
    "TOOK_PART": (_l("Took part in the case before"), "orange"),
}
PART: Rows = {
    "officer": (_l("officer"), "blue"),
    "investigator": (_l("investigator"), "turquoise"),
    "reviewer": (_l("adjudication unit"), "yellow"),
    "head": (_l("head of the department"), "purple"),
    "secretary": (_l("secretary of the panel"), "grey"),
    "panel": (_l("member of the panel"), "orange"),
    "chair": (_l("chair of the panel"), "orange"),
    "review": (_l("member of the review body"), "red"),
    "publisher": (_l("publisher"), "grey"),
}
TABLES: dict[str, Rows] = {"recusal": RECUSAL, "recusal_how": HOW, "recusal_ground": GROUND, "case_part": PART}


def parts(said: tuple[str, ...]) -> str:
    """What somebody does in a case, in the reader's words; a chair is not called a member as well."""
    shown = [each for each in said if each != "panel" or "chair" not in said]
    return str(_(", ")).join(str(PART[each][0]) if each in PART else each for each in shown)
