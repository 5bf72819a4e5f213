"""Commands of this room: writing the index of the search anew."""

import time

import click
from flask.cli import with_appcontext
from sqlalchemy import text

from core.db import transaction
from search import anew, entries


@click.command("index-search")
@click.option("--kind", "kinds", multiple=True, help="Only things of this kind; may be given several times.")
@click.option("--after", default=0, help="Begin after this number, where an earlier run was stopped.")
@click.option("--hands", default=1, type=click.IntRange(1, 64), help="By so many processes at once.")
@with_appcontext
def index_search(kinds: tuple[str, ...], after: int, hands: int) -> None:
    """Write the index of the search anew, batch by batch, while people go on working.

    Needed once after an update that brings the search or finds more than before; everything later is written by what
    changes it. Each batch stands by itself: a run that was stopped goes on with --kind and --after.
    """
    known = entries.KNOWN.sources
    if unknown := set(kinds) - known.keys():
        message = f"{', '.join(sorted(unknown))}; there are: {', '.join(sorted(known))}"
        raise click.BadParameter(message)
    for kind in kinds or sorted(known):
        began, many = time.monotonic(), 0
        for block in anew.write_all([kind], after=after, hands=hands):
            many += block.entries
            click.echo(f"{kind}: {many} entries, up to number {block.upto}", err=True)
        _without_subject(kind)
        click.echo(f"{kind}: {many} entries in {time.monotonic() - began:.1f} s")


def _without_subject(kind: str) -> None:
    """Entries of things that are gone go as well."""
    while True:
        with transaction() as at:
            gone = entries.without_subject(at, kind)
            at.execute(text("DELETE FROM search_entry WHERE id = ANY(:ids)"), {"ids": gone})
        if not gone:
            return
