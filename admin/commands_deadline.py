"""The command `deadline`: one due date, with its count day by day; or a file of them."""

import csv
import re
import sys
from datetime import date

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from core import days
from core.characters import levelled
from core.db import SYSTEM_READER, read_as, session
from registry import calendar
from registry.clocks import rows_of
from registry.counting import Unit, due
from registry.settings_bounds import MOST_DAYS

REFUSED = 1
SHOWN = 20
"""So many bad rows are named."""
ASKED, ANSWERED = ("start", "length", "unit"), ("due", "provisional")
NOTHING_ASKED = "give START LENGTH UNIT, or --batch FILE"
BOTH_ASKED = "--batch takes its rows from the file: no START LENGTH UNIT and no --explain beside it"


class BadRowError(Exception):
    """A row of the file that asks nothing that could be answered; its text says all that is wrong with it."""


class WrittenDay(click.ParamType):
    """A day as a file of them writes it too."""

    name = "date"

    def convert(self, value, param, ctx):
        """Read the day, or say what is wrong with it."""
        try:
            return _day(value)
        except BadRowError as error:
            self.fail(str(error), param, ctx)


class WrittenUnit(click.ParamType):
    """A unit as a file of them writes it too."""

    name = "unit"

    def convert(self, value, param, ctx):
        """Read the unit, or say which there are."""
        try:
            return _unit(value)
        except BadRowError as error:
            self.fail(str(error), param, ctx)


class WrittenLength(click.ParamType):
    """A length as a file of them writes it too."""

    name = "length"

    def convert(self, value, param, ctx):
        """Read the length, or say what one is."""
        try:
            return _length(value)
        except BadRowError as error:
            self.fail(str(error), param, ctx)


class CountsForward(click.Command):
    """A command whose length below nothing is no option that nobody knows."""

    def parse_args(self, ctx, args):
        """Refuse such a length as what it is."""
        for word in args:
            if re.fullmatch(r"-[0-9]+", word):
                raise click.UsageError(no_length(word), ctx)
        return super().parse_args(ctx, args)


@click.command("deadline", cls=CountsForward)
@click.argument("start", required=False, metavar="START", type=WrittenDay())
@click.argument("length", required=False, metavar="LENGTH", type=WrittenLength())
@click.argument("unit", required=False, metavar="UNIT", type=WrittenUnit())
@click.option("--explain", is_flag=True, help="Show every day that was counted or not.")
@click.option(
    "--batch",
    type=click.File("r", encoding="utf-8-sig", errors="replace"),
    metavar="FILE",
    help="Read CSV with the columns start,length,unit; write the same rows with due,provisional. - is stdin.",
)
@with_appcontext
def deadline(start, length, unit, batch, *, explain):
    """Compute a due date from START, whose day is not counted.

    LENGTH is in working days (WD), natural days (CD, rolled on to a working day) or months (MONTH, never rolled).
    """
    if batch is None and unit is None:
        raise click.UsageError(NOTHING_ASKED)
    if batch is not None and (start is not None or explain):
        raise click.UsageError(BOTH_ASKED)
    at = session()
    read_as(at, SYSTEM_READER)
    if batch is None:
        one(at, start, length, unit, explain=explain)
    else:
        several(at, batch)


def one(at, start, length, unit, *, explain):
    """Tell one due date."""
    counted = calendar.deadline(at, start, length, unit)
    if explain:
        with force_locale("en"):
            for row in rows_of(counted):
                click.echo(_line(row))
    if counted.due_on is None:
        click.echo("no date: the calendar ends before it")
    else:
        click.echo(f"{counted.due_on.isoformat()}{' provisional' if counted.provisional else ''}")


def _line(row):
    number = row.n if row.counted else ""
    name = f" ({row.holiday})" if row.holiday else ""
    doubt = "" if row.confirmed else ", not official yet"
    return f"{row.day.isoformat()} {row.day:%a}  {number:>3}  {row.words}{name}{doubt}"


def several(at, file):
    """Answer every row of a file, or none: the bad ones are named."""
    reader = csv.reader(file, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        _refuse([f"line {reader.line_num}: this is no CSV ({error})"])
    titled = bool(rows) and "start" in _heads(rows[0][1])
    heads = _heads(rows[0][1]) if titled else list(ASKED)
    if not rows or (missing := [name for name in ASKED if name not in heads]):
        _refuse(["the file is empty" if not rows else f"line {rows[0][0]}: no column {', '.join(missing)}"])
    asked, wrong = [], []
    for line, row in rows[titled:]:
        try:
            asked.append((row, _read(dict(zip(heads, row, strict=False)), heads, row)))
        except BadRowError as error:
            wrong.append(f"line {line}: {error}")
    if wrong:
        _refuse(wrong)
    _answer(at, rows[0][1] if titled else None, asked)


def _heads(row):
    return [cell.strip().lower() for cell in row]


def _answer(at, heads, asked):
    out = csv.writer(sys.stdout, lineterminator="\n")
    if heads:
        out.writerow([*heads, *ANSWERED])
    known = calendar.days(at)
    for row, (start, length, unit) in asked:
        counted = due(start, length, unit, known)
        said = counted.due_on.isoformat() if counted.due_on else ""
        out.writerow([*row, said, "true" if counted.provisional else "false"])


def _read(said, heads, row):
    """Read what a row asks."""
    if len(row) != len(heads):
        why = f"{len(row)} values where {len(heads)} are expected"
        raise BadRowError(why)
    found, wrong = [], []
    for name, read in zip(ASKED, (_day, _length, _unit), strict=True):
        try:
            found.append(read(said[name].strip()))
        except BadRowError as error:
            wrong.append(str(error))
    if wrong:
        raise BadRowError("; ".join(wrong))
    return tuple(found)


def _day(text) -> date:
    try:
        return days.read(text)
    except ValueError:
        unlike = days.DAY.fullmatch(levelled(text).strip()) is None
        why = f"“{text}” is no day; write it as 2026-04-29" if unlike else f"there is no such day as {text}"
        raise BadRowError(why) from None


def _unit(text) -> Unit:
    if text.upper() not in Unit.__members__:
        why = f"“{text}” is no unit; use {', '.join(Unit.__members__)}"
        raise BadRowError(why)
    return Unit(text.upper())


def no_length(text):
    """Say what a length is."""
    return f"“{text}” is no length; it is counted forward: write a whole number from 1 to {MOST_DAYS}"


def _length(text):
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_DAYS):
        raise BadRowError(no_length(text))
    return int(text)


def _refuse(wrong):
    for line in wrong[:SHOWN]:
        click.echo(line, err=True)
    if len(wrong) > SHOWN:
        click.echo(f"… and {len(wrong) - SHOWN} more rows", err=True)
    sys.exit(REFUSED)
