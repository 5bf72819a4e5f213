"""What higher rooms add to the investigator's report about a track: the circumstances that weigh, one a line."""

from collections.abc import Callable, Iterable

from core.machine import Ask
from core.registered import Registered

Teller = Callable[[Ask], Iterable[str]]
TELLERS = Registered[Teller]()
told_by = TELLERS.add
"""Register who knows of circumstances."""


def of_report(ask: Ask) -> list[str]:
    """All of them, in the order of registration."""
    return [line for tell in TELLERS for line in tell(ask)]
