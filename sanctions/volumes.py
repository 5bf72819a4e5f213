"""The volumes of a track's file, bound; and the track put into the archive with their covers (S67)."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import noting, policies_tracks
from casework.models import Complaint
from casework.models_cases import CaseTrack
from casework.policies_tracks import same
from casework.states import TRACK
from core.actors import Actor
from core.errors import NotAllowed, NotNow
from core.machine import Ask
from core.words import _l
from notices import archives, dossiers
from notices.models_archive import ArchiveVolume
from sanctions import bundles
from sanctions import queries_volumes as queries


def bind(session: Session, track: CaseTrack, *, actor: Actor, now: datetime) -> list[ArchiveVolume]:
    """Bind the main and the internal volume, and one for each complaint that has ended."""
    if not policies_tracks.may_work_on(actor):
        raise NotAllowed
    if track.state not in queries.BINDABLE:
        raise NotNow(_l("Only the file of a track that has ended is bound."))
    file = queries.file_of(session, track)
    archives.require_made(file.every)
    case, subject = track.case, ("track", track.id)
    bound = [
        archives.bind(
            session,
            subject,
            volume,
            title=f"{case.title}（{name}）",
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
    bound += [_bind_complaint(session, each, actor, now) for each in queries.ended(track)]
    bundles.of_volumes(session, bound, actor=actor, now=now)
    noting.of_case(session, case, "bind", actor, now, track=track.ref, volumes=len(bound))
    return bound


def _bind_complaint(session: Session, complaint: Complaint, actor: Actor, now: datetime) -> ArchiveVolume:
    archives.require_made(queries.letters_of(session, complaint).every)
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


def archive(session: Session, track: CaseTrack, *, actor: Actor, version: int | None, now: datetime) -> None:
    """The officer puts the file into the archive; each volume gets its cover with its index (row S67)."""
    same(track, version)
    bound = queries.bound_of(session, track)
    facts = {"volumes": bound, "journal": {"volumes": len(bound)}}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "archive")
