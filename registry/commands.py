"""Commands of this room: the first administrator of a real installation."""

import click
from flask.cli import with_appcontext

from core import clock
from core.db import transaction
from core.errors import Refused
from core.settings import Misconfigured
from registry import accounts
from registry.jobs import address_of
from registry.keys_fit import check_keys


@click.command("first-admin")
@click.argument("mail")
@with_appcontext
def first_admin(mail: str) -> None:
    """Make the first administrator, or let one in again who is locked out; prints the link to set a password."""
    try:
        with transaction() as session:
            check_keys(session)
            token = accounts.first_admin(session, mail, now=clock.now())
    except (Refused, Misconfigured) as refused:
        click.echo(str(refused), err=True)
        raise SystemExit(1) from None
    click.echo(address_of(token))
