"""Pages travel compressed, each with a name of random length so that its size tells nothing of what it hides."""

import gzip
import io
import secrets

from flask import Flask, Response, request

LEAST = 1000
"""Bytes; less is not worth it."""
SQUEEZED = frozenset(
    {
        "text/html",
        "application/atom+xml",
        "application/feed+json",
        "application/xml",
        "image/svg+xml",
        "text/calendar",
        "text/csv",
    }
)
LONGEST_NAME = 100


def init_app(app: Flask) -> None:
    """Compress what pages answer with; files are served as they are."""
    app.after_request(squeeze)


def squeeze(answer: Response) -> Response:
    """Compress a page for a browser that takes it."""
    if answer.mimetype not in SQUEEZED:
        return answer
    answer.vary.add("Accept-Encoding")
    known = answer.is_streamed or answer.direct_passthrough or "Content-Encoding" in answer.headers
    if known or not request.accept_encodings["gzip"] or len(answer.get_data()) < LEAST:
        return answer
    answer.set_data(_packed(answer.get_data()))
    answer.headers["Content-Encoding"] = "gzip"
    tag, _weak = answer.get_etag()
    if tag:
        answer.set_etag(tag, weak=True)
    return answer


def _packed(text: bytes) -> bytes:
    """Compress, with a name of random length in the gzip head: the size does not tell whether a guess was right."""
    out = io.BytesIO()
    name = secrets.token_hex(LONGEST_NAME)[: secrets.randbelow(LONGEST_NAME) + 1]
    with gzip.GzipFile(name, "wb", compresslevel=3, fileobj=out, mtime=0) as packer:
        packer.write(text)
    return out.getvalue()
