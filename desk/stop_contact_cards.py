"""How the staff's page of a complaint shows stop-contact requests: numbers masked, with what can be done."""

from collections.abc import Iterable
from typing import Any

from flask import g, url_for

from casework import masking, queries_stop_contacts
from casework.models import Complaint
from casework.models_contacts import ContactEvent
from casework.models_stop_contacts import StopContact
from casework.states import STOP_CONTACT
from core import clock
from core.db import session
from core.words import language
from desk import deeds
from desk.deeds_stop_contacts import DEEDS


def cards(it: Complaint) -> list[dict[str, Any]]:
    """Each request with its contacts and next steps; `to_pass` is where its number is passed on, once that is due."""
    noted = queries_stop_contacts.contacts(session(), it.id)
    return [_card(each, noted) for each in queries_stop_contacts.of_complaint(session(), it.id)]


def _card(it: StopContact, noted: Iterable[ContactEvent]) -> dict[str, Any]:
    steps = _steps(it)
    return {
        "it": it,
        "number": masking.masked_contact(it.number),
        "name": it.party.name(language()) if it.party else "",
        "contacts": [each for each in noted if each.stop_contact_id == it.id],
        "steps": steps,
        "to_pass": next((step["url"] for step in steps if step["event"] == "relay" and not step["refused"]), ""),
    }


def _steps(it: StopContact) -> list[dict[str, Any]]:
    return deeds.steps(
        session(),
        STOP_CONTACT,
        DEEDS.values(),
        it,
        actor=g.me,
        now=clock.now(),
        url=lambda event: url_for("desk_stop_contacts.act", number=it.id, event=event),
    )
