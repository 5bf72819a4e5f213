"""Staff pages of assignment rules: in order, what they would do now, and each rule."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import assigning, policies, policies_assignment, queries_assignment
from casework.forms_staff import opened
from casework.models_assignment import AssignmentRule
from core import clock
from core.db import session, still_there, transaction
from core.web import blueprint
from core.words import _, _l, language
from desk import queries_people
from desk.choices import by_name, code_choices, people_choices, standing_for
from desk.forms_assignment import RuleForm
from registry import queries as register

bp = blueprint("desk_assignment", __name__, audience="staff", prefix="/staff/assignment")
PASSED = {
    "AWAY": _l("away"),
    "BARRED": _l("takes no part"),
    "FULL": _l("has enough"),
    "GONE": _l("no longer does this work"),
}


@bp.before_request
def only_workers() -> None:
    """Only whoever works on complaints may know where they go."""
    if not policies.may_work(g.me):
        abort(403)


@bp.get("")
def listing() -> ResponseReturnValue:
    """The rules in order, and which open complaints would go where."""
    at, today = session(), clock.today()
    rules, found = queries_assignment.rules(at), assigning.preview(at, today)
    people = {person for rule in rules for person in rule.people}
    parties = {rule.party_id: register.party(at, rule.party_id) for rule in rules if rule.party_id is not None}
    return render_template(
        "desk/assignment.html",
        rules=rules,
        found=found,
        names=register.account_names(at, people),
        companies={number: it.name(language()) if it is not None else "" for number, it in parties.items()},
        may_change=policies_assignment.may_lay_down(g.me),
        passed=PASSED,
        most=queries_assignment.LOOKED_AT,
    )


@bp.route("/rule", methods=["GET", "POST"], defaults={"number": None})
@bp.route("/rule/<int:number>", methods=["GET", "POST"])
def rule(number: int | None) -> ResponseReturnValue:
    """Add a rule, or change it."""
    if not policies_assignment.may_lay_down(g.me):
        abort(403)
    at = session()
    it = None if number is None else at.get(AssignmentRule, number) or abort(404)
    form = opened(RuleForm, it)
    by_name(at, form.party)
    chosen = register.party(at, it.party_id) if it is not None and it.party_id is not None else None
    before = standing_for(form.party, chosen)
    form.code.choices = [("", _("Any kind")), *code_choices(at, it.code if it is not None else "")]
    form.people.choices = _people(it)
    if it is not None:
        form.holds(
            name=it.name,
            party=before,
            code=it.code,
            lang=it.lang,
            region=it.region,
            people=[str(each) for each in it.people],
            most_open=it.most_open,
        )
    if not form.validate_on_submit():
        page = render_template("desk/assignment_rule.html", form=form, it=it)
        return page, form.status_code
    said = {
        "name": form.name.data,
        "party_id": form.party.number,
        "code": form.code.data or "",
        "lang": form.lang.data or "",
        "region": form.region.data or "",
        "people": [int(each) for each in form.people.data],
        "most_open": form.most_open.data,
    }
    with transaction(once=form.key.data) as inside:
        mine = None if number is None else still_there(inside, AssignmentRule, number, hold=True)
        assigning.lay_down(inside, mine, actor=g.me, version=form.version.data, now=clock.now(), **said)
    flash(_("Kept. Below stands which open complaints would go where."))
    return redirect(url_for(".listing"), 303)


def _people(it: AssignmentRule | None) -> list[tuple[str, str]]:
    """Whoever works on complaints, and people named before who no longer do, locked out or without the role."""
    at = session()
    works = queries_people.people(at, *queries_assignment.AT_WORK)
    others = set(it.people) - {each.id for each in works} if it is not None else set()
    gone = [(str(number), f"{name} · {PASSED['GONE']}") for number, name in register.account_names(at, others).items()]
    return [*people_choices(at, works), *gone]


@bp.post("/rule/<int:number>/<any(up, remove):what>")
def order(number: int, what: str) -> ResponseReturnValue:
    """Try a rule earlier, or remove it."""
    deed = assigning.raise_up if what == "up" else assigning.remove
    with transaction(once=request.form.get("key")) as at:
        it = at.get(AssignmentRule, number, with_for_update=True) or abort(404)
        deed(at, it, actor=g.me, now=clock.now())
    return redirect(url_for(".listing"), 303)
