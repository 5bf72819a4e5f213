"""What the allegations of a case refer to in the rulebook."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseFile
from core.at_hand import at_hand
from registry.models_rulebook import Instrument, Violation


def rules(session: Session, it: CaseFile) -> list[Violation | Instrument]:
    """What the allegations of a case refer to, loaded together; keep it, so that none is queried again."""
    if at_hand(session, CaseFile, "id", it.id) is not None:
        return []
    codes = {allegation.code for each in it.tracks for allegation in each.allegations}
    violations = session.scalars(select(Violation).where(Violation.code.in_(codes)))
    return [*violations, *session.scalars(select(Instrument))] if codes else []
