"""The command that takes up what was given up: it lists it, asks, and notes in the journal that it did."""

import sys
from datetime import date, datetime
from typing import Final

import click
from flask.cli import with_appcontext

from admin import rounds_kept
from core import clock, days, outbox
from core.db import transaction

REFUSED: Final = 1


def _day(_context: click.Context, _option: click.Parameter, said: str | None) -> date | None:
    try:
        return days.read(said) if said else None
    except ValueError as wrong:
        message = f"{said} is no day, such as 2026-11-25."
        raise click.BadParameter(message) from wrong


@click.command("try-again")
@click.option("--job", "names", multiple=True, metavar="NAME", help="Of this kind of work only, such as core.mail.")
@click.option("--since", callback=_day, metavar="DAY", help="Only what was given up on this day or later.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def try_again(names: tuple[str, ...], since: date | None, *, yes: bool) -> None:
    """Let work that was given up wait again: after the key of the seal, or a mail server, was away for long.

    It is listed first, by kind of work. Mails and text messages of that time go out now: leave out what nobody needs
    any more by --job and --since.
    """
    unknown = [name for name in names if name not in outbox.JOBS]
    if unknown:
        message = f"no work is called {', '.join(unknown)}."
        raise click.BadParameter(message)
    begins = clock.midnight(since) if since else None
    with transaction() as at:
        found = outbox.all_given_up(at, names, begins)
    for name, many, first, last in found:
        click.echo(f"{name}: {many}, given up {_told(first)} to {_told(last)}", err=True)
    if not found:
        click.echo("Nothing was given up.")
        return
    if not yes and not sys.stdin.isatty():
        click.echo("Say --yes to have all of this done again.", err=True)
        sys.exit(REFUSED)
    if not yes:
        click.confirm("Have all of this done again?", abort=True, err=True)
    with transaction() as at:
        number = outbox.try_again(at, *names, since=begins)
        jobs = {name: many for name, many, _first, _last in found}
        rounds_kept.note(at, "outbox.try_again", clock.now(), jobs=jobs, number=number)
    click.echo(f"{number} given up before, to be done again.")


def _told(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d}"
