"""What must hold before a document is issued again: it was made void before service, and says the same (S68)."""

import hashlib
import json
from collections.abc import Iterator
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.states import FILED_BY, TRACK
from core.errors import NotNow, Refused
from core.machine import Ask
from core.words import _l
from notices import queries as notices
from notices.models import Document
from registry import lineage
from registry.models import Party
from sanctions import policies_interview_times, rounds
from sanctions.levels import INTERVIEW, LEVELS, TRAINING
from sanctions.policies_execution import begun, interview_notice, plan_problems

AWAITED: Final[dict[str, tuple[str, ...]]] = {
    "FILED": FILED_BY,
    "NOTICE_ISSUED": ("D17",),
    "DECIDED": ("D20",),
    "EXECUTING": ("D23a", "D23b", "D23d"),
    "NOT_FILED": ("D12",),
    "NO_MEASURE": ("D16a", "D16b", "D16c"),
    "CLOSED": ("D24", "D25", "D26", "D27"),
}
"""By state, the documents whose service the track waits for; at an end, what tells that it ended, and how."""
ARRANGED: Final = {
    *("时间", "地点", "约谈人", "Time", "Place", "Interviewers"),
    *("地点或者网址", "Dates", "Place or address"),
}
"""Lines of a summons or a training order that say when, where and by whom: arrangements, and no operative words."""
OF_MEASURE = {LEVELS[level].document: level for level in (1, 2, 3)}


def lasts_of(session: Session, track: CaseTrack, kind: str) -> list[Document]:
    """The last document of a kind in the round, including void ones; of letters to complainants, the last to each."""
    mine = select(Document).where(
        Document.subject_kind == "track", Document.subject_id == track.id, Document.kind == kind
    )
    if kind not in AWAITED["FILED"]:
        mine = mine.where(Document.round == track.round)
    return list({each.complaint_id: each for each in session.scalars(mine.order_by(Document.id))}.values())


def voided(session: Session, track: CaseTrack) -> dict[str, list[Document]]:
    """By kind, what the present state waits for and was made void before it was served."""
    found: dict[str, list[Document]] = {}
    for kind in AWAITED.get(track.state, ()):
        for each in lasts_of(session, track, kind):
            unserved = all(service.state != "SERVED" for service in each.services)
            if each.void_at is not None and unserved and _still_ordered(session, track, kind):
                found.setdefault(kind, []).append(each)
    return found


def _still_ordered(session: Session, track: CaseTrack, kind: str) -> bool:
    if kind not in OF_MEASURE:
        return True
    measure = rounds.measure(session, track, OF_MEASURE[kind])
    return measure is not None and measure.state == "ORDERED"


def recipient(session: Session, track: CaseTrack, void: Document) -> Party | None:
    """The company it went to; if that is gone and no open track takes the document along, its one successor.

    An invitation to sign stays the gone firm's.
    """
    if void.party_id is None:
        return None
    party = session.get_one(Party, void.party_id)
    stays = party.ceased_on is None or track.state not in TRACK.ends or void.kind == "D27"
    heirs = [] if stays else lineage.heirs(session, party.id)
    return heirs[0] if len(heirs) == 1 else party


def is_as_issued(document: Document) -> bool:
    """Whether the frozen words still have the digest with which they were issued (I-08)."""
    text = json.dumps(document.paper, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest() == document.paper_sha256


@TRACK.guard("S68")
def void_before_service(ask: Ask) -> Iterator[Refused]:
    """The document that this state waits for was void before service; its operative words stay the same (digest)."""
    found = voided(ask.session, ask.it)
    if not found:
        yield NotNow(_l("No document that the track waits for was made void before its service."))
    if not all(is_as_issued(each) for some in found.values() for each in some):
        yield NotNow(_l("The words of the void document are no longer those that were issued."))
    if "D23b" in found:
        yield from _leaves_notice(ask, found["D23b"][-1])
    if "D23d" in found:
        yield from _lies_ahead(ask)


def _leaves_notice(ask: Ask, void: Document) -> Iterator[Refused]:
    """A summons issued again leaves the days that every summons leaves, or the interview gets another day."""
    if ask.facts.get("interview") is not None:
        yield from plan_problems(ask, [INTERVIEW])
        return
    measure = rounds.measure(ask.session, ask.it, INTERVIEW)
    held = measure.interview if measure else None
    notice = int(notices.laid_down_in(void, policies_interview_times.NOTICE) or interview_notice(ask))
    if held is not None:
        yield from policies_interview_times.too_early(ask.session, held.at, ask.on, notice)


def _lies_ahead(ask: Ask) -> Iterator[Refused]:
    """A training order issued again names days still to come, or the training gets others."""
    if ask.facts.get("training") is not None:
        yield from plan_problems(ask, [TRAINING])
        return
    measure = rounds.measure(ask.session, ask.it, TRAINING)
    first = measure.training.first_on if measure and measure.training else None
    if first is not None:
        yield from begun(first, ask.on)
