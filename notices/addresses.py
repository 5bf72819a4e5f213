"""The confirmation of a service address (D28): made when the lead of a party signs it in the portal."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from core.actors import Actor
from core.clock import day_of
from core.machine import Ask
from notices import making
from notices.making import Draft, makes
from notices.papers import Lang, day_text, period_text
from notices.sentences import Pair, say, written_in
from registry import settings
from registry.models import ServiceAddress
from registry.models_accounts import Account
from registry.service_addresses import on_confirmed

SERVED: dict[str, Pair] = {
    "OPENED_OR_DEEMED": (
        "文书经本单位账号打开，或者自提醒发出后满{period}的，视为送达",
        "A document counts as served when it is opened by our account, or at the end of {period} after the alert",
    ),
    "ARRIVAL": (
        "文书到达上述账号之日，为送达之日",
        "A document counts as served on the day on which it arrives in that account, whether it is opened or not",
    ),
}
"""By the rule of the confirmation: what a company agrees to is what the clocks go by (rows V05 to V07, V20)."""


def _served(session: Session, lang: Lang) -> str:
    """When a document counts as served: by the rule and after the period that the confirmation keeps."""
    rule, after = settings.value(session, "PORTAL_SERVICE"), settings.said(session, "K28")
    return say(SERVED[rule], lang, period=period_text(int(after.value), after.unit, lang))


@on_confirmed
def confirmation(session: Session, address: ServiceAddress, actor: Actor, now: datetime) -> None:
    """Freeze what was confirmed, by whom and when."""
    ask = Ask(session, address, actor, {}, now, machine="service_address")
    for draft in making.drafts(ask, "D28"):
        making.make(ask, "D28", draft)


@makes("service_address", "D28")
def form(ask: Ask) -> Iterator[Draft]:
    """The form, as the company's lead signed it."""
    address: ServiceAddress = ask.it
    lang = written_in(ask, address.party)
    account, electronic = ask.session.get(Account, address.account_id or ask.actor.id), address.electronic
    yield Draft(
        values={
            "party_name": address.party.name(lang),
            "uscc": address.party.uscc,
            "portal_account": account.name if account else "",
            "mail": account.mail if account else "",
            "mobile": "",
            "postal_address": address.postal_address,
            "persons": [(address.contact_name, "", address.contact_phone)],
            "service_rule": _served(ask.session, lang) if electronic else "",
            "paper_address": "" if electronic else address.postal_address,
            "confirmed_by": address.signed_name,
            "confirmed_on": day_text(day_of(ask.now), lang),
        },
        to=address.party.name(lang),
        lang=lang,
        party_id=address.party_id,
    )
