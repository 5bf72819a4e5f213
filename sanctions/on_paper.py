"""What a company that is not served online sends on paper in its defence: entered by staff, it counts from its day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any, TypedDict

from sqlalchemy.orm import Session

from casework import evidence, inquiries
from casework.holds import same
from casework.models_cases import CaseTrack
from casework.policies_inquiry import may_enter_for, since
from casework.policies_recusals import takes_no_part
from core.actors import Actor
from core.clock import day_of, today
from core.errors import BadInput, NotAllowed, raise_first
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


class Sent(TypedDict):
    """Who sent it, when it is entered, and the day on which it counts."""

    actor: Actor
    now: datetime
    day: date


@dataclass(frozen=True)
class Kind:
    """What can come on paper: the document that it answers, and what the same company would do in the portal."""

    answers: str
    do: Callable[[Session, CaseTrack, Paper, str, Sent], object]
    purpose: str = "STATEMENT"
    """What the scans belong to; otherwise to what the company says of the notice, found by the moment."""
    takes_back: Callable[[Session, CaseTrack], date | None] = lambda _at, _it: None
    """The day of what it takes back: nobody does so by a letter that is older."""


KINDS = {
    "state": Kind("D17", lambda at, it, _paper, body, sent: statements.state(at, it, text=body, **sent)),
    "ask_hearing": Kind(
        "D17",
        lambda at, it, paper, body, sent: hearings.ask_for(at, it, wishes=body, had_on=paper.had_on, **sent),
    ),
    "waive_hearing": Kind(
        "D17",
        lambda at, it, _paper, _body, sent: hearings.waive(at, it, confirmed=True, **sent),
        takes_back=lambda at, it: heard.day if (heard := queries_hearings.hearing(at, it)) else None,
    ),
    "withdraw_admission": Kind(
        "D17",
        lambda at, it, _paper, _body, sent: admissions.take_back(at, it, confirmed=True, **sent),
        takes_back=lambda at, it: (
            day_of(admitted.admitted_at) if (admitted := policies_admissions.admission(at, it)) else None
        ),
    ),
    "ask_restoration": Kind(
        "D17", lambda at, it, paper, body, sent: restorations.ask_for(at, it, obstacle=body, **paper.more, **sent)
    ),
    "report_correction": Kind(
        "D23a",
        lambda at, it, paper, body, sent: measures.report_correction(
            at,
            it,
            reports=dict.fromkeys(_open_items(at, it), body),
            signed_by=paper.signed_by,
            had_on=paper.had_on,
            **sent,
        ),
        "PROOF",
    ),
    "ask_review": Kind(
        "D20",
        lambda at, it, paper, body, sent: reviews.ask_review(
            at, it, grounds=body, had_on=paper.had_on, **paper.more, **sent
        ),
        "REVIEW",
    ),
    "propose_time": Kind(
        "D23b", lambda at, it, paper, body, sent: interview_times.propose(at, it, why=body, **paper.more, **sent)
    ),
}
"""By event: the rows S19, S20, S56, S51, S61, S31 and R01, the request for a time limit to run again, and another time
for an interview.
"""


def may_enter(session: Session, actor: Actor, track: CaseTrack, event: str) -> bool:
    """Whether somebody enters this for the company: it can send nothing in the portal, or could not at first."""
    return may_enter_for(session, actor, track, since(session, track, (KINDS[event].answers,)))


def enter(
    session: Session, track: CaseTrack, event: str, paper: Paper, *, actor: Actor, version: int | None, now: datetime
) -> None:
    """Enter it for the company, as what the same company would have sent in the portal."""
    same(track, version)
    raise_first(takes_no_part(session, actor, track.case_id, today()))
    if not may_enter_for(session, actor, track, paper.received_on):
        raise NotAllowed(_l("This company answers in the portal itself."))
    kind = KINDS[event]
    if (done := kind.takes_back(session, track)) is not None and paper.received_on < done:
        raise BadInput("received_on", _l("What it takes back was asked for or admitted only after this day."))
    inquiries.written(
        since(session, track, (kind.answers,)),
        text=paper.text,
        signed_by=paper.signed_by,
        received_on=paper.received_on,
        had_on=paper.had_on,
        now=now,
    )
    company, body = inquiries.speaking(actor, track), inquiries.signed_text(paper.text, paper.signed_by)
    _keep(session, track, kind.purpose, paper, company, now)
    kind.do(session, track, paper, body, {"actor": company, "now": now, "day": paper.received_on})


def was_late(session: Session, track: CaseTrack, event: str) -> bool | None:
    """Whether what was entered last counts as late; None of what is refused where it is."""
    if event == "state":
        return rounds.statements(session, track)[-1].late
    found = rounds.measure(session, track, RECTIFICATION) if event == "report_correction" else None
    return found.done_late if found is not None else None


def _keep(session: Session, track: CaseTrack, purpose: str, paper: Paper, company: Actor, now: datetime) -> None:
    """Keep the scans once, as files of the company, of the moment of the entry: by it they are found.

    Of a hearing given up or an admission taken back they stand among the company's files only.
    """
    for stream, name in paper.scans:
        evidence.hand_in(session, track, stream, name, purpose=purpose, actor=company, now=now)
    session.flush()


def _open_items(session: Session, track: CaseTrack) -> list[int]:
    found = rounds.measure(session, track, RECTIFICATION)
    return [each.no for each in found.items if each.result != "PASS"] if found is not None else []
