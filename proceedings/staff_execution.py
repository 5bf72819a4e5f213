"""Staff pages of execution and archive for what is no row of the table: more time refused, volumes bound."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import policies_pages, policies_tracks
from casework.forms_staff import PlainForm, opened
from casework.models_cases import CaseTrack
from core import clock
from core.db import session, transaction
from core.machine import Ask
from core.web import blueprint
from core.words import _, _l
from desk import showing, showing_paper_days
from proceedings import deeds_execution, deeds_on_paper, execution_page, queries_tracks
from proceedings import forms_endings as forms
from proceedings.forms_resolutions import TimeOnPaperForm
from proceedings.forms_staff import PlanForm, attendance_form
from registry import queries as register
from sanctions import (
    extensions,
    interview_times,
    interviews,
    on_paper,
    policies_archives,
    policies_execution,
    policies_extensions,
    policies_interview_times,
    queries_volumes,
    rounds,
    trainings,
)
from sanctions import volumes as binding
from sanctions.labels import LEVEL
from sanctions.levels import INTERVIEW
from sanctions.models_measures import Interview

VOLUMES = {
    "main": _l("Main volume"),
    "internal": _l("Internal volume"),
    "complainant": _l("Complainant's volume"),
}
bp = blueprint("proceedings_execution", __name__, audience="staff", prefix="/staff/tracks")


@bp.before_request
def only_readers() -> None:
    """Files are read by staff; members of panels read their documents on their own pages."""
    if not policies_pages.may_read_files(g.me):
        abort(403)


@bp.route("/<int:number>/no-more-time", methods=["GET", "POST"])
def refuse_time(number: int) -> ResponseReturnValue:
    """Refuse more time, as the head."""
    it = _track(number)
    if not policies_extensions.may_answer(g.me):
        abort(403)
    form = opened(forms.NoMoreTimeForm, it)
    found, hide = policies_extensions.waiting(session(), it), showing.veil(showing.names_of_case(it.case))
    asked = ((each.level, {"hint": hide(each.more_time_reason)}) for each in found)
    form.level.choices = [(str(level), LEVEL[level][0], said) for level, said in asked]
    if len(found) == 1 and form.untouched:
        form.level.data = str(found[0].level)
    if not form.validate_on_submit():
        page = render_template("proceedings/no_more_time.html", track=it, form=form)
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        extensions.refuse_time(
            at,
            at.get_one(CaseTrack, number),
            level=int(form.level.data),
            why=form.why.data,
            actor=g.me,
            version=form.version.data,
            now=clock.now(),
        )
    flash(str(_l("Refused; the respondent reads the reasons.")))
    return redirect(url_for("proceedings_staff.show", number=number), 303)


@bp.route("/<int:number>/record", methods=["GET", "POST"])
def record(number: int) -> ResponseReturnValue:
    """Write the record of an interview, and put it before those who came."""
    it = _track(number)
    if not policies_execution.may_hold(g.me):
        abort(403)
    form = opened(deeds_execution.record_form(session(), it), it)
    deeds_execution.offer_record(session(), it, form)
    if not form.validate_on_submit():
        hide = showing.veil(showing.names_of_case(it.case))
        page = render_template("proceedings/record.html", track=it, form=form, held=_interview(it), hide=hide)
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        deeds_execution.record(at, at.get_one(CaseTrack, number), form, g.me, clock.now())
    flash(_("The record is before the attendees, who read, correct and sign it page by page."))
    return redirect(url_for("proceedings_staff.show", number=number, _anchor="measures"), 303)


@bp.route("/<int:number>/interview-day", methods=["GET", "POST"])
def interview_day(number: int) -> ResponseReturnValue:
    """Another day for an interview whose summons came too late, or whose day has become a day off."""
    it = _track(number)
    if not policies_execution.may_hold(g.me):
        abort(403)
    form = opened(deeds_execution.plan_form([INTERVIEW], PlanForm), it)
    deeds_execution.offer_plan(session(), it, form)
    if not form.validate_on_submit():
        refused = list(policies_execution.move_refusals(Ask(session(), it, g.me, {}, clock.now())))
        held = _interview(it)
        why = execution_page.why_another_day(session(), held) if held is not None else ""
        page = render_template(
            "proceedings/interview_day.html", track=it, form=form, held=held, refused=refused, why=why
        )
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        plan = deeds_execution.interview_of(form)
        mine = at.get_one(CaseTrack, number)
        interviews.move(at, mine, plan=plan, actor=g.me, version=form.version.data, now=clock.now())
    _say_who_tells(it, _("The interview has another day; the respondent is told."))
    return redirect(url_for("proceedings_staff.show", number=number, _anchor="measures"), 303)


@bp.route("/<int:number>/interview-time", methods=["GET", "POST"])
def interview_time(number: int) -> ResponseReturnValue:
    """Accept the other time that the company proposes, or refuse it with reasons."""
    it = _track(number)
    if not policies_execution.may_hold(g.me):
        abort(403)
    form = opened(forms.ProposedTimeForm, it)
    if not form.validate_on_submit():
        hide = showing.veil(showing.names_of_case(it.case))
        page = render_template("proceedings/interview_time.html", track=it, form=form, held=_interview(it), hide=hide)
        return page, form.status_code
    given = {"actor": g.me, "version": form.version.data, "now": clock.now()}
    with transaction(once=form.key.data) as at:
        mine = at.get_one(CaseTrack, number)
        if form.answer.data == "TAKE":
            interview_times.accept(at, mine, why=form.why.data or "", **given)
        else:
            interview_times.refuse(at, mine, why=form.why.data or "", **given)
    _say_who_tells(it, _("Answered; the company is told."))
    return redirect(url_for("proceedings_staff.show", number=number, _anchor="measures"), 303)


def _say_who_tells(it: CaseTrack, told: str) -> None:
    """That the company is told, or that an officer has to do so."""
    if register.sends_on_paper(session(), it.party_id):
        flash(
            _(
                "Kept. The portal does not reach the company, without electronic service or somebody who signs there: "
                "tell it by letter, then close the task for that."
            ),
            "warn",
        )
    else:
        flash(told)


@bp.route("/<int:number>/interview-time/on-paper", methods=["GET", "POST"])
def interview_time_on_paper(number: int) -> ResponseReturnValue:
    """Enter the other time that a company which is not served online proposes."""
    it = _track(number)
    if not on_paper.may_enter(session(), g.me, it, "propose_time"):
        abort(403)
    form, held = opened(TimeOnPaperForm, it), _interview(it) or abort(404)
    showing_paper_days.offer(session(), form, ("track", it.id), "", (on_paper.KINDS["propose_time"].answers,))
    if not form.validate_on_submit():
        refused = list(policies_interview_times.proposing(held, clock.now()))
        page = render_template("proceedings/time_on_paper.html", track=it, form=form, held=held, refused=refused)
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        said = {"actor": g.me, "version": form.version.data, "now": clock.now()}
        told = deeds_on_paper.paper(form, at=form.at.data)
        on_paper.enter(at, at.get_one(CaseTrack, number), "propose_time", told, **said)
    flash(str(deeds_on_paper.KEPT))
    return redirect(url_for("proceedings_staff.show", number=number, _anchor="measures"), 303)


@bp.route("/<int:number>/attendance", methods=["GET", "POST"])
def attendance(number: int) -> ResponseReturnValue:
    """Who came to which session of the training, and the marks of the test."""
    it = _track(number)
    if not policies_execution.may_hold(g.me):
        abort(403)
    held = trainings.held(session(), it)
    form = opened(attendance_form({each.id: each.name for each in held.people}, held.sessions), it)
    if form.untouched:
        for each in held.people:
            form[f"sessions_{each.id}"].data = [str(no) for no in each.sessions]
            form[f"mark_{each.id}"].data = each.result
    if not form.validate_on_submit():
        page = render_template("proceedings/attendance.html", track=it, form=form, held=held)
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        mine = at.get_one(CaseTrack, number)
        said = {"came": form.came, "marks": form.marks, "version": form.version.data}
        trainings.attend(at, mine, **said, actor=g.me, now=clock.now())
    flash(_("The attendance is kept."))
    return redirect(url_for("proceedings_staff.show", number=number, _anchor="measures"), 303)


@bp.route("/<int:number>/volumes", methods=["GET", "POST"])
def volumes(number: int) -> ResponseReturnValue:
    """The volumes of the file with their indexes; binding is done here."""
    it = _track(number)
    form = opened(PlainForm, it)
    if not form.validate_on_submit():
        return _volumes_page(it, form), form.status_code
    with transaction(once=form.key.data) as at:
        binding.bind(at, at.get_one(CaseTrack, number), actor=g.me, now=clock.now())
    flash(_("The volumes are bound."))
    return redirect(url_for(".volumes", number=number), 303)


def _volumes_page(it: CaseTrack, form: PlainForm) -> str:
    late = queries_volumes.came_late(session(), it)
    return render_template(
        "proceedings/volumes.html",
        track=it,
        form=form,
        bound=queries_volumes.bound_of(session(), it),
        complete=not late if (archived := it.state == "ARCHIVED") else queries_volumes.is_bound(session(), it),
        archived=archived,
        waits=[] if archived else list(policies_archives.in_the_way(session(), it)),
        may_bind=(late or it.state in queries_volumes.BINDABLE) and policies_tracks.may_work_on(g.me),
        names=VOLUMES,
        hide=showing.veil(showing.names_of_case(it.case)),
        name=lambda number: register.account_name(session(), number),
    )


def _interview(it: CaseTrack) -> Interview | None:
    measure = rounds.measure(session(), it, INTERVIEW)
    return measure.interview if measure is not None else None


def _track(number: int) -> CaseTrack:
    return queries_tracks.track(session(), number) or abort(404)
