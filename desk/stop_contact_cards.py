"""How stop-contact requests stand on the staff's page of a complaint: numbers masked, with what can be done."""

from typing import Any

from flask import g, url_for

from casework import masking, queries_stop_contacts
from casework.models import Complaint
from casework.models_stop_contacts import StopContact
from casework.states import STOP_CONTACT
from core import clock
from core.db import session
from core.words import language
from desk import deeds
from desk.deeds_stop_contacts import DEEDS


def cards(it: Complaint) -> list[dict[str, Any]]:
    """Each request with its contacts and its next steps."""
    noted = queries_stop_contacts.contacts(session(), it.id)
    return [
        {
            "it": each,
            "number": masking.masked_contact(each.number),
            "name": each.party.name(language()) if each.party else "",
            "contacts": [one for one in noted if one.stop_contact_id == each.id],
            "steps": _steps(each),
        }
        for each in queries_stop_contacts.of_complaint(session(), it.id)
    ]


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
