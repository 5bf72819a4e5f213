"""Pages take turns: one at a time in the order of coming, and nobody waits for a slow sender or a slow page."""

import gc
import runpy
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

import pytest

from core.settings import ROOT
from core.turns import SMALL, TakingTurns, Turns

LONG = 30.0


def ask(application: TakingTurns, path: str = "/", body: bytes = b"", **environ: Any) -> bytes:
    said = {"PATH_INFO": path, "CONTENT_LENGTH": str(len(body) or ""), "wsgi.input": BytesIO(body), **environ}
    return b"".join(application(said, lambda *_said: lambda _piece: None))  # type: ignore[arg-type, misc]


def beside(do: Callable[[], Any]) -> threading.Thread:
    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    return thread


class Held:
    """An application whose page at /held is made until it is let go, and which notes what it made."""

    def __init__(self) -> None:
        self.begun, self.let_go = threading.Event(), threading.Event()
        self.made: list[str] = []

    def __call__(self, environ: Any, _start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/held":
            self.begun.set()
            assert self.let_go.wait(LONG)
        self.made.append(environ["PATH_INFO"])
        return [environ["wsgi.input"].read()]


@pytest.fixture
def held() -> Held:
    return Held()


def waiting(turns: Turns, many: int) -> None:
    """Until so many wait."""
    while len(turns._waiting) < many:
        threading.Event().wait(0.001)


def test_pages_are_made_in_the_order_in_which_they_were_asked_for(held: Held) -> None:
    site = TakingTurns(held, patience=LONG)
    asking = [beside(lambda: ask(site, "/held"))]
    assert held.begun.wait(LONG)
    for place in range(1, 6):
        asking.append(beside(lambda path=f"/{place}": ask(site, path)))  # type: ignore[misc]
        waiting(site._turns, place)
    assert held.made == []
    held.let_go.set()
    for each in asking:
        each.join(LONG)
    assert held.made == ["/held", "/1", "/2", "/3", "/4", "/5"]


def test_whoever_has_waited_long_enough_is_answered_beside_a_slow_page(held: Held) -> None:
    site = TakingTurns(held, patience=0.01)
    slow = beside(lambda: ask(site, "/held"))
    assert held.begun.wait(LONG)
    ask(site, "/quick")
    assert held.made == ["/quick"]
    held.let_go.set()
    slow.join(LONG)
    assert site._turns.take(0.0)  # the turn of whoever gave up was not lost with them


def test_a_form_is_there_before_its_turn_and_what_is_large_takes_none(held: Held) -> None:
    site = TakingTurns(held, patience=LONG)
    slow = beside(lambda: ask(site, "/held"))
    assert held.begun.wait(LONG)
    large = b"x" * (SMALL + 1)
    assert ask(site, "/piece", large) == large
    assert ask(site, "/stream", b"unknown length", HTTP_TRANSFER_ENCODING="chunked") == b"unknown length"
    held.let_go.set()
    slow.join(LONG)
    assert ask(site, "/form", b"facts=1") == b"facts=1"


def test_a_page_that_falls_over_hands_its_turn_on() -> None:
    def falls(_environ: Any, _start: Any) -> Iterable[bytes]:
        raise RuntimeError

    site = TakingTurns(falls)
    for _time in range(2):
        with pytest.raises(RuntimeError):
            ask(site)
    assert site._turns.take(0.0)


class Ring:
    """Rubbish that only a look for it removes."""

    def __init__(self) -> None:
        self.self = self


def test_rubbish_of_a_page_is_looked_for_once_it_is_made_and_not_in_its_midst() -> None:
    looks: list[str] = []
    left: list[weakref.ref[Ring]] = []

    def page(_environ: Any, _start: Any) -> Iterable[bytes]:
        left.extend(weakref.ref(each) for each in [Ring() for _each in range(25_000)])
        looks.append("made")
        return []

    def noted(phase: str, _more: dict[str, int]) -> None:
        if phase == "start":
            looks.append("looked")

    before = gc.get_threshold()
    gc.set_threshold(*runpy.run_path(str(ROOT / "gunicorn.conf.py"))["SELDOM"])
    gc.collect()
    gc.callbacks.append(noted)
    try:
        ask(TakingTurns(page))
    finally:
        gc.callbacks.remove(noted)
        gc.set_threshold(*before)
    assert looks == ["made", "looked"]
    assert not any(each() for each in left)


class Connected:
    """What a server knows of a request, as far as it is asked here."""

    closed = False

    def force_close(self) -> None:
        self.closed = True


def test_a_process_with_the_third_at_once_gives_connections_back_and_one_with_two_none() -> None:
    web = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    begins, ends = web["pre_request"], web["post_request"]
    web["_answered"].append(True)  # the database was the right one when it began
    web["_looked"][:] = [time.monotonic()]  # and a moment ago
    asked = [Connected() for _ in range(10)]
    for each in asked[:2]:
        begins(None, each)
    assert not any(each.closed for each in asked)
    for each in asked[2:]:
        begins(None, each)
        ends(None, each, {}, None)
    assert [each.closed for each in asked[2:]] == [True, False, False, False, True, False, False, False]
    ends(None, asked[0], {}, None)
    begins(None, last := Connected())
    assert not last.closed
