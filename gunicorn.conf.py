"""How a web process is set up, besides what its command says; gunicorn reads this file from the folder it runs in."""

import ctypes
import gc
import os
import signal
from itertools import count
from typing import Any

ARENAS = -8
"""M_ARENA_MAX of glibc: by itself it opens an arena for each thread, and none gives back what it holds."""
OFTEN = (20_000, 20, 20)
CROWDED, NOW_AND_THEN = 2, 4
"""Whoever is the third at once in a process is asked, every fourth time, to connect anew: another may be idle."""
forwarder_headers = ""
"""Nobody but us says under which address this site begins: a stranger whom the proxy lets say SCRIPT_NAME would write
it into the links of pages that are kept for everybody."""
preload_app = True
"""The application is made once, before there are processes: they share what never changes, and a new one begins at
once. Nothing of it holds a connection by then."""


def post_worker_init(worker: Any) -> None:  # noqa: ANN401 - of gunicorn
    """What is made anew from here on is looked through now and then. Whoever has the wrong database ends here."""
    gc.set_threshold(*OFTEN)
    _ask(worker)


def _ask(worker: Any) -> None:  # noqa: ANN401 - of gunicorn
    """Whether the database is the right one; asked again before each request while it is away."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - this file is read before gunicorn knows our modules

    from admin.starting import check_time, check_to_serve  # noqa: PLC0415 - as above

    try:
        check_to_serve(worker.wsgi)
        check_time(worker.wsgi)
    except SQLAlchemyError:
        worker.log.warning("The database is away: whether it is the right one is asked once it is back.")
    else:
        _answered.append(True)


def _ask_once_more(worker: Any) -> None:  # noqa: ANN401 - of gunicorn
    """The database may be back: where it is the wrong one all ends, as it does where that is found out at the start."""
    from core.settings import Misconfigured  # noqa: PLC0415 - as above

    try:
        _ask(worker)
    except Misconfigured:
        os.kill(os.getppid(), signal.SIGTERM)
        raise


def pre_fork(_server: Any, _worker: Any) -> None:  # noqa: ANN401
    """Before a process has threads. Modules, mappers and templates stay: nobody looks through them, all share them."""
    gc.collect()
    gc.freeze()
    limit = getattr(ctypes.CDLL(None), "mallopt", None)
    if limit is not None:
        limit(ARENAS, 2)


_answered: list[bool] = []
_under_way: set[int] = set()
_third = count()


def pre_request(worker: Any, asked: Any) -> None:  # noqa: ANN401
    """Connections stay with the process that took them; one that has more of them than others gives some back."""
    if not _answered:
        _ask_once_more(worker)
    _under_way.add(id(asked))
    if len(_under_way) > CROWDED and next(_third) % NOW_AND_THEN == 0:
        asked.force_close()


def post_request(_worker: Any, asked: Any, _environ: Any, _answer: Any) -> None:  # noqa: ANN401
    """It is answered."""
    _under_way.discard(id(asked))
