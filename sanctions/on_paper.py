"""What a company that is not served online sends on paper in its defence: entered by staff, it counts from its day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

from sqlalchemy.orm import Session

from casework import evidence, inquiries
from casework.models_cases import CaseTrack
from casework.policies_inquiry import may_enter_for, since
from casework.policies_recusals import takes_no_part
from casework.policies_tracks import same
from core.actors import Actor
from core.clock import day_of, today
from core.errors import BadInput, NotAllowed, Refused, raise_first
from core.words import _l
from sanctions import (
    admissions,
    hearings,
    interview_times,
    measures,
    policies_admissions,
    queries_hearings,
    restorations,
    reviews,
    rounds,
    statements,
)
from sanctions.levels import RECTIFICATION

ANSWERS = {
    "state": "D17",
    "ask_hearing": "D17",
    "waive_hearing": "D17",
    "withdraw_admission": "D17",
    "ask_restoration": "D17",
    "report_correction": "D23a",
    "ask_review": "D20",
    "propose_time": "D23b",
}
"""What can come on paper, by its event, and the document that it answers."""
PURPOSES = {"report_correction": "PROOF", "ask_review": "REVIEW"}
"""What the scans belong to; otherwise to what the company says of the notice, found by the moment."""


@dataclass(frozen=True)
class Paper:
    """What a company wrote, who signed it, the day it was handed over or posted, and its scans with what came along.

    `had_on` is when the association had it; `more` is what it says beside: the document revoked on which a decision
    rests, the end of an obstacle, or the time proposed for an interview.
    """

    text: str
    signed_by: str
    received_on: date
    scans: Sequence[tuple[IO[bytes], str | None]] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    had_on: date | None = None


def may_enter(session: Session, actor: Actor, track: CaseTrack, event: str) -> bool:
    """Whether somebody enters this for the company: it can send nothing in the portal, or could not at first."""
    return may_enter_for(session, actor, track, since(session, track, (ANSWERS[event],)))


def enter(
    session: Session, track: CaseTrack, event: str, paper: Paper, *, actor: Actor, version: int | None, now: datetime
) -> None:
    """Enter it for the company, as what the same company would have sent in the portal.

    The rows S19, S20, S31, S51, S56, S61 and R01, the request for a time limit to run again, and another time for an
    interview.
    """
    same(track, version)
    raise_first(takes_no_part(session, actor, track.case_id, today()))
    if not may_enter_for(session, actor, track, paper.received_on):
        raise NotAllowed(_l("This company answers in the portal itself."))
    asked_on = since(session, track, (ANSWERS[event],))
    raise_first(_before_it_was_done(session, track, event, paper.received_on))
    said = {"text": paper.text, "signed_by": paper.signed_by, "received_on": paper.received_on}
    inquiries.written(asked_on, **said, had_on=paper.had_on, now=now)  # type: ignore[arg-type]
    company, body = inquiries.speaking(actor, track), inquiries.signed_text(paper.text, paper.signed_by)
    _keep(session, track, event, paper, company, now)
    when = {"actor": company, "now": now, "day": paper.received_on}
    had = {"had_on": paper.had_on}
    if event == "state":
        statements.state(session, track, text=body, **when)  # type: ignore[arg-type]
    elif event == "ask_hearing":
        hearings.ask_for(session, track, wishes=body, **when, **had)  # type: ignore[arg-type]
    elif event == "waive_hearing":
        hearings.waive(session, track, confirmed=True, **when)  # type: ignore[arg-type]
    elif event == "withdraw_admission":
        admissions.take_back(session, track, confirmed=True, **when)  # type: ignore[arg-type]
    elif event == "ask_restoration":
        restorations.ask_for(session, track, obstacle=body, **paper.more, **when)  # type: ignore[arg-type]
    elif event == "propose_time":
        interview_times.propose(session, track, why=body, **paper.more, **when)  # type: ignore[arg-type]
    elif event == "ask_review":
        reviews.ask_review(session, track, grounds=body, **paper.more, **when, **had)  # type: ignore[arg-type]
    else:
        reports = dict.fromkeys(_open_items(session, track), body)
        measures.report_correction(session, track, reports=reports, signed_by=paper.signed_by, **when, **had)  # type: ignore[arg-type]


def was_late(session: Session, track: CaseTrack, event: str) -> bool | None:
    """Whether what was entered last counts as late; None of what is refused where it is."""
    if event == "state":
        return rounds.statements(session, track)[-1].late
    found = rounds.measure(session, track, RECTIFICATION) if event == "report_correction" else None
    return found.done_late if found is not None else None


def _keep(session: Session, track: CaseTrack, event: str, paper: Paper, company: Actor, now: datetime) -> None:
    """Keep the scans once, as files of the company, of the moment of the entry: by it they are found.

    Of a hearing given up or an admission taken back they stand among the company's files only.
    """
    for stream, name in paper.scans:
        said = {"purpose": PURPOSES.get(event, "STATEMENT"), "actor": company, "now": now}
        evidence.hand_in(session, track, stream, name, **said)  # type: ignore[arg-type]
    session.flush()


def _before_it_was_done(session: Session, track: CaseTrack, event: str, day: date) -> Iterator[Refused]:
    """Nobody takes back by a letter what was asked for or admitted only afterwards."""
    done: date | None = None
    if event == "waive_hearing" and (hearing := queries_hearings.hearing(session, track)) is not None:
        done = hearing.day
    elif event == "withdraw_admission" and (admitted := policies_admissions.admission(session, track)) is not None:
        done = day_of(admitted.admitted_at)
    if done is not None and day < done:
        yield BadInput("received_on", _l("What it takes back was asked for or admitted only after this day."))


def _open_items(session: Session, track: CaseTrack) -> list[int]:
    found = rounds.measure(session, track, RECTIFICATION)
    return [each.no for each in found.items if each.result != "PASS"] if found is not None else []
