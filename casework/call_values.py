"""What the cells of a call list say: time in Shanghai, length, direction, kind and number, in many ways of writing."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from core.characters import levelled
from core.clock import ZONE
from core.words import LazyString, _l
from filestore.sheets import Cell, Formula
from registry.names import fold_number

Order = Literal["DMY", "MDY", ""]
"""How 03/02/2026 is read: day first, month first, or not at all."""
Way = Literal["OUT", "IN", "MISSED", "DIVERTED", ""]
What = Literal["CALL", "NOTICE", "SMS", "MISSED", "DATA", ""]

_MONTHS = {
    name: place
    for place, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_WEEKDAYS = re.compile(r"(?:星期|周)[一二三四五六日天]|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b[,.]?", re.IGNORECASE)
_MORNING = re.compile(r"上午|凌晨|早上|清晨|\bam\b|\ba\.m\.", re.IGNORECASE)
_EVENING = re.compile(r"下午|晚上|傍晚|中午|\bpm\b|\bp\.m\.", re.IGNORECASE)
_HALF = re.compile(r"(?<=\d)(am|pm)\b", re.IGNORECASE)
_CLOCK = r"(?P<h>\d{1,2}):(?P<i>\d{1,2})(?::(?P<s>\d{1,2})(?:[.,]\d+)?)?"
_ZONE = r"(?P<z>[Zz]|[+-]\d{2}:?\d{2})?"
_YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})[T ]*(?:{_CLOCK} ?{_ZONE})?")
_NO_YEAR = re.compile(rf"(?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}) +{_CLOCK}")
_YEAR_LAST = re.compile(rf"(?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})[-/.](?P<y>\d{{4}})[, ]*(?:{_CLOCK})?")
_NAMED = re.compile(
    rf"(?:(?P<n>[A-Za-z]{{3,9}})\.? (?P<d>\d{{1,2}})|(?P<d2>\d{{1,2}})[ -](?P<n2>[A-Za-z]{{3,9}})\.?)[, -]+"
    rf"(?P<y>\d{{4}})[, ]*(?:at )?(?:{_CLOCK})?",
)
_TIGHT = re.compile(r"(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)[T ]*(?:(?P<h>\d\d):?(?P<i>\d\d)(?::?(?P<s>\d\d))?)?")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_SERIAL = re.compile(r"[345]\d{4}\.\d+")
_SERIAL_BEGIN = datetime(1899, 12, 30)  # noqa: DTZ001 - the day zero of spreadsheets, in local time
_ONLY_CLOCK = re.compile(rf"{_CLOCK}|(?P<hh>\d\d)(?P<ii>\d\d)(?P<ss>\d\d)")
_LENGTH = re.compile(
    r"(?:(?P<h>\d{1,7})\s*(?:小时|时|hours?|hrs?|h))?\s*(?:(?P<m>\d{1,7})\s*(?:分钟?|minutes?|mins?|min|m))?\s*"
    r"(?:(?P<s>\d{1,7})\s*(?:秒钟?|seconds?|secs?|sec|s))?",
    re.IGNORECASE,
)
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_LEAST_DIGITS = 3
_MOST_DIGITS = 20
_NOON = 12
_BEHIND_NOON = 3
"""Up to this hour 中午 means after noon; 中午11:30 is before it."""
_MILLISECONDS = 13


class WrongError(Exception):
    """A cell that cannot be taken; the message is what its reader is told."""

    def __init__(self, reason: LazyString) -> None:
        super().__init__()
        self.reason = reason


def text(cell: Cell) -> str:
    """A cell as people see it, with full-width characters made plain; a formula is refused."""
    if isinstance(cell, Formula):
        raise WrongError(_l("The cell computes something; formulas are never run. Save the list with values."))
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return " ".join(levelled(cell).split()).strip("'\"")


def moment(day: Cell, clock: Cell = "", *, year: int | None = None, order: Order = "") -> datetime:
    """When a call was, from one cell or from a day and a time; a time without a zone is Shanghai's."""
    if isinstance(day, datetime) and clock == "" and day.time() != time():
        return _in_zone(day)
    if isinstance(day, date) and isinstance(clock, time):
        return _in_zone(datetime.combine(day, clock))
    if isinstance(day, datetime) and day.time() == time():
        day = day.date()
    said = " ".join(filter(None, (text(day), _clock_text(clock))))
    if not said:
        raise WrongError(_l("The time is missing."))
    return _written(said, year, order)


def bare_month(day: Cell, clock: Cell = "") -> int | None:
    """The month of a day that is written without its year; none of any other cell."""
    try:
        said = " ".join(filter(None, (text(day), _clock_text(clock))))
    except WrongError:
        return None
    found = _first_fitting(_half_of_day(said)[1])
    return int(found["m"]) if found is not None and found.re is _NO_YEAR else None


def _clock_text(clock: Cell) -> str:
    said = text(clock)
    match = _ONLY_CLOCK.fullmatch(said)
    if match and match["hh"]:
        return f"{match['hh']}:{match['ii']}:{match['ss']}"
    return said


def _in_zone(at: datetime) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=ZONE)


def _written(said: str, year: int | None, order: Order) -> datetime:
    if _EPOCH.fullmatch(said):
        return datetime.fromtimestamp(int(said) / (1000 if len(said) == _MILLISECONDS else 1), UTC)
    if _SERIAL.fullmatch(said):
        return _in_zone(_SERIAL_BEGIN + timedelta(seconds=round(float(said) * 86_400)))
    later, plain = _half_of_day(said)
    found = _first_fitting(plain)
    if found is None:
        raise WrongError(_l("“%(found)s” is no time that can be read.", found=said[:40]))
    parts = {key: value for key, value in found.groupdict().items() if value}
    if "h" not in parts:
        raise WrongError(_l("“%(found)s” has no time of day.", found=said[:40]))
    hour = _hour(int(parts["h"]), said, later=later)
    try:
        at = datetime(
            *_day(parts, year, order, said), hour, int(parts["i"]), int(parts.get("s", 0)), tzinfo=_zone(parts)
        )
    except ValueError:
        raise WrongError(_l("“%(found)s” is no day or time that exists.", found=said[:40])) from None
    return at


def _hour(hour: int, said: str, *, later: bool | None) -> int:
    """The hour of the day; twelve at night is refused: it may begin the day or end it."""
    if later is None or hour > _NOON:
        return hour
    if "中午" in said:
        return hour + _NOON if hour <= _BEHIND_NOON else hour
    if hour == _NOON and "晚上" in said:
        raise WrongError(
            _l("“%(found)s” may be before or after that day. Write the hour as 0 to 23.", found=said[:40]),
        )
    return hour % _NOON + (_NOON if later else 0)


def _half_of_day(said: str) -> tuple[bool | None, str]:
    """Whether the text says afternoon (True) or morning (False), and the rest with plain separators."""
    spaced = _HALF.sub(r" \1", said)
    later = True if _EVENING.search(spaced) else False if _MORNING.search(spaced) else None
    plain = _WEEKDAYS.sub(" ", _EVENING.sub(" ", _MORNING.sub(" ", spaced)))
    for sign, other in (("年", "-"), ("月", "-"), ("日", " "), ("号", " "), ("时", ":"), ("点", ":"), ("分", ":")):
        plain = plain.replace(sign, other)
    return later, " ".join(plain.replace("秒", "").split()).rstrip(":").strip(", ")


def _first_fitting(plain: str) -> re.Match[str] | None:
    for form in (_YEAR_FIRST, _TIGHT, _YEAR_LAST, _NO_YEAR, _NAMED):
        match = form.fullmatch(plain)
        if match:
            return match
    return None


def _day(parts: dict[str, str], year: int | None, order: Order, said: str) -> tuple[int, int, int]:
    if name := parts.get("n") or parts.get("n2"):
        month = _MONTHS.get(name[:3].lower(), 0)
        return int(parts["y"]), month, int(parts.get("d") or parts["d2"])
    if "a" in parts:
        first, second = int(parts["a"]), int(parts["b"])
        if not order and first <= _NOON and second <= _NOON and first != second:
            raise WrongError(
                _l(
                    "“%(found)s” can be read in two ways. Say whether the day or the month comes first.",
                    found=said[:40],
                )
            )
        month_first = order == "MDY" or (not order and second > _NOON)
        return (int(parts["y"]), first, second) if month_first else (int(parts["y"]), second, first)
    if "y" not in parts:
        if year is None:
            raise WrongError(_l("“%(found)s” has no year. Say of which year the list is.", found=said[:40]))
        return year, int(parts["m"]), int(parts["d"])
    return int(parts["y"]), int(parts["m"]), int(parts["d"])


def _zone(parts: dict[str, str]) -> tzinfo | None:
    named = parts.get("z", "")
    if not named:
        return ZONE
    if named in "Zz":
        return UTC
    return datetime.strptime(named.replace(":", ""), "%z").tzinfo


def seconds(cell: Cell, *, minutes: bool = False) -> int | None:
    """How long a call lasted; a bare number is seconds, or minutes if the head of the column says so."""
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second
    if isinstance(cell, timedelta):
        return round(cell.total_seconds())
    said = text(cell)
    if said in {"", "-", "--", "—", "/"}:
        return None
    if re.fullmatch(r"\d{1,7}(?:\.\d+)?", said):
        return round(float(said) * (60 if minutes else 1))
    if re.fullmatch(r"\d{1,3}(?::\d{1,2}){1,2}", said):
        whole = 0
        for part in said.split(":"):
            whole = whole * 60 + int(part)
        return whole
    match = _LENGTH.fullmatch(said)
    if match is None or not any(match.groups()):
        raise WrongError(_l("“%(found)s” is no length of a call.", found=said[:40]))
    return int(match["h"] or 0) * 3600 + int(match["m"] or 0) * 60 + int(match["s"] or 0)


_WAYS: tuple[tuple[Way, re.Pattern[str]], ...] = (
    ("DIVERTED", re.compile(r"呼转|转移|转接|divert|forward", re.IGNORECASE)),
    ("MISSED", re.compile(r"未接|未应答|拒接|missed|no answer|unanswered|rejected|declined", re.IGNORECASE)),
    ("IN", re.compile(r"被叫|呼入|来电|接听|接入|已接|接收|收到|\bin\b|incoming|inbound|receiv|^mt$", re.IGNORECASE)),
    ("OUT", re.compile(r"主叫|呼出|拨|去电|外呼|发送|\bout\b|outgoing|outbound|dial|sent|^mo$", re.IGNORECASE)),
)  # fmt: skip
_WHATS: tuple[tuple[What, re.Pattern[str]], ...] = (
    ("DATA", re.compile(r"流量|上网|数据|gprs|\bdata\b|internet|wap", re.IGNORECASE)),
    ("SMS", re.compile(r"短信|彩信|短消息|短彩信|\bsms\b|\bmms\b|text message", re.IGNORECASE)),
    ("NOTICE", re.compile(r"语音通知|通知类|告知|播报|录音电话|\bivr\b|announce|notice|recorded", re.IGNORECASE)),
    ("MISSED", re.compile(r"未接|未接通|未应答|missed|no answer|unanswered|not connected", re.IGNORECASE)),
    ("CALL", re.compile(r"通话|语音|电话|本地|长途|漫游|主叫|被叫|\bcall\b|voice", re.IGNORECASE)),
)  # fmt: skip


def way(cell: Cell) -> Way:
    """Who called whom, as the owner of the list sees it; empty where the cell does not say."""
    said = text(cell)
    return next((found for found, form in _WAYS if form.search(said)), "")


def what(cell: Cell) -> What:
    """A call, an announcement, a message, or neither; empty where the cell does not say."""
    said = text(cell)
    return next((found for found, form in _WHATS if form.search(said)), "")


def number(cell: Cell) -> str:
    """The digits of a telephone number."""
    said = text(cell)
    if _ROUNDED.fullmatch(said):
        raise WrongError(
            _l("“%(found)s” lost its digits in a spreadsheet. Take the number from the source.", found=said[:40])
        )
    digits = fold_number(said)
    if not digits:
        raise WrongError(_l("The number is missing or was withheld."))
    letters = re.sub(r"[\d\s()+\-–—.转]", "", said)
    if letters or not _LEAST_DIGITS <= len(digits) <= _MOST_DIGITS:
        raise WrongError(_l("“%(found)s” is no telephone number.", found=said[:40]))
    return digits
