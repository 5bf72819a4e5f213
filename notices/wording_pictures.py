"""Pages of a sample as pictures, drawn in the process that lays it out: the web process loads none of this."""

import base64
import io
import json
from itertools import islice
from typing import Final

import pypdfium2

SHOWN: Final = 4
"""Pages; the whole is in the PDF."""
WIDTH: Final = 900
"""Pixels of a page's width."""


def drawn(pdf: bytes) -> bytes:
    """The first pages as PNG, in a JSON list."""
    made = []
    with pypdfium2.PdfDocument(pdf) as opened:
        for page in islice(opened, SHOWN):
            out = io.BytesIO()
            shown = page.render(scale=WIDTH / page.get_width()).to_pil()
            shown.convert("P", palette=1, colors=32).save(out, "PNG")
            made.append(base64.b64encode(out.getvalue()).decode())
    return json.dumps(made).encode()
