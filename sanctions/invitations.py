"""An interview as a calendar entry (RFC 5545), for the respondent's own calendar."""

from datetime import UTC, datetime, timedelta

LENGTH = timedelta(hours=2)
_OCTETS = 74


def calendar_entry(*, uid: str, at: datetime, place: str, title: str, text: str, now: datetime) -> str:
    """One event of two hours."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Zilu//Portal//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(at)}",
        f"DTEND:{_stamp(at + LENGTH)}",
        f"SUMMARY:{_escaped(title)}",
        f"LOCATION:{_escaped(place)}",
        f"DESCRIPTION:{_escaped(text)}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for sign, instead in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(sign, instead)
    return text


def _folded(line: str) -> str:
    """No line is longer than 75 octets; a letter is never cut."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > _OCTETS:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
