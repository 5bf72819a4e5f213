"""How pages show a track's bundles: which there are and from when, progress of one being made, what came since."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core import clock
from core.words import LazyString, _l
from notices import bundles
from notices.models_bundles import PANEL, SHOWN, Bundle

NAMES: dict[str, LazyString] = {
    "main": _l("Main volume"),
    "internal": _l("Internal volume"),
    "complainant": _l("Complainant's volume"),
    SHOWN: _l("File with identities hidden"),
    PANEL: _l("File with identities hidden, for the panel"),
}


@dataclass(frozen=True)
class Shown:
    """One variant of one subject's bundle."""

    subject: tuple[str, int]
    variant: str
    name: LazyString
    of: str
    made: Bundle | None
    making: Bundle | None
    failed: Bundle | None
    since: int | None
    """How many entries have come or changed since; None if the reader cannot be told."""
    erased: bool = False
    """Whether what it would hold was erased: none is made any more."""

    @property
    def key(self) -> dict[str, Any]:
        """The parts of its addresses."""
        return {"kind": self.subject[0], "subject": self.subject[1], "variant": self.variant}

    @property
    def id(self) -> str:
        """Its place on the page."""
        return f"bundle-{self.variant}-{self.subject[1]}"


def called(track: CaseTrack, bundle: Bundle) -> str:
    """The name of its file: after its subject, as a case may have several complaints, and its volume."""
    about = track.ref
    if bundle.subject_kind == "complaint":
        about = next((each.ref for each in track.case.complaints if each.id == bundle.subject_id), about)
    return f"{about} {NAMES[bundle.variant]}"


def of_track(session: Session, track: CaseTrack) -> list[Shown]:
    """Every variant, for the staff on the file."""
    return [one_of(session, track, ("track", track.id), variant) for variant in ("main", "internal", SHOWN)] + [
        one_of(session, track, ("complaint", each.id), "complainant", each.ref) for each in track.case.complaints
    ]


def one_of(
    session: Session, track: CaseTrack, subject: tuple[str, int], variant: str, of: str = "", *, counted: bool = True
) -> Shown:
    """One variant of a track's bundles; for an erased case nothing is compared with the present file."""
    erased = track.case.erased_at is not None
    return replace(one(session, subject, variant, of, counted=counted and not erased), erased=erased)


def one(session: Session, subject: tuple[str, int], variant: str, of: str = "", *, counted: bool = True) -> Shown:
    """One variant of the bundles of a thing."""
    newest = bundles.newest(session, subject, variant)
    is_made = newest is None or newest.sha256 is not None
    made = newest if is_made else bundles.newest_made(session, subject, variant)
    later = None if is_made else newest
    making = later if later is not None and bundles.is_in_the_making(later, clock.now()) else None
    failed = later if later is not None and making is None else None
    since = None
    if made is not None and counted:
        since = bundles.came_since(made, bundles.CONTENTS[subject[0], variant](session, subject[1]))
    return Shown(subject, variant, NAMES[variant], of, made, making, failed, since)
