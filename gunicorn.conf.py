"""How a web process is set up, besides what its command says; gunicorn reads this file from the folder it runs in."""

import ctypes
import gc
from typing import Any

ARENAS = -8
"""M_ARENA_MAX of glibc: by itself it opens an arena for each thread, and none gives back what it holds."""
OFTEN = (20_000, 20, 20)


def post_worker_init(_worker: Any) -> None:  # noqa: ANN401 - of gunicorn
    """Modules, mappers and templates stay: nobody looks through them for what can be thrown away."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*OFTEN)


def pre_fork(_server: Any, _worker: Any) -> None:  # noqa: ANN401
    """Before a process has threads."""
    limit = getattr(ctypes.CDLL(None), "mallopt", None)
    if limit is not None:
        limit(ARENAS, 2)
