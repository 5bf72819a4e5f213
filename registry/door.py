"""The door: from the cookie to who acts and as whom rows are read; nothing is remembered that the table denies."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from hmac import compare_digest
from time import time

from flask import current_app, g, request
from flask import session as cookie
from sqlalchemy.orm import Session

from core import clock, openings, throttle, web
from core.actors import Actor
from core.db import PUBLIC, SYSTEM_READER, Reader, read_as, session, transaction
from core.registered import Registered
from core.words import language
from registry import sessions
from registry.names import in_language

SIGNED_IN = "sid"
WAITING = "pid"
"""The session that waits for its second factor."""
COMPLAINT = "complaint_id"
_COMPLAINT_SEEN = "complaint_seen"
_COMPLAINT_SINCE = "complaint_since"
_COMPLAINT_MARK = "complaint_mark"
_COMPLAINT_OPENING = "complaint_opening"
"""Which opening it is: a copy of the cookie opens nothing once it was left."""
_COMPLAINT_FILES = "complaint_files"
_MOST_FILES = 60
"""So many numbers a cookie has room for."""
COMPLAINT_IDLE = 45 * 60
COMPLAINT_LONGEST = 12 * 60 * 60
"""However much is done meanwhile, the code is then asked again."""
COMPLAINT_WARNED_AFTER = COMPLAINT_IDLE - 5 * 60
_SEEN_EVERY = 60
_places = Registered[str]()
counts_receipts_under = _places.add
"""Name addresses where a receipt code counts even for somebody who is signed in (the tracking page)."""
_marks: list[Callable[[Session, int], str | None]] = []
_quiet: set[str] = set()


def receipts_are_known_by(mark: Callable[[Session, int], str | None]) -> None:
    """Name what tells the mark of the code that opens a complaint now: after a new code, old browsers are out."""
    _marks[:] = [mark]


def does_not_count_under(prefix: str) -> None:
    """Name addresses that pages ask by themselves: they keep no session open."""
    _quiet.add(prefix)


def enter() -> tuple[Actor | None, Reader]:
    """Say who is there: somebody signed in, the person of one complaint, or anybody."""
    if "sqlalchemy" not in current_app.extensions:
        return None, PUBLIC
    if any(request.path.startswith(place) for place in _places) and (found := _complainant()):
        return found
    if (token := cookie.get(SIGNED_IN)) and (known := _seen(str(token))):
        return known.actor, known.reader
    return _complainant() or (None, PUBLIC)


def _seen(token: str) -> sessions.Seen | None:
    now = clock.now()
    at = session()
    read_as(at, SYSTEM_READER)
    known = sessions.seen(at, token, now)
    if known is not None and now - known.last_seen_at > sessions.SEEN_EVERY and not _is_quiet():
        with transaction() as after:
            sessions.touch(after, known.session_id, now)
    if known is not None:
        g.company = in_language(*known.company, language())
        g.session_ends, g.session_left = known.ends_at, int((known.ends_at - now).total_seconds())
        g.session_idle = int((known.last_seen_at + sessions.IDLE - now).total_seconds())
    return known


def _is_quiet() -> bool:
    return request.path.startswith(tuple(_quiet))


def _complainant() -> tuple[Actor, Reader] | None:
    number = cookie.get(COMPLAINT)
    if not isinstance(number, int):
        return None
    present = int(time())
    last, since = int(cookie.get(_COMPLAINT_SEEN, present)), int(cookie.get(_COMPLAINT_SINCE, 0))
    late = present - last > COMPLAINT_IDLE or present - since > COMPLAINT_LONGEST
    if late or not _is_marked(number) or openings.was_left(str(cookie.get(_COMPLAINT_OPENING, ""))):
        close_complaint()
        return None
    if present - last > _SEEN_EVERY and not _is_quiet():
        cookie[_COMPLAINT_SEEN] = present
    g.complaint_idle, g.complaint_left = last + COMPLAINT_IDLE - present, since + COMPLAINT_LONGEST - present
    g.complaint_ends = clock.now() + timedelta(seconds=g.complaint_left)
    actor = Actor(None, frozenset({"complainant"}), subject_id=number)
    return actor, Reader("zilu_complainant", (("zilu.complaint", str(number)),))


def _is_marked(number: int) -> bool:
    """Whether the code that opened this browser opens the complaint still."""
    at = session()
    read_as(at, SYSTEM_READER)
    known = _marks[0](at, number) if _marks else None
    return known is not None and compare_digest(known, str(cookie.get(_COMPLAINT_MARK, "")))


def open_complaint(complaint_id: int, mark: str) -> None:
    """Let this browser see one complaint: its receipt code, of which this is the mark, was right."""
    cookie.update(opened(complaint_id, mark))


def opened(complaint_id: int, mark: str) -> dict[str, object]:
    """What the cookie of a browser holds of the complaint that it has open."""
    present = int(time())
    found = {COMPLAINT: complaint_id, _COMPLAINT_MARK: mark, _COMPLAINT_SEEN: present, _COMPLAINT_SINCE: present}
    return found | {_COMPLAINT_OPENING: openings.fresh(), _COMPLAINT_FILES: []}


def sent_here(numbers: Iterable[int]) -> None:
    """Remember which files this browser sent to the complaint that it has open: it may open them until it leaves."""
    cookie[_COMPLAINT_FILES] = [*files_sent_here(), *numbers][-_MOST_FILES:]


def files_sent_here() -> list[int]:
    """The numbers of these files."""
    return list(cookie.get(_COMPLAINT_FILES, ()))


def close_complaint() -> None:
    """Leave the complaint, in this browser and wherever its cookie was copied to."""
    if opening := cookie.get(_COMPLAINT_OPENING):
        openings.leave(str(opening), COMPLAINT_LONGEST)
    for kept in (COMPLAINT, _COMPLAINT_MARK, _COMPLAINT_SEEN, _COMPLAINT_SINCE, _COMPLAINT_OPENING, _COMPLAINT_FILES):
        cookie.pop(kept, None)


def let_in(token: str) -> None:
    """Give this browser its fresh token; whatever cookie was planted before is gone."""
    cookie.clear()
    cookie[SIGNED_IN] = token


def leave() -> None:
    """Keep nothing here but whose pages may stand open in this browser still: nobody else is shown what they send."""
    whose = cookie.get("whose")
    cookie.clear()
    if whose is not None:
        cookie["whose"] = whose


def let_wait(token: str, then: str | None) -> None:
    """Remember who waits for the second factor, and where he wanted to go."""
    leave()
    cookie[WAITING] = token
    if then:
        cookie["then"] = then


def who_waits() -> str:
    """The token of a sign-in whose second factor is still asked."""
    return str(cookie.get(WAITING, ""))


def where_to() -> str | None:
    """Where the person who signs in wanted to go."""
    return web.local(cookie.get("then"))


def address() -> str:
    """The network address of the browser, as the proxy in front reports it."""
    return throttle.address()


def client() -> str:
    """How the browser calls itself."""
    return request.user_agent.string[:200]
