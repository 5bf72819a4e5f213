"""What is given one by one is passed on together, and nothing of it is forgotten."""

from threading import Event

from core.passing_on import PassingOn

PATIENCE = 30


def test_what_comes_while_one_is_passed_on_goes_together() -> None:
    passed: list[list[int]] = []
    begun, go_on = Event(), Event()

    def pass_on(numbers: list[int]) -> None:
        passed.append(numbers)
        begun.set()
        assert go_on.wait(PATIENCE)

    beside = PassingOn(pass_on, pause=0)
    beside.give([1])
    assert begun.wait(PATIENCE), "the first does not wait for others"
    beside.give([2])
    beside.give([3, 4])
    go_on.set()
    beside.end()
    assert passed == [[1], [2, 3, 4]]


def test_at_the_end_nothing_waits_for_the_pause() -> None:
    passed: list[list[int]] = []
    first = Event()

    def pass_on(numbers: list[int]) -> None:
        passed.append(numbers)
        first.set()

    beside = PassingOn(pass_on, pause=10 * PATIENCE)
    beside.give([1])
    assert first.wait(PATIENCE)
    beside.give([2])
    beside.end()
    assert passed == [[1], [2]]


def test_one_that_fails_does_not_stop_the_others() -> None:
    passed: list[int] = []
    failed = Event()

    def pass_on(numbers: list[int]) -> None:
        if not failed.is_set():
            failed.set()
            raise OSError
        passed.extend(numbers)

    beside = PassingOn(pass_on, pause=0)
    beside.give([1])
    assert failed.wait(PATIENCE)
    beside.give([2])
    beside.end()
    assert passed == [2]
