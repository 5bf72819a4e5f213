"""The floor: the same server and application, which answers each request with a constant of a given size."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from wsgi import create_app

CONTENT = b"x" * int(os.environ.get("FLOOR_BYTES", "0"))
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(CONTENT)))]


def _answer(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", HEADERS)
    return [CONTENT]


app = create_app()
app.wsgi_app = _answer  # type: ignore[method-assign]  # a server asks the application whether its database is the right one
