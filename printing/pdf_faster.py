"""Savings in the pinned WeasyPrint and pydyf: a seal is drawn once, streams are packed less, fonts are not copied.

Each replaces one name or two of theirs. ``tests/printing/test_pdf.py`` fails when one moves, and compares what comes out;
DECISIONS.md says how much each gave.
"""

# ruff: noqa: ANN401, SLF001 - WeasyPrint has no types, and what a drawing depends on is its own

import zlib
from collections import OrderedDict
from typing import Any, Final

import pydyf
from weasyprint import images
from weasyprint.pdf import fonts

LEVEL: Final = 4
"""pydyf asks for 9, which takes three times as long for a file that is a sixtieth smaller."""

KEPT: Final = 8
"""Drawings: an association has one seal, drawn at one size in a layout."""

_data = fonts.get_hb_object_data
_draw = images.SVGImage.draw
_drawn: OrderedDict[tuple[Any, ...], tuple[bytes, dict[str, Any]]] = OrderedDict()


class _Packing:
    """What pydyf takes from zlib."""

    compress = staticmethod(zlib.compress)

    @staticmethod
    def compressobj(level: int) -> Any:
        """Pack at our level, whatever is asked."""
        del level
        return zlib.compressobj(LEVEL)


def draw(image: Any, stream: Any, width: float, height: float, style: Any) -> None:
    """Draw an SVG; of one that its giver says to keep, write again what the first drawing wrote.

    What is written hangs on the drawing, its size, and the colours and opacities that are set where it begins; the
    stream forgets these after it. A drawing that uses anything of the document but an opacity is not kept.
    """
    content = getattr(image._url_fetcher, "kept", {}).get(image._base_url)
    if content is None:
        _draw(image, stream, width, height, style)
        return
    colours = (stream._current_color, stream._current_color_stroke)
    key = (content, width, height, *colours, stream._current_alpha, stream._current_alpha_stroke)
    states = stream._resources["ExtGState"]
    if key in _drawn:
        written, opacities = _drawn[key]
        _drawn.move_to_end(key)
        stream.stream.append(written)
        for name, state in opacities.items():
            states.setdefault(name, pydyf.Dictionary(state))
        return
    begins, before = len(stream.stream), _used(stream)
    _draw(image, stream, width, height, style)
    if begins < len(stream.stream) and _used(stream) == before:
        written = b"\n".join(pydyf._to_bytes(each) for each in stream.stream[begins:])
        opacities = {name: dict(state) for name, state in states.items() if name[0] in "aA"}
        stream.stream[begins:] = [written]
        _drawn[key] = (written, {name: state for name, state in opacities.items() if f"/{name} gs".encode() in written})
        if len(_drawn) > KEPT:
            _drawn.popitem(last=False)


def _used(stream: Any) -> tuple[int, ...]:
    """How much of the document's own the page uses so far: what a kept drawing must not add to."""
    kinds = ("XObject", "Pattern", "Shading")
    groups = sum(name[0] not in "aA" for name in stream._resources["ExtGState"])
    return (*(len(stream._resources[kind]) for kind in kinds), groups, len(stream._fonts))


class _File:
    """The file of a face (which lives as long as this), read when it is asked for and not before."""

    def __init__(self, face: Any) -> None:
        self._face = face

    def read(self) -> bytes:
        """A copy of all of it."""
        return bytes(_data(self._face) or b"")


def _content(font: Any) -> bytes:
    """The font as it is written: the whole file, until it has been cut to the letters in use."""
    kept = font.__dict__["kept_content"]
    return kept.read() if isinstance(kept, _File) else kept


def _keep(font: Any, content: "bytes | _File") -> None:
    """The whole file is left where it lies: each document copied 6 MB for each of its fonts, and used 30 KB of them."""
    if "kept_content" in font.__dict__ and isinstance(content, _File):
        content = content.read() or font.__dict__["kept_content"]
    font.__dict__["kept_content"] = content


def install() -> None:
    """Put all in place; doing so twice is the same as once."""
    pydyf.zlib = _Packing
    images.SVGImage.draw = draw
    fonts.get_hb_object_data = _File
    fonts.Font.file_content = property(_content, _keep)
