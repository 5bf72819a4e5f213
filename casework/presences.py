"""Where people of the staff or of one company meet: at a complaint, a case, a draft that they share."""

from flask import g
from sqlalchemy.orm import Session

from casework import policies_pages
from casework.models import Complaint, Forwarding
from casework.models_cases import CaseFile, CaseTrack
from registry.presence import met, shown_at


@shown_at("complaint")
def at_complaint(at: Session, name: str) -> str | None:
    """The meeting place of a complaint, for whoever may open it."""
    return met(at, "complaint", Complaint.id, Complaint.id, name) if policies_pages.may_read_complaints(g.me) else None


@shown_at("forwarding")
def at_forwarding(at: Session, name: str) -> str | None:
    """The meeting place of the complaint that the forwarding belongs to."""
    may = policies_pages.may_read_complaints(g.me)
    return met(at, "complaint", Forwarding.complaint_id, Forwarding.id, name) if may else None


@shown_at("case")
def at_case(at: Session, name: str) -> str | None:
    """The meeting place of a case, for whoever may open it."""
    return met(at, "case", CaseFile.id, CaseFile.id, name) if policies_pages.may_read_files(g.me) else None


@shown_at("track")
def at_track(at: Session, name: str) -> str | None:
    """The meeting place of the case that the track belongs to."""
    return met(at, "case", CaseTrack.case_id, CaseTrack.id, name) if policies_pages.may_read_files(g.me) else None


@shown_at("draft")
def at_draft(_at: Session, name: str) -> str | None:
    """The meeting place of one company's people at a draft they share; nobody else learns of it."""
    return f"{g.me.party_id}:{name}" if g.me.audience == "portal" and g.me.party_id else None
