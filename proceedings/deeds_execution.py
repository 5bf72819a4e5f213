"""Deeds of officers on a track: measures ordered, carried out and verified, and the end."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy.orm import Session

from casework import evidence, passing_on, policies_recusals
from casework.models_cases import CaseTrack
from core import clock
from core.actors import Actor
from core.plainly import number
from core.typed_lists import lines
from core.words import _, _l, joined
from desk.choices import people_choices
from desk.deeds import Deed, table
from desk.forms_rows import with_rows
from desk.queries_people import colleagues
from proceedings import forms_staff as forms
from registry import settings
from registry.models_accounts import Account
from sanctions import interviews, measures, policies_execution, records, rounds, trainings, verifications
from sanctions.levels import INTERVIEW, TRAINING
from sanctions.plans import InterviewPlan, InterviewRecord, TrainingPlan

Form = Any
OFFICERS = ("officer", "investigator", "head")
DAYS_AHEAD = 5
"""How many working days are left for serving the summons, besides the notice that an interview needs."""
MORNING = time(10, 0)


def people(session: Session, it: CaseTrack) -> list[tuple[str, str]]:
    """Officers as choices of a form, without those who take no part in the case."""
    gone = policies_recusals.kept_out(session, it.case_id, clock.today())
    return people_choices(session, [each for each in colleagues(session, *OFFICERS) if each.id not in gone])


def plan_form(levels: Sequence[int], kind: type[forms.PlanForm]) -> type[forms.PlanForm]:
    """The form without what is not ordered."""
    gone: dict[str, Any] = {}
    if INTERVIEW not in levels:
        gone |= dict.fromkeys(("at", "place_of", "interviewers"))
    if TRAINING not in levels:
        gone |= dict.fromkeys(("first_on", "last_on", "sessions", "training_place"))
    return type(kind.__name__, (kind,), {**gone, "__doc__": kind.__doc__})


def _execute_form(session: Session, it: CaseTrack) -> type[forms.PlanForm]:
    return plan_form(rounds.to_order(session, it), forms.PlanForm)


def _again_form(session: Session, it: CaseTrack) -> type[forms.PlanForm]:
    wrong = policies_execution.failed(list(rounds.measures(session, it)))
    return plan_form([each.level for each in wrong], forms.AgainForm)


def _missed_form(_session: Session, _it: CaseTrack) -> type[forms.PlanForm]:
    return plan_form([INTERVIEW], forms.MissedForm)


def _refused_form(_session: Session, _it: CaseTrack) -> type[forms.PlanForm]:
    return plan_form([], forms.MissedForm)


def offer_plan(session: Session, it: CaseTrack, form: Form) -> None:
    """Offer who can hold an interview and a day that leaves time for the summons, or training days still to come."""
    if "interviewers" in form:
        form.interviewers.choices = people(session, it)
        if form.untouched:
            form.at.data = first_possible(session)
            held = rounds.measure(session, it, INTERVIEW)
            known = held.interview.interviewers if held and held.interview else [it.case.officer_id]
            form.place_of.data = held.interview.place if held and held.interview else None
            form.interviewers.data = [str(each) for each in known if each]
    if "first_on" in form and form.untouched:
        _offer_training(session, it, form)
    if "second" in form:
        form.second.choices = people(session, it)


def _offer_training(session: Session, it: CaseTrack, form: Form) -> None:
    held = rounds.measure(session, it, TRAINING)
    training = held.training if held is not None else None
    if training is None or training.first_on is None or training.first_on < clock.today():
        return
    form.first_on.data, form.training_place.data = training.first_on, training.place
    form.last_on.data = training.last_on if training.last_on != training.first_on else None
    if training.several:
        form.sessions.data = "\n".join(training.several)


def first_possible(session: Session) -> datetime | None:
    """Ten in the morning, in the association's zone, of the first day that leaves time to serve the summons."""
    notice = int(settings.value(session, "INTERVIEW_NOTICE_WD"))
    day = rounds.working_day_after(session, clock.today(), notice + DAYS_AHEAD)
    return datetime.combine(day, MORNING, clock.ZONE) if day else None


def interview_of(form: Form) -> InterviewPlan | None:
    """The plan of the interview, if the form asks for one."""
    if "at" not in form:
        return None
    chosen = tuple(int(each) for each in form.interviewers.data or ())
    return InterviewPlan(form.at.data, form.place_of.data or "", chosen)


def training_of(form: Form) -> TrainingPlan | None:
    """The plan of the training, if the form asks for one."""
    if "first_on" not in form:
        return None
    sessions = tuple(lines(form.sessions.data))
    return TrainingPlan(form.first_on.data, form.training_place.data or "", form.last_on.data, sessions)


def _execute(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    version = form.version.data
    plans = {"interview": interview_of(form), "training": training_of(form)}
    measures.execute(at, it, actor=actor, version=version, now=now, **plans)  # type: ignore[arg-type]


def record_form(session: Session, it: CaseTrack) -> type[forms.RecordForm]:
    """The record of an interview, with a row for everything that is on record."""
    held = rounds.measure(session, it, INTERVIEW)
    known = held.interview if held else None
    there = {"attendee": 2, "entry": 4, "promise": 2}
    if known is not None and known.recorded_at:
        written = {"attendee": known.attendees, "entry": known.entries, "promise": known.commitments}
        there = {name: max(least, len(written[name])) for name, least in there.items()}
    return with_rows(forms.RecordForm, **there)


def offer_record(session: Session, it: CaseTrack, form: Form) -> None:
    """What is on record; if nothing is, the topics of the summons as questions."""
    held = rounds.measure(session, it, INTERVIEW)
    if held is None or held.interview is None or not form.untouched:
        return
    known = held.interview
    form.started_at.data, form.ended_at.data = known.started_at or known.at, known.ended_at
    form.rights_told.data, form.recusal_answer.data = known.rights_told, known.recusal_answer
    topics = held.terms.get("topics") or []
    form.put("entry", known.entries or [{"question": f"请就“{topic}”说明情况。"} for topic in topics])
    form.put("attendee", known.attendees)
    form.put("promise", known.commitments)


def record(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    """Put the record before those who came; keep a recording with its digest."""
    kept = [
        evidence.add(
            at, it.case, each.stream, each.filename, actor=actor, now=now, track=it, purpose="RECORD", shows="约谈录音"
        )
        for each in form.recording.data
    ]
    said = {name: tuple(_filled(row) for row in form.given(name)) for name in ("attendee", "entry", "promise")}
    written = InterviewRecord(
        started_at=form.started_at.data,
        ended_at=form.ended_at.data,
        attendees=said["attendee"],
        rights_told=bool(form.rights_told.data),
        recusal_answer=form.recusal_answer.data or "",
        entries=said["entry"],
        commitments=said["promise"],
        recording=kept[0].sha256 if kept else "",
    )
    records.put(at, it, record=written, actor=actor, version=form.version.data, now=now)
    passing_on.remember(at, it, form.passed_on, actor, now)


def _filled(row: dict[str, Any]) -> dict[str, str]:
    return {name: str(value or "") for name, value in row.items()}


def _offer_hold(session: Session, it: CaseTrack, form: Form) -> None:
    form.second.choices = [("", "—"), *people(session, it)]


def _hold(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    second = at.get(Account, int(form.second.data)) if form.second.data else None
    why = form.refused_because.data or ""
    interviews.hold_interview(
        at, it, refused_because=why, second=second, actor=actor, version=form.version.data, now=now
    )


def _miss(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    interviews.miss(
        at,
        it,
        second=at.get_one(Account, int(form.second.data)),
        situation=form.situation.data,
        actor=actor,
        version=form.version.data,
        now=now,
        again=interview_of(form),
    )


def _training_form(session: Session, it: CaseTrack) -> type[forms.TrainingForm]:
    held = rounds.measure(session, it, TRAINING)
    return forms.training_form({each.id: each.name for each in held.training.people} if held and held.training else {})


def _offer_results(session: Session, it: CaseTrack, form: Form) -> None:
    """Tick who came to every session as having attended, with the marks that are kept."""
    held = rounds.measure(session, it, TRAINING)
    if held is None or held.training is None or not form.untouched:
        return
    for person in held.training.people:
        form[f"came_{person.id}"].data, form[f"mark_{person.id}"].data = bool(person.attended), person.result
        form[f"again_{person.id}"].data, form[f"remark_{person.id}"].data = person.makeup_on, person.makeup_result


def _train(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    trainings.enter(at, it, results=form.results, actor=actor, version=form.version.data, now=now)


def _too_few(session: Session, it: CaseTrack) -> str:
    """That too few have passed for the training to be confirmed, and what follows; else nothing."""
    measure = rounds.measure(session, it, TRAINING)
    if measure is None or measure.training is None or measure.state == "DONE":
        return ""
    passed = sum(each.passed for each in measure.training.people)
    said = _(
        "The training is not confirmed yet: %(passed)s of at least %(minimum)s people have passed. The company reads "
        "who has to make up for it; enter each make-up here.",
        passed=number(passed),
        minimum=number(measure.training.minimum),
    )
    return joined(said, _("Its time limit goes on meanwhile.") if measure.state == "ORDERED" else "")


def _pass_form(session: Session, it: CaseTrack) -> type[forms.PassForm]:
    """The form to pass a track; if two people verified each item, no second officer is asked for."""
    if any(each.items for each in rounds.measures(session, it)):
        return type("PassForm", (forms.PassForm,), {"second": None, "__doc__": forms.PassForm.__doc__})
    return forms.PassForm


def _offer_second(session: Session, it: CaseTrack, form: Form) -> None:
    if "second" in form:
        form.second.choices = people(session, it)


def _pass(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    second = at.get(Account, int(form.second.data)) if "second" in form and form.second.data else None
    lessons = form.lessons.data or ""
    verifications.pass_(at, it, actor=actor, version=form.version.data, now=now, second=second, lessons=lessons)


def _fail(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    plans = {"interview": interview_of(form), "training": training_of(form)}
    verifications.fail(at, it, actor=actor, version=form.version.data, now=now, **plans)  # type: ignore[arg-type]


def _close(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    lessons = form.lessons.data or ""
    verifications.fail(at, it, actor=actor, version=form.version.data, now=now, lessons=lessons)


DEEDS = table(
    Deed(
        "execute",
        _l("Order the measures"),
        _l("Order…"),
        _execute,
        _execute_form,
        _l("Each measure has its own notice and its own clock; a circular or bulletin is drafted."),
        said=_l("Ordered; the notices go out."),
        offer=offer_plan,
    ),
    Deed(
        "hold_interview",
        _l("Close the record of the interview"),
        _l("Close…"),
        _hold,
        forms.HoldForm,
        _l("Every page is signed in the portal, or the refusal is noted together with a second officer."),
        said=_l("The record is kept."),
        offer=_offer_hold,
    ),
    Deed(
        "interview_missed",
        _l("Nobody came: summon again"),
        _l("Note the absence…"),
        _miss,
        _missed_form,
        _l("Two officers note it. The first absence brings a new summons and a lead of its own."),
        said=_l("Noted; a new summons goes out."),
        offer=offer_plan,
    ),
    Deed(
        "interview_refused",
        _l("Nobody came a second time"),
        _l("Note the absence…"),
        _miss,
        _refused_form,
        _l("The interview then counts as failed."),
        said=_l("Noted; the interview counts as failed."),
        offer=offer_plan,
    ),
    Deed(
        "confirm_training",
        _l("Enter attendance and results of the training"),
        _l("Results…"),
        _train,
        _training_form,
        _l("Whoever passed gets a certificate."),
        said=_l("The results are kept."),
        offer=_offer_results,
        counts=_too_few,
    ),
    Deed(
        "pass",
        _l("Let it pass and close the track"),
        _l("Pass…"),
        _pass,
        _pass_form,
        _l("The respondent and the complainants are told of the end."),
        said=_l("Passed; the track is closed."),
        offer=_offer_second,
    ),
    Deed(
        "fail_first",
        _l("It failed: order again what failed"),
        _l("Order again…"),
        _fail,
        _again_form,
        _l("Only what failed, with a shorter time; once."),
        said=_l("Ordered again; the notices go out."),
        offer=offer_plan,
    ),
    Deed(
        "fail_second",
        _l("It failed again: close the track"),
        _l("Close…"),
        _close,
        forms.CloseFailedForm,
        _l("What was not carried out becomes a lead of its own."),
        said=_l("Closed; a new lead was entered."),
    ),
)
