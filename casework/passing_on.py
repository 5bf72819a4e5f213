"""What looks like personal data in a text that leaves the house, and the note of who sent it all the same."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session, object_session

from casework import masking, noting, personal_strings
from casework.models import Complaint, Forwarding
from casework.models_cases import Allegation, CaseFile, CaseTrack
from casework.personal_shapes import PERSONAL
from casework.scan import Found, scan, without
from core.actors import Actor
from registry.models import Party

Do = Callable[[Session, Any, Any, Actor, datetime], object]
SENT = "personal.sent"


def complaint_of(thing: Any) -> Complaint | None:  # noqa: ANN401 - a complaint, a forwarding, or what is neither
    """The complaint that a thing is or belongs to."""
    return thing if isinstance(thing, Complaint) else getattr(thing, "complaint", None)


def case_of(thing: Any) -> CaseFile | None:  # noqa: ANN401 - a case, a part of one, or what is neither
    """The case that a thing is or belongs to."""
    if isinstance(thing, Allegation):
        return thing.track.case
    return thing.case if isinstance(thing, CaseTrack) else thing if isinstance(thing, CaseFile) else None


def party_of(thing: Any) -> Party | None:  # noqa: ANN401 - a forwarding, a part of a case, or what is neither
    """The one company that reads what is written about a thing; None if that is not one company."""
    if isinstance(thing, Allegation):
        return thing.track.party
    return thing.party if isinstance(thing, Forwarding | CaseTrack) else None


def people_in(thing: Any) -> list[str]:  # noqa: ANN401 - what a text is about
    """What the complainant told about themselves; of a case, what all of them told, and the numbers called."""
    case, complaint = case_of(thing), complaint_of(thing)
    session = object_session(case) if case is not None else None
    if case is not None and session is not None:
        return personal_strings.of_case(session, case.id)
    person = complaint.complainant if complaint is not None else None
    return [each for each in (person.name, person.contact, person.id_no) if each] if person is not None else []


def shown_in(thing: Any) -> list[str]:  # noqa: ANN401 - what a text is about
    """What may stand in the text: credit codes of the case's companies; of a complaint, the numbers that called."""
    case, complaint = case_of(thing), complaint_of(thing)
    if case is not None:
        return [each.party.uscc for each in case.tracks]
    return personal_strings.companies_own(complaint) if complaint is not None else []


def to_company(
    text: str, people: Iterable[str] = (), shown: Iterable[str] = (), named: Iterable[str] = ()
) -> list[Found]:
    """Whatever masking would hide, however it is typed, and what these people told about themselves."""
    shown = list(shown)
    found = {each.start: each for each in scan(text, people, shown, named)}
    for kind, hidden, start in masking.found(without(text, shown)):
        if kind in {"LANDLINE", "ADDRESS"}:
            found.setdefault(start, Found(kind, text[start : start + len(hidden)], start))
    return [found[start] for start in sorted(found)]


def to_person(text: str) -> list[Found]:
    """Numbers that lead to one person; names, telephones and addresses of offices may stand in a message."""
    return [each for each in scan(text) if each.kind in PERSONAL]


def noted(do: Do) -> Do:
    """Wrap a deed whose form asks about personal data: what was sent all the same is journalled, with the reason."""

    def done(session: Session, thing: Any, form: Any, actor: Actor, now: datetime) -> object:  # noqa: ANN401 - as Do
        made = do(session, thing, form, actor, now)
        remember(session, thing, form.passed_on, actor, now)
        return made

    return done


def remember(
    session: Session,
    thing: Any,  # noqa: ANN401 - a complaint, a case, or what belongs to one
    passed_on: tuple[Iterable[str], str] | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Journal which kinds of personal data were sent, and why; not the data, which stand in what was sent."""
    complaint, case = complaint_of(thing), case_of(thing)
    if passed_on is None:
        return
    kinds, why = sorted(set(passed_on[0])), passed_on[1]
    if case is not None:
        noting.of_case(session, case, "personal_sent", actor, now, kinds=", ".join(kinds), why=why)
    elif complaint is not None:
        noting.of_complaint(session, complaint, SENT, actor, now, {"kinds": kinds, "why": why})
