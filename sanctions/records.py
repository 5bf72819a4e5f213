"""The record of an interview, put before those who came: read, corrected and signed page by page in the portal."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import noting, tasks
from casework.holds import same
from casework.models_cases import CaseTrack
from casework.policies_records import impossible_times
from casework.policies_tracks import by_its_lead
from casework.states import TRACK
from core.actors import Actor
from core.errors import BadInput, Changed, NotAllowed, NotNow, raise_first
from core.machine import Ask
from core.words import _l
from registry import notifications
from sanctions import marking
from sanctions import policies_execution as policies
from sanctions.plans import InterviewRecord
from sanctions.record_pages import pages, unsigned

SIGNED = "record_signed"
tasks.KINDS[SIGNED] = _l("Every page of the record of an interview is signed: close it, %(ref)s.")


def put(
    session: Session,
    track: CaseTrack,
    *,
    record: InterviewRecord,
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Write the record and put it before the attendees; what was signed before must be signed anew."""
    same(track, version)
    ask = Ask(session, track, actor, {"started_at": record.started_at}, now, row=TRACK.rows["S62"])
    if track.state != "EXECUTING" or not policies.may_hold(actor):
        raise NotAllowed
    for refusal in policies.summoned_in_time(ask):
        raise refusal
    held = marking.held(session, track)
    raise_first(impossible_times(record.started_at, record.ended_at, now))
    _require_whole(record)
    held.started_at, held.ended_at, held.rights_told = record.started_at, record.ended_at, record.rights_told
    held.recusal_answer = record.recusal_answer.strip()
    held.attendees = [dict(each) for each in record.attendees]
    held.entries = [dict(each) for each in record.entries]
    held.commitments = [dict(each) for each in record.commitments]
    held.recording_sha256 = record.recording or held.recording_sha256
    held.recorded_at, held.recorded_by = now, actor.id
    held.signatures = []
    held.corrections = []
    track.version += 1  # who has the form open as it was before writes over nothing unseen
    session.flush()
    tasks.settle(session, ("track", track.id), (SIGNED,), actor=actor, now=now)
    key = f"to_sign:interview:{held.id}:{now.isoformat()}"
    notifications.tell_party(session, track.party_id, "to_sign", key=key, now=now)
    noting.of_case(session, track.case, "record", actor, now, track=track.ref, pages=len(pages(held)))


def _require_whole(record: InterviewRecord) -> None:
    if not record.rights_told:
        raise BadInput("rights_told", _l("The attendee must be told of his rights first."))
    if not record.recusal_answer.strip():
        raise BadInput("recusal_answer", _l("Say what the attendees answered."))
    if not record.attendees or not record.entries:
        raise BadInput("entries", _l("The record says who came, what was asked and what was answered."))


def sign(
    session: Session,
    track: CaseTrack,
    *,
    page: int,
    name: str,
    correction: str = "",
    seen: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Sign a page in the portal, as it stands or with a correction, for somebody who came.

    `seen` is the digest of the page that was read: a page written anew meanwhile must be read first.
    """
    raise_first(by_its_lead(actor, track))
    session.refresh(track, with_for_update=True)
    held = marking.held(session, track)
    if held.recorded_at is None or not any(each.no == page for each in pages(held)):
        raise NotNow(_l("There is no record to be signed."))
    if seen is not None and seen != next(each.sha256 for each in pages(held) if each.no == page):
        raise Changed
    if name not in {each.get("name") for each in held.attendees}:
        raise BadInput("name", _l("Only somebody who came to the interview signs its record."))
    left = unsigned(held)
    if correction.strip():
        added = {"page": str(page), "name": name, "text": correction.strip()}
        held.corrections = [*held.corrections, added]
        track.version += 1  # nobody writes the record anew over a correction that he has not read
    read = next(each for each in pages(held) if each.no == page)
    mark = {
        "page": str(page),
        "name": name,
        "at": now.isoformat(),
        "account": str(actor.id),
        "sha256": read.sha256,
    }
    held.signatures = [each for each in held.signatures if each["page"] != str(page)] + [mark]
    session.flush()
    if left and not unsigned(held):
        key = f"{SIGNED}:{held.id}:{now.isoformat()}"
        tasks.put(session, SIGNED, ("track", track.id, track.ref), role="officer", now=now, key=key)
    noting.of_case(session, track.case, "sign_record", actor, now, track=track.ref, page=page, sha256=read.sha256)


@TRACK.effect("S43", "S62", "S65", "S66", "S72", "S75", "S78")
def nobody_is_to_close(ask: Ask) -> None:
    """It is closed, or the interview takes place another time or not at all."""
    tasks.settle(ask.session, ("track", ask.it.id), (SIGNED,), actor=ask.actor, now=ask.now)
