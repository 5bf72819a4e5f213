"""Members of the association on a day: who is meant when something goes to all of them, and who is not, and why."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotNow, Refused
from core.words import _l
from registry.models import Basis, BasisKind, Party
from registry.queries import members_on


def parties_of(session: Session, numbers: Sequence[int]) -> Sequence[Party]:
    """These parties by their names."""
    return session.scalars(select(Party).where(Party.id.in_(numbers)).order_by(Party.sort_zh, Party.id)).all()


def left_out(session: Session, day: date) -> list[tuple[Party, Refused]]:
    """Whoever was a member once, or will be, and is not meant on this day; with the reason."""
    meant = members_on(session, day)
    ever = select(Basis.party_id).where(Basis.kind == BasisKind.MEMBERSHIP)
    asked = select(Party).where(Party.id.in_(ever), Party.id.not_in(meant)).order_by(Party.sort_zh, Party.id)
    return [(party, _why(session, party, day)) for party in session.scalars(asked)]


def _why(session: Session, party: Party, day: date) -> Refused:
    if party.merged_into_id is not None:
        return NotNow(_l("This entry was merged with another one of the register."))
    if party.ceased_on is not None and party.ceased_on <= day:
        return NotNow(_l("The company has ceased to exist."))
    if party.suspended_at is not None:
        return NotNow(_l("The company is suspended."))
    asked = select(Basis.from_on).where(Basis.party_id == party.id, Basis.kind == BasisKind.MEMBERSHIP)
    begins = session.scalar(asked.order_by(Basis.from_on).limit(1))
    if begins is not None and begins > day:
        return NotNow(_l("Its membership begins later."))
    return NotNow(_l("Its membership has ended."))
