"""Headings that the product sets into a company's text: kept as they were sent, shown in any language."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from core.at_hand import once
from registry import rulebook
from registry.models_rulebook import Violation

Pair = tuple[str, str]
"""A heading in Chinese and in English."""
GENERAL: Final[Pair] = ("总体说明", "In general")
SILENT: Final[Pair] = (
    "没有单独答复，以总体说明答复",
    "Without a text of its own; the general text speaks to it",
)
BRACKETS: Final = ("【】", "[]")


def over(words: str, lang: str) -> str:
    """A heading as a line of its own."""
    left, right = BRACKETS[lang == "en"]
    return f"{left}{words}{right}"


def general(lang: str) -> str:
    """The heading over what concerns no single point."""
    return over(GENERAL[lang == "en"], lang)


def silent(lang: str) -> str:
    """The heading over the points for which the general text stands; the last part of the whole."""
    return over(SILENT[lang == "en"], lang)


def read(session: Session, text: str, lang: str) -> str:
    """A company's text with the product's own headings and names in this language, and its own words as they are."""
    lines = text.split("\n")
    if not any(map(_inside, lines)):
        return text
    every = [GENERAL, SILENT, *((each.zh, each.en) for each in _codes(session))]
    known = {name: pair for pair in every for name in pair if name}
    found, listed = [], False
    for line in lines:
        name = _inside(line)
        pair = known.get(name or (line if listed else ""))
        words = pair[lang == "en"] if pair else ""
        found.append(line if not words else over(words, lang) if name else words)
        listed = pair == SILENT or (listed and pair is not None)
    return "\n".join(found)


def _codes(session: Session) -> Sequence[Violation]:
    return once(session, ("headings",), lambda: rulebook.violations(session))


def _inside(line: str) -> str:
    return line[1:-1] if line[:1] + line[-1:] in BRACKETS else ""
