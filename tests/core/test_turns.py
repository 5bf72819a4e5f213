"""Pages take turns, and nobody waits for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from core.turns import Turns

NO = 0.05
"""Seconds after which what has not happened does not happen."""


class Slow:
    """An application whose answers wait to be let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.go = Event()
        self.inside = Event()

    def __call__(self, environ: dict[str, str], _start: object) -> list[bytes]:
        self.begun.append(environ["PATH_INFO"])
        self.inside.set()
        assert self.go.wait(10)
        if environ["PATH_INFO"] == "/broken":
            raise LookupError
        return [b""]


class Answering:
    """gunicorn's own, as far as it matters here."""

    closes = False

    def force_close(self) -> None:
        self.closes = True

    def start_response(self, *_said: object) -> None:
        """Begin."""


def _asks(app: Callable[..., object], method: str, path: str, start: object = None) -> object:
    return app({"REQUEST_METHOD": method, "PATH_INFO": path}, start)


def test_a_page_waits_for_the_one_before_it_and_a_form_does_not() -> None:
    slow = Slow()
    app = Turns(slow, longest=10)
    with ThreadPoolExecutor() as people:
        first = people.submit(_asks, app, "GET", "/a")
        assert slow.inside.wait(10)
        second = people.submit(_asks, app, "GET", "/b")
        form = people.submit(_asks, app, "POST", "/c")
        while "/c" not in slow.begun:
            pass
        assert slow.begun == ["/a", "/c"]
        slow.go.set()
        assert [each.result(10) for each in (first, second, form)] == [[b""]] * 3


def test_a_page_is_made_beside_one_that_takes_too_long() -> None:
    slow = Slow()
    app = Turns(slow, longest=NO)
    with ThreadPoolExecutor() as people:
        both = [people.submit(_asks, app, "GET", path) for path in ("/a", "/b")]
        while len(slow.begun) < 2:
            pass
        slow.go.set()
        assert [each.result(10) for each in both] == [[b""]] * 2


def test_a_page_that_fails_gives_its_turn_to_the_next() -> None:
    slow = Slow()
    slow.go.set()
    app = Turns(slow, longest=10)
    with pytest.raises(LookupError):
        _asks(app, "GET", "/broken")
    assert _asks(app, "GET", "/a") == [b""]


def test_where_several_wait_whoever_is_answered_connects_anew() -> None:
    slow = Slow()
    app = Turns(slow, longest=10)
    answers = [Answering() for _ in range(4)]
    with ThreadPoolExecutor() as people:
        said = [people.submit(_asks, app, "GET", "/a", answers[0].start_response)]
        assert slow.inside.wait(10)
        said += [people.submit(_asks, app, "GET", "/b", each.start_response) for each in answers[1:]]
        while app.waiting < 3:
            pass
        slow.go.set()
        assert [each.result(10) for each in said] == [[b""]] * 4
    assert sorted(each.closes for each in answers) == [False, False, False, True]
