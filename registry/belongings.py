"""Names, bases, engagements and people of companies, as matters that somebody can give back one by one."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from registry import pointing
from registry.models import Basis, Engagement, Party, PartyAlias
from registry.models_accounts import Account
from registry.pointing import Matter


@pointing.matters_from()
def belongings(session: Session, parties: list[int]) -> Iterator[Matter]:
    """What the register itself holds of companies."""
    for number, value in session.execute(_of(PartyAlias, parties, PartyAlias.value)):
        yield Matter(PartyAlias.__tablename__, number, value)
    for number, paper, since in session.execute(_of(Basis, parties, Basis.document, Basis.from_on)):
        yield Matter(Basis.__tablename__, number, f"{paper} {since}".strip())
    for number, name in session.execute(_of(Account, parties, Account.name)):
        yield Matter(Account.__tablename__, number, name)
    lender, firm = aliased(Party), aliased(Party)
    engaged = select(Engagement.id, lender.name_zh, firm.name_zh, Engagement.from_on)
    engaged = engaged.join(lender, lender.id == Engagement.institution_id).join(firm, firm.id == Engagement.firm_id)
    mine = or_(Engagement.institution_id.in_(parties), Engagement.firm_id.in_(parties))
    for number, first, second, since in session.execute(engaged.where(mine).order_by(Engagement.id)):
        yield Matter(Engagement.__tablename__, number, f"{first} · {second} {since}", by_kind=True)


def _of(model: Any, parties: list[int], *said: Any) -> Any:  # noqa: ANN401 - a table and its columns
    return select(model.id, *said).where(model.party_id.in_(parties)).order_by(model.id)
