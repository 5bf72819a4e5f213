"""How a kept file is served: as an attachment, never guessed at, never able to run."""

from flask import Response, send_file

from core import files

_PICTURES = {"image/jpeg", "image/png", "image/gif", "image/webp"}
INLINE = {*_PICTURES, "audio/mpeg", "audio/wav", "audio/mp4", "application/pdf"}
"""What a browser may show in the page when it is asked to; everything else is only ever saved."""
_LOCKED = "sandbox; default-src 'none'"


def served(sha256: str, name: str, media_type: str, *, inline: bool = False) -> Response:
    """Answer with a file; the page has checked before that this reader may have it."""
    shown = inline and media_type in INLINE
    answer = send_file(
        files.open_file(sha256),
        mimetype=media_type,
        as_attachment=not shown,
        download_name=files.clean_name(name),
        conditional=True,
        etag=sha256,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = _LOCKED
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
