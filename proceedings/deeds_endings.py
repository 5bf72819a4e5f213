"""Deeds of the head with a track: more time for a measure, and ends out of turn."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import respondents_clocks
from casework.models_cases import CaseTrack
from casework.passing_on import noted
from core.actors import Actor
from core.words import _l, language
from desk import showing
from desk.deeds import Deed, table
from notices import queries as notices
from notices.kinds import KINDS
from proceedings import forms_endings as forms
from proceedings.deeds_execution import interview_of, offer_plan, plan_form, training_of
from proceedings.forms_staff import PlanForm
from sanctions import (
    corrections,
    endings,
    extensions,
    policies_corrections,
    policies_extensions,
    policies_reissues,
    reissues,
    volumes,
)
from sanctions.labels import LEVEL
from sanctions.levels import INTERVIEW, TRAINING
from sanctions.models_measures import Measure

Form = Any


def _terminate(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    endings.terminate(
        at,
        it,
        ground=form.ground.data,
        reasons=form.reasons.data,
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


def _offer_measures(session: Session, it: CaseTrack, form: Form) -> None:
    found = policies_extensions.extendable(session, it)
    form.level.choices = [(str(each.level), LEVEL[each.level][0], _asked(session, it, each)) for each in found]
    if form.untouched and len(found) == 1:
        form.level.data = str(found[0].level)


def _asked(session: Session, it: CaseTrack, measure: Measure) -> dict[str, str]:
    hide = showing.veil(showing.names_of_case(it.case))
    said = hide(measure.more_time_reason) if measure.more_time_asked_at and measure.more_time_reason else ""
    until = respondents_clocks.longer(session, policies_extensions.period(session, it, measure.level))
    hint = " · ".join(each for each in (said, until) if each)
    return {"hint": hint} if hint else {}


def _extend(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    extensions.extend(
        at,
        it,
        level=int(form.level.data),
        why=form.why.data,
        to=form.to.data,
        asked_on=form.asked_on.data,
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _reissue_form(session: Session, it: CaseTrack) -> type[PlanForm]:
    """The form for issuing again: only a summons or a training order asks for days and a place."""
    found = policies_reissues.voided(session, it)
    levels = [level for kind, level in (("D23b", INTERVIEW), ("D23d", TRAINING)) if kind in found]
    return plan_form(levels, PlanForm)


def _reissue(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    plans = {"interview": interview_of(form), "training": training_of(form)}
    reissues.reissue(at, it, actor=actor, version=form.version.data, now=now, **plans)  # type: ignore[arg-type]


def _offer_correction(session: Session, it: CaseTrack, form: Form) -> None:
    found = policies_corrections.correctable(session, it)
    form.document.choices = [(str(each.id), f"{KINDS[each.kind].name(language())} {each.number}") for each in found]


def _correct(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    corrections.put(
        at,
        it,
        document=notices.document(at, int(form.document.data)),
        wrong=form.wrong.data,
        right=form.right.data,
        reason=form.reason.data,
        actor=actor,
        version=form.version.data,
        now=now,
    )


def _archive(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    volumes.archive(at, it, actor=actor, version=form.version.data, now=now)


DEEDS = table(
    Deed(
        "reissue",
        _l("Issue the void document again"),
        _l("Issue again…"),
        _reissue,
        _reissue_form,
        _l("The same words under a new number; the time limit that it starts waits for the new one."),
        said=_l("Issued again."),
        offer=offer_plan,
        quiet=True,
    ),
    Deed(
        "extend_execution",
        _l("Give more time to carry out a measure"),
        _l("Give time…"),
        noted(_extend),
        forms.MoreTimeForm,
        _l("Once for each measure, asked for before the end; the whole time counts from service."),
        said=_l("More time is given; the respondent is told."),
        offer=_offer_measures,
        quiet=True,
        aside=True,
    ),
    Deed(
        "terminate",
        _l("Terminate the track"),
        _l("Terminate…"),
        noted(_terminate),
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
    Deed(
        "correct_text",
        _l("Correct a clerical error"),
        _l("Put it…"),
        noted(_correct),
        forms.CorrectForm,
        _l("Nothing decided changes. Those who decided vote on it; once it is carried, the respondent is told."),
        said=_l("It is before those who decided; each of them votes on it."),
        offer=_offer_correction,
        aside=True,
        puts=True,
    ),
    Deed(
        "archive",
        _l("Put the file into the archive"),
        _l("Archive"),
        _archive,
        note=_l("Each bound volume gets its cover with its index."),
        said=_l("The file is in the archive."),
        confirm=_l("Put the file into the archive now?"),
    ),
)
"""Rows of the table of tracks that the head decides."""
