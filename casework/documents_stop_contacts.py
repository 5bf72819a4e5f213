"""What the stop-contact letter says: a number, from when, on which rule, and nothing about its holder (I-20)."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from casework import documents
from casework.documents import period, portal_url
from casework.models_cases import REFUSED_CONTACT
from casework.models_stop_contacts import StopContact
from core.clock import day_of
from core.machine import Ask
from notices.documents import urgency_from
from notices.making import Draft, makes
from notices.papers import Lang
from notices.sentences import written_in
from registry import rulebook, settings
from registry.models import Party

CODE = REFUSED_CONTACT


@urgency_from("stop_contact")
def is_urgent(session: Session, number: int) -> bool:
    """Whether the complaint behind the request is urgent."""
    return documents.is_urgent(session, session.get_one(StopContact, number).complaint_id)


@makes("stop_contact", "D33")
def letter(ask: Ask) -> Iterator[Draft]:
    """The letter, made from the number alone; it reads neither the complaint nor anything about the person."""
    it: StopContact = ask.it
    party = ask.session.get_one(Party, it.party_id)
    lang = written_in(ask, party)
    yield Draft(
        values={
            "contact_number": it.number,
            "provisions": _provisions(ask, lang),
            "confirm_period": period(ask.session, "K09", lang),
            "portal_url": portal_url(),
        },
        to=party.name(lang),
        lang=lang,
        party_id=party.id,
    )


def _provisions(ask: Ask, lang: Lang) -> list[str]:
    """The rules in force on contacting people who refused; outside the demonstration only verified ones (I-09)."""
    session: Session = ask.session
    every = rulebook.provisions_for(session, CODE, day_of(ask.now))
    unverified = settings.is_demonstration(session)
    return [each.cited(lang) for each in every if unverified or each.verified_at is not None]
