"""What must hold before a track goes into the archive (S67)."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, select, tuple_, union_all
from sqlalchemy.orm import Session

from casework import hanging
from casework.models import Forwarding
from casework.models_cases import CaseTrack
from casework.models_stop_contacts import StopContact
from casework.states import TRACK
from core.at_hand import once
from core.errors import NotNow, Refused
from core.machine import Ask
from core.planned import PLANNED
from core.words import _, _l, language
from notices.models import Document, Service
from registry.clock_kinds import KINDS
from registry.models_clocks import Clock, ClockState
from sanctions import queries_volumes
from sanctions.policies_corrections import BEFORE_THEM, open_correction
from sanctions.policies_reviews import open_review

ALLOWED = ("K27",)
"""What may run while a track goes into the archive."""


def still_running(session: Session, track: CaseTrack) -> Sequence[Clock]:
    """The clocks that still run for the track, and for the service of what is bound with it."""
    return once(session, ("running", track.id), lambda: session.scalars(_running(session, track)).all())


def _running(session: Session, track: CaseTrack) -> Select[Clock]:
    subjects = hanging.file_of(session, [track.id])
    of_file = select(Document.id).where(tuple_(Document.subject_kind, Document.subject_id).in_(subjects))
    bound = union_all(of_file, *_letters([each.id for each in queries_volumes.ended(track)]))
    services = select(Service.id).where(Service.document_id.in_(bound))
    ways = (("track", [track.id]), ("service", services))  # in one condition, all clocks would be read
    hang = (select(Clock.id).where(Clock.subject_type == kind, Clock.subject_id.in_(some)) for kind, some in ways)
    asked = select(Clock).where(Clock.id.in_(union_all(*hang)), Clock.state != ClockState.ENDED)
    return asked.where(Clock.key.not_in(ALLOWED)).order_by(Clock.id).execution_options(**PLANNED)


def _letters(complaints: Sequence[int]) -> Iterator[Select[int]]:
    """The numbers of letters of complaints that have ended, which are bound in volumes of their own."""
    letters = select(Document.id).where(Document.volume == "complainant")
    yield letters.where(Document.complaint_id.in_(complaints))
    about: dict[str, Any] = {
        "complaint": complaints,
        "forwarding": select(Forwarding.id).where(Forwarding.complaint_id.in_(complaints)),
        "stop_contact": select(StopContact.id).where(StopContact.complaint_id.in_(complaints)),
    }
    for kind, some in about.items():
        yield letters.where(Document.subject_kind == kind, Document.subject_id.in_(some))


def review_open(session: Session, track: CaseTrack) -> bool:
    """Whether a review of this track is undecided, including one that stays the measure."""
    return open_review(session, track.id) is not None


def on_its_way(session: Session, track: CaseTrack) -> Iterator[Refused]:
    """Whether something that is bound has not been received yet, or a clock runs."""
    if running := still_running(session, track):
        names = _(", ").join(dict.fromkeys(KINDS[each.key].name(language()) for each in running))
        yield NotNow(_l("A time limit still runs: %(clocks)s.", clocks=names))


def in_the_way(session: Session, track: CaseTrack) -> Iterator[Refused]:
    """What keeps a file out of the archive, also once all of it is bound."""
    if review_open(session, track):
        yield NotNow(_l("A review is open."))
    if open_correction(session, track) is not None:  # nothing is corrected in the archive, nor any vote bound
        yield NotNow(BEFORE_THEM)
    yield from on_its_way(session, track)


@TRACK.guard("S67")
def ready_for_the_archive(ask: Ask) -> Iterator[Refused]:
    """Both volumes are bound and indexed; no review is open and no correction is voted on; no clock but K27 runs."""
    yield from in_the_way(ask.session, ask.it)
    if not queries_volumes.is_bound(ask.session, ask.it):
        yield NotNow(_l("Bind the volumes first: something of the file is in none of them."))
