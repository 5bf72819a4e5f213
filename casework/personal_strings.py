"""Strings that identify persons, told by complainants or named in a case: to be masked, and looked for in texts."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import and_, select, union_all
from sqlalchemy.orm import Session

from casework import queries_merged
from casework.contact_counts import events_of
from casework.masking import introduced, tells
from casework.models import Complainant, Complaint
from casework.models_cases import CaseComplaint, CaseTrack
from casework.models_contacts import ContactEvent
from casework.models_stop_contacts import StopContact
from core.registered import Registered
from notices.models import Document
from registry.models import Party

A_NUMBER = re.compile(r"[+(]?(?:\d[\s()-]{0,2}){5,20}")
"""A telephone number and nothing else; what is shorter is a part of many."""
BY_NUMBER = "NUMBER"
"""How a company is named by the number that called or wrote."""
Names = Callable[[Session, int], Iterable[str | None]]
NAMES = Registered[Names]()
names_from = NAMES.add
"""Register who knows of natural persons named in a case: func(session, case's number) gives their names."""


def own_of(complaint: Complaint) -> list[str]:
    """Name, contact and identity number of the person, as far as they are known."""
    person = complaint.complainant
    return [one for one in (person.name, person.contact, person.id_no) if one] if person else []


def passed_on_of(complaint: Complaint) -> str | None:
    """Name and contact, only with a consent on file (I-13)."""
    person = complaint.complainant
    if person is None or not (person.share_identity and person.consented_at):
        return None
    return "，".join(part for part in (person.name, person.contact) if part) or None


def companies_own(complaint: Complaint) -> list[str]:
    """Numbers that called or wrote, as the person named the companies by them."""
    return numbers_only((each.value for each in complaint.companies if each.how == BY_NUMBER), own_of(complaint))


def numbers_only(named: Iterable[str], own: Sequence[str]) -> list[str]:
    """Of what companies were named by, whole telephone numbers; none that is, or is a part of, the person's own."""
    whole = (each for each in dict.fromkeys(named) if A_NUMBER.fullmatch(each))
    return [each for each in whole if not tells(each, own) and not any(tells(mine, [each]) for mine in own)]


def names_of(complaint: Complaint) -> list[str]:
    """Names that a masked copy must not hold."""
    return [*own_of(complaint), *introduced(f"{complaint.facts}\n{complaint.request or ''}")]


def of_case(session: Session, case_id: int) -> list[str]:
    """Every string that the complainants of a case told about themselves, and each number they were called on.

    Whoever's complaint was merged into one of the case counts too, often with another contact.
    """
    ours = select(queries_merged.of_cases([case_id]).c.complaint_id)
    people = session.scalars(select(Complainant).where(Complainant.complaint_id.in_(ours)))
    told = [each for person in people for each in (person.name, person.contact, person.id_no)]
    told += session.scalars(select(StopContact.number).where(StopContact.complaint_id.in_(ours)))
    resting = select(CaseComplaint.complaint_id).where(CaseComplaint.case_id == case_id)
    followers = and_(ContactEvent.complaint_id.in_(ours), ContactEvent.complaint_id.not_in(resting))
    called = (select(ContactEvent.number).where(events) for events in (events_of(case_id), followers))
    told += session.scalars(union_all(*called))
    return _each_once(told)


def introduced_in(session: Session, case_id: int) -> list[str]:
    """Whom the complaints of a case introduce by name in their own words: often all that is known of a nameless one."""
    ours = select(queries_merged.of_cases([case_id]).c.complaint_id)
    told = session.execute(select(Complaint.facts, Complaint.request).where(Complaint.id.in_(ours)))
    return _each_once(name for facts, request in told for name in introduced(f"{facts}\n{request or ''}"))


def named_in(session: Session, case_id: int) -> list[str]:
    """Who else is named in the case: a letter may name its company's executive, a circular or bulletin may not."""
    return _each_once(name for function in NAMES for name in function(session, case_id))


@names_from
def executives(session: Session, case_id: int) -> Iterator[str | None]:
    """The executives named by the companies concerned: every measure is against the company (domain 5.2)."""
    theirs = select(CaseTrack.party_id).where(CaseTrack.case_id == case_id)
    yield from session.scalars(select(Party.named_executive).where(Party.id.in_(theirs)))


@names_from
def in_papers(session: Session, case_id: int) -> Iterator[str | None]:
    """People whom documents of a track are about, such as the record of a questioning."""
    tracks = select(CaseTrack.id).where(CaseTrack.case_id == case_id)
    asked = select(Document.paper).where(Document.subject_kind == "track", Document.subject_id.in_(tracks))
    for paper in session.scalars(asked.where(Document.kind == "D29")):
        yield from paper.get("people", ())


def _each_once(told: Iterable[str | None]) -> list[str]:
    """Each string once, without blank ones."""
    return list(dict.fromkeys(each for each in told if each and each.strip()))
