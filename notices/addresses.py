"""The confirmation of a service address (D28): a form made when a party's lead signs it in the portal."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.actors import Actor
from core.clock import day_of
from core.machine import Ask
from notices import dossiers
from notices.making import Draft
from notices.papers import day_text
from registry.models import ServiceAddress
from registry.models_accounts import Account
from registry.parties import on_address_confirmed


@on_address_confirmed
def confirmation(session: Session, address: ServiceAddress, actor: Actor, now: datetime) -> None:
    """Freeze what was confirmed, by whom and when."""
    account = session.get(Account, address.account_id or actor.id)
    ask = Ask(session, address, actor, {}, now, machine="service_address")
    dossiers.form(
        ask,
        "D28",
        Draft(
            values={
                "party_name": address.party.name_zh,
                "uscc": address.party.uscc,
                "portal_account": account.name if account else "",
                "mail": account.mail if account else "",
                "mobile": "",
                "postal_address": address.postal_address,
                "persons": [(address.contact_name, "", address.contact_phone)],
                "confirmed_by": address.signed_name,
                "confirmed_on": day_text(day_of(now), "zh"),
            },
            to=address.party.name_zh,
            party_id=address.party_id,
        ),
    )
