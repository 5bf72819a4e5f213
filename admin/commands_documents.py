"""The command `sample-documents`: every kind of official document in every language, with pictures of its pages."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from admin import samples
from core.errors import Refused

REFUSED = 1


@click.command("sample-documents")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@with_appcontext
def sample_documents(folder):
    """Write a sample of every official document to DIR: D20.zh.pdf, D20.zh-1.png and so on.

    Documents that leave the house are numbered, sealed and signed with a key made for the occasion; those that stay
    in it are as they are, in Chinese. All are marked as a demonstration, and none can be verified: they stand in no
    register. It takes about two minutes.
    """
    count = 0
    try:
        for name, pages in samples.write(folder):
            count += 1
            click.echo(f"{name}  {pages} {'page' if pages == 1 else 'pages'}", err=True)
    except Refused as refused:
        click.echo(str(refused), err=True)
        sys.exit(REFUSED)
    click.echo(f"{count} documents in {folder}")
