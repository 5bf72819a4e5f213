"""Page numbers n / N in a bundle, in the letters of its own last page, which is then removed."""

import re
from dataclasses import dataclass
from typing import Any, Final, Self

import pikepdf
from pikepdf import Name

DRAWN: Final = "0123456789/"
"""What the page of digits shows, in this order."""
SIZE: Final = 10
RIGHT: Final = 56.0
"""Points from the right edge of the page to the end of the number."""
FOOT: Final = 30.0
GAP: Final = 280
"""Before and behind the stroke, in thousandths of the size."""
FONT: Final = Name("/ZiluNumbers")
BEGIN: Final = b"q\n"


@dataclass(frozen=True)
class Digits:
    """The letters of the numbers: their font, and the code and width of each."""

    font: Any
    codes: dict[str, str]
    widths: dict[str, float]

    @classmethod
    def of(cls, made: pikepdf.Pdf) -> Self:
        """Read from the last page, which shows each of them once."""
        page = made.pages[-1]
        shown, name = "", None
        for each in pikepdf.parse_content_stream(page):
            operands, operator = each.operands, each.operator
            if str(operator) == "Tf":
                name = str(operands[0])
            if str(operator) in {"Tj", "TJ"}:
                parts: Any = operands[0] if str(operator) == "TJ" else [operands[0]]
                shown += "".join(bytes(part).hex() for part in parts if isinstance(part, pikepdf.String))
        codes = re.findall("....", shown)
        if name is None or len(codes) != len(DRAWN):
            message = "the page of digits does not show the digits"
            raise ValueError(message)
        font = page.resources.Font[name]
        widths = _widths(font.DescendantFonts[0])
        return cls(
            font,
            dict(zip(DRAWN, codes, strict=True)),
            {sign: widths.get(int(code, 16), 1000.0) for sign, code in zip(DRAWN, codes, strict=True)},
        )

    def number(self, made: pikepdf.Pdf) -> None:
        """Number every page, so that nothing drawn on a page before can move its number."""
        total = len(made.pages)
        begin = made.make_stream(BEGIN)
        for place, page in enumerate(made.pages, 1):
            width = float(page.mediabox[2])
            page.add_resource(self.font, Name.Font, FONT, replace_existing=True)
            page.contents_add(begin, prepend=True)
            page.contents_add(made.make_stream(self._drawing(f"{place}/{total}", width)))

    def _drawing(self, text: str, width: float) -> bytes:
        long = sum(self.widths[sign] for sign in text) + 2 * GAP
        shown = "".join(
            f"{-GAP}<{self.codes[sign]}>{-GAP}" if sign == "/" else f"<{self.codes[sign]}>" for sign in text
        )
        left = width - RIGHT - long * SIZE / 1000
        return f"\nQ /Artifact BMC q 0 g BT {FONT} {SIZE} Tf {left:.2f} {FOOT:.2f} Td [{shown}] TJ ET Q EMC\n".encode()


def _widths(font: Any) -> dict[int, float]:  # noqa: ANN401 - a dictionary of pikepdf
    """Widths of a font's glyphs from its runs: a first code with a list, or two codes with one width."""
    found: dict[int, float] = {}
    runs = list(font.W)
    while runs:
        first, following = int(runs.pop(0)), runs.pop(0)
        if isinstance(following, pikepdf.Array):
            found |= {first + place: float(each) for place, each in enumerate(following)}
        else:
            width = float(runs.pop(0))
            found |= dict.fromkeys(range(first, int(following) + 1), width)
    return found
