"""Deeds of the head with a track that ends out of turn."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.deeds import Deed, table
from casework.models_cases import CaseTrack
from core.actors import Actor
from core.words import _l
from sanctions import endings
from sanctions import forms_endings as forms

Form = Any


def _terminate(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    endings.terminate(
        at,
        it,
        ground=form.ground.data,
        reasons=form.reasons.data,
        no_successor=bool(form.no_successor.data),
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _close(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    endings.close_unexecuted(
        at,
        it,
        ground=form.ground.data,
        reasons=form.reasons.data,
        binding=bool(form.binding.data),
        lessons=form.lessons.data or "",
        actor=actor,
        version=form.version.data,
        now=now,
    )


DEEDS = table(
    Deed(
        "terminate",
        _l("Terminate the track"),
        _l("Terminate…"),
        _terminate,
        forms.TerminateForm,
        _l("Filed by mistake, no jurisdiction, or no company any more. What is still on its way is made void."),
        said=_l("Terminated; the respondent is told."),
        aside=True,
    ),
    Deed(
        "close_unexecuted",
        _l("Close the track: the measures can't be carried out"),
        _l("Close…"),
        _close,
        forms.UnexecutedForm,
        _l("The company ceased to exist or can't do what was ordered. The order stays binding."),
        said=_l("Closed; the measures stay ordered."),
        aside=True,
    ),
)
"""Rows of the table of tracks by which one ends out of turn."""
