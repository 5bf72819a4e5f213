"""A year's official notice as people type it: days and periods, one a line."""

import re
from datetime import date, timedelta

from core.errors import BadInput
from core.words import _l

LONGEST = 60
DAY = r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
ENDS = r"\s*(?:to|至|到|—|–|~|～|\.\.)\s*"
WHOLE = re.compile(rf"^{DAY}(?:{ENDS}(?:(?:(?:(\d{{4}})\s*[-/.年]\s*)?(\d{{1,2}})\s*[-/.月]\s*)?(\d{{1,2}})\s*日?))?$")


def days(text, year, field):
    """Read the days named; a line that can't be read is named in the refusal."""
    found = []
    for line in filter(None, (one.strip(" ，,。;；、") for one in text.splitlines())):
        matched = WHOLE.match(line)
        if matched is None:
            raise BadInput(field, _l("“%(line)s” is no day and no period.", line=line))
        found += _period(matched, year, field, line)
    return found


def _period(matched, year, field, line):
    first_year, month, day, last_year, last_month, last_day = matched.groups()
    try:
        first = date(int(first_year or year), int(month), int(day))
        last = first
        if last_day:
            last = date(int(last_year or first.year), int(last_month or first.month), int(last_day))
    except ValueError:
        raise BadInput(field, _l("“%(line)s” is no day of the calendar.", line=line)) from None
    if last < first or (last - first).days > LONGEST:
        raise BadInput(field, _l("“%(line)s” ends before it begins, or is too long.", line=line))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def exceptions(holidays, workdays, year):
    """Give the days a notice names: off (False) or worked (True); none may be both."""
    off, on = days(holidays, year, "holidays"), days(workdays, year, "workdays")
    if both := sorted(set(off) & set(on)):
        raise BadInput("workdays", _l("%(day)s is named as a day off and as a working day.", day=both[0].isoformat()))
    return {day: False for day in off} | {day: True for day in on}  # noqa: C420 - the two read alike
