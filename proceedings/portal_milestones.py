"""Portal pages of the plan of a rectification: its steps, each finished with proof."""

from collections.abc import Iterator
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import evidence, respondents_clocks
from casework.models_cases import CaseTrack
from core import clock
from core.actors import Actor
from core.db import session, still_there, transaction
from core.forms import ComingDate, Form, LongText, OneOf, PastDate, Text
from core.web import blueprint
from core.words import _, _l
from filestore.fields_files import Files
from portal import portal_tracks
from portal.portal_panels import offer
from portal.queries_portal import live_clocks
from proceedings import queries_respondents
from proceedings.queries_respondents import Ordered
from sanctions import milestones, queries_milestones
from sanctions.levels import RECTIFICATION
from sanctions.models_milestones import Milestone

bp = blueprint("proceedings_portal_milestones", __name__, audience="portal", prefix="/portal/cases")


class StepForm(Form):
    """Another step."""

    item = OneOf(_l("For which problem"), (), look="select", missing=_l("Choose a problem that is still open."))
    text = Text(_l("What will be done"), most=300, missing=_l("Say what will be done."))
    due_on = ComingDate(_l("Until when"), missing=_l("Say until when."))


class DoneForm(Form):
    """A finished step."""

    drafted = True
    done_on = PastDate(_l("Done on"), missing=_l("Say when it was done."))
    note = LongText(_l("What was done in this step"), most=2000, rows=4, missing=_l("Say what was done."))
    files = Files(_l("Proof"), hint=_l("It counts as proof of the problem in your report."))


@bp.route("/<int:number>/plan", methods=["GET", "POST"])
def plan(number: int) -> ResponseReturnValue:
    """The steps for each problem; the lead adds to them."""
    it = portal_tracks.own_track(number)
    order = _order(it)
    form = StepForm()
    form.item.choices = [(str(each.no), f"{each.no}. {each.problem}") for each in queries_respondents.open_items(order)]
    if not form.validate_on_submit():
        page = render_template(
            "proceedings/portal_plan.html",
            it=it,
            order=order,
            steps=_steps(order),
            form=form,
            clocks=respondents_clocks.cards(
                session(), [each for each in live_clocks(session(), "track", it.id) if each.key == milestones.KEY]
            ),
            refused=list(milestones.refusals(session(), it, g.me)),
            reported_on=queries_respondents.to_report(it, order),
        )
        return page, form.status_code
    given: dict[str, Any] = {"no": int(form.item.data or 0), "text": form.text.data, "due_on": form.due_on.data}
    with transaction(once=form.key.data) as at:
        milestones.add(at, at.get_one(CaseTrack, number), actor=g.me, now=clock.now(), **given)
    flash(_("The step is planned."))
    return redirect(url_for(".plan", number=number), 303)


@bp.route("/<int:number>/plan/<int:step>", methods=["GET", "POST"])
def done(number: int, step: int) -> ResponseReturnValue:
    """Finish a step, with proof."""
    it = portal_tracks.own_track(number)
    shown = _step(it, step)
    form = DoneForm()
    if not form.validate_on_submit():
        refused = list(milestones.refusals(session(), it, g.me))
        page = render_template("proceedings/portal_plan_step.html", it=it, step=shown, form=form, refused=refused)
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        mine, now = at.get_one(CaseTrack, number), clock.now()
        proof = {"purpose": "PROOF", "item_id": shown.item_id, "actor": g.me, "now": now}
        kept = [evidence.hand_in(at, mine, each.stream, each.filename, **proof).id for each in form.files.data or []]
        said: dict[str, Any] = {"done_on": form.done_on.data, "note": form.note.data or "", "files": kept}
        milestones.finish(at, mine, still_there(at, Milestone, step), actor=g.me, now=now, **said)
    flash(_("The step is done; the association sees it too."))
    return redirect(url_for(".plan", number=number), 303)


@bp.post("/<int:number>/plan/<int:step>/remove")
def remove(number: int, step: int) -> ResponseReturnValue:
    """Remove a step that will not be taken."""
    _step(portal_tracks.own_track(number), step)
    with transaction(once=request.form.get("key")) as at:
        mine = still_there(at, Milestone, step)
        milestones.remove(at, at.get_one(CaseTrack, number), mine, actor=g.me, now=clock.now())
    flash(_("The step is taken off the plan."))
    return redirect(url_for(".plan", number=number), 303)


@offer
def planning(at: Session, it: CaseTrack, _actor: Actor) -> Iterator[dict[str, Any]]:
    """The plan, as long as the order waits for its report."""
    found = queries_respondents.one(at, it, RECTIFICATION)
    if found is not None and found.opened and queries_respondents.to_report(it, found):
        yield {
            "title": _("Plan the rectification in steps"),
            "note": _("Each with its day and its proof; the association sees how far you are."),
            "url": url_for("proceedings_portal_milestones.plan", number=it.id),
            "button": _("Plan and steps"),
            "refused": [],
        }


def _order(it: CaseTrack) -> Ordered:
    found = queries_respondents.one(session(), it, RECTIFICATION)
    return found if found is not None and found.opened else abort(404)


def _steps(order: Ordered) -> dict[int, list[Milestone]]:
    found: dict[int, list[Milestone]] = {}
    for each in queries_milestones.of(session(), order.items):
        found.setdefault(each.item_id, []).append(each)
    return found


def _step(it: CaseTrack, number: int) -> Milestone:
    every = queries_milestones.of(session(), _order(it).items)
    return next((each for each in every if each.id == number), None) or abort(404)
