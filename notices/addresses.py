"""The confirmation of a service address (D28): made when the lead of a party signs it in the portal."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from core.actors import Actor
from core.clock import day_of
from core.machine import Ask
from notices import making
from notices.making import Draft, with_chinese
from notices.papers import day_text
from notices.sentences import written_in
from registry.models import ServiceAddress
from registry.models_accounts import Account
from registry.parties import on_address_confirmed


@on_address_confirmed
def confirmation(session: Session, address: ServiceAddress, actor: Actor, now: datetime) -> None:
    """Freeze what was confirmed, by whom and when."""
    ask = Ask(session, address, actor, {}, now, machine="service_address")
    for draft in with_chinese(ask, form):
        making.make(ask, "D28", draft)


def form(ask: Ask) -> Iterator[Draft]:
    """The form, as the company's lead signed it."""
    address: ServiceAddress = ask.it
    lang = written_in(ask, address.party)
    account = ask.session.get(Account, address.account_id or ask.actor.id)
    yield Draft(
        values={
            "party_name": address.party.name(lang),
            "uscc": address.party.uscc,
            "portal_account": account.name if account else "",
            "mail": account.mail if account else "",
            "mobile": "",
            "postal_address": address.postal_address,
            "persons": [(address.contact_name, "", address.contact_phone)],
            "confirmed_by": address.signed_name,
            "confirmed_on": day_text(day_of(ask.now), lang),
        },
        to=address.party.name(lang),
        lang=lang,
        party_id=address.party_id,
    )
