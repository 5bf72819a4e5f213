"""How a web process is set up, besides what its command says; gunicorn reads this file from the folder it runs in."""

import ctypes
import gc
from typing import Any

ARENAS = -8
"""M_ARENA_MAX of glibc: by itself it opens an arena for each thread, and none gives back what it holds."""
OFTEN = (20_000, 20, 20)
preload_app = True
"""The application is made once, before there are processes: they share what never changes, and a new one begins at
once. Nothing of it holds a connection by then."""


def post_worker_init(_worker: Any) -> None:  # noqa: ANN401 - of gunicorn
    """What is made anew from here on is looked through now and then."""
    gc.set_threshold(*OFTEN)


def pre_fork(_server: Any, _worker: Any) -> None:  # noqa: ANN401
    """Before a process has threads. Modules, mappers and templates stay: nobody looks through them, all share them."""
    gc.collect()
    gc.freeze()
    limit = getattr(ctypes.CDLL(None), "mallopt", None)
    if limit is not None:
        limit(ARENAS, 2)
