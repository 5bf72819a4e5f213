"""By what a row is known whose source gives it no number: what is kept of it, never where in which file it stood."""

import json
from collections.abc import Mapping as Table
from datetime import date
from typing import Final

from core.characters import levelled
from core.crypto import keyed_hash

FORMERLY: Final = "^[0-9a-f]{16}-[0-9]+$"
"""Numbers that such rows had before: of the file and the line, so a mended file doubled every row."""
BEHIND: Final = "g"
"""Numbers that are made now stand behind it, those of before in front: an index finds them."""
_LENGTH: Final = 19
"""So many signs: of a million rows two have the same once in a hundred billion registers."""


def known_by(day: date, product: str, issue: str, facts: str, company: str, also: Table[str, str]) -> str:
    """What rows that say the same have in common, whatever their spaces, case and width.

    With a key, for it stays when the texts are erased, and nobody shall try out what they said.
    """
    said = [
        *map(_plain, (product, issue, facts, company)),
        *sorted([name, _plain(cell)] for name, cell in also.items()),
    ]
    return "r" + keyed_hash("import.row", json.dumps([day.isoformat(), *said], ensure_ascii=False)).hex()[:_LENGTH]


def number_of(known: str, time: int) -> str:
    """The number of a row: the second that says the same is another complaint."""
    return known if time == 1 else f"{known}-{time}"


def _plain(text: str) -> str:
    return " ".join(levelled(text).casefold().split())
