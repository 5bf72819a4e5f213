"""Where people of the staff or of one company meet: at a complaint, a case, a draft that they share."""

from typing import Any

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import policies_pages
from casework.models import Complaint, Forwarding
from casework.models_cases import CaseFile, CaseTrack
from registry.presence import shown_at


@shown_at("complaint")
def at_complaint(at: Session, name: str) -> str | None:
    """Whoever may open the complaint."""
    return _met(at, "complaint", Complaint.id, Complaint.id, name, may=policies_pages.may_read_complaints(g.me))


@shown_at("forwarding")
def at_forwarding(at: Session, name: str) -> str | None:
    """At the complaint that it belongs to."""
    may = policies_pages.may_read_complaints(g.me)
    return _met(at, "complaint", Forwarding.complaint_id, Forwarding.id, name, may=may)


@shown_at("case")
def at_case(at: Session, name: str) -> str | None:
    """Whoever may open the case."""
    return _met(at, "case", CaseFile.id, CaseFile.id, name, may=policies_pages.may_read_files(g.me))


@shown_at("track")
def at_track(at: Session, name: str) -> str | None:
    """At the case that it belongs to."""
    return _met(at, "case", CaseTrack.case_id, CaseTrack.id, name, may=policies_pages.may_read_files(g.me))


@shown_at("draft")
def at_draft(_at: Session, name: str) -> str | None:
    """People of one company at what they write together; nobody else is ever told."""
    return f"{g.me.party_id}:{name}" if g.me.audience == "portal" and g.me.party_id else None


def _met(at: Session, called: str, shared: Any, key: Any, name: str, *, may: bool) -> str | None:  # noqa: ANN401 - columns
    """Read as the reader: what is closed to them is not there."""
    if not may or g.me.audience != "staff" or not (name.isascii() and name.isdigit()):
        return None
    found = at.scalar(select(shared).where(key == int(name)))
    return f"{called}:{found}" if found is not None else None
