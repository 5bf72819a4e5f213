"""What hearings, interviews, statements and shown files of a case retell is erased with it; what was decided stays."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casework.erasing_cases import Leaving
from sanctions.models_admissions import Admission, AdmissionSignature
from sanctions.models_corrections import TextCorrection, TextCorrectionVote
from sanctions.models_decisions import Decision, Panel, Proposal, Statement, Vote
from sanctions.models_file_views import FileView
from sanctions.models_hearings import Hearing
from sanctions.models_measures import Interview, Measure, RectificationItem, Training
from sanctions.models_milestones import Milestone
from sanctions.models_publications import BulletinCorrection, Publication, PublicationText, Redaction
from sanctions.models_resolutions import Motion, MotionVote, Resolution, Restoration
from sanctions.models_reviews import Review, ReviewVote

OF_TRACK: Final[tuple[tuple[Any, tuple[str, ...]], ...]] = (
    (Proposal, ("reasons", "terms", "score")),
    (Decision, ("reasons", "statement_dealt", "immediate_reasons", "terms")),
    (Measure, ("terms", "more_time_reason", "time_requests")),
    (Hearing, ("place", "agenda", "adjourned_because", "refused_because")),
    (Admission, ("body", "refused_because")),
    (Review, ("grounds", "revoked", "reasons", "questions")),
    (Resolution, ("body", "reasons")),
    (Motion, ("body", "reasons")),
    (Restoration, ("obstacle", "refused_because")),
    (Publication, ("comments", "withdrawn_because")),
    (TextCorrection, ("wrong", "corrected", "reason")),
)
"""Texts by which it was decided: they stay, and name no complainant."""
PLANNED: Final = ("place", "must_attend", "bring", "purpose")
MOVED: Final = ("proposed_why", "proposal_refused_because", "refused_because", "proposals")
HANGING: Final[tuple[tuple[Any, str, Any, tuple[str, ...]], ...]] = (
    (Vote, "panel_id", Panel, ("reasons",)),
    (ReviewVote, "review_id", Review, ("reasons",)),
    (MotionVote, "motion_id", Motion, ("reasons",)),
    (TextCorrectionVote, "correction_id", TextCorrection, ("reasons",)),
    (AdmissionSignature, "admission_id", Admission, ("opinion",)),
    (PublicationText, "publication_id", Publication, ("title", "summary", "body", "note")),
    (BulletinCorrection, "publication_id", Publication, ("reasons",)),
    (Training, "measure_id", Measure, ("who", "subjects", "form", "place")),
)
"""The same of what hangs on a thing of a track; of bulletins also what was left out later, or was never published."""


def forget(session: Session, leaving: Leaving) -> Iterable[str]:
    """Erase what respondents told, what was noted and shown of it, and the recordings of interviews."""
    tracks = leaving.tracks
    gone: set[str] = set()
    for stated in session.scalars(select(Statement).where(Statement.track_id.in_(tracks))):
        stated.body = ""
    for hearing in session.scalars(select(Hearing).where(Hearing.track_id.in_(tracks))):
        hearing.wishes = ""
        hearing.record = hearing.minutes = hearing.corrections = None
    for view in session.scalars(select(FileView).where(FileView.track_id.in_(tracks))):
        gone |= set(view.shown_sha256)
        view.entries = []
    _decided(session, leaving)
    return gone | _of_measures(session, leaving)


def _decided(session: Session, leaving: Leaving) -> None:
    published = select(Publication.id).where(Publication.track_id.in_(leaving.tracks))
    for left_out in session.scalars(select(Redaction).where(Redaction.publication_id.in_(published))):
        left_out.passage = ""  # exactly what nobody was to read
        leaving.hide(left_out, "instead", "reason")
    for table, names in OF_TRACK:
        for row in session.scalars(select(table).where(table.track_id.in_(leaving.tracks))):
            leaving.hide(row, *names)
    for table, column, of, names in HANGING:
        theirs: ColumnElement[bool] = getattr(table, column).in_(select(of.id).where(of.track_id.in_(leaving.tracks)))
        for row in session.scalars(select(table).where(theirs)):
            leaving.hide(row, *names)


def _of_measures(session: Session, leaving: Leaving) -> set[str]:
    ordered = select(Measure.id).where(Measure.track_id.in_(leaving.tracks))
    gone: set[str] = set()
    for interview in session.scalars(select(Interview).where(Interview.measure_id.in_(ordered))):
        gone |= {interview.recording_sha256} if interview.recording_sha256 else set()
        interview.entries, interview.corrections, interview.recording_sha256 = [], [], None
        interview.recusal_answer = ""
        leaving.hide(interview, "commitments", *PLANNED, *MOVED)
    items = select(RectificationItem).where(RectificationItem.measure_id.in_(ordered))
    for item in session.scalars(items):
        item.report = "" if item.report is not None else None
        item.earlier = [{**each, "text": "", "note": ""} for each in item.earlier]
        item.findings = [each | {"note": each["note"] and ""} for each in item.findings]
        leaving.hide(item, "problem", "correction", "proof", "result_note")
    steps = select(Milestone).where(Milestone.item_id.in_(items.with_only_columns(RectificationItem.id)))
    for step in session.scalars(steps):
        leaving.hide(step, "text", "note")
    return gone
