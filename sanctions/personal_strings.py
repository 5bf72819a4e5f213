"""The scan before anything is published: whose strings are looked for in a decision of a case."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.contact_counts import events_of
from casework.models import Complainant
from casework.models_cases import CaseComplaint, CaseTrack
from casework.models_contacts import ContactEvent
from casework.models_stop_contacts import StopContact


def people_of(session: Session, track: CaseTrack) -> list[str]:
    """Every string that the complainants of a track's case told about themselves, each number they were called on."""
    of_case = select(CaseComplaint.complaint_id).where(CaseComplaint.case_id == track.case_id)
    people = session.scalars(select(Complainant).where(Complainant.complaint_id.in_(of_case)))
    told = [each for person in people for each in (person.name, person.contact, person.id_no)]
    told += session.scalars(select(StopContact.number).where(StopContact.complaint_id.in_(of_case)))
    told += session.scalars(select(ContactEvent.number).where(events_of(track.case_id)))
    return list(dict.fromkeys(each for each in told if each))
