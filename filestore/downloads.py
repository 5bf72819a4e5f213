"""How a kept file is served: as an attachment, never guessed at, never able to run; in parts where one is asked for."""

import os
import re
import unicodedata
from io import BytesIO
from pathlib import PurePath
from urllib.parse import quote

from flask import Response, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import parse_options_header

from core.errors import Erased
from filestore import files, scanning

_PICTURES = {"image/jpeg", "image/png", "image/gif", "image/webp"}
_PLAYED = {"audio/mpeg", "audio/wav", "audio/mp4", "video/mp4"}
INLINE = {*_PICTURES, *_PLAYED, "application/pdf"}
"""What a browser may show in the page when it is asked to; everything else is only ever saved."""
_NO_ASCII = re.compile(r"[^\x20-\x7e]+")
_LOCKED = "sandbox; default-src 'none'"


def there(sha256: str | None) -> str:
    """The digest of a file that is kept; of one that was erased the reader is told so."""
    if sha256 is None:
        raise Erased
    return sha256


def served(sha256: str | None, name: str, media_type: str, *, inline: bool = False) -> Response:
    """Answer with a file; the page has checked before that this reader may have it."""
    sha256 = there(sha256)
    shown = inline and media_type in INLINE
    stream = scanning.given_out(sha256)
    answer = send_file(
        stream,
        mimetype=media_type,
        as_attachment=not shown,
        download_name=files.clean_name(name),
        conditional=False,
        etag=sha256,
    )
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    answer.content_length = size
    try:
        answer.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        stream.close()
        raise
    return locked(_called(answer))


def _called(answer: Response) -> Response:
    """For programs that know only names in ASCII: what is left of ours does not begin with the marks between words."""
    how, said = parse_options_header(answer.headers["Content-Disposition"])
    name = PurePath(said.get("filename", ""))
    stem, ending = name.stem, name.suffix
    if not name.name.isascii():
        letters = "".join(sign for sign in unicodedata.normalize("NFKD", stem) if not unicodedata.combining(sign))
        plain = _NO_ASCII.sub("-", letters).strip(" ,.;_-") or "file"
        names = {
            "filename": f"{plain}{ending if ending.isascii() else ''}",
            "filename*": f"UTF-8''{quote(name.name, safe='')}",
        }
        answer.headers.set("Content-Disposition", how, **names)
    return answer


def attached(content: bytes, media_type: str, name: str) -> Response:
    """Answer with what was made for this reader, under a name in the reader's language; it is only ever saved."""
    called = files.clean_name(name)
    plain = media_type.partition(";")[0]  # the character set of a text is added again
    answer = send_file(BytesIO(content), mimetype=plain, as_attachment=True, download_name=called, etag=False)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return _called(answer)


def drawn(content: bytes) -> Response:
    """Answer with a picture that the product drew of a file."""
    return locked(Response(content, mimetype="image/jpeg"))


def locked(answer: Response) -> Response:
    """What comes from outside is taken for nothing but what it is said to be, runs nowhere, and stays in no cache."""
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = _LOCKED
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
