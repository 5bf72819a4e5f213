"""What officers and respondents fill in while measures are carried out: plans, records, results."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from core import days
from core.characters import levelled
from notices.papers import Lang, day_text

HOURS = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s*(?:个?(?:学时|小时|课时)|hours?\b)", re.IGNORECASE)

FROM_TO = re.compile(r"(?<![\d:])(\d{1,2})[:时点](\d{2})分?\s*(?:[-‐–—~]|至|到|to)\s*(\d{1,2})[:时点](\d{2})(?![\d:])")
OF_TWELVE = re.compile(r"下午|晚|中午|傍晚|午后|凌晨|[ap]\.?m\b", re.IGNORECASE)
NOON = 12


@dataclass(frozen=True)
class InterviewPlan:
    """When and where a warning interview takes place, and who holds it."""

    at: datetime
    place: str
    interviewers: tuple[int, ...]
    """Accounts; two at least."""


@dataclass(frozen=True)
class TrainingPlan:
    """On which days and where a training takes place."""

    first: date | None
    place: str
    last: date | None = None
    """Its last day, where it takes more than one."""
    sessions: tuple[str, ...] = ()
    """Each begins with its day, then its subject; a training without them is one session."""

    @property
    def ends(self) -> date | None:
        """The last of its days."""
        return self.last or self.first

    def days(self, lang: Lang) -> str:
        """The days as a notice names them: 2026年12月10日至2026年12月11日."""
        named = [day_text(each, lang) for each in dict.fromkeys((self.first, self.ends)) if each is not None]
        return (" to " if lang == "en" else "至").join(named)

    def held(self, lang: Lang) -> list[str]:
        """Its sessions as a notice names them, each by its day; one of them where none were named."""
        return [_by_its_day(each.strip(), lang) for each in self.sessions if each.strip()] or [self.days(lang)]

    def hours(self) -> Decimal | None:
        """How many hours its sessions come to; None unless each of them names its own."""
        said = [hours_of(each) for each in self.sessions]
        return sum((each for each in said if each is not None), Decimal(0)) if said and None not in said else None

    def strays(self) -> str | None:
        """The first session that does not begin with one of the training's days; None if all do."""
        for each in self.sessions:
            day = days.leading(each, self.first)
            if day is None or self.first is None or self.ends is None or not self.first <= day <= self.ends:
                return each
        return None


def _by_its_day(line: str, lang: Lang) -> str:
    """A session's line with its day in full, however that was typed; in a form that is read again (days.leading)."""
    found = days.DAY.match(line) or days.TIGHT.match(line)
    day = days.leading(line) if found else None
    if found is None or day is None:
        return line
    rest = line[len(found.group().rstrip()) :]  # with the blank after it: 2026-12-08 9:00 is no 2026-12-089:00
    return f"{day_text(day, lang) if lang == 'zh' else day.isoformat()}{rest}"


def hours_of(line: str) -> Decimal | None:
    """How many hours a session's line names; None if it names none."""
    found = HOURS.search(levelled(line))
    return Decimal(found[1]) if found else None


def from_to(line: str) -> tuple[time, time] | None:
    """From when to when a session's line says it lasts; None if it says no such times, or some that could be two."""
    text = levelled(line)
    found = FROM_TO.findall(text)
    if len(found) != 1:
        return None
    begins, ends, minutes, until = int(found[0][0]), int(found[0][2]), int(found[0][1]), int(found[0][3])
    if OF_TWELVE.search(text) and min(begins, ends) < NOON:
        return None
    with suppress(ValueError):
        first, last = time(begins, minutes), time(ends, until)
        return (first, last) if first < last else None
    return None


def last_of(words: str) -> date | None:
    """The last day that these words name, in either language; None if they were typed in another form."""
    end = words.rpartition("至")[2].rpartition(" to ")[2].strip()
    with suppress(ValueError):
        return days.leading(end) or datetime.strptime(end, "%d %B %Y").date()  # noqa: DTZ007 - a day, no moment
    return None


@dataclass(frozen=True)
class InterviewRecord:
    """What happened at a warning interview."""

    started_at: datetime
    ended_at: datetime
    attendees: tuple[Mapping[str, str], ...]
    """name, position, identity_checked (last four signs only), authority of each."""
    rights_told: bool
    recusal_answer: str
    """What was said when it was asked whether anybody is challenged."""
    entries: tuple[Mapping[str, str], ...]
    """question and answer pairs."""
    commitments: tuple[Mapping[str, str], ...] = ()
    """commitment and due."""
    recording: str = ""
    """SHA-256 of the recording, where there is one."""


class Result(NamedTuple):
    """Whether somebody attended, the mark of the test, and how it was made up for once."""

    attended: bool
    mark: int | None
    makeup_on: date | None = None
    makeup_mark: int | None = None

    def passes(self, pass_mark: int) -> bool:
        """Whether the person attended and reached the mark, or made up for it."""
        return self.passes_at_once(pass_mark) or (self.makeup_on is not None and (self.makeup_mark or 0) >= pass_mark)

    def passes_at_once(self, pass_mark: int) -> bool:
        """Whether the person passed without making up for anything."""
        return self.attended and (self.mark or 0) >= pass_mark


@dataclass(frozen=True)
class Person:
    """Somebody enrolled in a training."""

    name: str
    position: str = field(default="")
