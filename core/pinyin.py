"""By which key Chinese names are sorted as a reader looks for them: by pinyin, then by character.

The database sorts by code points: its own collation knows no Chinese, and ICU is not in every build of it.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).with_name("pinyin.txt")
"""By reading, the characters 4E00 to 9FA5 as pypinyin 0.55 (MIT) reads each by itself; 长, 厦, 都 as in places."""
READ: Final = {
    "重庆": ("chong2", "qing4"),
    "银行": ("yin2", "hang2"),
    "六安": ("lu4", "an1"),
    "番禺": ("pan1", "yu2"),
    "乐清": ("yue4", "qing1"),
    "音乐": ("yin1", "yue4"),
    "台州": ("tai1", "zhou1"),
    "丽水": ("li2", "shui3"),
}
"""What is read otherwise than its characters by themselves, as far as names of companies have it."""
_PARTS: Final = re.compile("|".join([*READ, "."]), re.DOTALL)


def sort_key(name: str) -> str:
    """A text by whose code points names stand in the order of a Chinese dictionary; what cannot be read stands last."""
    plain = unicodedata.normalize("NFKC", name).casefold().strip()
    return "".join(map(_said, _PARTS.findall(plain)))


def _said(part: str) -> str:
    if part in READ:
        return "".join(f"{said}{sign}" for said, sign in zip(READ[part], part, strict=True))
    if part.isascii():
        return part
    return f"{_readings().get(part, '~')}{part}"


@cache
def _readings() -> dict[str, str]:
    lines = (line.split() for line in TABLE.read_text(encoding="utf-8").splitlines())
    return {sign: said for said, signs in lines for sign in signs}
