"""What a bundle is made of, before it is made: lines of its cover and its entries in order, as plain data."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from notices.papers import day_text

PICTURES: Final = ("image/jpeg", "image/png", "image/gif", "image/webp")
TEXTS: Final = ("text/plain", "text/csv")
PDF: Final = "application/pdf"
HEARD: Final = ("audio/", "video/")


@dataclass(frozen=True)
class Piece:
    """One entry of a bundle: words to be typeset, a file, or both."""

    mark: str
    """What it is in the system: document:12, evidence:7."""
    section: str
    title: str
    day: date
    number: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""
    sha256: str = ""
    """The file that it is, or that belongs to it."""
    media_type: str = ""
    size: int = 0
    official: bool = False
    """Made here as an archive file: the bundle shows its pages as they are, and the signed file is attached."""

    told: bool = False
    """Its words are all that is shown of it: its file is not opened and does not travel inside."""
    withheld: bool = False
    """It may name somebody who is to be hidden, and no copy for passing on could be made."""
    known: bool = False
    """A person knows all that it shows: a covered copy, or a scan of a paper whose words are on record."""

    @property
    def heard(self) -> bool:
        """Whether it is a recording, which no page can show."""
        return self.media_type.startswith(HEARD)

    @property
    def day_text(self) -> str:
        """Its day, written as documents write days."""
        return day_text(self.day, "zh")

    @property
    def proof(self) -> tuple[str, str]:
        """What it is and a digest of all of it, to tell later whether it is still the same."""
        said = (self.title, self.number, str(self.day), *map(str, self.facts), self.text, self.sha256)
        return self.mark, hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Contents:
    """A whole bundle: what its cover says, and its entries in order."""

    title: str
    volume: str
    ref: str
    parties: str
    period: str
    retention: str
    association: str
    demonstration: bool
    ref_name: str = "案号"
    note: str = ""
    """What is left out or hidden, where something is."""
    hidden: tuple[str, ...] = ()
    """Names that no text in it may show."""
    shapes: tuple[str, ...] = ()
    """Patterns of what no text in it may show either where names are hidden: numbers that lead to a person."""
    pieces: tuple[Piece, ...] = field(default=())

    @property
    def as_of(self) -> date:
        """The day of the newest entry; a bundle of the same entries has the same bytes, whenever it is made."""
        return max(each.day for each in self.pieces)
