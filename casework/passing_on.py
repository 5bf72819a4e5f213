"""What looks like personal data in a text that leaves the house, and the note of who sent it all the same."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import masking
from casework.models import Complaint
from casework.noting import note
from casework.scan import Found, scan
from core.actors import Actor

Do = Callable[[Session, Any, Any, Actor, datetime], object]
SENT = "personal.sent"


def complaint_of(thing: Any) -> Complaint | None:  # noqa: ANN401 - a complaint, a forwarding, or what is neither
    """The complaint that a thing is or belongs to."""
    return thing if isinstance(thing, Complaint) else getattr(thing, "complaint", None)


def to_company(text: str, complaint: Complaint | None = None) -> list[Found]:
    """Whatever masking would hide, however it is typed, and what the complainant told of himself."""
    person = complaint.complainant if complaint is not None else None
    own = [each for each in (person.name, person.contact, person.id_no) if each] if person is not None else []
    found = {each.start: each for each in scan(text, own)}
    for each in masking.found(text):
        if each.kind in {"LANDLINE", "ADDRESS"}:
            found.setdefault(each.start, Found(each.kind, each.text, each.start))
    return [found[start] for start in sorted(found)]


def to_person(text: str) -> list[Found]:
    """Numbers that lead to one person; names, telephones and addresses of offices belong into a message."""
    return [each for each in scan(text) if each.kind in masking.PERSONAL]


def noted(do: Do) -> Do:
    """A deed whose form asks about personal data: what was sent all the same stands in the journal, with the reason."""

    def done(session: Session, thing: Any, form: Any, actor: Actor, now: datetime) -> object:  # noqa: ANN401 - as Do
        made = do(session, thing, form, actor, now)
        remember(session, thing, form.passed_on, actor, now)
        return made

    return done


def remember(
    session: Session,
    thing: Any,  # noqa: ANN401 - a complaint or what belongs to one
    passed_on: tuple[Iterable[str], str] | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Which kinds of personal data were sent, and why; the data themselves stand in what was sent."""
    complaint = complaint_of(thing)
    if passed_on is not None and complaint is not None:
        kinds, why = passed_on
        note(session, complaint, SENT, actor, now, {"kinds": sorted(set(kinds)), "why": why})
