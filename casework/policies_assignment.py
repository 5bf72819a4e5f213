"""What stands against giving a complaint to somebody: it is over, or they do no such work, or take no part in it."""

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
"""In these states nobody handles it any more."""


def may_lay_down(actor: Actor) -> bool:
    """Heads lay down by which rules complaints are given to people, and in which order the rules are tried."""
    return actor.has("head")


def may_hand_over(actor: Actor) -> bool:
    """The head hands all open work of somebody over: complaints, cases and investigations."""
    return actor.has("head")


def why_not_given(state: str, *, works: bool, barred: bool) -> Refused | None:
    """Only what is open, to somebody who works on complaints (and is not locked) and takes part in it."""
    if state in DONE_WITH:
        return NotNow(_l("It has ended, or follows another complaint."))
    if not works:
        return NotAllowed(NO_HANDLER)
    return NotAllowed(BARRED) if barred else None


def may_be_given(session: Session, complaint: Complaint, person: int | None, today: date) -> None:
    """Refuse what may not be: to put it back to nobody is always right while it is open."""
    works = person is None or bool(handlers(session, [person]))
    barred = person is not None and bool(barred_from(session, [complaint.id], person, today))
    if (refused := why_not_given(complaint.state, works=works, barred=barred)) is not None:
        raise refused
