"""Bundles of a track and of its complaints: who may have which; each request and each download is journalled."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import holds, identities, noting, policies_pages
from casework.models import Complaint
from casework.models_cases import CaseFile, CaseTrack
from casework.states import TRACK
from core.actors import Actor
from core.errors import NotAllowed
from core.words import _l
from notices import archives, bundles
from notices import queries as notices
from notices.bundle_making import Made
from notices.bundle_papers import Contents
from notices.models_archive import ArchiveVolume
from notices.models_bundles import HIDING, PANEL, SHOWN, Bundle
from sanctions import bundle_contents, file_views, files_made, policies, rounds

COVER = ("D35",)
GATHERED = bundle_contents
"""Imported for what it registers."""


def may_have(session: Session, actor: Actor, track: CaseTrack, variant: str) -> bool:
    """Whether somebody may have it: staff on the file have all, the panel and a viewing respondent one each."""
    if actor.audience == "staff" and policies_pages.may_see_originals(actor):
        return True
    if actor.id is None:
        return False
    if variant == SHOWN and file_views.may_view(actor, track):
        return TRACK.row(track.state, "view_file") is not None
    return variant == PANEL and policies.is_on(actor, rounds.panel(session, track))


def ask(
    session: Session, track: CaseTrack, subject: tuple[str, int], variant: str, *, actor: Actor, now: datetime
) -> Bundle:
    """Have a bundle made of what is on file now."""
    _require(session, track, subject, variant, actor)
    holds.still_kept(track.case)
    if variant in HIDING:
        files_made.copied(session, track, files_made.made_for(session, track))
        session.flush()
    asked = bundles.ask(session, subject, variant, actor=actor, now=now)
    noting.of_case(session, track.case, "bundle", actor, now, track=track.ref, variant=variant, bundle=asked.id)
    return asked


def download(session: Session, track: CaseTrack, bundle: Bundle, *, actor: Actor, now: datetime) -> None:
    """Journal who downloaded which file, and when."""
    _require(session, track, (bundle.subject_kind, bundle.subject_id), bundle.variant, actor)
    said: dict[str, str | int | None] = {"variant": bundle.variant, "bundle": bundle.id, "sha256": bundle.sha256}
    noting.of_case(session, track.case, "bundle_out", actor, now, track=track.ref, **said)
    if bundle.subject_kind == "complaint":  # its letters say who complains
        told = session.get_one(Complaint, bundle.subject_id)
        noting.of_complaint(session, told, identities.REVEALED, actor, now, {"bundle": bundle.id})


def _require(session: Session, track: CaseTrack, subject: tuple[str, int], variant: str, actor: Actor) -> None:
    ours = subject == ("track", track.id) or subject in [("complaint", each.id) for each in track.case.complaints]
    if not ours or (subject[0], variant) not in bundles.CONTENTS or not may_have(session, actor, track, variant):
        raise NotAllowed(_l("This bundle is not made for you."))


def of_volumes(session: Session, bound: list[ArchiveVolume], *, actor: Actor, now: datetime) -> None:
    """Have a PDF made of each bound volume."""
    for each in bound:
        subject = (each.subject_kind, each.subject_id)
        bundles.ask(session, subject, each.volume, actor=actor, now=now, anew=True)


@bundles.settles
def into_the_volume(session: Session, bundle: Bundle, contents: Contents, made: Made) -> None:
    """Bind the volume of exactly these entries to its PDF's digest; its index follows the pages of the PDF."""
    volume = archives.one(session, (bundle.subject_kind, bundle.subject_id), bundle.variant)
    papers = [(each.mark, each.sha256) for each in contents.pieces]
    if made.missing or volume is None or [(each.mark, each.sha256 or "") for each in volume.entries] != papers:
        return
    volume.pdf_sha256 = bundle.sha256
    if _has_cover(session, volume):
        return
    volume.pages = made.pages
    ends = [*made.firsts[1:], made.pages + 1]
    for entry, first, end in zip(volume.entries, made.firsts, ends, strict=True):
        entry.first_page, entry.pages = first, end - first


def _has_cover(session: Session, volume: ArchiveVolume) -> bool:
    """Whether a printed index names the pages already, which then stay."""
    tracks = [volume.subject_id] if volume.subject_kind == "track" else _tracks(session, volume.subject_id)
    return any(notices.last_document(session, COVER, "track", number) for number in tracks)


def _tracks(session: Session, complaint: int) -> list[int]:
    asked = select(CaseTrack.id).join(CaseFile).where(CaseFile.complaints.any(id=complaint))
    return list(session.scalars(asked))
