"""Commands of this room: writing the index of the search anew."""

import time

import click
from flask.cli import with_appcontext
from sqlalchemy import text

from casework import search_entries
from core.db import transaction


@click.command("index-search")
@click.option("--kind", "kinds", multiple=True, help="Only things of this kind; may be given several times.")
@click.option("--after", default=0, help="Begin after this number, where an earlier run was stopped.")
@with_appcontext
def index_search(kinds: tuple[str, ...], after: int) -> None:
    """Write the index of the search anew, batch by batch, while people go on working.

    Needed once after an update that brings the search or finds more than before; everything later is written by what
    changes it. Each batch stands by itself: a run that was stopped goes on with --kind and --after.
    """
    known = search_entries.KNOWN.sources
    if unknown := set(kinds) - known.keys():
        message = f"{', '.join(sorted(unknown))}; there are: {', '.join(sorted(known))}"
        raise click.BadParameter(message)
    for kind in kinds or sorted(known):
        began, many, last = time.monotonic(), 0, after
        while True:
            with transaction() as at:
                written, reached = search_entries.anew(at, kind, last)
            if not reached:
                break
            many, last = many + written, reached
            click.echo(f"{kind}: {many} entries, up to number {last}", err=True)
        _without_subject(kind)
        click.echo(f"{kind}: {many} entries in {time.monotonic() - began:.1f} s")


def _without_subject(kind: str) -> None:
    """Entries of things that are gone go as well."""
    while True:
        with transaction() as at:
            gone = search_entries.without_subject(at, kind)
            at.execute(text("DELETE FROM search_entry WHERE id = ANY(:ids)"), {"ids": gone})
        if not gone:
            return
