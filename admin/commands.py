"""The command line: what an operator does with the application, each with an exit code that tells."""

import sys
import time
from itertools import chain
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import force_locale

from admin import rounds_kept, starting
from admin.commands_again import try_again
from admin.commands_deadline import deadline
from admin.commands_demo import demo_command, lighthouse_command, pictures_command
from admin.commands_documents import sample_documents
from admin.commands_import import import_complaints_command
from admin.commands_restoring import backup_command, restored_command, rotate_keys_command
from admin.commands_scanning import scan_files
from admin.rounds import Rounds
from admin.servers import database, queue, saying_what_is_away, waited_for
from admin.worker import Hands
from core import anchors, assets, clock, faults, journal, outbox
from core.db import SYSTEM_READER, read_as, session, transaction
from core.errors import Refused
from core.settings import SHORTEST, Misconfigured
from core.under_way import stays
from printing import pdf
from registry import seeds, settings
from registry.keys_fit import check_keys

REFUSED, WRONG_USE = 1, 2
AWAY = "away.html"
"""What the proxy gives out while the web is away, as during an update."""


@click.command("collect-assets")
@with_appcontext
def collect_assets() -> None:
    """Copy stylesheets and scripts to instance/static under hashed names, and the page for while nothing runs."""
    page = faults.in_both_languages(current_app._get_current_object(), faults.CALM)  # noqa: SLF001 - it opens a context
    assets.collect_assets({AWAY: page.encode()})


@click.command("seed")
@with_appcontext
def seed() -> None:
    """Fill in what every installation starts with: calendar, rulebook, settings."""
    try:
        sow()
    except Refused as refused:
        with force_locale("en"):
            click.echo(str(refused), err=True)
        sys.exit(REFUSED)


def sow() -> None:
    """Put in every seed that is missing; the first time with a key that may stay for good."""
    given = current_app.extensions["zilu"]
    with transaction() as at:
        if settings.fixed_mode(at) is None and len(given.hash_key.decode()) < SHORTEST:
            message = f"ZILU_HASH_KEY is shorter than {SHORTEST} characters, and never changes: make it longer now."
            raise Misconfigured(message)
        seeds.sow(at, mode=given.mode, now=clock.now())


@click.command("verify-journal")
@click.option("--against", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="An anchor of some day.")
@with_appcontext
def verify_journal(against: Path | None) -> None:
    """Check every chain of the journal; the first broken link is named on stdout, exit code 1.

    With an anchor (a .json of ZILU_DATA/anchors, or a copy of it beside its list) also what leaves chains whole: an end
    cut off, a chain taken away, all computed anew. Exit code 2 where the anchor itself was changed, or where other keys
    are at hand than those of this database: an entry that was erased would be called changed.
    """
    at = session()
    read_as(at, SYSTEM_READER)
    at.connection(execution_options={"isolation_level": "REPEATABLE READ"})  # what is erased meanwhile is no break
    try:
        check_keys(at)
        for broken in chain(anchors.compare(at, against) if against else (), journal.verify(at)):
            click.echo(f"{broken.subject_kind} {broken.subject_id}, entry {broken.seq}: {broken.why}")
            sys.exit(REFUSED)
    except (anchors.Unusable, Misconfigured) as unusable:
        click.echo(str(unusable), err=True)
        sys.exit(WRONG_USE)
    click.echo("The journal holds.")


@click.command("worker")
@click.option("--burst", is_flag=True, help="Stop when nothing waits.")
@with_appcontext
@waited_for(database, queue)
def worker(*, burst: bool) -> None:
    """Do later work: PDFs, mails, publications. Exit code 1 where nobody asked it to stop: Valkey went away.

    So it ends where the database was brought up to date for other code meanwhile.
    """
    starting.check_to_serve(current_app._get_current_object())  # noqa: SLF001 - the worker outlives this command's context
    starting.check_time(current_app._get_current_object())  # noqa: SLF001 - as above
    pdf.warm()
    stays()
    connection = outbox.patient_connection()
    # no fork per job: what may go wrong beyond repair is laying out a document, and that the press does apart
    queues = [outbox.queue_of(name, connection) for name in (outbox.QUEUE, outbox.PATIENT)]
    hands = Hands(queues, connection=connection, serializer=outbox.OneNumber)
    hands.work(burst=burst, with_scheduler=False, logging_level="WARNING")
    if hands.wrong:
        raise hands.wrong
    if hands.lost:
        sys.exit(REFUSED)


@click.command("clock")
@click.option("--once", is_flag=True, help="One round, then stop.")
@with_appcontext
@waited_for(database)
def clock_process(*, once: bool) -> None:
    """Act on clocks that ran out, and hand over again what the queue lost."""
    starting.check_to_serve(current_app._get_current_object())  # noqa: SLF001 - as above
    stays()
    rounds = Rounds()
    while True:
        rounds.go(clock.now())
        if once:
            return
        time.sleep(current_app.extensions["zilu"].sweep_every)


@click.command("clock-is-right")
@with_appcontext
def clock_is_right() -> None:
    """Say that the machine's time is right, after days without a round of the clock: until then nothing ends by itself.

    Also where the last round was at a time still to come, because the time was wrong then. Only of these: a time that
    is not the database's is put right, not confirmed.
    """
    with transaction() as at:
        now = clock.now()
        if rounds_kept.astray(at, now) == rounds_kept.DATABASE:
            message = "This machine's time is not the database's: put it right, then say it again."
            raise click.ClickException(message)
        rounds_kept.trust(at, now)
    rounds_kept.note_beside(current_app.extensions["zilu"].data, now)
    click.echo(f"Rounds go on from {now:%Y-%m-%d %H:%M} UTC.")


def init_app(app: Flask) -> None:
    """Register every command of this room, the last one; what all of them lack is said in one way."""
    for command in (
        collect_assets,
        seed,
        verify_journal,
        try_again,
        backup_command,
        restored_command,
        rotate_keys_command,
        scan_files,
        deadline,
        worker,
        clock_process,
        clock_is_right,
        import_complaints_command,
        demo_command,
        lighthouse_command,
        pictures_command,
        sample_documents,
    ):
        app.cli.add_command(command)
    for known in list(app.cli.commands.values()):
        made = saying_what_is_away(known)
        made.short_help = made.short_help or " ".join(
            (made.help or "").partition("\n\n")[0].split()
        )  # click cuts it else
        app.cli.add_command(made)
