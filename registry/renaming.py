"""New names of companies, each from a day; the old one stays, with its days, for what was written under it."""

from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.db import attempt
from core.errors import BadInput, NotNow
from core.faults_told import placed
from core.words import _l
from registry import lineage
from registry.models import AliasKind, Party, PartyAlias
from registry.parties import note, require_keeper, require_own_name, same_version

log = structlog.get_logger()


def rename(
    session: Session,
    party: Party,
    *,
    actor: Actor,
    name_zh: str,
    version: int | None,
    now: datetime,
    name_en: str | None = None,
    from_on: date | None = None,
) -> None:
    """Give a party its new name from a day; the old one stays as a former name, for what was written under it.

    A day that lies ahead is noted: the sweep of that day brings the name in, and until then documents bear the old one.
    """
    require_keeper(actor)
    same_version(party, version)
    if not name_zh.strip():
        raise BadInput("name_zh", _l("Write the full name in Chinese."))
    begins = from_on or day_of(now)
    wanted = {"name_zh": name_zh.strip(), "name_en": party.name_en if name_en is None else name_en.strip()}
    require_own_name(session, party, **wanted)
    for field, new in wanted.items():
        old = getattr(party, field)
        first = lineage.first_day_of_name(session, party, old) if old and old != new else None
        if first is not None and first > begins:
            raise BadInput("from_on", _l("The name before this one was still used on that day."))
    _bear(session, party, wanted, begins, actor, now)


def _bear(session: Session, party: Party, wanted: dict[str, str], begins: date, actor: Actor, now: datetime) -> None:
    before = {"name_zh": party.name_zh, "name_en": party.name_en}
    if begins > day_of(now):
        party.coming_zh, party.coming_en, party.coming_on = wanted["name_zh"], wanted["name_en"], begins
        note(session, party, "announce_name", actor, now, {"from_on": str(begins), "after": wanted})
        return
    for field, new in wanted.items():
        old = before[field]
        if old and old != new:
            _former(session, party, old, begins - timedelta(days=1))
        setattr(party, field, new)
    _announced(party, before, wanted, begins)
    note(session, party, "rename", actor, now, {"from_on": str(begins), "before": before, "after": wanted})


def _announced(party: Party, before: dict[str, str], wanted: dict[str, str], begins: date) -> None:
    """A name that is still to come stays announced; what it was not to change is now as it became."""
    coming = {"name_zh": party.coming_zh, "name_en": party.coming_en}
    if party.coming_on is None or party.coming_on <= begins or coming == wanted:
        party.coming_zh, party.coming_en, party.coming_on = "", "", None
        return
    after = {field: wanted[field] if name == before[field] else name for field, name in coming.items()}
    party.coming_zh, party.coming_en = after["name_zh"], after["name_en"]


def bring_names(session: Session, today: date, now: datetime) -> None:
    """Names whose first day has come are used from now on; of an entry that was merged, once that is taken back.

    Of a company that ceased to exist none comes, unless it exists after all.
    One that can't be brought in is tried again by the next sweep: it holds up neither the others nor any time limit.
    """
    come = select(Party).where(Party.coming_on <= today, Party.merged_into_id.is_(None), Party.ceased_on.is_(None))
    for party in session.scalars(come.order_by(Party.id).with_for_update()).all():
        wanted = {"name_zh": party.coming_zh, "name_en": party.coming_en}
        try:
            with attempt(session) as tried:
                _bear(session, party, wanted, party.coming_on or today, SYSTEM, now)
                session.flush()
                tried.keep()
        except Exception as error:  # noqa: BLE001 - as with clocks: one that fails must not stop the rest
            log.warning("name failed", party=party.id, error=placed(error))


def drop_coming_name(session: Session, party: Party, *, actor: Actor, version: int | None, now: datetime) -> None:
    """The announced name does not come after all."""
    require_keeper(actor)
    same_version(party, version)
    if party.coming_on is None:
        raise NotNow(_l("No new name is announced."))
    before = {"name_zh": party.coming_zh, "name_en": party.coming_en, "from_on": str(party.coming_on)}
    party.coming_zh, party.coming_en, party.coming_on = "", "", None
    note(session, party, "drop_coming_name", actor, now, {"before": before})


def _former(session: Session, party: Party, old: str, last: date) -> None:
    """The name that ends; it began the day after the one before it ended, unless that was noted to end later.

    One that is put right from its first day on had no day of its own: the journal alone still knows it.
    This refuses nothing: a name that was announced comes in by the sweep, which every time limit waits for.
    """
    first = lineage.first_day_of_name(session, party, old)
    if first == last + timedelta(days=1):
        return
    there = select(PartyAlias).where(
        PartyAlias.party_id == party.id,
        PartyAlias.kind == AliasKind.FORMER,
        PartyAlias.value == old,
    )
    alias = session.scalar(there)
    if alias is None:
        alias = PartyAlias(party_id=party.id, kind=AliasKind.FORMER, value=old)
        session.add(alias)
    alias.from_on, alias.to_on = first if first is None or first <= last else None, last
    alias.came_with_id = None
    session.flush()
