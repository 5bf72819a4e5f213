"""Who stands in for somebody who is away: the work of both stands in the substitute's own lists, and nothing closed."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.lives.readings import Found
from core.actors import Actor
from core.clock import today
from core.db import SYSTEM_READER, Reader, read_as
from desk import queries_cases_pages, queries_queue_select
from registry import absences
from registry.models_accounts import Account

QUEUED = "a substitute's own list holds every complaint of whoever is away, but where he takes no part"
FILED = "a substitute's own list holds every case of whoever is away, but where he takes no part"
NAMES = (QUEUED, FILED)
CLOSED = text(
    "SELECT 1 FROM interest WHERE account_id = :me UNION SELECT 1 FROM recusal WHERE account_id = :me "
    "AND state NOT IN ('REFUSED', 'NEW')"
)


def listed(at: Session) -> Iterator[Found]:
    """The lists of those who stand in today, each beside the one that whoever is away would have."""
    for gone, other in sorted(absences.away(at, today()).items()):
        substitute, absent = (at.get_one(Account, each) for each in (other, gone))
        if substitute.locked_at is not None or at.execute(CLOSED, {"me": other}).first() is not None:
            continue
        for name, ask in ((QUEUED, _queue), (FILED, _cases)):
            missing = ask(at, absent, frozenset()) - ask(at, substitute, frozenset({gone}))
            yield name, f"account {other} for {gone}: {sorted(missing)}", bool(missing)


def _queue(at: Session, of: Account, covers: frozenset[int]) -> set[int]:
    wanted = queries_queue_select.numbers(at, queries_queue_select.Asked(), _as(at, of, covers))
    return _kept(at, set(at.scalars(wanted)), "SELECT complaint_id FROM queue_entry WHERE officer_id = :me", of, covers)


def _cases(at: Session, of: Account, covers: frozenset[int]) -> set[int]:
    page = queries_cases_pages.page(at, queries_cases_pages.Asked(), _as(at, of, covers), today())
    found = {each.id for each in page.lines}
    return _kept(at, found, "SELECT case_id FROM case_entry WHERE :me = ANY(at_work)", of, covers)


def _as(at: Session, of: Account, covers: frozenset[int]) -> Actor:
    read_as(at, Reader("zilu_staff", (("zilu.account", str(of.id)),)))
    return Actor(of.id, of.role_words, None, of.name, "staff", covers=covers)


def _kept(at: Session, found: set[int], own: str, of: Account, covers: frozenset[int]) -> set[int]:
    """Of what is listed, what whoever is away is in charge of."""
    mine = set(at.scalars(text(own), {"me": min(covers, default=of.id)}))
    read_as(at, SYSTEM_READER)
    return found & mine
