"""When what is put on record can have taken place: a questioning, an interview, a hearing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.errors import BadInput
from core.words import _l

LONGEST = timedelta(days=1)
"""Nothing that is put on record lasts longer: who goes on another day writes another record."""


def impossible_times(began: datetime, ended: datetime, now: datetime) -> Iterator[BadInput]:
    """It is over, it ended after it began, and a slip of the day makes no talk of a week."""
    if ended <= began:
        yield BadInput("ended_at", _l("By these times it ended before it began: look at both."))
    elif ended > now:
        yield BadInput("ended_at", _l("By this time it is not over yet: what has ended is put on record."))
    elif ended - began > LONGEST:
        yield BadInput("ended_at", _l("By these times it lasted longer than a day: look at both days."))
