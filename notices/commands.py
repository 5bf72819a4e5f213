"""Commands of this room: whether a file is a document of ours, and which certificate the seal is used with."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from core import clock, outbox
from core.actors import SYSTEM
from core.db import SYSTEM_READER, read_as, session, transaction
from core.errors import Refused
from notices import seals, verifying
from notices.kinds import KINDS
from notices.queries import Verified
from notices.verifying import MEGABYTES, Answer, Verdict
from printing.pdf_failures import RenderFailed
from registry import settings

EXIT: Final = {
    Verdict.GENUINE: 0,
    Verdict.ALTERED: 1,
    Verdict.NOT_OURS: 2,
    Verdict.OUT_OF_FORCE: 3,
    Verdict.NO_TELLING: 5,
}
UNREAD: Final = 4
REFUSED: Final = 1
WORDS: Final = {
    Verdict.GENUINE: "genuine and unchanged, in force",
    Verdict.OUT_OF_FORCE: "genuine and unchanged, but not in force",
    Verdict.ALTERED: "altered: not the file that was issued",
    Verdict.NOT_OURS: "not a document of this association",
    Verdict.NO_TELLING: "a scan, a picture or no PDF: it can't be checked as a file, only its check code tells",
}


@click.command("verify-document")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@with_appcontext
def verify_document(file: Path | None) -> None:
    """Say whether FILE is a document of ours, unchanged and in force.

    Exit codes: 0 genuine and in force, 1 altered, 2 not ours, 3 genuine but void, withdrawn, superseded,
    not in effect yet or kept from it by a review, 4 the file could not be read or is too large, 5 a scan, a picture
    or no PDF, of which only the check code tells, 6 the database is away.
    """
    content = _content(file)
    at = session()
    read_as(at, SYSTEM_READER)
    with force_locale("en"):
        answer = verifying.verify(at, content)
        for line in _lines(answer):
            click.echo(line)
    at.rollback()
    sys.exit(EXIT[answer.verdict])


def _content(file: Path | None) -> bytes:
    if file is None:
        click.echo("Give the file to verify: verify-document FILE", err=True)
        sys.exit(UNREAD)
    try:
        size = file.stat().st_size
        if size <= MEGABYTES << 20:
            return file.read_bytes()
        click.echo(f"{file} is larger than {MEGABYTES} MB", err=True)
    except OSError as error:
        click.echo(f"{file}: {error.strerror}", err=True)
    sys.exit(UNREAD)


def _beside(found: Verified) -> Iterator[str]:
    """What is read together with it."""
    for each in found.corrections:
        yield f"corrected by: {each.number} of {each.issued_on}"
    if found.corrects is not None:
        yield f"corrects: {found.corrects.number or found.corrects.check_code} of {found.corrects.issued_on}"


def _lines(answer: Answer) -> list[str]:
    found = answer.found
    lines = [
        WORDS[answer.verdict],
        *(f"  {reason}" for reason in answer.reasons),
        f"sha256 of the file: {answer.sha256}",
    ]
    if found is None:
        return lines
    lines.append(
        f"document: {KINDS[found.kind].name('en')} {found.number or ''} of {found.issued_on}".replace("  ", " ")
    )
    lines.append(f"sha256 as issued: {found.pdf_sha256 or ('erased with the text' if found.erased else 'none yet')}")
    if found.void_on:
        lines.append(f"void since {found.void_on}")
    if found.set_aside_on:
        lines.append(f"not in force since {found.set_aside_on}")
    elif found.stayed:
        lines.append("a review keeps it from having effect")
    elif found.not_yet:
        lines.append("not in effect yet: the time for asking for a review has not passed")
    if found.successor_code:
        lines.append(f"in its place: {found.successor_number or found.successor_code} of {found.successor_on}")
    lines += _beside(found)
    if found.unstamped:
        lines.append("not stamped yet: the stamped scan is not back")
    elif found.seal_mode == "physical":
        lines.append("sealed: stamped on paper, the file is the scan of it")
    if answer.certificate is not None:
        lines.append(f"signed: PAdES {found.level}, {answer.certificate.subject}")
        lines.append(f"seal certificate (sha256): {answer.certificate.fingerprint}")
    return lines


@click.command("seal-certificates")
@with_appcontext
def seal_certificates() -> None:
    """List the certificates of the seal, the newest first."""
    at = session()
    read_as(at, SYSTEM_READER)
    for each in seals.all_of(at):
        until = f"until {clock.day_of(each.active_to)}" if each.active_to else "in use"
        click.echo(
            f"{each.fingerprint[:16]} {each.kind}, key {each.key}, from {clock.day_of(each.active_from)} {until}"
        )
        click.echo(f"  {each.subject}; valid until {clock.day_of(each.not_after)}")
    for refusal in seals.missing(at, clock.now()):
        with force_locale("en"):
            click.echo(str(refusal), err=True)
        sys.exit(REFUSED)


@click.command("seal-activate")
@click.argument("chain", type=click.File("r", encoding="ascii", errors="replace"))
@click.option("--key", required=True, help="The key's name in the file of keys (ZILU_SEAL_FILE).")
@with_appcontext
def seal_activate(chain: TextIO, key: str) -> None:
    """Put a certificate of the seal in use.

    CHAIN is a PEM file: the seal's own certificate first, its issuers after it, the root last. The key must answer
    and belong to it. The certificate in use before ends now; what was signed with it verifies as before.
    """
    try:
        with transaction() as at:
            kind = settings.mode(at)
            made = seals.activate(at, chain.read(), key, kind=kind, actor=SYSTEM, now=clock.now())
            waiting = outbox.try_again(at, "notices.render")
    except Refused as refused:
        why = f" ({refused.detail})" if isinstance(refused, RenderFailed) and refused.detail else ""
        with force_locale("en"):
            click.echo(f"{refused}{why}", err=True)
        sys.exit(REFUSED)
    click.echo(f"in use from now on: {made.subject} ({made.fingerprint[:16]})")
    if waiting:
        click.echo(f"documents that waited for a seal and are made now: {waiting}")
