"""What staff do in the evidence room: open a file, hide the people in it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, update
from sqlalchemy.orm import Session

from casework import noting, policies, policies_pages, policies_tracks, queries_evidence, tasks
from casework.models import Task
from casework.models_cases import CaseTrack, Evidence
from casework.policies_impartial import no_part_in
from casework.queries_evidence import OPENED, Place, is_open
from casework.states import TRACK
from core import journal
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.errors import BadInput, Changed, NotAllowed, NotNow, raise_first
from core.forgetting import forget_later
from core.machine import Ask
from core.words import _l
from filestore import copying, files

TIMED = ("audio/", "video/")
COVERED = ("application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp", "text/plain", "text/csv")
"""Kinds of files that the pages of a bundle show."""
tasks.KINDS["cover_waits"] = _l("A covered copy waits for a second person, who looks through it: %(ref)s.")
NO_COPY = "no_copy"
tasks.KINDS[NO_COPY] = _l(
    "No copy of %(ref)s, on which a finding rests, could be made for the company, which reads its name only: "
    "hand in a covered copy of it."
)
OPEN_FIRST = _l("Open the file first.")


def open_it(session: Session, place: Place, it: Evidence, *, why: str, actor: Actor, now: datetime) -> None:
    """Unmask a file for this person; the journal notes who, what, when and, if given, why."""
    if not policies_pages.may_see_originals(actor):
        raise NotAllowed
    journalled(session, place, "opened", it, actor, now, why=why.strip()[:300])
    if it.media_type in copying.HARD:
        copying.want(session, it.sha256, now)


def look_as_drawn(session: Session, number: int, *, actor: Actor, now: datetime) -> None:
    """Note that somebody drawn for a body opened a file cited there; the page has checked that it is."""
    it = session.get_one(Evidence, number)
    place = queries_evidence.place_of(session, it)
    if not is_open(session, place, it, actor, now):
        journalled(session, place, "opened", it, actor, now)


def may_note(actor: Actor, place: Place) -> bool:
    """Whether somebody keeps the complaint or case that the file belongs to."""
    return policies_tracks.may_work_on(actor) if place.case is not None else policies.may_work(actor)


def may_cover(actor: Actor) -> bool:
    """Whether somebody keeps the files of cases; people only drawn for one do not."""
    return policies_tracks.may_work_on(actor) and actor.id is not None


def cover(
    session: Session,
    place: Place,
    it: Evidence,
    *,
    copy: tuple[files.Readable, str | None] | None,
    nothing: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep the copy in which people are covered, or (`nothing`) that somebody found nobody to cover in the whole file.

    It goes to nobody outside before a second person has looked through it.
    """
    if not may_cover(actor):
        raise NotAllowed
    if not is_open(session, place, it, actor, now):
        raise NotNow(OPEN_FIRST)
    if (copy is not None) is nothing:
        raise BadInput("copy", _l("Hand in the covered copy, or say that nothing has to be covered."))
    given = files.keep(session, *copy).sha256 if copy is not None else it.sha256
    kept = files.stripped(session, given)
    if copy is not None and kept.media_type not in COVERED:
        raise BadInput("copy", _l("A covered copy is a PDF, a picture or a text."))
    _hold(session, it)
    forget_later(session, {given, it.covered_sha256 or given} - {kept.sha256})
    looked_at(session, it, actor, now)
    it.covered_sha256, it.covered_type, it.covered_size = kept.sha256, kept.media_type, kept.size
    it.covered_by, it.covered_at = actor.id, now
    it.cover_checked_by = it.cover_checked_at = None
    session.flush()
    journalled(session, place, "covered", it, actor, now, copy=kept.sha256, nothing=int(nothing))
    subject = (*place.subject, f"{place.ref} E{queries_evidence.number_of(session, it, place.case)}")
    tasks.put(session, "cover_waits", subject, role="officer", now=now, key=_task_key(it), but=actor.id)


def _hold(session: Session, it: Evidence) -> None:
    """Lock a file as it is now, so that people who cover, look through and take back at once follow one another.

    Otherwise a confirmation could hold for a copy that is handed in meanwhile and that nobody looked through.
    """
    session.flush()
    found = session.get(Evidence, it.id, with_for_update=True, populate_existing=True)
    if found is None or found.erased_at is not None:
        raise NotNow(_l("This file is no longer there."))


def _task_key(it: Evidence) -> str:
    """The key of the task to look through it: the instant, since its local form differs with the server's zone."""
    return f"cover_waits:{it.id}:{it.covered_at.timestamp() if it.covered_at else ''}"


def looked_at(session: Session, it: Evidence, actor: Actor, now: datetime) -> None:
    """Close the task: no copy of the file waits any more, or the file goes."""
    if it.covered_at is not None:
        tasks.settle_one(session, _task_key(it), actor=actor, now=now)


def ask_for_copies(session: Session, track: CaseTrack, missing: Sequence[Evidence], now: datetime) -> None:
    """Have an officer hand in copies of what the company cannot be shown; of anything else none is missing any more.

    Of a track that has ended nobody is asked: nothing is decided any more on what the company could not see.
    """
    missing = [] if track.state in TRACK.ends else missing
    keys = {f"{NO_COPY}:{track.id}:{each.id}": each for each in missing}
    _copies_are_there(
        session, Task.subject_kind == "track", Task.subject_id == track.id, Task.key.not_in(keys), now=now
    )
    over = (Task.key.in_(keys), Task.done_at.is_not(None), Task.done_by.is_(None))
    session.execute(update(Task).where(*over).values(key=func.concat(Task.key, ":", Task.id)))  # it goes on again
    for key, each in keys.items():
        number = queries_evidence.number_of(session, each, track.case)
        subject = ("track", track.id, f"{track.ref} E{number}")
        tasks.put(session, NO_COPY, subject, role="officer", now=now, key=key, urgent=True)


@TRACK.effect(*(row.id for row in TRACK.rows.values() if row.target in TRACK.ends))
def of_an_ended_track(ask: Ask) -> None:
    """Close the tasks to hand in copies: the company has nothing left to say to what it could not be shown."""
    tasks.settle(ask.session, ("track", ask.it.id), (NO_COPY,), actor=SYSTEM, now=ask.now)


def _copies_are_there(session: Session, *which: ColumnElement[bool], now: datetime) -> None:
    """Close such tasks, and let go of their keys: a copy that is taken back is asked for once more."""
    mine = update(Task).where(Task.kind == NO_COPY, Task.done_at.is_(None), *which)
    session.execute(mine.values(done_at=now, key=func.concat(Task.key, ":", Task.id)))


def may_confirm(actor: Actor, it: Evidence) -> bool:
    """Whether somebody may confirm a copy: anyone but the person who covered it, as with a publication (B04)."""
    return may_cover(actor) and it.covered_by not in {None, actor.id} and it.cover_checked_by is None


def confirm(
    session: Session, place: Place, it: Evidence, *, copy: str, looked: bool, actor: Actor, now: datetime
) -> None:
    """Confirm a covered copy, named by its digest, as looked through by a second person: now outsiders may read it."""
    if not may_cover(actor):
        raise NotAllowed
    if not is_open(session, place, it, actor, now):
        raise NotNow(OPEN_FIRST)
    _hold(session, it)
    if it.covered_sha256 is None:
        raise NotNow(_l("There is no covered copy."))
    if it.covered_sha256 != copy:
        raise Changed
    if not may_confirm(actor, it):
        raise NotNow(_l("Somebody else than whoever covered it looks through the copy, once."))
    if not looked:
        raise BadInput("looked", _l("Look through the covered copy and say so."))
    it.cover_checked_by, it.cover_checked_at = actor.id, now
    looked_at(session, it, actor, now)
    _copies_are_there(session, Task.key.like(f"{NO_COPY}:%:{it.id}"), now=now)
    session.flush()
    journalled(session, place, "cover_confirmed", it, actor, now, copy=copy)


def uncover(session: Session, place: Place, it: Evidence, *, actor: Actor, now: datetime) -> None:
    """Take a covered copy back; a file whose contents cannot be searched is then left out again."""
    if not may_cover(actor):
        raise NotAllowed
    _hold(session, it)
    if it.covered_sha256 is None:
        raise NotNow(_l("There is no covered copy."))
    copy = it.covered_sha256
    looked_at(session, it, actor, now)
    it.covered_sha256 = it.covered_type = it.covered_size = it.covered_by = it.covered_at = None
    it.cover_checked_by = it.cover_checked_at = None
    forget_later(session, [copy])
    session.flush()
    journalled(session, place, "uncovered", it, actor, now, copy=copy)


def keep_back(session: Session, place: Place, it: Evidence, *, actor: Actor, now: datetime) -> None:
    """Show a file no more to the institution: it was attached by mistake, or the person takes it back."""
    if not may_note(actor, place):
        raise NotAllowed
    _hold(session, it)
    if not it.shared:
        raise NotNow(_l("The institution does not see this file."))
    it.shared = False
    session.flush()
    journalled(session, place, "kept_back", it, actor, now)


def copy_again(session: Session, place: Place, it: Evidence, *, actor: Actor, now: datetime) -> None:
    """Try once more to make the copy that a browser plays or shows."""
    if not may_note(actor, place):
        raise NotAllowed
    copying.want_again(session, it.sha256, now)
    journalled(session, place, "copied", it, actor, now)


def journalled(
    session: Session, place: Place, what: str, it: Evidence, actor: Actor, now: datetime, **more: str | int
) -> None:
    """Write what was done with a file to the journal of its case or complaint; refuses whoever takes no part there."""
    changes = {"evidence": it.id, "sha256": it.sha256, **{name: value for name, value in more.items() if value}}
    if place.case is not None:
        noting.of_case(session, place.case, f"evidence_{what}", actor, now, **changes)
        return
    raise_first(no_part_in(session, actor, place.subject, day_of(now)))
    kind, number = place.subject
    state = place.complaint.state if place.complaint is not None else ""
    journal.write(
        session,
        subject=(kind, number),
        row=f"{OPENED.partition('.')[0]}.{what}",
        ref=place.ref,
        actor=actor,
        now=now,
        states=(state, state),
        changes=changes,
    )
