"""The scan before a text leaves the house: numbers that look personal, and strings that people told of themselves.

Patterns do not trust checksums (domain 5.2): a wrong digit typed into a decision is still somebody's number.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from casework import names_apart
from core.characters import unmarked
from core.words import LazyString, _l

_GAP = r"[ \-\u2010-\u2015·.]?"
_NOT_BEFORE = r"(?<![0-9A-Za-z])"
_NOT_AFTER = r"(?![0-9A-Za-z])"
PATTERNS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("MAIL", re.compile(r"[A-Za-z0-9._%+\-]{1,250} ?@ ?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")),
    ("ID", re.compile(rf"{_NOT_BEFORE}\d(?:{_GAP}\d){{16}}{_GAP}[0-9Xx]{_NOT_AFTER}")),
    ("CARD", re.compile(rf"{_NOT_BEFORE}\d(?:{_GAP}\d){{14,18}}{_NOT_AFTER}")),
    ("MOBILE", re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?1[3-9]\d(?:{_GAP}\d){{8}}(?!\d)")),
)
WORDS: Final[dict[str, LazyString]] = {
    "MAIL": _l("Email address"),
    "ID": _l("Identity number"),
    "CARD": _l("Card or account number"),
    "MOBILE": _l("Mobile number"),
    "LANDLINE": _l("Telephone number"),
    "ADDRESS": _l("Street and house number"),
    "PERSON": _l("Something a complainant of the case told us about himself"),
    "NAMED": _l("Name of somebody in the case"),
    "EARLIER": _l("Measure of an earlier case"),
}
_LEAST = 2
"""A shorter string would be found everywhere."""
_LEAST_DIGITS = 7


class Found(NamedTuple):
    """Something that looks personal, and where it is in the text."""

    kind: str
    text: str
    start: int


def scan(text: str, people: Iterable[str] = (), shown: Iterable[str] = (), named: Iterable[str] = ()) -> list[Found]:
    """Everything in a text that looks personal; `shown` may stand there, such as the code of the company itself.

    `people` is what complainants told of themselves, `named` who else is named in the file.
    """
    plain = without(text, shown)
    found: dict[int, Found] = {}
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(plain):
            found.setdefault(match.start(), Found(kind, text[match.start() : match.end()], match.start()))
    for kind, strings in (("PERSON", people), ("NAMED", named)):
        for match in _of_strings(strings, plain):
            found.setdefault(match.start(), Found(kind, text[match.start() : match.end()], match.start()))
    return [found[start] for start in sorted(found)]


def without(text: str, shown: Iterable[str]) -> str:
    """The text, as long as it was, without what may stand there; not where that is a part of a longer number."""
    plain = _same_length(text)
    for each in shown:
        whole = rf"{_NOT_BEFORE}{re.escape(_same_length(each))}{_NOT_AFTER}"
        plain = re.sub(whole, lambda match: "\0" * len(match[0]), plain)
    return plain


def _of_strings(strings: Iterable[str], plain: str) -> Iterator[re.Match[str]]:
    for each in (name for string in strings for name in names_apart.people(string)):
        for pattern in _looked_for(each):
            yield from pattern.finditer(plain)


def _same_length(text: str) -> str:
    """The text with full-width digits and letters made plain, character by character, so that places stay the same."""
    return "".join(map(unmarked, text))


def _looked_for(person: str) -> Iterable[re.Pattern[str]]:
    text = _same_length(person).strip()
    if len(text) >= _LEAST:
        signs = [re.escape(sign) for sign in text if not sign.isspace()]
        whole = r"[\s·]*".join(signs)
        yield re.compile(f"{_NOT_BEFORE}{whole}{_NOT_AFTER}" if text.isascii() else whole, re.IGNORECASE)
    digits = re.sub(r"\D", "", text)
    if len(digits) >= _LEAST_DIGITS:
        yield re.compile(_GAP.join(digits))
