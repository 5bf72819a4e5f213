"""Commands of this room: the first two administrators of a real installation."""

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale

from core import clock
from core.db import transaction
from core.errors import Refused
from core.settings import Misconfigured
from registry import accounts, settings
from registry.jobs import address_of
from registry.keys_fit import check_keys
from registry.models_accounts import ROLES, Audience

AS = (
    "Only where MAIL is an administrator of another role and one of the two is nobody's: the role that is given, or "
    "MAIL's own, to let that person in again."
)
NO_ADDRESS = "ZILU_BASE_URL must name the public address: the link that is printed and mailed begins with it."
BOTH_SAID = "Say --as or --instead-of, not both: with --instead-of MAIL gets the role of whoever has left."


@click.command("first-admin")
@click.argument("mail")
@click.option("--instead-of", metavar="OLD", help="Who of the two has left: locked, and MAIL gets that role.")
@click.option("--as", "role", metavar="ROLE", type=click.Choice(ROLES[Audience.ADMIN]), help=AS)
@with_appcontext
def first_admin(mail: str, instead_of: str | None, role: str | None) -> None:
    """Name the system administrator, then the security administrator, or let one in again who is locked out.

    Prints the link to set a password. Who has an administrator's account already keeps its second factor where a role
    is given.
    """
    if instead_of is not None and role is not None:
        raise click.UsageError(BOTH_SAID)
    try:
        with transaction() as session:
            check_keys(session)
            if settings.mode(session) == "production" and not current_app.extensions["zilu"].base_url:
                raise Misconfigured(NO_ADDRESS)
            now = clock.now()
            token = accounts.first_admin(session, mail, now=now, instead_of=instead_of, role=role)
            named = accounts.by_mail(session, mail)
            roles = ", ".join(sorted(named.role_words)) if named is not None else ""
            wanted = accounts.role_without_person(session, now)
    except Refused as refused:
        with force_locale("en"):
            click.echo(str(refused), err=True)
        raise SystemExit(1) from None
    click.echo(address_of(token))
    click.echo(f"{mail}: {roles or 'no role'}.", err=True)
    if wanted is not None:
        click.echo(f"Now name somebody else in the same way, as {wanted}: one invites, one gives roles.", err=True)
