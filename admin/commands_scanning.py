"""The command that has files looked through which came in before there was a scanner for malicious software."""

import click
from flask import current_app
from flask.cli import with_appcontext

from core.db import transaction
from filestore import scanning


@click.command("scan-files")
@with_appcontext
def scan_files() -> None:
    """Have every file looked through that nobody looked through yet; the worker does it, and files go out meanwhile."""
    with transaction() as at:
        if not current_app.extensions["zilu"].scanner:
            message = "ZILU_SCANNER is not set: there is no scanner to ask."
            raise click.ClickException(message)
        asked, last = scanning.ask_for_earlier(at)
    many = asked
    while many == scanning.AT_ONCE:
        with transaction() as at:
            many, last = scanning.ask_for_earlier(at, last)
        asked += many
    click.echo(f"Asked of the worker: {asked}.")
