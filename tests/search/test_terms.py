"""Words are levelled as Unicode says, however few steps that takes, and every two characters of a run are a pair."""

import unicodedata
from random import Random

from search import terms
from search.traditional import TO_SIMPLIFIED

MARKS = [chr(sign) for sign in (0x300, 0x301, 0x308, 0x3099, 0x309A, 0x1161, 0x11A8)]
WIDE = [chr(sign) for sign in range(0xFF01, 0xFFE7)]
SIGNS = [chr(sign) for sign in range(0x30000) if not 0xD800 <= sign < 0xE000]


def _plainly(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(TO_SIMPLIFIED)


def test_every_sign_and_every_full_width_one_with_a_mark_is_levelled_as_unicode_says() -> None:
    assert [sign for sign in SIGNS if terms.level(sign) != _plainly(sign)] == []
    marked = [wide + mark for wide in WIDE for mark in MARKS]
    assert [text for text in marked if terms.level(text) != _plainly(text)] == []


def test_whatever_stands_together_is_levelled_as_unicode_says() -> None:
    dice = Random(1)  # noqa: S311 - texts for a test
    for _ in range(5_000):
        text = "".join(dice.choice(dice.choice([SIGNS, WIDE, MARKS])) for _ in range(8))
        assert terms.level(text) == _plainly(text), ascii(text)


def test_pairs_are_neighbours_in_one_run_of_chinese() -> None:
    assert terms.pairs("消费金融，app催收") == ["消费", "费金", "金融", "催收"]
    assert terms.pairs("a消1费") == []
