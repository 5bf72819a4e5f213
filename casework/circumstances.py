"""What higher rooms say of a track in the investigator's report: the circumstances that weigh, one a line."""

from collections.abc import Callable, Iterable

from core.machine import Ask

Teller = Callable[[Ask], Iterable[str]]
TELLERS: list[Teller] = []


def told_by(function: Teller) -> Teller:
    """Register who knows of circumstances."""
    if function not in TELLERS:
        TELLERS.append(function)
    return function


def of_report(ask: Ask) -> list[str]:
    """All of them, in the order of registration."""
    return [line for tell in TELLERS for line in tell(ask)]
