"""A year's official notice as people type it: days and periods, one a line."""

import csv
import hashlib
import io
import re
from datetime import date, timedelta

from core.days import read
from core.errors import BadInput
from core.plainly import in_words
from core.words import _l, _n, joined
from registry.calendar import settled_by

LONGEST = 60
MOST_TOLD = 8
"""So many wrong lines of one list are told each by itself."""
HEADS = ("date", "day", "日期")
OFF = ("holiday", "off", "rest", "放假", "休", "休息", "假日", "节假日", "休息日")
ON = ("workday", "work", "working", "上班", "班", "调休上班", "补班", "工作日")
KINDS = dict.fromkeys(OFF, "holidays") | dict.fromkeys(ON, "workdays")
"""What a file calls a day, and the field that it would be typed into."""
DAY = r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
ENDS = r"\s*(?:to|至|到|—|–|~|～|\.\.)\s*"
WHOLE = re.compile(rf"^{DAY}(?:{ENDS}(?:(?:(?:(\d{{4}})\s*[-/.年]\s*)?(\d{{1,2}})\s*[-/.月]\s*)?(\d{{1,2}})\s*日?))?$")


def days(text, year, field):
    """Read the days named; a line that can't be read is named in the refusal."""
    return [day for line in _lines(text) for day in _read(line, year, field)]


def wrong(text, year, field):
    """Say of every line that can't be read why, as far as anybody wants to read it."""
    found = []
    for line in _lines(text):
        try:
            _read(line, year, field)
        except BadInput as refused:
            found.append(str(refused))
    return _shortened(found)


def _shortened(said):
    """What is wrong, and of a list that is wrong as a whole only how much more."""
    rest = len(said) - MOST_TOLD
    return (
        said
        if rest <= 0
        else [*said[:MOST_TOLD], _n("%(num)d more line is wrong.", "%(num)d more lines are wrong.", rest)]
    )


def _lines(text):
    return filter(None, (one.strip(" ，,。;；、") for one in text.splitlines()))


def _read(line, year, field):
    matched = WHOLE.match(line)
    if matched is None:
        raise BadInput(field, _l("“%(line)s” is no day and no period.", line=line))
    return _period(matched, year, field, line)


def _period(matched, year, field, line):
    first_year, month, day, last_year, last_month, last_day = matched.groups()
    try:
        first = date(int(first_year or year), int(month), int(day))
        last = first
        if last_day:
            last = date(int(last_year or first.year), int(last_month or first.month), int(last_day))
    except ValueError:
        raise BadInput(field, _l("“%(line)s” is no day of the calendar.", line=line)) from None
    if first_year is None and settled_by(first) != first.year:  # a notice names days of the December before it as well
        said = _l("Write “%(line)s” with its year: a notice may mean the December before.", line=line)
        raise BadInput(field, said)
    if last < first or (last - first).days > LONGEST:
        raise BadInput(field, _l("“%(line)s” ends before it begins, or is too long.", line=line))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def from_csv(data):
    """Read the days of a file: off, and worked; each as lines that could have been typed."""
    found = {"holidays": [], "workdays": []}
    try:
        rows = [row for row in csv.reader(io.StringIO(_text(data)), strict=True) if any(cell.strip() for cell in row)]
    except csv.Error:
        raise BadInput("file", _l("This is no CSV file.")) from None
    strange = []
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        if number == 1 and cells[0].lower() in HEADS:
            continue
        try:
            found[_kind(cells, number)].append(_day(cells, number).isoformat())
        except BadInput as refused:
            strange.append(str(refused))
    if strange:
        raise BadInput("file", joined(*_shortened(strange)))
    return "\n".join(found["holidays"]), "\n".join(found["workdays"])


def _kind(cells, number):
    kind = KINDS.get(cells[1].lower()) if len(cells) > 1 else None
    if kind is None:
        raise BadInput("file", _l("Row %(number)s says no kind: “%(row)s”.", number=number, row=",".join(cells)))
    return kind


def _day(cells, number):
    try:
        return read(cells[0])
    except ValueError:
        row = ",".join(cells)
        raise BadInput("file", _l("Row %(number)s says no day: “%(row)s”.", number=number, row=row)) from None


def _text(data):
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("file", _l("This is no CSV file."))


def typed(named):
    """Give the days of a year as they could have been typed: those off, and those worked."""
    return tuple("\n".join(day.isoformat() for day in sorted(named) if named[day] is works) for works in (False, True))


def digest(year, notice_no, changes):
    """What the confirmation carries, so that nothing is written but what was shown."""
    told = [year, notice_no, *((str(one.day), one.was, one.becomes) for one in changes)]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def exceptions(holidays, workdays, year):
    """Give the days a notice names: off (False) or worked (True); none may be both."""
    off, on = days(holidays, year, "holidays"), days(workdays, year, "workdays")
    if both := sorted(set(off) & set(on)):
        raise BadInput("workdays", _l("%(day)s is named as a day off and as a working day.", day=in_words(both[0])))
    return {day: False for day in off} | {day: True for day in on}  # noqa: C420 - the two read alike
