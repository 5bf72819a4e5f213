"""What time limits are called on the pages of whoever reads of them: one's own duty is addressed, not spoken about."""

from collections.abc import Mapping

from flask import g

from core.words import LazyString, _l, language
from registry.clock_kinds import KINDS

COMPLAINANTS: Mapping[str, LazyString] = {"K05": _l("Your feedback")}
COMPANIES: Mapping[str, LazyString] = {"K03": _l("Your answer"), "K09": _l("Your confirmation")}
OWN = {"staff": {}, "portal": COMPANIES}
"""By audience, what is called otherwise than in the rules; anybody else is the complainant."""


def name(key: str) -> str:
    """What a kind of time limit is called, in the reader's language."""
    own = OWN.get(g.me.audience, COMPLAINANTS)
    return str(own[key]) if key in own else KINDS[key].name(language())


def title(key: str) -> str:
    """The same, as a title."""
    said = name(key)
    return said[:1].upper() + said[1:]
