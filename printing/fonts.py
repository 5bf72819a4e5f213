"""The typefaces that documents are set in: where they lie, which are missing, which characters they have."""

import os
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from core.errors import Unavailable
from core.settings import ROOT
from core.words import _l
from printing import fonts_covered
from printing.pdf_failures import CharactersMissing

LETTERS: Final = ("NotoSerif-Regular.ttf", "NotoSerif-Bold.ttf")
"""Latin, Greek and Cyrillic letters that the Chinese faces lack: names of people from elsewhere."""
FETCHED: Final = (
    "FandolFang-Regular.otf",
    "FandolSong-Regular.otf",
    "FandolSong-Bold.otf",
    "FandolHei-Regular.otf",
    "FandolKai-Regular.otf",
    *LETTERS,
)
INSTALLED: Final = (
    "NotoSerifCJK-Regular.ttc",
    "NotoSansCJK-Regular.ttc",
    "NotoSerifCJK-Bold.ttc",
    "NotoSansCJK-Bold.ttc",
)
"""Rare names, and all Latin text of English documents; from the system package fonts-noto-cjk."""

GETA: Final = "〓"
"""What a printer sets for a sign that is not in the case."""

_HINT: Final = {FETCHED: "./zilu setup run", INSTALLED: "apt-get install --no-install-recommends fonts-noto-cjk"}
_SYSTEM: Final = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
_TAGS: Final = re.compile(r"<style.*?</style>|<[^>]*>", re.DOTALL)


_found: dict[str, Path | None] = {}
"""Where each font of the system lay when it was last looked for."""


class FontsMissing(Unavailable):
    """Documents cannot be made on this machine until these fonts are fetched."""

    def __init__(self, names: tuple[str, ...], command: str) -> None:
        """Name them, and the command."""
        listed = ", ".join(names)
        sentence = _l("The fonts %(names)s are missing. Fetch them with: %(command)s", names=listed, command=command)
        super().__init__(sentence)
        self.names = names


def folder() -> Path:
    """Where the fetched fonts lie."""
    return Path(os.environ.get("ZILU_FONTS") or ROOT / "instance" / "fonts")


def _fetched() -> tuple[Path, ...]:
    return _in(os.environ.get("ZILU_FONTS"))


@cache
def _in(_said: str | None) -> tuple[Path, ...]:
    """Looked for before each document: put together once."""
    return tuple(folder() / name for name in FETCHED)


def missing() -> list[tuple[str, str]]:
    """Each missing font file with the command that brings it."""
    fetched = [(each.name, _HINT[FETCHED]) for each in _fetched() if not each.is_file()]
    return fetched + [(name, _HINT[INSTALLED]) for name in INSTALLED if installed(name) is None]


def require() -> None:
    """Refuse, with what to do, when a document could not be set."""
    if lacking := missing():
        command = lacking[0][1]
        raise FontsMissing(tuple(name for name, hint in lacking if hint == command), command)


def installed(name: str) -> Path | None:
    """Where a font of the system lies, or none; one that went while the process ran is none, or lies elsewhere."""
    kept = _found.get(name)
    if kept is not None and kept.is_file():
        return kept
    roots = (folder(), *map(Path, _SYSTEM))
    there = (found for root in roots for found in root.expanduser().rglob(name) if found.is_file())
    _found[name] = found = next(there, None)
    return found


def _for_chinese() -> Iterator[Path]:
    yield from (each for each in _fetched() if each.name not in LETTERS)
    yield from (installed(name) or Path(name) for name in INSTALLED[:2])


@cache
def _covered(*, chinese: bool) -> bytes:
    """One bit per code point that the faces for Chinese have, or that for letters."""
    require()
    bits = bytearray(0x110000 // 8)
    for face in _for_chinese() if chinese else (folder() / LETTERS[0],):
        for run in fonts_covered.covered(face):
            for point in run:
                bits[point >> 3] |= 1 << (point & 7)
    return bytes(bits)


_had: set[str] = set()
"""What was asked for and can be set: nearly all of the next document."""
_letters: set[str] = set()
"""Those of them that the face of letters alone has."""


def uncovered(text: str) -> tuple[str, ...]:
    """The characters of a text that no font has, each once, in order."""
    asked = set(text) - _had
    if not asked:
        return ()
    letters = {each for each in asked if not _has(_covered(chinese=True), each) and not each.isspace()}
    lacking = {each for each in letters if not _has(_covered(chinese=False), each)}
    marks = {each for each in asked if unicodedata.combining(each)}  # they fit only on letters of their own face
    _letters.update(each for each in letters | marks if _has(_covered(chinese=False), each))
    _had.update(asked - lacking)
    return tuple(each for each in dict.fromkeys(text) if each in lacking) if lacking else ()


def _has(bits: bytes, character: str) -> bool:
    return bool(bits[ord(character) >> 3] >> (ord(character) & 7) & 1)


def needs_letters(text: str) -> bool:
    """Whether a text has characters that the face of letters alone can set."""
    uncovered(text)
    return not _letters.isdisjoint(text)


def printable(text: str) -> str:
    """The text with 〓 for pictures and marks that no font has; a letter without a glyph is refused.

    A letter may be somebody's name, so it is never replaced silently; an emoji may.
    """
    lacking = uncovered(text)
    if letters := tuple(each for each in lacking if unicodedata.category(each)[0] not in "SMC" or _private(each)):
        raise CharactersMissing(letters)
    for character in lacking:
        invisible = unicodedata.category(character)[0] in "MC"
        text = text.replace(character, "" if invisible else GETA)
    return text


def _private(character: str) -> bool:
    return unicodedata.category(character) in {"Co", "Cn", "Cs"}


def text_in(html: str) -> str:
    """The text between the tags: what has to be drawn."""
    return _TAGS.sub("", html)
