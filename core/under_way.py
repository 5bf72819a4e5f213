"""Which application is at work here: whose context is open, or in a process of RQ's own the one it began with."""

import gc

from flask import Flask, has_app_context
from flask.globals import app_ctx

_begun: list[Flask] = []


def begin(app: Flask) -> None:
    """From here on this is the application of a process that opens no context by itself."""
    _begun[:] = [app]


def application() -> Flask:
    """The application at work; raises IndexError where none was made."""
    return app_ctx.app if has_app_context() else _begun[0]


def stays() -> None:
    """What a long process began with stays: nobody looks through it for what can be thrown away."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
