"""How a web process is set up, besides what its command says; gunicorn reads this file from the folder it runs in."""

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count
from time import monotonic
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http import errors
from gunicorn.util import write_nonblock

ARENAS = -8
"""M_ARENA_MAX of glibc: by itself it opens an arena for each thread, and none gives back what it holds."""
SELDOM = (300_000, 20, 20)
"""Rubbish is looked for between pages (`core/turns.py`); by itself only where one makes more than any page does."""
CROWDED, NOW_AND_THEN = 2, 4
"""Whoever is the third at once in a process is asked, every fourth time, to connect anew: another may be idle."""
LOOKS = 5.0
"""Seconds after which it is asked once more whether the database is the one that this code was made for."""
forwarder_headers = ""
"""Nobody but us says under which address this site begins: a stranger whom the proxy lets say SCRIPT_NAME would write
it into the links of pages that are kept for everybody."""
limit_request_line = 8190
"""The most that gunicorn takes. A Chinese word of a search is nine bytes of its address for each character."""
limit_request_field_size = 2 * limit_request_line
"""What a page of such an address asks for names it whole."""
control_socket_disable = True
"""Nobody steers it by a socket: all sites of one user would share it, and a service's user has no folder for it."""
preload_app = True
"""The application is made once, before there are processes: they share what never changes, and a new one begins at
once. Nothing of it holds a connection by then."""


class logger_class(Logger):  # type: ignore[misc]  # noqa: N801 - as gunicorn calls it
    """Keeps of a fault its class and place: its words, and the address asked, may be a person's."""

    def exception(self, msg: object, *_args: object, **_more: object) -> None:
        """Of gunicorn's own sentence what it is before its values."""
        from core.faults_told import told, traced  # noqa: PLC0415 - this file is read before gunicorn knows our modules

        if fault := sys.exc_info()[1]:
            self.error("%s: %s\nTraceback\n%s", str(msg).partition("%")[0].strip(), told(fault), traced(fault))


STATUS = {
    errors.ExpectationFailed: (417, "Expectation Failed"),
    errors.LimitRequestLine: (414, "URI Too Long"),
    errors.LimitRequestHeaders: (431, "Request Header Fields Too Large"),
    errors.UnsupportedTransferCoding: (501, "Not Implemented"),
}
AWAY, LATER = (503, "Service Unavailable"), "Retry-After: 30\r\n"
OURS = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName, errors.ConfigurationProblem)


def _no_request(worker: Any, _asked: Any, client: Any, _address: Any, fault: Exception) -> None:  # noqa: ANN401
    """What cannot be read as a request is not repeated, and answered in both languages: its reader's is not known."""
    from core.faults import in_both_languages  # noqa: PLC0415 - this file is read before gunicorn knows our modules
    from core.settings import Misconfigured  # noqa: PLC0415 - as above

    if isinstance(fault, errors.ParseException) and not isinstance(fault, OURS):
        status, reason = STATUS.get(type(fault), (400, "Bad Request"))
        worker.log.warning("No request: %s", type(fault).__name__)
    elif isinstance(fault, Misconfigured):
        status, reason = AWAY
        worker.log.exception("This process ends")  # noqa: LOG004 - as below
    else:
        status, reason = 500, "Internal Server Error"
        worker.log.exception("Error handling request")  # noqa: LOG004 - gunicorn calls this where it caught one
    body = in_both_languages(worker.wsgi, status).encode()
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Length: {len(body)}\r\n"
        f"{LATER if (status, reason) == AWAY else ''}\r\n"
    )
    with suppress(OSError):
        write_nonblock(client, head.encode() + body)


def post_worker_init(worker: Any) -> None:  # noqa: ANN401 - of gunicorn
    """Rubbish is looked for between pages. Whoever has the wrong database ends here."""
    gc.set_threshold(*SELDOM)
    worker.handle_error = partial(_no_request, worker)
    _ask(worker)
    from core import outbox  # noqa: PLC0415 - this file is read before gunicorn knows our modules

    outbox.begin_beside(worker.wsgi)


def worker_exit(_server: Any, _worker: Any) -> None:  # noqa: ANN401 - of gunicorn
    """What was asked for in the last moment is handed over yet."""
    from core import outbox  # noqa: PLC0415 - as above

    outbox.end_beside()


def _ask(worker: Any) -> None:  # noqa: ANN401 - of gunicorn
    """Whether the database is the right one; asked again before each request while it is away."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - this file is read before gunicorn knows our modules

    from admin.servers import first_line  # noqa: PLC0415 - as above
    from admin.starting import check_time, check_to_serve  # noqa: PLC0415 - as above

    try:
        check_to_serve(worker.wsgi)
        check_time(worker.wsgi)
    except SQLAlchemyError as away:
        why = first_line(getattr(away, "orig", away))  # also of a wrong password, which no waiting mends
        worker.log.warning("The database is away: whether it is the right one is asked once it is back. %s", why)
    else:
        _answered.append(True)


def _ask_still(worker: Any) -> None:  # noqa: ANN401 - of gunicorn
    """Whether it is the right one yet: somebody may bring it up to date for other code, and forget this process."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - as above

    from admin.starting import check_still  # noqa: PLC0415 - as above

    with suppress(SQLAlchemyError):  # it is away: the page says so
        check_still(worker.wsgi)
    _looked[:] = [monotonic()]


def _or_all_ends(asks: Callable[[Any], None], worker: Any) -> None:  # noqa: ANN401 - of gunicorn
    """Where the database is the wrong one all ends, as it does where that is found out at the start."""
    from core.settings import Misconfigured  # noqa: PLC0415 - as above

    try:
        asks(worker)
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
_looked: list[float] = [0.0]
_under_way: set[int] = set()
_third = count()


def pre_request(worker: Any, asked: Any) -> None:  # noqa: ANN401
    """Connections stay with the process that took them; one that has more of them than others gives some back."""
    if not _answered:
        _or_all_ends(_ask, worker)
    elif monotonic() - _looked[0] > LOOKS:
        _or_all_ends(_ask_still, worker)
    _under_way.add(id(asked))
    if len(_under_way) > CROWDED and next(_third) % NOW_AND_THEN == 0:
        asked.force_close()


def post_request(_worker: Any, asked: Any, _environ: Any, _answer: Any) -> None:  # noqa: ANN401
    """It is answered."""
    _under_way.discard(id(asked))
