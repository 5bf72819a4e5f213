"""Complaints that have passed their years are erased at night, each in a transaction of its own."""

from datetime import datetime

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from casework import erasing, queries_erasures
from core.db import transaction
from registry import settings

log = structlog.get_logger()

MOST, LOT = 300, 100
"""So many are erased in a night, looked for in lots: the rest come in the next one."""


def erase_due(now: datetime) -> int:
    """Erase what is due; one that fails is named by its number, stops no other and is tried again the next night.

    In production nothing is erased by years that the association has not confirmed.
    """
    with transaction() as at:
        if not settings.rests_on(at, queries_erasures.YEARS):
            return 0
    done, after = 0, None
    while done < MOST:
        with transaction() as at:
            found = queries_erasures.due(at, now, after, LOT)
        if not found:
            break
        for after in found[: MOST - done]:
            done += _erased(after[1], now)
    if done:
        log.info("complaints erased", many=done)
    return done


def _erased(number: int, now: datetime) -> bool:
    try:
        with transaction() as at:
            return erasing.erase_if_due(at, number, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - one that fails must not stop the others; its text may name a person
        log.warning("a complaint was not erased", complaint=number, error=type(error).__name__)
        return False
