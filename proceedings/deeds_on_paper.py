"""Deeds of staff for a company that is not served online: what it sent on paper is entered as its own."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import inquiries
from casework.models_cases import CaseTrack
from casework.policies_inquiry import may_enter_for
from casework.policies_tracks import DAY_TO_SAY
from casework.states import TRACK
from core.actors import Actor
from core.words import LazyString, _l
from desk.deeds import Deed, table
from desk.forms_inquiry import AnswerOnPaperForm
from sanctions import on_paper

Form = Any
KEPT = _l("It is kept as the company's own.")


def paper(form: Form) -> on_paper.Paper:
    """What the form says of the paper."""
    scans = [(each.stream, each.filename) for each in form.scans.data]
    return on_paper.Paper(form.text.data or "", form.signed_by.data or "", form.received_on.data, scans)


def _enters(event: str) -> Callable[[Session, CaseTrack, Form, Actor, datetime], None]:
    def enter(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
        on_paper.enter(at, it, event, paper(form), actor=actor, version=form.version.data, now=now)

    return enter


def _deed(event: str, title: LazyString, note: LazyString) -> Deed:
    return Deed(
        event,
        title,
        _l("Enter…"),
        _enters(event),
        AnswerOnPaperForm,
        note,
        said=KEPT,
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
    """All of them, where the company answers in the portal itself; where none is due, nobody asks how it answers."""
    due = any(TRACK.row(it.state, event) is not None for event in DEEDS)
    return set() if due and may_enter_for(at, me, it) else set(DEEDS)
