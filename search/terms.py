"""Words of a text as they are searched: pairs of Chinese characters, Latin words, numbers; where they were found."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from search.traditional import TO_SIMPLIFIED

_HAN: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\ue000-\uf8ff\uf900-\ufaff"
    "\U00020000-\U000323af"
)
_PAIR: Final = re.compile(rf"(?=([{_HAN}]{{2}}))")
_RUN: Final = re.compile(rf"([{_HAN}]+)|((?:(?![{_HAN}_])\w)+)")
_WIDE: Final = re.compile("[\uff01-\uff5e]+")
_NARROW: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_TRADITIONAL: Final = re.compile(f"[{''.join(map(chr, TO_SIMPLIFIED))}]+")
_QUOTES: Final = '"“”„‟「」『』＂'
_SAID: Final = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]|([^\s{_QUOTES}]+)")
SNIPPET: Final = 90
"""Han characters in a passage; of other letters twice as many."""
PASSAGES: Final = 3
"""So many passages of one find are shown."""
MOST_LINES: Final = 9
"""So many lines that say it are looked at, for some repeat one another."""
_CODES: Final = re.compile(r"(?:\n[A-Z]-[A-Z]\d+)+\Z")
"""Codes that stand behind a text for the index: nobody wrote them there."""
_EDGES: Final = re.compile(r"^[\W_]+|[\W_]+$")
LONGEST_WORD: Final = 60
"""A Latin word longer than this is no word."""
MOST_PAIRS: Final = 12
"""So many pairs of one long run are asked of the index; the rest of it is looked at in what they find."""
LEAST_BEGINNING: Final = 2
"""So many characters the last part of a number has at least whose end is not yet typed."""


def level(text: str) -> str:
    """Full-width forms, ligatures, case and traditional characters levelled, as index and query are compared.

    Most texts hold nothing of it but full-width commas: where those are changed first, the rest stays as it is.
    """
    narrow = _WIDE.sub(lambda found: found[0].translate(_NARROW), text)
    return _TRADITIONAL.sub(_simplified, unicodedata.normalize("NFKC", narrow).casefold())


def _simplified(found: re.Match[str]) -> str:
    return found[0].translate(TO_SIMPLIFIED)


def key(text: str) -> str:
    """A number, code or name as it is found exactly: letters, characters and digits alone."""
    return re.sub(r"[\W_]+", "", level(text))


def flat(text: str) -> str:
    """A text levelled on one line, in which terms are looked for as they were typed."""
    return " ".join(level(text).split())


def pairs(text: str) -> list[str]:
    """Every two neighbouring Chinese characters of a levelled text."""
    return _PAIR.findall(text)


def words(text: str) -> Iterator[str]:
    """Every word and number of a levelled text that is not Chinese."""
    for run in _RUN.finditer(text):
        if (word := run[2]) and len(word) <= LONGEST_WORD:
            yield word


@dataclass(frozen=True)
class Term:
    """One thing that was asked for: a word, or a quoted phrase."""

    text: str
    """Levelled."""
    quoted: bool = False
    pairs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    typed: str = ""
    """As it was typed, for names, which are not levelled as texts are."""

    @property
    def exact(self) -> bool:
        """Whether what the index finds must still be looked at: all but one pair or one word alone."""
        return self.quoted or self.text not in (*self.pairs[:1], *self.words[:1])

    @property
    def beginning(self) -> str:
        """The last word, where it is a number or code that may go on."""
        last = "" if self.quoted or not self.words else self.words[-1]
        going_on = (
            len(last) >= LEAST_BEGINNING and self.text.endswith(last) and any(sign.isdigit() for sign in self.text)
        )
        return last if going_on else ""


def asked(text: str) -> list[Term]:
    """What somebody typed: words, which must all be there, and "phrases"."""
    found: dict[str, Term] = {}
    for said in _SAID.finditer(text):
        phrase = said[1] if said[1] is not None else said[2]
        levelled = flat(phrase)
        if said[1] is None:
            levelled = _EDGES.sub("", levelled)
        if not key(levelled):
            continue
        some = tuple(dict.fromkeys(pairs(levelled)))[:MOST_PAIRS]
        term = Term(levelled, said[1] is not None, some, tuple(dict.fromkeys(words(levelled))), phrase)
        found.setdefault(levelled, term)
    return list(found.values())


class Piece(NamedTuple):
    """A part of a text, and whether it is what was asked for."""

    text: str
    hit: bool


Passage = list[Piece]


@dataclass
class Marker:
    """Finds the terms of a query in texts that people read."""

    terms: list[Term]
    stems: Mapping[str, Iterable[str]] = field(default_factory=dict)
    """Of each Latin word of the query, its stems as the index keeps them."""

    def __post_init__(self) -> None:
        """Make one pattern of all that is looked for, the longest first."""
        wanted = [re.escape(term.text).replace(r"\ ", r"\s+") for term in self.terms if self._whole(term)]
        loose = [stem for term in self.terms if not term.quoted for word in term.words for stem in self._of(word)]
        ways = sorted(dict.fromkeys(wanted), key=len, reverse=True)
        ways += [rf"(?<!\w){stem}[a-z0-9]*" for stem in sorted(dict.fromkeys(loose), key=len, reverse=True)]
        self._pattern = re.compile("|".join(ways)) if ways else None

    def _whole(self, term: Term) -> bool:
        return term.quoted or term.exact or bool(term.pairs) or not term.words

    def _of(self, word: str) -> list[str]:
        """Patterns of the beginnings that words of the same stem share."""
        return [
            re.escape(stem[:-1]) + "(?:i|y)" if stem.endswith("i") and stem != word else re.escape(stem)
            for stem in self.stems.get(word, (word,))
        ]

    def parts(self, text: str) -> list[Piece]:
        """The text in parts, those marked that were asked for."""
        found, last = [], 0
        for start, end in self.places(text):
            found += [Piece(text[last:start], hit=False), Piece(text[start:end], hit=True)]
            last = end
        return [piece for piece in (*found, Piece(text[last:], hit=False)) if piece.text]

    def places(self, text: str) -> list[tuple[int, int]]:
        """From where to where each thing stands that was asked for."""
        if self._pattern is None:
            return []
        levelled, origins = _levelled(text)
        return [
            (origins[match.start()], origins[match.end() - 1] + 1)
            for match in self._pattern.finditer(levelled)
            if match.end() > match.start()
        ]

    def passages(self, text: str, title: str = "") -> list[Passage]:
        """The lines of a text that say what was asked for, each cut around it; nothing where none does.

        A line is a field or a row of a text, and reads by itself: signs that only set it are left out, and so is one
        that another of them, or the title, repeats. A phrase over several lines is shown with all of them.
        """
        told = [_line(line) for line in _CODES.sub("", text).splitlines()]
        for lines in (told, map(_line, text.splitlines()), [" ".join(told)]):
            found = dict(islice(((line, at) for line in lines if (at := self.places(line))), MOST_LINES))
            if found:
                alone = [line for line in found if not any(line in other for other in (*found, title) if line != other)]
                return [self._cut(line, found[line][0][0]) for line in alone if line != title][:PASSAGES]
        return []

    def _cut(self, line: str, at: int) -> Passage:
        """As much of a line as stands around a place of it, marked."""
        width = SNIPPET if re.search(f"[{_HAN}]", line) else 2 * SNIPPET
        start = _begin(line, at, width // 4) if len(line) > width else 0
        end = min(len(line), start + width)
        before, after = ("…" if start else ""), ("…" if end < len(line) else "")
        pieces = (Piece(before, hit=False), *self.parts(line[start:end].strip()), Piece(after, hit=False))
        return [piece for piece in pieces if piece.text]


def _line(text: str) -> str:
    """A line without the signs that set it: a heading, a point, a row of a table."""
    cells = (" ".join(word for word in cell.split() if word.strip("#-:*>")) for cell in text.split("|"))
    return " · ".join(cell for cell in cells if cell)


def _begin(text: str, at: int, room: int) -> int:
    """Where a snippet begins: after the end of a sentence where one is near, never inside a Latin word."""
    start = max(0, at - room)
    if start == 0:
        return 0
    for sign in "。！？；\n.;":
        near = text.rfind(sign, start, at)
        if near >= 0:
            return near + 1
    while start < at and text[start - 1].isascii() and text[start - 1].isalnum():
        start += 1
    return start


@lru_cache(maxsize=30_000)
def _one(sign: str) -> str:
    return level(sign)


def _levelled(text: str) -> tuple[str, list[int] | range]:
    """The levelled text, and from which character each of its characters comes."""
    signs = list(map(_one, text))
    whole = "".join(signs)
    if len(whole) == len(text):
        return whole, range(len(whole))
    return whole, [place for place, sign in enumerate(signs) for _ in sign]
