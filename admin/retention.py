"""Cases and complaints that have passed their years are erased at night, each in a transaction of its own."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from casework import erasing, erasing_cases, queries_erasing_cases, queries_erasures
from core import mail, texts
from core.clock import day_of, midnight
from core.db import transaction
from core.faults_told import placed
from notices import former_addresses
from registry import leavers, settings

log = structlog.get_logger()

MOST, LOT = 300, 100
"""So many of each are erased in a night, looked for in lots: the rest come in the next one."""
SAID = {
    "case": ("cases erased", "a case was not erased"),
    "complaint": ("complaints erased", "a complaint was not erased"),
    "address": ("", "the person of a replaced address was not erased"),
    "account": ("", "the address of somebody who left was not erased"),
}
OLD_MAILS = 10_000
"""So many mails and text messages are deleted in a night, the oldest first."""
OF_CASES, OF_COMPLAINTS = queries_erasing_cases.YEARS, queries_erasures.YEARS
Due = Callable[[Session, datetime, Any, int], Sequence[tuple[Any, int]]]
Erase = Callable[[Session, int, datetime], bool]


def erase_due(now: datetime) -> int:
    """Erase what is due; one that fails is named by its number, stops no other and is tried again the next night.

    In production nothing is erased by years that the association has not confirmed; what its person asked for rests on
    none, but on days that were when it was granted. Cases go first: the complaints on which they rest may follow in the
    same night.
    """
    years, due, erase = queries_erasing_cases.YEARS, queries_erasing_cases.due, erasing_cases.erase_if_due
    done = _erase_all("case", years, due, erase, now)
    done += _erase_all("complaint", None, queries_erasures.due_early, erasing.erase_if_due, now)
    done += _erase_all("complaint", queries_erasures.YEARS, queries_erasures.due, erasing.erase_if_due, now)
    _forget_people(now)
    return done


def _forget_people(now: datetime) -> None:
    """Forget how people of companies and of the association were reached, and what they were mailed, after the years.

    Of replaced addresses of service after those of cases, of what was mailed and of accounts after those of complaints.
    """
    with transaction() as at:
        long = {
            each: int(settings.value(at, each)) for each in (OF_CASES, OF_COMPLAINTS) if settings.rests_on(at, each)
        }
    if OF_CASES in long:
        day = queries_erasures.first_day(day_of(now), long[OF_CASES])
        _forget("address", former_addresses.replaced_before, former_addresses.forget, day, now)
    if OF_COMPLAINTS in long:
        before = midnight(queries_erasures.first_day(day_of(now), long[OF_COMPLAINTS]))
        _forget("account", leavers.left_before, leavers.forget, before, now)
        for forget in (mail.forget_before, texts.forget_before):
            with transaction() as at:
                forget(at, before, OLD_MAILS)


def _forget(
    what: str, due: Callable[[Session, Any], Sequence[int]], forget: Callable[..., bool], before: date, now: datetime
) -> None:
    with transaction() as at:
        found = due(at, before)[:MOST]
    for number in found:
        _erased(what, lambda at, it, then: forget(at, it, before, then), number, now)


def _erase_all(what: str, years: str | None, due: Due, erase: Erase, now: datetime) -> int:
    with transaction() as at:
        if years is not None and not settings.rests_on(at, years):
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
