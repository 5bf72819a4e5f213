"""Which application is at work here: whose context is open, or in a process of RQ's own the one it began with."""

import gc

from flask import Flask
from flask.globals import _cv_app

_begun: list[Flask] = []


def begin(app: Flask) -> None:
    """Make this the application of a process that opens no context itself."""
    _begun[:] = [app]


def application() -> Flask:
    """The application at work; raises IndexError where none was made."""
    context = _cv_app.get(None)  # a page asks for it some hundred times; by the names of Flask each would look twice
    return _begun[0] if context is None else context.app


def stays() -> None:
    """Exempt from garbage collection what a long-running process began with."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
