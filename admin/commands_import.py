"""The command that imports complaints of other registers."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from core.errors import BadInput, Refused
from core.words import _
from imports.historic import import_complaints
from imports.report import Report

WRONG_USE = 2
REFUSED = 1


@click.command("import-complaints")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True))
@click.option("--mapping", required=True, help="A shipped mapping (cfpb, cfpb-subset), or the path of one's own.")
@click.option("--dry-run", is_flag=True, help="Report only, write nothing.")
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Where rejected rows are written; without it, FILE.rejects.csv in the working folder.",
)
@with_appcontext
def import_complaints_command(file: Path, mapping: str, rejects: Path | None, *, dry_run: bool) -> None:
    """Import complaints from FILE as historic ones; safe to repeat."""
    with force_locale("en"):
        try:
            report = import_complaints(
                file,
                mapping,
                dry_run=dry_run,
                rejects_path=rejects or Path.cwd() / f"{file.stem}.rejects.csv",
                progress=_progress,
            )
        except Refused as refused:
            click.echo(str(refused), err=True)
            sys.exit(WRONG_USE if isinstance(refused, BadInput) and refused.field == "mapping" else REFUSED)
        _tell(report)


def _progress(rows: int) -> None:
    click.echo(_("%(rows)s rows read", rows=rows), err=True)


def _tell(report: Report) -> None:
    if report.guessed:
        click.echo(_("The file is not UTF-8; it was read as %(encoding)s.", encoding=report.encoding), err=True)
    for line in report.lines():
        click.echo(line)
