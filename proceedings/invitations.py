"""An interview or a hearing as a calendar entry (RFC 5545), for the respondent's own calendar."""

from datetime import UTC, datetime, timedelta

from core.clock import ZONE, local

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


def calendar_entry(*, uid: str, moves: int, at: datetime, place: str, title: str, text: str, now: datetime) -> str:
    """An event of two hours; of entries for one event, calendars keep that with the highest number of moves."""
    when = (f"DTSTART;TZID={ZONE.key}:{_here(at)}", f"DTEND;TZID={ZONE.key}:{_here(at + LENGTH)}")
    said = (f"LOCATION:{_escaped(place)}", f"DESCRIPTION:{_escaped(text)}")
    return _event("PUBLISH", uid, moves, now, *when, f"SUMMARY:{_escaped(title)}", *said)


def calendar_removal(*, uid: str, moves: int, title: str, text: str, now: datetime) -> str:
    """The entry that removes the event (RFC 5546, 3.2.5); without a day, as an adjourned hearing has none."""
    said = (f"SUMMARY:{_escaped(title)}", f"DESCRIPTION:{_escaped(text)}")
    return _event("CANCEL", uid, moves, now, "STATUS:CANCELLED", *said)


def _event(method: str, uid: str, moves: int, now: datetime, *more: str) -> str:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Zilu//Portal//EN",
        f"METHOD:{method}",
        *TIMEZONE,
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_stamp(now)}",
        f"SEQUENCE:{moves}",
        *more,
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _here(at: datetime) -> str:
    return local(at).strftime("%Y%m%dT%H%M%S")


def _escaped(text: str) -> str:
    for sign, instead in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
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
