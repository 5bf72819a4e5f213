"""Refusals: what a person reads when something may not, or may not now, be done."""

from collections.abc import Iterable
from typing import ClassVar

from core.words import LazyString, _l


class Refused(Exception):  # noqa: N818 - it names what happened, and the page shows it
    """A move that was refused; carries the sentence the person reads."""

    status: ClassVar[int] = 409
    code: ClassVar[str] = ""
    """What it is called where things are found again by it: its sentence may be reworded any day."""

    def __init__(self, message: str | LazyString) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        """The sentence, in the reader's language."""
        return str(self.message)


class NotNow(Refused):
    """The thing is not in a state, or not yet in a condition, that allows this."""


class NotAllowed(Refused):
    """This person may not do this."""

    status = 403

    def __init__(self, message: str | LazyString | None = None) -> None:
        super().__init__(message or _l("Your role does not allow this."))


class BadInput(Refused):
    """A value is wrong; `field` says which, so that the page can point at it."""

    status = 422

    def __init__(self, field: str, message: str | LazyString) -> None:
        super().__init__(message)
        self.field = field


class Changed(Refused):
    """Somebody else changed the thing since the page was opened; `kept` says the same above what was typed."""

    def __init__(self, message: str | LazyString | None = None, *, kept: LazyString | None = None) -> None:
        super().__init__(message or _l("Somebody else changed this in the meantime. Look at what changed."))
        text_below = _l("Somebody else changed this in the meantime. Look at what changed; your text is kept below.")
        self.kept = kept if message else text_below

    def told(self, *, typed: bool) -> str:
        """The sentence for whoever typed something that still stands there, or pressed a button and nothing else."""
        return str(self.kept if typed and self.kept is not None else self)


class AlreadyDone(Refused):
    """The same form was sent twice; the first sending counted."""

    def __init__(self) -> None:
        super().__init__(_l("This was already done. Nothing was done twice."))


class SentBefore(Refused):
    """Something else was sent with the form before, and counted; what comes now is neither done nor lost."""

    def __init__(self) -> None:
        super().__init__(
            _l(
                "This form was sent before, and arrived as it was then; what differs was not done. Look at what became "
                "of it: your text stands below, and is sent as something new."
            ),
        )


class Erased(Refused):
    """What is asked for was erased when its years were over: it was there, and never comes back."""

    status = 410

    def __init__(self) -> None:
        super().__init__(
            _l("This was erased: the years for which the association keeps it are over. That it was there is on file.")
        )


class Unavailable(Refused):
    """Something the work needs is missing: a font, a seal, a setting."""

    status = 503


def raise_first(found: Iterable[Refused]) -> None:
    """Raise the first refusal, where there is one."""
    for each in found:
        raise each


def unchanged(there: int, seen: int | None) -> None:
    """Refuse where a row has another version than the one that stood on the page; None: it was done without a page."""
    if seen is not None and seen != there:
        raise Changed
