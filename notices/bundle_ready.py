"""An entry of a bundle prepared for its pages: how it is shown, in which words, and what of it is attached."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from notices.bundle_papers import HEARD, PDF, PICTURES, TEXTS, Piece

KIB: Final = 1024


class How(StrEnum):
    """How an entry is shown in a bundle."""

    PAGES = "pages"
    DRAWN = "drawn"
    PICTURE = "picture"
    WORDS = "words"
    HARMFUL = "harmful"
    HEARD = "heard"
    KEPT = "kept"
    LONG = "long"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    WITHHELD = "withheld"


TOLD: Final = {
    How.DRAWN: "以下各页系该文件各页的图像；原文件作为附件原样收入本电子文件之内。",
    How.HARMFUL: "该文件经查含有恶意程序，不向任何人提供，未收入本册。",
    How.HEARD: "录音、录像不能印出，以上列校验值为准；原文件存于本协会系统。",
    How.KEPT: "该类文件不能印出；原文件作为附件原样收入本电子文件之内。",
    How.LONG: "该文件页数过多或者过大，未予印出；原文件作为附件原样收入本电子文件之内。",
    How.MISSING: "该文件暂时不能从存储中取出，未收入本册；取出之后须重新制作。",
    How.UNREADABLE: "该文件已经损坏或者加密，无法读取；原文件作为附件原样收入本电子文件之内。",
    How.WITHHELD: (
        "该文件载有应当隐去的身份信息，或者系图片、扫描件等无法检索的内容，不能确认其中没有，未收入本册；"
        "需要查阅的，可以请案件经办人员制作遮盖身份信息的副本。"
    ),
}
INSIDE: Final = {How.DRAWN, How.KEPT, How.LONG, How.UNREADABLE}
"""Ways of showing whose sentence ends with where the file is."""
CUT: Final = "文本过长，以下只印出前一部分。"
KINDS: Final = {PDF: "PDF文件", **dict.fromkeys(PICTURES, "图片"), **dict.fromkeys(TEXTS, "文本")}


@dataclass(frozen=True)
class Drawing:
    """One page of a file from elsewhere, as a picture."""

    path: str
    width: int
    height: int
    gray: bool


@dataclass(frozen=True)
class Ready:
    """A prepared entry: how it is shown, and what of it is copied, drawn or attached."""

    place: int
    piece: Piece
    how: How
    path: str = ""
    pages: int = 0
    """Pages after the one that is set in type: copied or drawn."""
    drawn: tuple[Drawing, ...] = ()
    words: str = ""
    cut: bool = False
    original: str = ""
    """The path of the file that is attached, if there is one."""

    @property
    def attached(self) -> bool:
        """Whether the file itself is attached."""
        return bool(self.original)

    @property
    def is_set(self) -> bool:
        """Whether a page is typeset for it; one of our documents speaks for itself, unless it is void."""
        return self.how is not How.PAGES or bool(self.piece.facts)

    @property
    def is_calm(self) -> bool:
        """Whether its page tells that something is not shown, in a calm way."""
        return self.how in {How.UNREADABLE, How.MISSING, How.LONG, How.WITHHELD, How.KEPT, How.HEARD, How.HARMFUL}

    @property
    def told(self) -> str:
        """What its page says besides the facts."""
        told = TOLD.get(self.how, "")
        if self.how in INSIDE and not self.attached:
            told = told.partition("；")[0] + "。"
        return CUT if self.cut else told

    @property
    def picture(self) -> str:
        """The address under which the page finds its picture."""
        return f"part:{self.place}" if self.how is How.PICTURE else ""

    @property
    def lines(self) -> list[str]:
        """Its words, line by line."""
        return self.words.splitlines()

    @property
    def kind_name(self) -> str:
        """What kind of file it is, for people."""
        media = self.piece.media_type
        return "录音录像" if media.startswith(HEARD) else KINDS.get(media, "其他文件")

    @property
    def size_text(self) -> str:
        """How large its file is, for people."""
        size = self.piece.size
        return f"{size / KIB / KIB:.1f} MB" if size >= KIB * KIB else f"{max(size // KIB, 1)} KB" if size else "—"
