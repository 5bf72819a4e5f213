"""Whether a company lends or collects, put right where it was entered wrongly and nothing rests on it yet."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import Actor
from core.errors import BadInput, NotNow
from core.registered import Registered
from core.words import _, _l, _n
from registry import lineage, pointing
from registry.models import Engagement, Party, PartyKind
from registry.parties import note, require_keeper, same_version

PutRight = Callable[[Session, Sequence[int], PartyKind], None]
_put_right = Registered[PutRight]()
on_put_right = _put_right.add
"""Register what says of a company's matters which kind it is, and follows."""


def put_right(
    session: Session, party: Party, *, kind: PartyKind, why: str, actor: Actor, version: int | None, now: datetime
) -> None:
    """An institution is a collection firm, or the other way, with whatever entries were merged into it."""
    require_keeper(actor)
    entries = lineage.entries(session, party.id)
    held = select(Party).where(Party.id.in_(entries)).order_by(Party.id).with_for_update()
    every = session.scalars(held.execution_options(populate_existing=True)).all()
    same_version(party, version)
    if kind is party.kind:
        raise BadInput("kind", _l("It is entered as that already."))
    if not why.strip():
        raise BadInput("why", _l("Say why."))
    if resting := _resting(session, entries):
        raise NotNow(_l("This rests on its kind, which can't be changed any more: %(what)s.", what=resting))
    for each in every:
        each.kind = kind
    session.flush()
    for follow in _put_right:
        follow(session, entries, kind)
    note(session, party, "put_kind_right", actor, now, {"kind": kind.value, "why": why.strip()})


def _resting(session: Session, entries: list[int]) -> str:
    """The engagements by name; of cases how many, for who keeps the register reads none."""
    found = [each for each in pointing.matters(session, entries) if each.by_kind]
    named = [each.text for each in found if each.table == Engagement.__tablename__]
    many = len(found) - len(named)
    cases = [_n("%(num)d case against it", "%(num)d cases against it", many)] if many else []
    return _("; ").join(str(each) for each in (*named, *cases))
