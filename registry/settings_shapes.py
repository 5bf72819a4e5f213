"""The form that settings of several values must keep: the ladder's, chains, extensions, words of series."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, TypeAlias

from core.characters import levelled
from core.errors import BadInput
from core.words import LazyString, _l
from registry.models_accounts import ROLES, Audience

Json: TypeAlias = Any
"""What a setting holds, as JSON says it; nothing is known of it before its shape was looked at."""
SEVERITIES: Final = ("1", "2", "3", "4", "5")
LEVELS: Final = ("L0", "L1", "L2", "L3", "L4", "L5")
STEPS: Final = ("A1", "A2", "A10")
PAIRS: Final = ("A3", "M2")
SINGLE: Final = ("A4", "A5", "A6", "A7", "A8", "A9", "M1", "M3", "M4", "M5")
PAIR = 2
STEPS_OF_APPROVAL: Final = ("check", "countersign", "sign")
LAST: Final = 2
TYPE_WORD: Final = re.compile(r"[\u4e00-\u9fff]{1,4}")
NUMBER_WORD: Final = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{1,20}")
EXTEND: Final = ".extend"
TELEPHONE: Final = re.compile(r"(?=(?:[^0-9]*[0-9]){3})[0-9+()（）/、，,;；转 -]{3,60}")
"""One number or several, as they stand in a letter: with an area code, an extension."""
SERIES: Final = 16
"""So many series of numbers there are."""
SHARE: Final = re.compile(r"[1-9][0-9]?/[1-9][0-9]?")
TIME_OF_DAY: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _whole(value: Json, *, least: int = 0) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _base(value: Json) -> bool:
    """Points for each severity, never fewer for a graver one."""
    if set(value) != set(SEVERITIES) or not all(_whole(value[each]) for each in SEVERITIES):
        return False
    points = [value[each] for each in SEVERITIES]
    return points == sorted(points)


def _factors(value: Json) -> bool:
    """Aggravating points above zero, mitigating ones below; steps in order."""
    if set(value) != {*STEPS, *PAIRS, *SINGLE}:
        return False
    signs = {name: -1 if name.startswith("M") else 1 for name in value}
    single = all(isinstance(value[name], int) and value[name] * signs[name] >= 0 for name in SINGLE)
    pairs = all(
        isinstance(value[name], list)
        and len(value[name]) == PAIR
        and all(isinstance(each, int) and each * signs[name] >= 0 for each in value[name])
        for name in PAIRS
    )
    return single and pairs and all(_steps(value[name]) for name in STEPS)


def _steps(value: Json) -> bool:
    if not isinstance(value, list) or not value:
        return False
    if not all(isinstance(each, list) and len(each) == PAIR and all(_whole(n) for n in each) for each in value):
        return False
    return [each[0] for each in value] == sorted({each[0] for each in value})


def _bands(value: Json) -> bool:
    """Bands from zero on, each with its levels; only one major level in each."""
    if not value or not all(isinstance(each, list) and len(each) == PAIR and _whole(each[0]) for each in value):
        return False
    least = [each[0] for each in value]
    right = all(
        isinstance(levels, list) and levels and set(levels) <= set(LEVELS) and len(set(levels) & {"L4", "L5"}) <= 1
        for _least, levels in value
    )
    return right and least[0] == 0 and least == sorted(set(least))


def _named(*names: str, least: int = 0) -> Callable[[Json], bool]:
    return lambda value: set(value) == set(names) and all(_whole(value[each], least=least) for each in names)


def _floors(value: Json) -> bool:
    return bool(_named("S5", "A4", "A5", least=1)(value)) and all(each < len(LEVELS) for each in value.values())


def _chain(value: Json) -> bool:
    """Steps of approval in their order, with the signature last and once; only it may leave its role open."""
    if not isinstance(value, list) or not value:
        return False
    steps = [str(each).partition(":") for each in value]
    order = [STEPS_OF_APPROVAL.index(step) if step in STEPS_OF_APPROVAL else -1 for step, _colon, _role in steps]
    named = all(role in ROLES[Audience.STAFF] for _step, _colon, role in steps if role)
    whole = all(role for _step, _colon, role in steps[:-1])
    return -1 not in order and order == sorted(order) and order.count(LAST) == 1 and named and whole


def _hours(count: int) -> Callable[[Json], bool]:
    """So many times of the day, 08:30, with a dash between."""

    def fits(value: Json) -> bool:
        parts = str(value).split("-")
        return len(parts) == count == len(set(parts)) and all(TIME_OF_DAY.fullmatch(each) for each in parts)

    return fits


def _share(value: Json) -> bool:
    """Half of those present or more, and not beyond all of them: 2/3."""
    return bool(SHARE.fullmatch(str(value))) and Fraction(1, 2) <= Fraction(value) <= 1


def _from_to(value: Json) -> bool:
    """Two times of one day, the earlier one first."""
    begins, _dash, ends = str(value).partition("-")
    return _hours(2)(value) and begins < ends


def _rising(value: Json) -> bool:
    """Total lengths after each extension, each longer than the one before."""
    return bool(value) and all(_whole(each, least=1) for each in value) and value == sorted(set(value))


def _words(value: Json) -> bool:
    """A type word for each series: one to four Chinese characters, no two the same."""
    right = all(isinstance(each, str) and TYPE_WORD.fullmatch(each) for each in value)
    return right and len(value) == len(set(value)) == SERIES


_one_time, _two_times = _hours(1), _hours(2)
TIMES: Final = (_one_time, _two_times, _from_to)
DASH: Final = re.compile("[\u2010-\u2015\u2212~至]")
SHAPES: Final[dict[str, Callable[[Json], bool]]] = {
    "APPROVAL_CHAIN": _chain,
    "SEAL_MODE": lambda value: value in {"electronic", "physical"},
    "PORTAL_SERVICE": lambda value: value in {"OPENED_OR_DEEMED", "ARRIVAL"},
    "TEXT_QUIET": _two_times,
    "DIGEST_AT": _one_time,
    "INTERVIEW_HOURS": _from_to,
    "QUORUM_LEAST": lambda value: _whole(value, least=1),
    "MAJORITY_MINOR": _share,
    "MAJORITY_MAJOR": _share,
    "COLLECTION_HOURS": _from_to,
    "SERIES.word": _words,
    "ASSOCIATION.prefix": lambda value: NUMBER_WORD.fullmatch(str(value)) is not None,
    "ASSOCIATION.telephone": lambda value: TELEPHONE.fullmatch(str(value)) is not None,
    "LADDER_BASE": _base,
    "LADDER_FACTORS": _factors,
    "LADDER_BANDS": _bands,
    "LADDER_FLOORS": _floors,
    "LADDER_REPEAT": _named("measures", "months", "bands", least=1),
    "LADDER_OTHERS": _named("points", "most"),
}


FROM_TO: Final = _l("Two times of one day with a hyphen between them, the earlier one first, such as 08:30-17:00.")
SHARE_WANTED: Final = _l("A share of the votes as a fraction, from 1/2 to 1/1, such as 2/3.")
WANTED: Final[dict[str, LazyString]] = {
    "TEXT_QUIET": _l("Two different times of the day with a hyphen between them, such as 21:00-08:00."),
    "DIGEST_AT": _l("A time of the day, such as 08:30."),
    "INTERVIEW_HOURS": FROM_TO,
    "COLLECTION_HOURS": FROM_TO,
    "MAJORITY_MINOR": SHARE_WANTED,
    "MAJORITY_MAJOR": SHARE_WANTED,
    "ASSOCIATION.prefix": _l("1 to 20 Chinese characters, letters or digits, without spaces or other signs."),
    "ASSOCIATION.telephone": _l("One or more telephone numbers, such as 010-12345678, in digits; 60 signs at most."),
}
"""How those are written that are typed into one line."""


def as_written(key: str, value: Json) -> Json:
    """A value as it is kept: times may be typed with full-width signs, another dash or spaces."""
    if SHAPES.get(key) not in TIMES or not isinstance(value, str):
        return value
    return DASH.sub("-", levelled(value).replace(" ", ""))


def require_shape(key: str, value: Json) -> None:
    """Refuse a value from which nothing could be read."""
    fits = _rising if key.endswith(EXTEND) else SHAPES.get(key) or SHAPES.get(key.partition(".")[0])
    if fits is not None and not fits(value):
        raise BadInput("value", WANTED.get(key) or _l("The value does not have the form this setting needs."))
