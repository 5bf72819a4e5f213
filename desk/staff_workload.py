"""Staff pages of work and people: how much each has, who is away, who stands in, and handing work over in bulk."""

from collections.abc import Collection

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import erasures, policies, policies_assignment, policies_pages
from casework.forms_staff import opened
from core import clock, keyset
from core.db import session, transaction
from core.labels import state_label
from core.web import blueprint
from core.words import _, bracketed
from desk import deeds_hand_over, queries_workload
from desk.choices import people_choices
from desk.forms_workload import AbsenceForm, HandOverForm
from notices.queries import LINKS
from registry import absences, batches
from registry import queries as register
from registry.models_absences import Absence
from registry.models_accounts import Account
from registry.models_batches import BatchItem

bp = blueprint("desk_workload", __name__, audience="staff", prefix="/staff/workload")


@bp.before_request
def only_workers() -> None:
    """Only whoever has such work."""
    if not policies_pages.may_see_work(g.me):
        abort(403)


@bp.get("")
def show() -> ResponseReturnValue:
    """Open, overdue and soon due work for everybody at once; absences of today and later."""
    at, today = session(), clock.today()
    coming, part = absences.coming(at, today, keyset.place_of(request.args))
    numbers = {number for each in coming for number in (each.account_id, each.substitute_id)}
    names = register.account_names(at, numbers)
    return render_template(
        "desk/workload.html",
        loads=queries_workload.loads(at, today),
        coming=coming,
        part=part,
        names=names,
        left=queries_workload.left(at, numbers),
        may_end={each.id for each in coming if absences.may_enter(g.me, each.account_id)},
        may_assign=policies.may_work(g.me),
        may_list=policies_pages.may_read_complaints(g.me),
        may_hand_over=policies_assignment.may_hand_over(g.me),
        may_erase=erasures.may_hold(g.me),
        today_is=today,
    )


@bp.route("/absence", methods=["GET", "POST"])
def absence() -> ResponseReturnValue:
    """Enter an absence: one's own, or as a head anybody's."""
    form = opened(AbsenceForm)
    people = _people()
    form.person.choices = [each for each in people if absences.may_enter(g.me, int(each[0]))]
    form.substitute.choices = _substitutes(people, [int(each[0]) for each in form.person.choices])
    if form.untouched:
        form.person.data = request.args.get("person", str(g.me.id))
    if not form.validate_on_submit():
        return render_template("desk/absence.html", form=form), form.status_code
    with transaction(once=form.key.data) as at:
        person, substitute = at.get_one(Account, int(form.person.data)), at.get_one(Account, int(form.substitute.data))
        days = (form.from_on.data, form.to_on.data)
        absences.enter(at, person, substitute, days, actor=g.me, now=clock.now())
    flash(_("Entered. The work comes back by itself on the day after the last."))
    return redirect(url_for(".show", _anchor="absences"), 303)


@bp.post("/absence/<int:number>/end")
def end_absence(number: int) -> ResponseReturnValue:
    """End an absence early, or cancel it."""
    with transaction(once=request.form.get("key")) as at:
        it = at.get(Absence, number, with_for_update=True) or abort(404)
        absences.end(at, it, actor=g.me, now=clock.now())
    flash(_("The absence has ended; the work is back."))
    return redirect(url_for(".show", _anchor="absences"), 303)


@bp.route("/hand-over/<int:person>", methods=["GET", "POST"])
def hand_over(person: int) -> ResponseReturnValue:
    """Hand all open work of somebody over to somebody else; it is looked at before it starts."""
    if not policies_assignment.may_hand_over(g.me):
        abort(403)
    at, form = session(), opened(HandOverForm)
    giver = at.get(Account, person) or abort(404)
    form.taker.choices = [each for each in _people(queries_workload.WORKERS) if each[0] != str(person)]
    found = deeds_hand_over.numbers(at, person)
    if not form.validate_on_submit():
        page = render_template("desk/hand_over.html", form=form, person=giver.name, found=found)
        return page, form.status_code
    now = clock.now()
    with transaction(once=form.key.data) as inside:
        taker = inside.get_one(Account, int(form.taker.data))
        chosen = list(deeds_hand_over.choose(inside, found, taker, now))
        said = {"giver": person, "taker": taker.id}
        number = batches.prepare(inside, deeds_hand_over.NAME, chosen, params=said, actor=g.me, now=now).id
    return redirect(url_for("registry_batches.show", number=number), 303)


def _link(item: BatchItem) -> str:
    return LINKS[item.subject_kind](item.subject_id) if item.subject_kind in LINKS else ""


def register_kinds() -> None:
    """Register handing over as a long job."""
    deeds_hand_over.register_kinds(_link)


def _substitutes(people: list[tuple[str, str]], away: Collection[int]) -> list[tuple[str, str]]:
    """Who can stand in for one of those who may be away; where it may be several, with the roles that have to agree."""
    roles = queries_workload.roles_at_work(session())

    def able(number: int) -> bool:
        mine = roles.get(number, frozenset())
        return any(number != other and mine & roles.get(other, frozenset()) for other in away)

    def named(number: int, name: str) -> str:
        held = [str(state_label("role", role).text) for role in sorted(roles[number])]
        return name if len(away) == 1 else f"{name}{bracketed(_(', ').join(held))}"

    return [(each, named(int(each), name)) for each, name in people if able(int(each))]


def _people(roles: Collection[str] = absences.WORK) -> list[tuple[str, str]]:
    return people_choices(session(), queries_workload.people(session(), roles))
