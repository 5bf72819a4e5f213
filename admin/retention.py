"""Cases and complaints that have passed their years are erased at night, each in a transaction of its own."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from casework import erasing, erasing_cases, queries_erasing_cases, queries_erasures
from core.db import transaction
from core.faults_told import placed
from registry import settings

log = structlog.get_logger()

MOST, LOT = 300, 100
"""So many of each are erased in a night, looked for in lots: the rest come in the next one."""
SAID = {
    "case": ("cases erased", "a case was not erased"),
    "complaint": ("complaints erased", "a complaint was not erased"),
}
Due = Callable[[Session, datetime, Any, int], Sequence[tuple[Any, int]]]
Erase = Callable[[Session, int, datetime], bool]


def erase_due(now: datetime) -> int:
    """Erase what is due; one that fails is named by its number, stops no other and is tried again the next night.

    In production nothing is erased by years that the association has not confirmed. Cases go first: the complaints
    on which they rest may follow in the same night.
    """
    years, due, erase = queries_erasing_cases.YEARS, queries_erasing_cases.due, erasing_cases.erase_if_due
    done = _erase_all("case", years, due, erase, now)
    return done + _erase_all("complaint", queries_erasures.YEARS, queries_erasures.due, erasing.erase_if_due, now)


def _erase_all(what: str, years: str, due: Due, erase: Erase, now: datetime) -> int:
    with transaction() as at:
        if not settings.rests_on(at, years):
            return 0
    done, after = 0, None
    while done < MOST:
        with transaction() as at:
            found = due(at, now, after, LOT)
        if not found:
            break
        for after in found[: MOST - done]:
            done += _erased(what, erase, after[1], now)
    if done:
        log.info(SAID[what][0], many=done)
    return done


def _erased(what: str, erase: Erase, number: int, now: datetime) -> bool:
    try:
        with transaction() as at:
            return erase(at, number, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - one that fails must not stop the others; its text may name a person
        log.warning(SAID[what][1], error=placed(error), **{what: number})
        return False
