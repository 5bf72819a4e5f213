"""Deeds of a panel besides its decision: a motion to announce more or return the case; windows opened again."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.masking import masked
from casework.models_cases import Allegation, CaseTrack, Evidence
from core.actors import Actor
from core.db import still_there
from core.typed_lists import lines
from core.words import _l
from desk.deeds import Deed, table
from proceedings import forms_resolutions as forms
from registry import rulebook
from sanctions import motions, policies_resolutions, restorations, rounds

Form = Any


def _offer_harsher(session: Session, it: CaseTrack, form: Form) -> None:
    names = {each.id: rulebook.violation(session, each.code) for each in it.allegations}
    form.allegation.choices = [(str(number), f"{found.code} {found.zh}") for number, found in names.items() if found]
    found = policies_resolutions.new_evidence(it)
    form.evidence.choices = [(str(each.id), masked(each.shows or "") or f"#{each.id}") for each in found]
    if form.untouched:
        proposal = rounds.proposal(session, it)
        form.measures.data = [str(level) for level in (proposal.measures if proposal else ())]


def _harsher(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    motions.put_harsher(
        at,
        it,
        measures=[int(each) for each in form.measures.data or ()],
        allegation=at.get(Allegation, int(form.allegation.data)),
        new_facts=form.new_facts.data or "",
        evidence=[still_there(at, Evidence, int(each)) for each in form.evidence.data or ()],
        reasons=form.reasons.data or "",
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _return(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    motions.put_return(
        at,
        it,
        questions=lines(form.questions.data),
        reasons=form.reasons.data or "",
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _restore(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    restorations.grant(
        at,
        it,
        not_own=bool(form.not_own.data),
        reasons=form.reasons.data or "",
        actor=actor,
        version=form.version.data,
        now=now,
        seen=form.request,
    )


_RESTORING = (
    _l("Open the time for a statement again"),
    _l("Open again…"),
    _restore,
    forms.RestoreForm,
    _l("An obstacle not of the respondent's making kept it from speaking; votes cast so far are put aside."),
    _l("The time runs again from today."),
)


def _restoring(event: str) -> Deed:
    title, button, do, form, note, said = _RESTORING
    return Deed(event, title, button, do, form, note, said=said, quiet=True)


PANEL = table(
    _restoring("restore_minor"),
    _restoring("restore_major"),
    Deed(
        "harsher_minor",
        _l("Put to the panel: announce more, on facts that were not in the notice"),
        _l("Put it…"),
        _harsher,
        forms.HarsherForm,
        _l("Never because of what the respondent said. It gets a new notice and its full time again."),
        said=_l("It is before the panel; each member votes on it."),
        offer=_offer_harsher,
        aside=True,
    ),
    Deed(
        "return_case",
        _l("Put to the panel: return the case with questions"),
        _l("Put it…"),
        _return,
        forms.ReturnForm,
        _l("Once. The investigator answers them; the case is then checked and proposed anew."),
        said=_l("It is before the panel; each member votes on it."),
        aside=True,
    ),
)
