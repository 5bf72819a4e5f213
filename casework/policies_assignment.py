"""What stands against giving a complaint to somebody: it is over, or the person does no such work or takes no part."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from casework.models import ENDED, Complaint
from casework.queries_assignment import barred_from, handlers
from casework.states import COMPLAINT
from core.actors import Actor
from core.errors import NotAllowed, NotNow, Refused
from core.words import _l

BARRED: Final = _l("This person takes no part in it: an interest was declared, or a recusal asked.")
NO_HANDLER: Final = _l("This person does not work on complaints.")
SHUT: Final = (*ENDED, COMPLAINT.initial)
"""States of complaints that are nobody's work."""
DONE_WITH: Final = (*SHUT, "MERGED")
"""States in which nobody handles it any more."""


def may_lay_down(actor: Actor) -> bool:
    """Whether somebody lays down by which rules complaints are assigned, and in which order: heads."""
    return actor.has("head")


def may_hand_over(actor: Actor) -> bool:
    """Whether somebody hands over all open work of a person (complaints, cases, investigations): the head."""
    return actor.has("head")


def why_not_given(state: str, *, works: bool, barred: bool) -> Refused | None:
    """Why a complaint cannot be given to a person: it is over, the person does no such work, or takes no part in it."""
    if state in DONE_WITH:
        return NotNow(_l("It has ended, or follows another complaint."))
    if not works:
        return NotAllowed(NO_HANDLER)
    return NotAllowed(BARRED) if barred else None


def may_be_given(session: Session, complaint: Complaint, person: int | None, today: date) -> None:
    """Refuse what cannot be given; giving an open complaint back to nobody is always allowed."""
    works = person is None or bool(handlers(session, [person]))
    barred = person is not None and bool(barred_from(session, [complaint.id], person, today))
    if (refused := why_not_given(complaint.state, works=works, barred=barred)) is not None:
        raise refused
