"""Interviews, hearings and trainings as calendar entries (RFC 5545), for the respondent's own calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote

from sqlalchemy.orm import Session

from core import mail
from core.clock import ZONE, local
from core.words import language
from registry import settings

LENGTH = timedelta(hours=2)
TIMEZONE = (
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE.key}",
    "BEGIN:STANDARD",
    "DTSTART:19910915T000000",
    "TZNAME:CST",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "END:STANDARD",
    "END:VTIMEZONE",
)
"""Shanghai has had no summer time since 1991."""
_OCTETS = 74


@dataclass(frozen=True)
class Issued:
    """What every entry says of itself: whose it is, and when it was made."""

    by: str
    mail: str
    now: datetime

    @property
    def lines(self) -> tuple[str, str]:
        """The association as organiser, without which no calendar may take an entry (RFC 5546, 3.2.1)."""
        name = "".join(letter for letter in self.by.replace('"', "'") if letter.isprintable())
        return f"DTSTAMP:{_stamp(self.now)}", f'ORGANIZER;CN="{name}":mailto:{quote(self.mail, safe="@+!$*=_.~-")}'


def issued(session: Session, now: datetime) -> Issued:
    """An entry of the association, by its name in the reader's language and the address from which its mail comes."""
    names = settings.association(session)
    return Issued(names["name_en" if language() == "en" else "name_zh"] or names["name_zh"], mail.sender(), now)


def calendar_entry(*, uid: str, moves: int, at: datetime, place: str, title: str, text: str, by: Issued) -> str:
    """An event of two hours; of entries for one event, calendars keep that with the highest number of moves."""
    when = _between(local(at), local(at + LENGTH))
    said = (f"LOCATION:{_escaped(place)}", f"DESCRIPTION:{_escaped(text)}")
    return _calendar("PUBLISH", _event(uid, moves, by, *when, f"SUMMARY:{_escaped(title)}", *said))


@dataclass(frozen=True)
class TrainingSession:
    """One session of a training: on which days, from when to when if that is known, and what is said of it."""

    uid: str
    first: date
    last: date
    times: tuple[time, time] | None
    title: str
    text: str


def calendar_entries(sessions: Iterable[TrainingSession], *, moves: int, place: str, by: Issued) -> str:
    """An event of each session; one whose times are not known takes the whole of its days."""
    lines: list[str] = []
    for each in sessions:
        when = (f"DTSTART;VALUE=DATE:{each.first:%Y%m%d}", f"DTEND;VALUE=DATE:{each.last + timedelta(days=1):%Y%m%d}")
        if each.times is not None and each.first == each.last:
            when = _between(*(datetime.combine(each.first, at, ZONE) for at in each.times))
        said = (f"LOCATION:{_escaped(place)}", f"DESCRIPTION:{_escaped(each.text)}")
        lines += _event(each.uid, moves, by, *when, f"SUMMARY:{_escaped(each.title)}", *said)
    return _calendar("PUBLISH", lines)


def calendar_removal(*, uid: str, moves: int, title: str, text: str, by: Issued) -> str:
    """The entry that removes the event (RFC 5546, 3.2.5); without a day, as an adjourned hearing has none."""
    said = (f"SUMMARY:{_escaped(title)}", f"DESCRIPTION:{_escaped(text)}")
    return _calendar("CANCEL", _event(uid, moves, by, "STATUS:CANCELLED", *said))


def _event(uid: str, moves: int, by: Issued, *more: str) -> list[str]:
    return ["BEGIN:VEVENT", f"UID:{uid}", *by.lines, f"SEQUENCE:{moves}", *more, "END:VEVENT"]


def _calendar(method: str, events: Iterable[str]) -> str:
    begins = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Zilu//Portal//EN", f"METHOD:{method}")
    return "".join(f"{_folded(line)}\r\n" for line in (*begins, *TIMEZONE, *events, "END:VCALENDAR"))


def _between(begins: datetime, ends: datetime) -> tuple[str, str]:
    return f"DTSTART;TZID={ZONE.key}:{_here(begins)}", f"DTEND;TZID={ZONE.key}:{_here(ends)}"


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _here(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%S")


def _escaped(text: str) -> str:
    for sign, instead in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n"), ("\n", "\\n")):
        text = text.replace(sign, instead)
    return text


def _folded(line: str) -> str:
    """The line, folded so that none is longer than 75 octets and no character is cut."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > _OCTETS:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
