"""The volumes of a track's file, bound, and the track archived with their covers (S67)."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import holds, leads, noting, policies, policies_tracks, tasks
from casework.holds import same
from casework.models import Complaint
from casework.models_cases import CaseTrack
from casework.states import COMPLAINT, TRACK
from core.actors import Actor
from core.errors import NotAllowed, NotNow, raise_first
from core.machine import Ask
from core.words import _l
from notices import archives, dossiers, making
from notices.models_archive import ArchiveVolume
from sanctions import bundles
from sanctions import queries_volumes as queries
from sanctions.policies_archives import on_its_way
from sanctions.states import PUBLICATION, REVIEW

COVER, LATE, REVIEWED, PUBLISHED = "D35", "volume_late", "volume_reviewed", "volume_published"
tasks.KINDS[LATE] = _l(
    "Complaint %(ref)s ended after its case went into the archive: bind its volume, on the page of the track's volumes."
)
tasks.KINDS[REVIEWED] = _l("A review ended after the file of %(ref)s went into the archive: bind its volumes anew.")
tasks.KINDS[PUBLISHED] = _l(
    "A publication was corrected or withdrawn after the file of %(ref)s went into the archive: bind its volumes anew."
)


def bind(session: Session, track: CaseTrack, *, actor: Actor, now: datetime) -> list[ArchiveVolume]:
    """Bind the main and the internal volume, and one for each complaint that has ended."""
    if not policies_tracks.may_work_on(actor):
        raise NotAllowed
    if track.state == "ARCHIVED":
        return _bind_late(session, track, actor, now)
    if track.state not in queries.BINDABLE:
        raise NotNow(_l("Only the file of a track that has ended is bound."))
    bound = _bind_file(session, track, actor, now)
    bound += [_bind_complaint(session, each, actor, now) for each in queries.ended(track)]
    bundles.of_volumes(session, bound, actor=actor, now=now)
    noting.of_case(session, track.case, "bind", actor, now, track=track.ref, volumes=len(bound))
    return bound


def _bind_file(session: Session, track: CaseTrack, actor: Actor, now: datetime) -> list[ArchiveVolume]:
    file, called = queries.file_of(session, track), leads.title_for(session, track)
    archives.require_made(file.every)
    tasks.settle(session, ("track", track.id), (REVIEWED, PUBLISHED), actor=actor, now=now)
    return [
        archives.bind(
            session,
            ("track", track.id),
            volume,
            title=f"{called}（{name}）",
            sheets=sheets,
            retention="RETENTION_YEARS.case",
            actor=actor,
            now=now,
        )
        for volume, name, sheets in (
            ("main", "正卷", queries.main(session, track, file)),
            ("internal", "副卷", queries.internal(session, track, file)),
        )
        if sheets
    ]


def _bind_late(session: Session, track: CaseTrack, actor: Actor, now: datetime) -> list[ArchiveVolume]:
    """Bind what came after the file was archived, each volume with its cover.

    That is a complaint that ended since, or the file itself again if it got something since.
    """
    holds.still_kept(track.case)
    raise_first(on_its_way(session, track))
    bound = _bind_file(session, track, actor, now) if queries.grew_since(session, track) else []
    bound += [_bind_complaint(session, each, actor, now) for each in queries.late(session, track)]
    if not bound:
        raise NotNow(_l("The file is in the archive, and nothing came to it since."))
    bundles.of_volumes(session, bound, actor=actor, now=now)
    ask = Ask(session, track, actor, {"volumes": bound}, now, machine=TRACK.name)
    for draft in making.drafts(ask, COVER):
        making.make(ask, COVER, draft)
    noting.of_case(session, track.case, "bind", actor, now, track=track.ref, volumes=len(bound))
    return bound


def _bind_complaint(session: Session, complaint: Complaint, actor: Actor, now: datetime) -> ArchiveVolume:
    archives.require_made(queries.letters_of(session, complaint).every)
    tasks.settle(session, ("complaint", complaint.id), (LATE,), actor=actor, now=now)
    return archives.bind(
        session,
        ("complaint", complaint.id),
        "complainant",
        title=f"{complaint.ref}号投诉（投诉卷）",
        sheets=queries.complainant(session, complaint),
        retention="RETENTION_YEARS.complaint",
        actor=actor,
        now=now,
    )


@COMPLAINT.effect(*(row.id for row in COMPLAINT.rows.values() if row.target in COMPLAINT.ends))
def ask_for_its_volume(ask: Ask) -> None:
    """Ask for the volume of a complaint that ends after all its cases were archived: nobody else binds it."""
    tracks = policies.tracks_of(ask.session, ask.it)
    if tracks and all(each.state == "ARCHIVED" for each in tracks):
        key = f"{LATE}:{ask.it.id}:{ask.now.isoformat()}"
        subject = ("complaint", ask.it.id, ask.it.ref)
        tasks.put(ask.session, LATE, subject, role="officer", now=ask.now, key=key)


@REVIEW.effect("R02", "R06")
def ask_for_its_papers(ask: Ask) -> None:
    """Ask for a volume of the documents of a review that leaves the file in the archive."""
    track = ask.session.get_one(CaseTrack, ask.it.track_id)
    if track.state == "ARCHIVED":
        key = f"{REVIEWED}:{ask.it.id}"
        tasks.put(ask.session, REVIEWED, ("track", track.id, track.ref), role="officer", now=ask.now, key=key)


@PUBLICATION.effect("B06", "B07")
def ask_for_its_notice(ask: Ask) -> None:
    """Ask for a volume of the notice by which a publication is corrected or withdrawn when the file is archived."""
    track = ask.session.get_one(CaseTrack, ask.it.track_id)
    if track.state == "ARCHIVED" and track.case.erased_at is None:
        key = f"{PUBLISHED}:{ask.it.id}:{ask.now.isoformat()}"
        tasks.put(ask.session, PUBLISHED, ("track", track.id, track.ref), role="officer", now=ask.now, key=key)


def archive(session: Session, track: CaseTrack, *, actor: Actor, version: int | None, now: datetime) -> None:
    """The officer archives the file; each volume gets its cover with its index (row S67)."""
    same(track, version)
    bound = queries.bound_of(session, track)
    facts = {"volumes": bound, "journal": {"volumes": len(bound)}}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "archive")
