"""PDFs as the house asks for them; what lays them out is loaded by the process that does it, and by no other.

WeasyPrint and its libraries are 25 MB and half a second that a web worker never needs: the press makes its documents.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from printing import fonts
from printing.press import PRESS, Named

if TYPE_CHECKING:
    from printing.pdf_layout import is_blank, lay_out, render, warm

__all__ = [
    "is_blank",
    "lay_out",
    "render",
    "render_in_limits",
    "warm",
]

LAYING_OUT: Final = "printing.pdf_layout"
RENDER: Final = Named(LAYING_OUT, "render")


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for, see above
    """What lays out, when it is first asked for."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(LAYING_OUT), name)


def render_in_limits(html: str, *, created: datetime, stylesheets: Sequence[str] = ()) -> bytes:
    """As ``render``, on the press; raises RenderFailed or what the fonts lack."""
    fonts.require()
    return PRESS.make(partial(RENDER, created=created, stylesheets=stylesheets), html)
