"""Deeds of staff about reviews: the head restores the time, an officer issues an order at once."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core.actors import Actor
from core.words import _l
from desk.deeds import Deed, table
from proceedings import forms_reviews as forms
from sanctions import reviews

Form = Any


def _restore(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    reviews.restore(
        at,
        it,
        obstacle=form.obstacle.data,
        obstacle_ended=form.obstacle_ended.data,
        asked_on=form.asked_on.data,
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _order_now(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    reviews.order_now(at, it, actor=actor, version=form.version.data, now=now)


DEEDS = table(
    Deed(
        "order_now",
        _l("Issue the order that the panel declared immediate"),
        _l("Issue"),
        _order_now,
        note=_l("It is carried out in spite of a review; its time limit starts once the decision is in effect."),
        said=_l("The order goes out."),
        confirm=_l("The order is numbered and goes to the respondent. Go on?"),
        quiet=True,
    ),
    Deed(
        "restore_review",
        _l("Let the time for a review run again after an obstacle"),
        _l("Restore…"),
        _restore,
        forms.RestoreForm,
        _l("The decision has no effect until then; what was published of it is withdrawn."),
        said=_l("The time for a review runs again."),
        quiet=True,
        aside=True,
    ),
)
"""Rows of the table of tracks about reviews that staff carry out."""
