"""Where and how a company is served: confirmed by its lead, with the rule and the period that it signed (D28)."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, Changed, NotAllowed, unchanged
from core.registered import Registered
from core.words import _l
from registry import parties, policies, queries, settings
from registry.models import Party, ServiceAddress
from registry.models_accounts import Account
from registry.names import fold

Hook = Callable[[Session, ServiceAddress, Actor, datetime], None]
_hooks = Registered[Hook]()
on_confirmed = _hooks.add
"""Register what follows a confirmed service address (the document D28)."""

DEEMED = "K28"
"""The period after which a notice counts as served unopened."""
OPENED = "OPENED_OR_DEEMED"
"""When a notice counts as served for a company that agreed to nothing else."""
OWN_NAME = _l(
    "Sign with your own name, as it stands in your account. If it is wrong there, ask the association to put it right."
)


class NewAddress(NamedTuple):
    """What a lead confirms in D28."""

    electronic: bool
    postal_address: str
    contact_name: str
    contact_phone: str
    signed_name: str


def served_when(session: Session) -> str:
    """When a notice counts as served, as it would be signed now: the rule, and the period where it counts unopened."""
    rule, period = str(settings.value(session, "PORTAL_SERVICE")), settings.said(session, DEEMED)
    return rule if rule == "ARRIVAL" else f"{rule} {period.value} {period.unit}"


def _signed(address: NewAddress, account: Account) -> None:
    """Nothing that stands in the confirmation is left empty, and it is signed with one's own name."""
    for field in ("postal_address", "contact_name", "contact_phone", "signed_name"):
        if not str(getattr(address, field)).strip():
            raise BadInput(field, _l("Fill this in: it stands in the confirmation."))
    if fold(address.signed_name) != fold(account.name):
        raise BadInput("signed_name", OWN_NAME)


def confirm(
    session: Session,
    *,
    actor: Actor,
    address: NewAddress,
    seen: int | None = None,
    agreed: str | None = None,
    now: datetime,
) -> ServiceAddress:
    """Take down where a party wants to be served, signed by its lead (D28); the address before ends.

    `seen` is the number of the one that stood on the page, 0 for none: nobody ends one that a colleague signed since.
    `agreed` is when a notice counts as served as it was read there (`served_when`): nothing else is signed.
    """
    if not policies.may_confirm_address(actor) or actor.id is None or actor.party_id is None:
        raise NotAllowed
    _signed(address, session.get_one(Account, actor.id))
    today = day_of(now)
    current = queries.service_address(session, actor.party_id)
    unchanged(current.id if current is not None else 0, seen)
    if agreed is not None and agreed != served_when(session):
        raise Changed
    if current is not None:
        current.to_on = today
        session.flush()
    rule, period = str(settings.value(session, "PORTAL_SERVICE")), settings.said(session, DEEMED)
    by_time = address.electronic and rule == OPENED
    confirmed = ServiceAddress(
        party_id=actor.party_id,
        account_id=actor.id if address.electronic else None,
        electronic=address.electronic,
        service_rule=rule if address.electronic else OPENED,
        deemed_after=int(period.value) if by_time else None,
        deemed_unit=period.unit if by_time else None,
        postal_address=address.postal_address.strip(),
        contact_name=address.contact_name.strip(),
        contact_phone=address.contact_phone.strip(),
        signed_by=actor.id,
        signed_name=address.signed_name.strip(),
        signed_at=now,
        from_on=today,
    )
    session.add(confirmed)
    session.flush()
    party, said = session.get_one(Party, actor.party_id), {"address": confirmed.id, "electronic": address.electronic}
    parties.note(session, party, "confirm_address", actor, now, said)
    for hook in _hooks:
        hook(session, confirmed, actor, now)
    return confirmed
