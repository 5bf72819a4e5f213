"""What a company that is not served online sends on paper in its defence: entered by staff, it counts from its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from sqlalchemy.orm import Session

from casework import evidence, inquiries
from casework.models_cases import CaseTrack
from casework.policies_inquiry import may_enter_for
from casework.policies_recusals import takes_no_part
from casework.policies_tracks import same
from core.actors import Actor
from core.clock import moment_on, today
from core.errors import NotAllowed, raise_first
from core.words import _l
from sanctions import hearings, measures, reviews, rounds, statements
from sanctions.levels import RECTIFICATION

ANSWERS = {"state": "D17", "ask_hearing": "D17", "report_correction": "D23a", "ask_review": "D20"}
"""What can come on paper, by its event, and the document that it answers."""
PURPOSES = {"report_correction": "PROOF", "ask_review": "REVIEW"}
"""What the scans belong to; otherwise to a statement."""


@dataclass(frozen=True)
class Paper:
    """What a company wrote, who signed it, the day it was handed over or posted, and its scans with what came along."""

    text: str
    signed_by: str
    received_on: date
    scans: Sequence[tuple[IO[bytes], str | None]] = ()


def enter(
    session: Session, track: CaseTrack, event: str, paper: Paper, *, actor: Actor, version: int | None, now: datetime
) -> None:
    """Enter it for the company, as what the same company would have sent in the portal (S19, S20, S31, R01, S61)."""
    same(track, version)
    raise_first(takes_no_part(session, actor, track.case_id, today()))
    if not may_enter_for(session, actor, track):
        raise NotAllowed(_l("This company answers in the portal itself."))
    said = {"text": paper.text, "signed_by": paper.signed_by, "received_on": paper.received_on}
    inquiries.written(session, track, (ANSWERS[event],), **said, now=now)  # type: ignore[arg-type]
    company, body = inquiries.speaking(actor, track), inquiries.signed_text(paper.text, paper.signed_by)
    _keep(session, track, event, paper, company, now)
    when = {"actor": company, "now": now, "day": paper.received_on}
    if event == "state":
        statements.state(session, track, text=body, **when)  # type: ignore[arg-type]
    elif event == "ask_hearing":
        hearings.ask_for(session, track, wishes=body, **when)  # type: ignore[arg-type]
    elif event == "ask_review":
        reviews.ask_review(session, track, grounds=body, **when)  # type: ignore[arg-type]
    else:
        reports = dict.fromkeys(_open_items(session, track), body)
        measures.report_correction(session, track, reports=reports, signed_by=paper.signed_by, **when)  # type: ignore[arg-type]


def _keep(session: Session, track: CaseTrack, event: str, paper: Paper, company: Actor, now: datetime) -> None:
    """Keep the scans as files of the company, of the moment of what they came with; as proof, with each problem."""
    found = rounds.measure(session, track, RECTIFICATION) if event == "report_correction" else None
    items: list[int | None] = [each.id for each in found.items if each.result != "PASS"] if found else [None]
    for stream, name in paper.scans:
        for item in items:
            stream.seek(0)
            purpose = PURPOSES.get(event, "STATEMENT")
            said = {"purpose": purpose, "item_id": item, "actor": company, "now": now}
            kept = evidence.hand_in(session, track, stream, name, **said)  # type: ignore[arg-type]
            if event != "state":  # a statement keeps its day itself
                kept.added_at = moment_on(paper.received_on, now)
    session.flush()


def _open_items(session: Session, track: CaseTrack) -> list[int]:
    found = rounds.measure(session, track, RECTIFICATION)
    return [each.no for each in found.items if each.result != "PASS"] if found is not None else []
