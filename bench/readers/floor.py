"""The floor: the same server with an application that answers a constant of a given size."""

import os
from collections.abc import Callable, Iterable
from typing import Any

CONTENT = b"x" * int(os.environ.get("FLOOR_BYTES", "0"))
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(CONTENT)))]


def app(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer."""
    start("200 OK", HEADERS)
    return [CONTENT]
