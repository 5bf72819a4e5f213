"""What stands against giving a complaint to somebody: it is over, or the person does no such work or takes no part."""

from collections.abc import Collection
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from casework.models import ENDED, Complaint
from casework.queries_assignment import AT_WORK, barred_from, roles_of
from casework.states import COMPLAINT
from core.actors import Actor
from core.errors import NotAllowed, NotNow, Refused
from core.words import _l

BARRED: Final = _l("This person takes no part in it: an interest was declared, or a recusal asked.")
NO_HANDLER: Final = _l("This person does not work on complaints.")
NOT_RECEIVING: Final = _l("It is not accepted yet, and this person does not check what is accepted.")
NOT_CHECKING: Final = _l("The answer is disputed, and this person does not check disputed answers.")
NEEDS: Final = {
    "RECEIVED": ("intake", NOT_RECEIVING),
    "NEED_INFO": ("intake", NOT_RECEIVING),
    "DISPUTED": ("officer", NOT_CHECKING),
}
"""By state in which people of one role alone go on with it: that role, and what others are told."""
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


def why_not_given(state: str, roles: Collection[str], *, barred: bool) -> Refused | None:
    """Why a complaint cannot be given to whoever has these roles: it is over, not their work, or they take no part."""
    if state in DONE_WITH:
        return NotNow(_l("It has ended, or follows another complaint."))
    if not roles:
        return NotAllowed(NO_HANDLER)
    if barred:
        return NotAllowed(BARRED)
    return None if goes_on(state, roles) else NotAllowed(NEEDS[state][1])


def goes_on(state: str, roles: Collection[str]) -> bool:
    """Whether somebody with these roles can do what a complaint in this state waits for."""
    return state not in NEEDS or NEEDS[state][0] in roles


def may_be_given(session: Session, complaint: Complaint, person: int | None, today: date) -> None:
    """Refuse what cannot be given; giving an open complaint back to nobody is always allowed."""
    roles = roles_of(session, person) if person is not None else AT_WORK
    barred = person is not None and bool(barred_from(session, [complaint.id], person, today))
    if (refused := why_not_given(complaint.state, roles, barred=barred)) is not None:
        raise refused
