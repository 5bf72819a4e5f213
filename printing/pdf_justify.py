"""Full lines for Chinese text: WeasyPrint stretches lines at spaces only, and Chinese has none.

This replaces one private function of the pinned WeasyPrint: what is left of a line is spread between
its characters. ``tests/printing/test_pdf.py`` measures the result and fails when the function moves.
"""

# ruff: noqa: ANN401 - WeasyPrint's boxes have no types

from collections.abc import Iterator
from typing import Any, Final

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline

WIDEST: Final = 4.0
"""CSS pixels between two characters; a line that needs more is left as it is."""

BREAK: Final = "\u200b"

_at_spaces = inline.justify_line


def _texts(box: Any) -> Iterator[Any]:
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        for child in box.children:
            yield from _texts(child)


def _chinese(text: str) -> bool:
    """Whether at least a fifth of the line is Chinese: with an address in it, not English with a name."""
    return 5 * sum("\u2e80" <= character <= "\uffef" or character > "\U0001ffff" for character in text) > len(text)


def _seen(text: str) -> str:
    """Without the marks at which an address may be broken: nothing is set, so nothing is spread."""
    return text.replace(BREAK, "")


def justify_line(context: Any, line: Any, extra_width: float) -> None:
    """Spread the rest of a line between all of its characters."""
    text = _seen("".join(box.text for box in _texts(line)))
    if len(text) < 2 or extra_width <= 0 or not _chinese(text):  # noqa: PLR2004
        _at_spaces(context, line, extra_width)
        return
    gap = extra_width / (len(text.rstrip()) - 1 or 1)
    if gap <= WIDEST:
        _spread(context, line, gap, 0)


def _spread(context: Any, box: Any, gap: float, shift: float) -> float:
    """Widen a box by a gap for each character, move it by what stands before it; returns the new shift."""
    if isinstance(box, boxes.TextBox):
        box.position_x += shift
        box.style = box.style.copy()
        spacing = box.style["letter_spacing"]
        box.style["letter_spacing"] = (0 if spacing == "normal" else spacing) + gap
        layout = inline.create_layout(box.text, box.style, context, max_width=None, justification_spacing=0)
        layout.deactivate()
        box.pango_layout = layout
        box.width += gap * len(_seen(box.text))
        return shift + gap * len(_seen(box.text))
    if isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        box.position_x += shift
        before = shift
        for child in box.children:
            if child.is_in_normal_flow():
                shift = _spread(context, child, gap, shift)
        box.width += shift - before
        return shift
    box.translate(shift, 0)
    return shift


def install() -> None:
    """Put it in place of WeasyPrint's own; doing so twice is the same as once."""
    inline.justify_line = justify_line
