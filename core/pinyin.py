"""By which key Chinese names are sorted as a reader looks for them: by pinyin, then by character.

The database sorts by code points: its own collation knows no Chinese, and ICU is not in every build of it.
"""

import os
import unicodedata
from collections.abc import Callable
from functools import cache, partial
from typing import Final

AS_IN_PLACES: Final = {"长": "cháng,zhǎng", "厦": "xià,shà", "都": "dū,dōu"}
"""Characters that names of companies have as part of a place."""
READ: Final = {
    "重庆": [["chóng"], ["qìng"]],
    "银行": [["yín"], ["háng"]],
    "六安": [["lù"], ["ān"]],
    "番禺": [["pān"], ["yú"]],
    "乐清": [["yuè"], ["qīng"]],
    "音乐": [["yīn"], ["yuè"]],
    "台州": [["tāi"], ["zhōu"]],
    "丽水": [["lí"], ["shuǐ"]],
}
"""What is read otherwise than its characters by themselves, as far as names of companies have it."""


def sort_key(name: str) -> str:
    """A text by whose code points names stand in the order of a Chinese dictionary; what cannot be read stands last."""
    plain = unicodedata.normalize("NFKC", name).casefold().strip()
    parts = zip(_read()(plain), plain, strict=True)
    return "".join(sign if sign.isascii() else f"{said}{sign}" for said, sign in parts)


@cache
def _read() -> Callable[[str], list[str]]:
    """How each sign of a text is read; the library comes with the first name, and without 47,000 phrases (45 MB)."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    import pypinyin  # noqa: PLC0415 - 13 MB that most processes never need

    pypinyin.load_single_dict({ord(sign): said for sign, said in AS_IN_PLACES.items()})
    pypinyin.load_phrases_dict(READ)
    tone = pypinyin.Style.TONE3
    return partial(pypinyin.lazy_pinyin, style=tone, neutral_tone_with_five=True, errors=_unread)  # type: ignore[arg-type]


def _unread(run: str) -> list[str]:
    return ["~"] * len(run)
