"""Who reads figures, who corrects those of a closed month, who asks for a report."""

from casework import policies_pages
from core.actors import Actor
from core.errors import NotAllowed
from core.words import _l

CORRECT = ("head",)


def may_read(actor: Actor) -> bool:
    """Everybody of the staff but those who were only drawn for a panel."""
    return actor.audience == "staff" and policies_pages.may_read_files(actor)


def may_correct(actor: Actor) -> bool:
    """Whoever answers for the figures of the association."""
    return actor.has(*CORRECT)


def require_correct(actor: Actor) -> None:
    """Refuse anybody else."""
    if not may_correct(actor):
        raise NotAllowed(_l("Only the head of the department corrects figures of a closed month."))
