"""Commands of this room: the first two administrators of a real installation."""

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
    """Name the system administrator, then the security administrator, or let one in again who is locked out.

    Prints the link to set a password.
    """
    try:
        with transaction() as session:
            check_keys(session)
            token = accounts.first_admin(session, mail, now=clock.now())
            wanted = accounts.role_without_person(session)
    except (Refused, Misconfigured) as refused:
        click.echo(str(refused), err=True)
        raise SystemExit(1) from None
    click.echo(address_of(token))
    if wanted is not None:
        click.echo(f"Now name somebody else in the same way, as {wanted}: one invites, one gives roles.", err=True)
