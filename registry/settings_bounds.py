"""Bounds of settings: a least is never above its most, an extension never shorter than its limit, each is sane."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from core.errors import BadInput
from core.words import _l, kept_in_both
from registry.clock_kinds import KINDS
from registry.settings_known import Said, known
from registry.settings_shapes import Json


def _pairs() -> Iterator[tuple[str, str]]:
    for kind in KINDS.values():
        if kind.between is not None:
            least, most = f"{kind.id}.least", f"{kind.id}.most"
            yield from ((least, kind.id), (least, most), (kind.id, most))
    for least in ("QUORUM_LEAST", "PANEL_OUTSIDE"):
        yield from ((least, "PANEL_MINOR"), (least, "PANEL_MAJOR"))


PAIRS: Final = tuple(_pairs())
"""Of each the first is never above the second."""


MOST_DAYS: Final = 5000
"""The longest time limit, some fourteen years of natural days."""
DAYS, MONTHS = (1, MOST_DAYS), (1, 600)
BY_UNIT: Final = {
    "WD": DAYS,
    "CD": DAYS,
    "days": DAYS,
    "MONTH": MONTHS,
    "months": MONTHS,
    "years": (1, 100),  # outside, one night would erase what ended today, or none ever anything
    "members": (0, 99),
    "persons": (1, 1000),
    "complaints": (1, 1000),
    "calls": (0, 1000),
    "seconds": (0, 3600),
    "minutes": (0, 24 * 60),
    "points": (0, 1000),
}
"""The least and the most of what is counted: beyond them can only be a slip of the hand."""
BY_KEY: Final = {
    "SIMILAR_COUNT": (2, 1000),  # one complaint is similar to none
    "SMALL_CELL": (3, 1000),  # of two people each would know the other, and what is published stays
    "STATISTICS_CLOSE": (1, 366),
    "RECUSAL_ASK_WD": (0, 30),  # none: the panel votes at once, as where its members are known long before
    "ERASE_EARLY_DAYS": (1, 30),  # a day at least to think it over, and nobody waits longer to be forgotten
}
"""Where a unit alone does not say it."""
WITHOUT_ROWS: Final = "MEASURES_L6_L7"
"""Whether membership may be suspended or lost: no machine has rows for it."""


def require_rows(key: str, value: Json) -> None:
    """Refuse to switch on what no row could carry out."""
    if key == WITHOUT_ROWS and value:
        raise BadInput(
            "value", _l("The council's vote on a membership has no procedure yet: this can't be switched on.")
        )


def within(key: str, unit: str) -> tuple[int, int] | None:
    """From where to where a number may be laid down; nothing is said of what is not counted."""
    return BY_KEY.get(key) or BY_UNIT.get(unit)


def require_within(key: str, unit: str, value: Json) -> None:
    """Refuse what can only be a slip of the hand: a number, or the lengths after each extension."""
    numbers = value if isinstance(value, list) else [value]
    least, most = within(key, unit) or (0, 0)
    if most and not all(least <= each <= most for each in numbers if isinstance(each, int)):
        raise BadInput("value", _l("From %(least)s to %(most)s", least=least, most=most))


PANELS: Final = ("PANEL_MINOR", "PANEL_MAJOR")
THREE: Final = 3


def require_odd(key: str, value: Json) -> None:
    """Refuse a panel of an even number, or of fewer than three: its votes may stand equal."""
    if key in PANELS and (value < THREE or value % 2 == 0):
        raise BadInput("value", _l("A panel has an odd number of members, three or more."))


def require_between(session: Session, key: str, value: Json, *, counting: bool = False) -> None:
    """Refuse a value beside which another could not stand as it was laid down last, or counts; that one comes first."""
    found = known(session).rows
    rows = found if counting else {each: replace(row, value=row.last) for each, row in found.items()}
    for least, most in PAIRS:
        if key == least and most in rows and value > rows[most].value:
            raise _refused(rows[most], above=True)
        if key == most and least in rows and value < rows[least].value:
            raise _refused(rows[least], above=False)
    whole = rows.get(key.removesuffix(".extend")) if key.endswith(".extend") else None
    if whole is not None and value[0] <= whole.value:
        said = {"key": whole.key, "value": whole.value}
        raise BadInput("value", _l("Above %(value)s: so long is it before any extension (%(key)s).", **said))
    extended = rows.get(f"{key}.extend")
    if extended is not None and value >= extended.value[0]:
        said = {"key": extended.key, "value": extended.value[0]}
        raise BadInput(
            "value", _l("Below %(value)s: so long is it in all after its first extension (%(key)s).", **said)
        )


def require_bounds(session: Session, key: str, unit: str, value: Json) -> None:
    """Refuse a value that can't stand, whoever lays it down."""
    require_rows(key, value)
    require_within(key, unit, value)
    require_between(session, key, value)
    require_odd(key, value)


TENFOLD: Final = 10
"""A digit too many makes a number ten times as large or more, a digit too few a tenth or less."""


def is_leap(session: Session, key: str, unit: str, before: int, after: int | None) -> bool:
    """Whether a number that can stand is so far from the one before that a digit may have slipped."""
    if after is None or after == before:
        return False
    try:
        require_bounds(session, key, unit, after)
    except BadInput:
        return False  # which is said instead
    low, high = sorted((before, after))
    return after == 0 or high >= TENFOLD * max(low, 1)


def _refused(other: Said, *, above: bool) -> BadInput:
    said = {"key": other.key, "value": other.value, "meaning": kept_in_both(other.meaning, other.meaning_zh)}
    if above:
        return BadInput("value", _l("Not above %(value)s, which %(key)s (%(meaning)s) lays down.", **said))
    return BadInput("value", _l("Not below %(value)s, which %(key)s (%(meaning)s) lays down.", **said))
