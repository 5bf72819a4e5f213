"""Which of the staff's pages somebody opens; people only drawn for a panel read its documents on its own pages."""

from casework.policies import STAFF
from core.actors import Actor
from registry.models_accounts import ROLES, Audience

EVERYBODY = ROLES[Audience.STAFF]
"""Whatever role of the staff somebody holds."""
DRAWN = ("panel", "review body")
"""Whoever has only these roles sees, on the panel's own pages, the tracks they were drawn for, and no file."""
SEALING = ("seal keeper",)
"""Whoever has only this role stamps what is signed, on pages of its own, and opens no file."""
ON_FILE = tuple(role for role in EVERYBODY if role not in (*DRAWN, *SEALING))
ASIDE = ("council", "publisher")
"""Whoever has only these roles has no part in finding out what happened: what complainants sent stays masked."""
READERS = (*STAFF, "reviewer", "secretary", "investigator")


def may_read_complaints(actor: Actor) -> bool:
    """Whether somebody reads complaints: whoever receives them, handles cases or checks them."""
    return actor.has(*READERS)


def may_see_work(actor: Actor) -> bool:
    """Whether somebody has work of their own that others see; publishers do, though they read no complaints."""
    return actor.has(*READERS, "publisher")


def may_read_files(actor: Actor) -> bool:
    """Whether somebody reads files: all staff but those who were only drawn for a panel, or only seal."""
    return actor.has(*ON_FILE)


def may_name_companies(actor: Actor) -> bool:
    """Whether somebody gets a field for a company's name: everybody who declares ties to one, even who only seals."""
    return actor.has(*EVERYBODY)


def may_see_originals(actor: Actor) -> bool:
    """Whether somebody sees originals: who reads files, except those who only publish or sit in the council."""
    return actor.has(*(role for role in ON_FILE if role not in ASIDE))
