"""Contacts hashed before a number was found however it is written are hashed anew."""

from typing import Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework.models import Complainant
from casework.models_stop_contacts import StopContact
from casework.receipts import contact_hash

MANY: Final = 1000
"""How many complaints are done at a time."""


def rehash(session: Session, after: int) -> int:
    """Hash the next contacts and stopped numbers; returns the last complaint done, 0 at the end."""
    asked = select(Complainant.complaint_id, Complainant.contact, Complainant.contact_hash)
    asked = asked.where(Complainant.complaint_id > after).order_by(Complainant.complaint_id).limit(MANY)
    people = session.execute(asked).all()
    if not people:
        return 0
    for number, contact, known in people:
        if contact and known is not None and (fresh := contact_hash(contact)) != known:
            mine = (Complainant.complaint_id == number) & (Complainant.contact_hash == known)
            session.execute(update(Complainant).where(mine).values(contact_hash=fresh))
    last: int = people[-1].complaint_id
    stops = select(StopContact.id, StopContact.number, StopContact.number_hash)
    for number, said, known in session.execute(stops.where(StopContact.complaint_id.in_([each[0] for each in people]))):
        if said and (fresh := contact_hash(said)) != known:
            _stop(session, number, fresh)
    return last


def _stop(session: Session, number: int, fresh: bytes) -> None:
    """Hash a number anew; one that was asked for twice in different writing stays two requests."""
    try:
        with session.begin_nested():
            session.execute(update(StopContact).where(StopContact.id == number).values(number_hash=fresh))
    except IntegrityError:
        return
