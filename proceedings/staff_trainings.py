"""Pages that order the trainings of many decisions at once, with one plan."""

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import session, transaction
from core.web import blueprint
from proceedings import forms_staff as forms
from proceedings.deeds_execution import training_of
from sanctions import policies_execution, training_orders

bp = blueprint("proceedings_trainings", __name__, audience="staff", prefix="/staff/trainings")
SHOWN = 200
"""How many can be ticked one by one; more are ordered all together."""


@bp.route("", methods=["GET", "POST"])
def order() -> ResponseReturnValue:
    """The decisions that wait, and the plan; the result is looked at before anything is issued."""
    if not policies_execution.may_order(g.me):
        abort(403)
    form, found = forms.TrainingsForm(), training_orders.waiting(session())
    if not form.validate_on_submit():
        page = render_template(
            "proceedings/order_trainings.html",
            form=form,
            lines=training_orders.first(session(), SHOWN),
            total=len(found),
            ticked=set(request.form.getlist("ids")),
        )
        return page, form.status_code
    picked = set(request.form.getlist("ids"))
    everything = request.form.get("which") == "all"
    numbers = [each for each in found if everything or str(each) in picked]
    plan = training_of(form)
    if plan is None:  # the form always asks for one; this is for the type checker
        abort(422)
    with transaction(once=form.key.data) as at:
        number = training_orders.prepare(at, numbers, plan, actor=g.me, now=clock.now()).id
    return redirect(url_for("registry_batches.show", number=number), 303)
