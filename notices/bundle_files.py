"""Files of a bundle prepared for its pages: our own are counted; others are drawn, re-encoded and read, isolated."""

import contextlib
import io
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pikepdf
import pypdfium2
from PIL import Image, ImageOps

from core.characters import bare, levelled
from filestore.file_checks import encoding_of

LONGEST_SIDE: Final = 2200
"""Pixels of a picture on a page: 250 to the inch where it fills the page."""
QUALITY: Final = 82
DOTS: Final = 130
"""To the inch, for pages of files that come from elsewhere."""
MOST_DRAWN: Final = 300
"""Pages of one such file; a longer one travels inside and is not drawn."""
MOST_TEXT: Final = 60_000
"""Characters of one text that are set in type."""
OUTLINE: Final = 12
"""Segments of a line or frame, at most; a letter that is drawn has more."""
DEEPEST: Final = 15
"""Forms within forms that are looked into."""
NOT_COLOURED: Final = 12
"""How far the colours of a dot may differ before a page counts as coloured."""
ENCODINGS: Final = ("utf-8-sig", "gb18030")


def counted(source: str) -> bytes:
    """How many pages one of our own files has; 0 if it cannot be read."""
    with contextlib.suppress(pikepdf.PdfError), pikepdf.open(source) as opened:
        return json.dumps({"pages": len(opened.pages)}).encode()
    return json.dumps({"pages": 0}).encode()


def picture(source: str, target: str) -> bytes:
    """Write a picture as JPEG without metadata; returns its size in pixels."""
    with Image.open(source) as opened:
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(opened)
        flat = _on_white(upright)
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    _jpeg(flat, Path(target))
    return json.dumps({"width": flat.width, "height": flat.height}).encode()


def _on_white(shown: Image.Image) -> Image.Image:
    if shown.mode in {"RGBA", "LA", "PA"} or "transparency" in shown.info:
        over = shown.convert("RGBA")
        below = Image.new("RGBA", over.size, "white")
        below.alpha_composite(over)
        shown = below
    return shown.convert("L" if shown.mode in {"1", "L"} else "RGB")


def _jpeg(shown: Image.Image, target: Path) -> None:
    bare = Image.new(shown.mode, shown.size)
    bare.paste(shown)
    bare.save(target, "JPEG", quality=QUALITY)


def drawn(source: str, folder: str, hidden: Sequence[str] = (), shapes: Sequence[str] = ()) -> bytes:
    """Draw each page of a file from elsewhere as a picture; nothing in it runs, and what it shows is what is printed.

    If somebody is to be hidden, nothing is drawn of a file whose text names them or whose notes might; and the answer
    says whether some page shows what no search can read.
    """
    told: dict[str, Any] = {"pages": 0, "drawn": [], "names": False, "blind": False}
    try:
        with pypdfium2.PdfDocument(source) as opened:
            told["pages"] = len(opened)
            if hidden and told["pages"] <= MOST_DRAWN:
                told["names"] = any(_noted(page) or names(_text(page), hidden, shapes) for page in opened)
                told["blind"] = any(_is_blind(page) for page in opened)
            if told["pages"] <= MOST_DRAWN and not told["names"]:
                opened.init_forms()
                told["drawn"] = [_draw(page, page_in(folder, place)) for place, page in enumerate(opened)]
    except pypdfium2.PdfiumError:
        told |= {"pages": 0, "drawn": []}
    return json.dumps(told).encode()


def page_in(folder: str | Path, place: int) -> Path:
    """The path of a drawn page."""
    return Path(folder, f"{place}.jpg")


def names(text: str, hidden: Sequence[str], shapes: Sequence[str] = ()) -> bool:
    """Whether a text holds one of these names, however spaced or wide its letters, or numbers of these shapes."""
    plain = levelled(text)
    whole = bare(plain)
    return any(bare(each) in whole for each in hidden if bare(each)) or any(re.search(each, plain) for each in shapes)


def _text(page: Any) -> str:  # noqa: ANN401 - pypdfium2 has no types
    return str(page.get_textpage().get_text_bounded())


def _is_blind(page: Any) -> bool:  # noqa: ANN401 - pypdfium2 has no types
    """Whether a page may show words that no search finds: pictures, letters drawn as outlines or without a meaning."""
    raw = pypdfium2.raw
    for each in page.get_objects(max_depth=DEEPEST):
        if each.type in {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING} or each.level >= DEEPEST - 1:
            return True
        if each.type == raw.FPDF_PAGEOBJ_PATH and raw.FPDFPath_CountSegments(each.raw) > OUTLINE:
            return True
    letters = page.get_textpage()
    return any(
        raw.FPDFText_HasUnicodeMapError(letters.raw, place) == 1
        or unicodedata.category(chr(raw.FPDFText_GetUnicode(letters.raw, place))) in {"Co", "Cn"}
        for place in range(letters.count_chars())
    )


def _noted(page: Any) -> bool:  # noqa: ANN401 - pypdfium2 has no types
    """Whether notes, stamps or form fields are drawn over a page: their words are in no text of it."""
    raw = pypdfium2.raw
    for place in range(raw.FPDFPage_GetAnnotCount(page)):
        note = raw.FPDFPage_GetAnnot(page, place)
        kind = raw.FPDFAnnot_GetSubtype(note)
        raw.FPDFPage_CloseAnnot(note)
        if kind not in {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP}:
            return True
    return False


def _draw(page: Any, target: Path) -> dict[str, Any]:  # noqa: ANN401 - pypdfium2 has no types
    width, height = page.get_size()
    scale = min(DOTS / 72, LONGEST_SIDE / max(width, height, 1))
    shown = page.render(scale=scale, may_draw_forms=True, rev_byteorder=True).to_pil()
    flat = _on_white(shown)
    if flat.mode == "RGB" and not _coloured(flat):
        flat = flat.convert("L")
    _jpeg(flat, target)
    return {"width": flat.width, "height": flat.height, "gray": flat.mode == "L"}


def _coloured(shown: Image.Image) -> bool:
    """Whether a page has colour, judged from a small copy; without it a page takes a third of the bytes."""
    small = shown.resize((64, 64)).tobytes()
    return any(max(small[at : at + 3]) - min(small[at : at + 3]) > NOT_COLOURED for at in range(0, len(small), 3))


def words(source: str) -> bytes:
    """The text of a text file, as far as it can be typeset."""
    content = Path(source).read_bytes()
    named = encoding_of(content[:4])
    for encoding in (named,) if named else ENCODINGS:
        with contextlib.suppress(UnicodeDecodeError), io.TextIOWrapper(io.BytesIO(content), encoding) as reader:
            text = reader.read(MOST_TEXT + 1)
            return json.dumps({"text": text[:MOST_TEXT], "more": len(text) > MOST_TEXT}).encode()
    return json.dumps({"text": "", "more": False}).encode()


def main() -> None:
    """Run the function that standard input names, with its arguments, in a process that has access to nothing."""
    known: dict[str, Callable[..., bytes]] = {"drawn": drawn, "picture": picture, "words": words}
    function, *given = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(known[function](*given))
