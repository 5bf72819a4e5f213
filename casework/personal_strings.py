"""Whose strings the scan looks for in a text of a case: what complainants told of themselves, and numbers called."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.contact_counts import events_of
from casework.models import Complainant
from casework.models_cases import CaseComplaint
from casework.models_contacts import ContactEvent
from casework.models_stop_contacts import StopContact


def of_case(session: Session, case_id: int) -> list[str]:
    """Every string that the complainants of a case told about themselves, each number they were called on."""
    of_case = select(CaseComplaint.complaint_id).where(CaseComplaint.case_id == case_id)
    people = session.scalars(select(Complainant).where(Complainant.complaint_id.in_(of_case)))
    told = [each for person in people for each in (person.name, person.contact, person.id_no)]
    told += session.scalars(select(StopContact.number).where(StopContact.complaint_id.in_(of_case)))
    told += session.scalars(select(ContactEvent.number).where(events_of(case_id)))
    return list(dict.fromkeys(each for each in told if each))
