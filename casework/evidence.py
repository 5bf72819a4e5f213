"""Evidence of cases: files that staff collect or respondents hand in, kept by content, and what they show."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import noting, taking_over
from casework import policies_tracks as policies
from casework.changes import unchanged
from casework.models import Complaint
from casework.models_cases import Allegation, CaseFile, CaseTrack, Evidence
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.words import _l
from filestore import files

PURPOSES = ("EVIDENCE", "ANSWER", "EXPLANATION", "STATEMENT", "PROOF", "RECORD", "REVIEW")


def add(  # noqa: PLR0913 - each value is named
    session: Session,
    case: CaseFile,
    stream: files.Readable,
    name: str | None,
    *,
    actor: Actor,
    now: datetime,
    shows: str = "",
    track: CaseTrack | None = None,
    purpose: str = "EVIDENCE",
) -> Evidence:
    """Staff add a file to a case, or to one track of it."""
    _may_bring(case, track, actor)
    kept = files.keep(session, stream, name)
    added = _row(kept, "STAFF", purpose, actor, now)
    added.case_id, added.track_id, added.shows = case.id, track.id if track else None, shows.strip() or None
    return _enter(session, case, added, actor, now)


def take_in(  # noqa: PLR0913 - each value is named
    session: Session,
    case: CaseFile,
    stream: files.Readable,
    name: str | None,
    *,
    actor: Actor,
    now: datetime,
    complaint: Complaint | None = None,
    track: CaseTrack | None = None,
    shows: str = "",
) -> Evidence:
    """Staff enter a file that a complainant or a respondent handed over; nobody else is shown a complainant's."""
    _may_bring(case, track, actor)
    kept = files.keep(session, stream, name)
    added = _row(kept, "COMPLAINANT" if track is None else "RESPONDENT", "EVIDENCE", actor, now)
    added.case_id, added.shows = case.id, shows.strip() or None
    if track is not None:
        added.track_id, added.party_id = track.id, track.party_id
    elif complaint is not None:
        added.complaint_id = complaint.id
    return _enter(session, case, added, actor, now)


def _may_bring(case: CaseFile, track: CaseTrack | None, actor: Actor) -> None:
    if not policies.may_work_on(actor):
        raise NotAllowed
    if track is not None and track.case_id != case.id:
        raise BadInput("track", _l("This track does not belong to the case."))


def hand_in(
    session: Session,
    track: CaseTrack,
    stream: files.Readable,
    name: str | None,
    *,
    purpose: str,
    actor: Actor,
    now: datetime,
    item_id: int | None = None,
) -> Evidence:
    """A respondent's people hand in a file on their own track: with an explanation, a statement, or as proof."""
    if not actor.has("respondent", "lead", "member") or actor.party_id != track.party_id:
        raise NotAllowed
    if purpose not in PURPOSES:
        raise BadInput("purpose", _l("Say what the file belongs to."))
    if _count(session, track, actor) >= files.AT_ONCE * 10:
        raise NotNow(_l("You have handed in very many files in this case; ask the case officer before you add more."))
    kept = files.keep(session, stream, name)
    given = _row(kept, "RESPONDENT", purpose, actor, now)
    given.case_id, given.track_id, given.party_id, given.item_id = track.case_id, track.id, track.party_id, item_id
    return _enter(session, track.case, given, actor, now)


def put_on_record(
    session: Session,
    track: CaseTrack,
    stream: files.Readable,
    name: str | None,
    *,
    actor: Actor,
    now: datetime,
    shows: str,
) -> Evidence:
    """Keep a recording of what a body of the association held; who may do so is checked by the row it belongs to."""
    kept = files.keep(session, stream, name)
    added = _row(kept, "STAFF", "RECORD", actor, now)
    added.case_id, added.track_id, added.shows = track.case_id, track.id, shows
    return _enter(session, track.case, added, actor, now)


def describe(
    session: Session,
    case: CaseFile,
    evidence: Evidence,
    *,
    shows: str,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Say what a piece of evidence shows; the list of evidence says so too."""
    if not policies.may_work_on(actor):
        raise NotAllowed
    session.refresh(evidence, with_for_update=True)
    unchanged(evidence, version)
    said = taking_over.described(session, evidence, shows.strip()) or None
    if said != evidence.shows and _told(session, evidence):
        raise BadInput(
            "shows",
            _l(
                "The advance notice told the company what this shows: until the case is decided, that stays as it was "
                "told."
            ),
        )
    evidence.shows = said
    session.flush()
    noting.of_case(session, case, "describe", actor, now, evidence=evidence.id)


def _told(session: Session, evidence: Evidence) -> bool:
    """Whether an advance notice that waits for its decision lists it, as the decision will again."""
    citing = select(CaseTrack.id).join(Allegation, Allegation.track_id == CaseTrack.id)
    citing = citing.where(Allegation.evidence.any(Evidence.id == evidence.id), CaseTrack.state.in_(policies.ANNOUNCED))
    return session.scalar(citing.limit(1)) is not None


def _row(kept: files.Kept, given_by: str, purpose: str, actor: Actor, now: datetime) -> Evidence:
    return Evidence(
        given_by=given_by,
        purpose=purpose,
        sha256=kept.sha256,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        added_at=now,
        added_by=actor.id,
    )


def _enter(session: Session, case: CaseFile, added: Evidence, actor: Actor, now: datetime) -> Evidence:
    session.add(added)
    session.flush()
    session.expire(case, ["evidence"])
    noting.of_case(session, case, "evidence", actor, now, evidence=added.id, sha256=added.sha256)
    return added


def _count(session: Session, track: CaseTrack, actor: Actor) -> int:
    mine = select(func.count()).select_from(Evidence)
    return session.scalar(mine.where(Evidence.track_id == track.id, Evidence.party_id == actor.party_id)) or 0
