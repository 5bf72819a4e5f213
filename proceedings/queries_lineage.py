"""What belongs to entries of the register before they are merged, parted or passed on, and what would clash."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casework.matters import FORWARDED, OF_TRACK, STOPPED
from core.errors import Refused
from core.words import LazyString, _l
from registry import lineage, merging, pointing, queries
from registry.models import Basis, Engagement, Party, PartyAlias
from registry.models_clocks import Clock, ClockState
from registry.models_lineage import PartyMerge, PartyMove
from registry.names import fold

SHOWN = 12
"""How many of each are named on a page."""


@dataclass(frozen=True)
class Entry:
    """One entry of the register with what belongs to it."""

    party: Party
    names: Sequence[PartyAlias]
    bases: Sequence[Basis]
    engagements: Sequence[Engagement]
    accounts: int
    clocks: int
    forwardings: list[pointing.Matter]
    tracks: list[pointing.Matter]
    stops: list[pointing.Matter]


def entry(session: Session, party: Party) -> Entry:
    """An entry with what belongs to it now."""
    found = pointing.matters(session, [party.id])
    mine = or_(Engagement.institution_id == party.id, Engagement.firm_id == party.id)
    return Entry(
        party=party,
        names=session.scalars(select(PartyAlias).where(PartyAlias.party_id == party.id).order_by(PartyAlias.id)).all(),
        bases=session.scalars(select(Basis).where(Basis.party_id == party.id).order_by(Basis.from_on)).all(),
        engagements=session.scalars(select(Engagement).where(mine).order_by(Engagement.from_on)).all(),
        accounts=len(queries.people_of(session, party)),
        clocks=_many(session, Clock, Clock.visible_party == party.id, Clock.state != ClockState.ENDED),
        forwardings=[each for each in found if each.table == FORWARDED],
        tracks=[each for each in found if each.table == OF_TRACK],
        stops=[each for each in found if each.table == STOPPED],
    )


def _many(session: Session, model: Any, *clauses: Any) -> int:  # noqa: ANN401 - a table and conditions on it
    return session.scalar(select(func.count()).select_from(model).where(*clauses)) or 0


def clashes(one: Entry, other: Entry, today: date) -> Iterator[LazyString]:
    """What does not bar the merge but has to be looked at."""
    kinds = [{each.kind for each in entry.bases if each.to_on is None or each.to_on >= today} for entry in (one, other)]
    if all(kinds) and kinds[0] != kinds[1]:
        yield _l("Both are bound now, by different things: afterwards both bases stand; end the one that is wrong.")
    elif kinds[0] & kinds[1]:
        yield _l("Both have the same basis running: afterwards it stands twice; end one of the two.")
    if one.accounts and other.accounts:
        yield _l("Both have accounts: the people of both will see the matters of both.")
    if one.party.member_no and other.party.member_no:
        yield _l("Both have a member number: only that of the entry that stands is shown.")
    if (one.party.suspended_at is None) is not (other.party.suspended_at is None):
        yield _l("One of the two is suspended: afterwards the company is so only if the entry that stands is.")
    if any(each.ceased_on for each in (one.party, other.party)):
        yield _l("One of the two is entered as having ceased to exist.")


def obstacles(session: Session, one: Party, other: Party) -> list[tuple[Party, list[Refused]]]:
    """For each of the two, what prevents it from staying while the other goes."""
    return [(kept, merging.refusals(session, gone, kept)) for kept, gone in ((one, other), (other, one))]


def alike(session: Session, party: Party, text: str) -> Sequence[Party]:
    """Entries of the same kind that are not merged away, by any name or code."""
    folded = fold(text)
    if not folded:
        return []
    found = select(Party).where(or_(Party.id.in_(lineage.named(folded)), Party.uscc == text.strip().upper()))
    found = found.where(Party.merged_into_id.is_(None), Party.id != party.id, Party.kind == party.kind)
    return session.scalars(found.order_by(Party.sort_zh, Party.id).limit(SHOWN * 2)).all()


def moved(session: Session, merge: PartyMerge) -> dict[str, int]:
    """How many rows of each kind a merge moved."""
    found = pointing.noted(session, PartyMove.merge_id == merge.id)
    return {where.split(".")[0]: len(numbers) for where, numbers in found.items()}
