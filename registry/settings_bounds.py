"""Bounds of settings: a least is never above its most, an extension never shorter than its limit, years are sane."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy.orm import Session

from core.errors import BadInput
from core.words import _l, kept_in_both
from registry.clock_kinds import KINDS
from registry.settings_known import Said, known


def _pairs() -> Iterator[tuple[str, str]]:
    for kind in KINDS.values():
        if kind.between is not None:
            least, most = f"{kind.id}.least", f"{kind.id}.most"
            yield from ((least, kind.id), (least, most), (kind.id, most))
    for least in ("QUORUM_LEAST", "PANEL_OUTSIDE"):
        yield from ((least, "PANEL_MINOR"), (least, "PANEL_MAJOR"))


PAIRS: Final = tuple(_pairs())
"""Of each the first is never above the second."""


WITHIN: Final = {"RETENTION_YEARS": (1, 100)}
"""By the first part of a key: values outside would erase in one night what ended today, or never anything."""
WITHOUT_ROWS: Final = "MEASURES_L6_L7"
"""Whether membership may be suspended or lost: no machine has rows for it."""


def require_rows(key: str, value: Any) -> None:  # noqa: ANN401 - JSON
    """Refuse to switch on what no row could carry out."""
    if key == WITHOUT_ROWS and value:
        raise BadInput(
            "value", _l("The council's vote on a membership has no procedure yet: this can't be switched on.")
        )


def require_within(key: str, value: Any) -> None:  # noqa: ANN401 - JSON
    """Refuse what can only be a slip of the hand."""
    least, most = WITHIN.get(key.partition(".")[0], (None, None))
    if least is not None and most is not None and not least <= value <= most:
        raise BadInput("value", _l("From %(least)s to %(most)s", least=least, most=most))


PANELS: Final = ("PANEL_MINOR", "PANEL_MAJOR")
THREE: Final = 3


def require_odd(key: str, value: Any) -> None:  # noqa: ANN401 - JSON
    """Refuse a panel of an even number, or of fewer than three: its votes may stand equal."""
    if key in PANELS and (value < THREE or value % 2 == 0):
        raise BadInput("value", _l("A panel has an odd number of members, three or more."))


def require_between(session: Session, key: str, value: Any) -> None:  # noqa: ANN401 - JSON
    """Refuse a value beside which another could not stand as it is laid down; that one is changed first."""
    rows = known(session).rows
    for least, most in PAIRS:
        if key == least and most in rows and value > rows[most].value:
            raise _refused(rows[most], above=True)
        if key == most and least in rows and value < rows[least].value:
            raise _refused(rows[least], above=False)
    extended = rows.get(f"{key}.extend")
    if extended is not None and value >= extended.value[0]:
        said = {"key": extended.key, "value": extended.value[0]}
        raise BadInput(
            "value", _l("Below %(value)s: so long is it in all after its first extension (%(key)s).", **said)
        )


def _refused(other: Said, *, above: bool) -> BadInput:
    said = {"key": other.key, "value": other.value, "meaning": kept_in_both(other.meaning, other.meaning_zh)}
    if above:
        return BadInput("value", _l("Not above %(value)s, which %(key)s (%(meaning)s) lays down.", **said))
    return BadInput("value", _l("Not below %(value)s, which %(key)s (%(meaning)s) lays down.", **said))
