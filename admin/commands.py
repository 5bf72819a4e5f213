"""The command line: what an operator does with the application, each with an exit code that tells."""

import os
import sys
import time
from itertools import chain
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from rq import SimpleWorker

from admin import starting
from admin.commands_deadline import deadline
from admin.commands_demo import demo_command, lighthouse_command, pictures_command
from admin.commands_documents import sample_documents
from admin.commands_import import import_complaints_command
from admin.commands_restoring import backup_command, restored_command, rotate_keys_command
from admin.rounds import Rounds
from core import anchors, assets, clock, journal, outbox, pdf
from core.db import SYSTEM_READER, read_as, session, transaction
from core.errors import Refused
from core.under_way import stays
from registry import seeds

SWEEP_EVERY = float(os.environ.get("ZILU_SWEEP_EVERY", "20"))
"""Seconds between two rounds of the clock process."""
REFUSED, WRONG_USE = 1, 2


@click.command("collect-assets")
@with_appcontext
def collect_assets() -> None:
    """Copy stylesheets and scripts to instance/static under hashed names."""
    assets.collect_assets()


@click.command("seed")
@with_appcontext
def seed() -> None:
    """Fill in what every installation starts with: calendar, rulebook, settings."""
    try:
        sow()
    except Refused as refused:
        click.echo(str(refused), err=True)
        sys.exit(REFUSED)


def sow() -> None:
    """Put in every seed that is missing."""
    with transaction() as at:
        seeds.sow(at, mode=current_app.extensions["zilu"].mode, now=clock.now())


@click.command("verify-journal")
@click.option("--against", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="An anchor of some day.")
@with_appcontext
def verify_journal(against: Path | None) -> None:
    """Check every chain of the journal; the first broken link is named on stdout, exit code 1.

    With an anchor (a .json of ZILU_DATA/anchors, or a copy of it beside its list) also what leaves chains whole: an end
    cut off, a chain taken away, all computed anew. Exit code 2 where the anchor itself was changed.
    """
    at = session()
    read_as(at, SYSTEM_READER)
    try:
        for broken in chain(anchors.compare(at, against) if against else (), journal.verify(at)):
            click.echo(f"{broken.subject_kind} {broken.subject_id}, entry {broken.seq}: {broken.why}")
            sys.exit(REFUSED)
    except anchors.Unusable as unusable:
        click.echo(str(unusable), err=True)
        sys.exit(WRONG_USE)
    click.echo("The journal holds.")


@click.command("try-again")
@with_appcontext
def try_again() -> None:
    """Let work that was given up wait again: after the key of the seal, or a mail server, was away for long."""
    with transaction() as at:
        number = outbox.try_again(at)
    click.echo(f"{number} given up before, to be done again.")


@click.command("worker")
@click.option("--burst", is_flag=True, help="Stop when nothing waits.")
@with_appcontext
def worker(*, burst: bool) -> None:
    """Do later work: PDFs, mails, publications."""
    starting.check(current_app._get_current_object())  # noqa: SLF001 - the worker outlives this command's context
    pdf.warm()
    stays()
    connection = outbox.patient_connection()
    # no fork per job: what may go wrong beyond repair is laying out a document, and that the press does apart
    queues = [outbox.queue_of(name, connection) for name in (outbox.QUEUE, outbox.PATIENT)]
    hands = SimpleWorker(queues, connection=connection, serializer=outbox.OneNumber)
    hands.work(burst=burst, with_scheduler=False, logging_level="WARNING")


@click.command("clock")
@click.option("--once", is_flag=True, help="One round, then stop.")
@with_appcontext
def clock_process(*, once: bool) -> None:
    """Act on clocks that ran out, and hand over again what the queue lost."""
    starting.check(current_app._get_current_object())  # noqa: SLF001 - as above
    stays()
    rounds = Rounds()
    while True:
        rounds.go(clock.now())
        if once:
            return
        time.sleep(SWEEP_EVERY)


def init_app(app: Flask) -> None:
    """Register every command of this room."""
    for command in (
        collect_assets,
        seed,
        verify_journal,
        try_again,
        backup_command,
        restored_command,
        rotate_keys_command,
        deadline,
        worker,
        clock_process,
        import_complaints_command,
        demo_command,
        lighthouse_command,
        pictures_command,
        sample_documents,
    ):
        app.cli.add_command(command)
