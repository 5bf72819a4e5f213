"""Malicious software was found in a file of a complaint or a case: whoever keeps it asks for it in another form."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import queries_evidence, tasks
from casework.models_cases import Evidence
from core import clock
from core.words import _l

KIND = "harmful_file"
tasks.KINDS[KIND] = _l("Malicious software was found in a file: nobody gets it, ask for another form of it, %(ref)s.")


def tell(session: Session, sha256: str) -> None:
    """Raise a task for each file that has these bytes, or of which they are a copy."""
    named = (Evidence.sha256, Evidence.stripped_sha256, Evidence.covered_sha256)
    mine = select(Evidence).where(or_(*(column == sha256 for column in named)), Evidence.erased_at.is_(None))
    for it in session.scalars(mine.order_by(Evidence.id)).all():
        place = queries_evidence.place_of(session, it)
        number = [each.id for each in queries_evidence.beside(session, it, None)].index(it.id) + 1
        role = "officer" if place.complaint is None else tasks.whose(place.complaint)
        subject = (*place.subject, f"{place.ref} E{number}")
        tasks.put(session, KIND, subject, role=role, now=clock.now(), key=f"{KIND}:{it.id}:{sha256[:16]}")
