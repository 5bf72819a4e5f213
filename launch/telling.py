"""What the launcher says: progress to stderr, and why it cannot go on."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


class CannotGoOnError(Exception):
    """Something is missing that the launcher cannot mend; the text says what, and how to get it."""

    code = 1


class WrongUseError(CannotGoOnError):
    """What was asked for does not make sense; the text says why."""

    code = 2


def give_up(text: str) -> NoReturn:
    """End the command: this is missing."""
    raise CannotGoOnError(text)


def refuse_use(text: str) -> NoReturn:
    """End the command: this cannot be meant."""
    raise WrongUseError(text)


def tell(text: str) -> None:
    """One line of progress, at once and to stderr: stdout carries results only."""
    print(f"zilu: {text}", file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a longer piece of work, and how long it took."""
    tell(f"{text} ...")
    began = time.monotonic()
    yield
    tell(f"{text}: done in {time.monotonic() - began:.1f} s")
