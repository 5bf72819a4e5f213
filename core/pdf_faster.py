"""Two savings in the pinned WeasyPrint and pydyf: a seal is drawn once, and streams are packed at a lower level.

Each replaces one name of theirs. ``tests/core/test_pdf.py`` fails when one moves, and compares what comes out;
DECISIONS.md says how much each gave.
"""

# ruff: noqa: ANN401, SLF001 - WeasyPrint has no types, and what a drawing depends on is its own

import zlib
from collections import OrderedDict
from typing import Any, Final

import pydyf
from weasyprint import images

LEVEL: Final = 4
"""pydyf asks for 9, which takes three times as long for a file that is a sixtieth smaller."""

KEPT: Final = 8
"""Drawings: an association has one seal, drawn at one size in a layout."""

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


def install() -> None:
    """Put both in place; doing so twice is the same as once."""
    pydyf.zlib = _Packing
    images.SVGImage.draw = draw
