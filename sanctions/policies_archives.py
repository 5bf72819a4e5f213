"""What must hold before a track goes into the archive (S67)."""

from collections.abc import Iterator, Sequence

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.orm import Session

from casework import hanging
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.at_hand import once
from core.errors import NotNow, Refused
from core.machine import Ask
from core.words import _, _l, language
from notices.models import Document, Service
from registry.clock_kinds import KINDS
from registry.models_clocks import Clock, ClockState
from sanctions import queries_volumes
from sanctions.policies_reviews import open_review

ALLOWED = ("K27",)
"""What may run while a track goes into the archive."""


def still_running(session: Session, track: CaseTrack) -> Sequence[Clock]:
    """The time limits of the track, and of the service of its documents, that have not ended."""
    services = select(Service.id).join(Service.document)
    subjects = hanging.file_of(session, [track.id])
    services = services.where(tuple_(Document.subject_kind, Document.subject_id).in_(subjects))
    on_track = and_(Clock.subject_type == "track", Clock.subject_id == track.id)
    on_service = and_(Clock.subject_type == "service", Clock.subject_id.in_(services))
    asked = select(Clock).where(or_(on_track, on_service), Clock.state != ClockState.ENDED)
    late = asked.where(Clock.key.not_in(ALLOWED)).order_by(Clock.id)
    return once(session, ("running", track.id), lambda: session.scalars(late).all())


def review_open(session: Session, track: CaseTrack) -> bool:
    """Whether a review of this track waits for its decision, one that stays the measure as well."""
    return open_review(session, track.id) is not None


@TRACK.guard("S67")
def ready_for_the_archive(ask: Ask) -> Iterator[Refused]:
    """Both volumes are bound and indexed; no review is open; no clock but K27 runs."""
    if review_open(ask.session, ask.it):
        yield NotNow(_l("A review is open."))
    if running := still_running(ask.session, ask.it):
        names = _(", ").join(dict.fromkeys(KINDS[each.key].name(language()) for each in running))
        yield NotNow(_l("A time limit still runs: %(clocks)s.", clocks=names))
    if not queries_volumes.is_bound(ask.session, ask.it):
        yield NotNow(_l("Bind the volumes first: something of the file is in none of them."))
