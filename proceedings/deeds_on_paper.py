"""Deeds of staff for a company that is not served online: what it sent on paper is entered as its own."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import inquiries
from casework.models_cases import CaseTrack
from casework.policies_tracks import DAY_TO_SAY
from casework.states import TRACK
from core.actors import Actor
from core.words import LazyString, _l
from desk import showing_paper_days as days
from desk.deeds import Deed, table
from desk.forms_on_paper import AnswerOnPaperForm, ArrivedOnPaperForm
from sanctions import on_paper

Form = Any
STARTS = ("ask_hearing", "ask_review", "report_correction")
"""What gives the association something to do within a time of its own."""
PERIODS = {
    "ask_hearing": "K16",
    "withdraw_admission": "K31",
    "ask_review": "K20",
    "report_correction": "K22",
}
"""The time in which each can come; a hearing can be given up until it is held."""
KEPT = _l("It is kept as the company's own.")


def paper(form: Form, **more: Any) -> on_paper.Paper:  # noqa: ANN401 - a text or a day
    """What the form says of the paper, and what it says beside."""
    scans = [(each.stream, each.filename) for each in form.scans.data]
    had_on = form.arrived_on.data if "arrived_on" in form else None
    return on_paper.Paper(form.text.data or "", form.signed_by.data or "", form.received_on.data, scans, more, had_on)


def _enters(event: str) -> Callable[[Session, CaseTrack, Form, Actor, datetime], None]:
    def enter(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
        on_paper.enter(at, it, event, paper(form), actor=actor, version=form.version.data, now=now)

    return enter


def _period(event: str, it: CaseTrack) -> str:
    return ("K15" if it.major else "K14") if event == "state" else PERIODS.get(event, "")


def _offer(event: str) -> Callable[[Session, CaseTrack, Form], None]:
    def offer(at: Session, it: CaseTrack, form: Form) -> None:
        days.offer(at, form, ("track", it.id), _period(event, it), (on_paper.KINDS[event].answers,))

    return offer


def _counts(event: str) -> Callable[[Session, CaseTrack], str]:
    """Of what is taken late as well; the rest is refused then."""

    def counts(at: Session, it: CaseTrack) -> str:
        late = on_paper.was_late(at, it, event)
        return "" if late is None else days.counted(at, ("track", it.id), _period(event, it), late=late)

    return counts


def _deed(event: str, title: LazyString, note: LazyString) -> Deed:
    return Deed(
        event,
        title,
        _l("Enter…"),
        _enters(event),
        ArrivedOnPaperForm if event in STARTS else AnswerOnPaperForm,
        note,
        said=KEPT,
        offer=_offer(event),
        counts=_counts(event),
        facts=lambda _session, _it: {DAY_TO_SAY: True},
        speaks=inquiries.speaking,
        aside=True,
    )


DEEDS = table(
    _deed(
        "state",
        _l("Enter a statement that came on paper"),
        _l("It counts on the day it was handed over, or posted; a late one is taken and marked."),
    ),
    _deed(
        "ask_hearing",
        _l("Enter a request for a hearing that came on paper"),
        _l(
            "It counts on the day it was handed over, or posted. Once the case is before the panel, the panel must "
            "first let the time run again."
        ),
    ),
    _deed(
        "waive_hearing",
        _l("Enter that the hearing is given up on paper"),
        _l("The case goes on without a hearing; the time for a statement runs on."),
    ),
    _deed(
        "withdraw_admission",
        _l("Enter that the admission is taken back on paper"),
        _l(
            "It counts on the day it was handed over, or posted. The time for a statement begins anew. Once the "
            "admission is final, the head finds instead that the facts need a panel."
        ),
    ),
    _deed(
        "ask_review",
        _l("Enter a request for a review that came on paper"),
        _l(
            "It counts on the day it was handed over, or posted. Once a major decision is in force, the head must "
            "first let the time run again."
        ),
    ),
    _deed(
        "report_correction",
        _l("Enter a report of corrections that came on paper"),
        _l(
            "It stands for each problem that is still open; the scans are its proof. What was posted in time is in "
            "time also where the measure counts as failed by now; officers are asked about the lead that came of it."
        ),
    ),
)
"""Rows of a respondent that staff carry out for one that is not served online."""


def out_of_question(at: Session, it: CaseTrack, me: Actor) -> set[str]:
    """Those that the company does in the portal itself; of what is not due, nobody asks how it answers."""
    due = {event for event in DEEDS if TRACK.row(it.state, event) is not None}
    return DEEDS.keys() - {event for event in due if on_paper.may_enter(at, me, it, event)}
