"""Which characters a text may hold: what people type is tidied, what no system can keep is named and refused."""

import re
import unicodedata
from typing import Literal

from core.words import LazyString, _l

INVISIBLE = dict.fromkeys(
    [0xFEFF, 0x200B, 0x2060, 0x00AD, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F]
)
"""Left behind by copying from chats and address books; nobody means them."""

RARE_HANZI = (range(0x2EBF0, 0x2EE5E), range(0x31350, 0x33480))
"""Extensions H, I and J: names of people, younger than the tables of some Pythons."""

HAN = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x33480))
WHY: dict[str, LazyString] = {
    "Cc": _l("a control character"),
    "Cn": _l("a character that no standard knows"),
    "Co": _l("a private character that shows only on your own device"),
    "Cs": _l("half of a character"),
}
BEFORE = 6
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of which codes and numbers are made that people copy: 32 without the look-alikes 0 O 1 I, five bits each.

So a byte falls on each of them as often.
"""
NONE_OF_THEM = _l(
    "There is a letter or digit in it that no code has: codes are made of the letters A to Z without I and O, and the "
    "digits 2 to 9. Compare it once more."
)
_STROKED = str.maketrans("ØøŁłĐđıĦħŦŧ", "OoLlDdiHhTt")
"""Letters that no table takes apart: whoever has no such keys types them without their strokes."""
MARKS = 30
"""No letter of any writing bears more (UAX 15, stream-safe text)."""
_MARK = "".join(
    sign for sign in map(chr, range(0x300, 0x20000)) if unicodedata.combining(unicodedata.normalize("NFKD", sign)[0])
)
_PILED = re.compile(f"([{_MARK}]{{{MARKS}}})[{_MARK}]+")


def levelled(text: str, form: Literal["NFC", "NFKC"] = "NFKC") -> str:
    """A text in a normal form, whoever sent it.

    Python's own puts the marks of one letter in their order by looking back over all of them: a million of them in one
    field, which anybody may send, kept a process of the web for hours. What is piled up is left out.
    """
    return unicodedata.normalize(form, _PILED.sub(r"\1", text))


def unmarked(sign: str) -> str:
    """One sign as any keyboard has it, narrow and without marks; as it is where that would be several."""
    narrow = unicodedata.normalize("NFKC", sign)
    if len(narrow) > 1:
        return sign
    letter = unicodedata.normalize("NFD", narrow)[0].translate(_STROKED)
    return letter if letter.isascii() and letter.isalpha() else narrow


def is_han(sign: str) -> bool:
    """Whether it is a Chinese character, however rare."""
    return any(ord(sign) in block for block in HAN)


def bare(text: str) -> str:
    """Letters and digits alone, whatever their width and case: by these two texts are held against one another."""
    return "".join(each for each in levelled(text).casefold() if each.isalnum())


def signs_of(code: str) -> str:
    """The letters and digits of a code as somebody typed it, in capitals."""
    return bare(code).upper()


def tidy(text: str, *, lines: bool = False) -> str:
    """The same words without invisible marks, in composed form, with plain line ends."""
    text = text.translate(INVISIBLE)
    text = re.sub("\r\n?|\u2028|\u2029|\x85", "\n", text)
    if not lines:
        text = re.sub(r"[\n\t]+", " ", text)
    return levelled(text, "NFC").strip()


def wrong(text: str, *, private: bool = False) -> tuple[str, LazyString, str] | None:
    """The first character that can't be kept: its code, why, and the text before it."""
    for place, letter in enumerate(text):
        kind = unicodedata.category(letter)
        if kind not in WHY or letter in "\n\t" or (private and kind == "Co"):
            continue
        if kind == "Cn" and any(ord(letter) in block for block in RARE_HANZI):
            continue
        return f"U+{ord(letter):04X}", WHY[kind], text[max(0, place - BEFORE) : place]
    return None
