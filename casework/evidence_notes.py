"""What staff note on a file that they opened: written, corrected and removed by its author."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from casework.evidence_looks import OPEN_FIRST, TIMED, journalled, may_note
from casework.models_cases import Evidence
from casework.models_evidence import EvidenceNote
from casework.queries_evidence import Place, is_open
from casework.states import TRACK
from core.actors import Actor
from core.db import still_there
from core.errors import BadInput, NotAllowed, NotNow, unchanged
from core.words import _l
from filestore import extents

LONGEST: Final = 86_400


def clock_text(second: int) -> str:
    """A second of a recording, as people read it."""
    hours, rest = divmod(second, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def write(
    session: Session,
    place: Place,
    it: Evidence,
    *,
    text: str,
    at: int | None,
    actor: Actor,
    now: datetime,
) -> EvidenceNote:
    """Note something about an opened file, at a second of a recording or about the whole."""
    _may_write(session, place, it, actor, now)
    _within(it, at)
    made = EvidenceNote(evidence_id=it.id, at_second=at, body=text.strip(), author_id=actor.id, written_at=now)
    session.add(made)
    session.flush()
    journalled(session, place, "noted", it, actor, now, note=made.id)
    return made


def may_change(actor: Actor, place: Place, note: EvidenceNote) -> bool:
    """Whether somebody may correct or remove a note: its author, as long as its case or complaint goes on."""
    return may_note(actor, place) and note.author_id == actor.id and _goes_on(place)


def correct(  # noqa: PLR0913 - each value is named
    session: Session,
    place: Place,
    it: Evidence,
    number: int,
    *,
    text: str,
    at: int | None,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Say it in other words, or of another moment; the journal notes that, and neither text."""
    note = _mine(session, place, it, number, actor, version, now)
    if at != note.at_second:
        _within(it, at)
    note.body, note.at_second, note.corrected_at = text.strip(), at, now
    session.flush()
    journalled(session, place, "note_corrected", it, actor, now, note=note.id)


def remove(
    session: Session,
    place: Place,
    it: Evidence,
    number: int,
    *,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Take it away: it was a mistake, or belongs to another file."""
    note = _mine(session, place, it, number, actor, version, now)
    session.delete(note)
    session.flush()
    journalled(session, place, "note_removed", it, actor, now, note=number)


def _mine(
    session: Session, place: Place, it: Evidence, number: int, actor: Actor, version: int | None, now: datetime
) -> EvidenceNote:
    """The note, locked, if this person may change it."""
    _may_write(session, place, it, actor, now)
    note = still_there(session, EvidenceNote, number, hold=True)
    if note.evidence_id != it.id or note.author_id != actor.id:
        raise NotAllowed
    if not _goes_on(place):
        raise NotNow(_l("The matter has ended: what was noted on its files stays as it is."))
    unchanged(note.version, version)
    return note


def _may_write(session: Session, place: Place, it: Evidence, actor: Actor, now: datetime) -> None:
    if not may_note(actor, place) or actor.id is None:
        raise NotAllowed
    if not is_open(session, place, it, actor, now):
        raise NotNow(OPEN_FIRST)


def _goes_on(place: Place) -> bool:
    """Whether the case has a track that has not ended, or none yet; whether the complaint has not ended."""
    if place.case is not None:
        tracks = place.case.tracks
        return not tracks or any(each.state not in TRACK.ends for each in tracks)
    return place.complaint is not None and not place.complaint.ended


def _within(it: Evidence, at: int | None) -> None:
    """Refuse a moment of what has none, or beyond its end where that is known for certain."""
    if at is None:
        return
    if not it.media_type.startswith(TIMED):
        raise BadInput("at", _l("Only recordings have a time."))
    if at > LONGEST:
        raise BadInput("at", _l("A recording is not longer than a day."))
    last = extents.ends_at(it.sha256, it.media_type)
    if last is not None and at > last:
        raise BadInput("at", _l("The recording ends at %(end)s.", end=clock_text(last)))
