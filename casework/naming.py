"""Which parties of the register the companies named in a complaint are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, holds, noting, policies, scripts
from casework.changes import unchanged
from casework.models import Complaint, NamedCompany
from casework.policies import UNNAMED
from core.actors import Actor
from core.errors import BadInput, NotAllowed
from core.words import _l
from registry import lineage
from registry.models import Party, PartyKind
from registry.names import fold
from registry.queries import SHORTEST


def identify(
    session: Session,
    company: NamedCompany,
    party_id: int | None,
    *,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Staff say which party a company is that the register did not find by itself."""
    if not policies.may_work(actor):
        raise NotAllowed
    holds.hold_ours(session, company.complaint)
    session.refresh(company, with_for_update=True)
    unchanged(company, version)
    if party_id is not None and session.get(Party, party_id) is None:
        raise BadInput("party", _l("This respondent is not in the register."))
    company.party_id = party_id
    session.flush()
    session.refresh(company, ["party"])
    complaints.leave(session, company.complaint, now)
    scripts.look_again(session, company.complaint, now)
    noting.of_complaint(
        session, company.complaint, "company.identified", actor, now, {"company": company.id, "party": party_id}
    )


def recognise(session: Session, complaint: Complaint, party_ids: Sequence[int], *, actor: Actor, now: datetime) -> None:
    """Match companies named in the complaint with parties it is put before, if such a party bears the name.

    Otherwise the letter would say of one company both that it is asked and that nobody knows it.
    """
    for company in [each for each in complaint.companies if each.party_id is None and each.how not in UNNAMED]:
        bearing = select(Party.id).where(Party.id.in_(party_ids), Party.kind == PartyKind(company.kind))
        if len(folded := fold(company.value)) >= SHORTEST:
            found = session.scalars(bearing.where(Party.id.in_(lineage.named(folded)))).all()
            if len(found) == 1:
                identify(session, company, found[0], actor=actor, now=now)
    if not {company.party_id for company in complaint.companies}.issuperset(party_ids):
        scripts.look_again(session, complaint, now)  # it now is about more companies than it named
