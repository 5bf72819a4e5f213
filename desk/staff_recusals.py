"""Staff pages of recusals: what waits for the reader's decision, asking, declaring, deciding, and interests."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import clock_days, labels_recusals, policies_pages, queries_recusals, recusals
from casework import policies_recusals as policies
from casework.forms_staff import opened
from casework.models_cases import CaseFile
from casework.models_recusals import Interest, Recusal
from core import clock, keyset
from core.actors import Actor
from core.db import session, transaction
from core.web import blueprint
from core.words import _, bracketed, language
from desk import clock_cards, panels, showing
from desk import forms_recusals as forms
from desk.choices import by_name
from registry import queries as register

bp = blueprint("desk_recusals", __name__, audience="staff", prefix="/staff/recusals")


@bp.get("")
def listing() -> ResponseReturnValue:
    """What waits for the reader, what concerns them, and their interests."""
    at = session()
    lately, part = queries_recusals.lately(at, g.me, keyset.place_of(request.args))
    return render_template(
        "desk/recusals.html",
        waiting=[(each, _clocks(each)) for each in queries_recusals.waiting(at, g.me)],
        most=queries_recusals.MOST,
        lately=lately,
        part=part,
        interests=queries_recusals.interests(at, g.me.id),
        name=_name,
    )


@bp.route("/interests", methods=["GET", "POST"])
def interest() -> ResponseReturnValue:
    """Declare what ties the reader to a company; open cases about it are checked at once."""
    if not policies_pages.may_name_companies(g.me):
        abort(403)
    form = opened(forms.InterestForm)
    by_name(session(), form.party)
    if not form.validate_on_submit():
        return render_template("desk/interest.html", form=form), form.status_code
    with transaction(once=form.key.data) as at:
        party = register.party(at, form.party.number) or abort(404)
        said = {"kind": form.kind.data, "from_on": form.from_on.data, "to_on": form.to_on.data}
        now, today = clock.now(), clock.today()
        recusals.declare_interest(at, party, **said, note=form.note.data or "", actor=g.me, now=now, today=today)
    flash(_("Declared. You take no part in cases and complaints about this company."))
    return redirect(url_for(".listing", _anchor="interests"), 303)


@bp.route("/interests/<int:number>/end", methods=["GET", "POST"])
def end_interest(number: int) -> ResponseReturnValue:
    """End what tied the reader to a company."""
    it = queries_recusals.interest(session(), number, g.me.id) or abort(404)
    form = opened(forms.InterestEndForm)
    if not form.validate_on_submit():
        return render_template("desk/interest_end.html", form=form, it=it), form.status_code
    with transaction(once=form.key.data) as at:
        mine, now, today = at.get_one(Interest, number), clock.now(), clock.today()
        recusals.end_interest(at, mine, to_on=form.to_on.data, actor=g.me, now=now, today=today)
    flash(_("Noted. It bars for a time after that day."))
    return redirect(url_for(".listing", _anchor="interests"), 303)


@bp.route("/case/<int:case>/ask", methods=["GET", "POST"])
def ask(case: int) -> ResponseReturnValue:
    """Ask that somebody take no part in a case."""
    it = _case(case)
    if not queries_recusals.may_ask(session(), g.me, case):
        abort(403)
    for refusal in policies.takes_no_part(session(), g.me, case, clock.today()):
        raise refusal
    form = opened(forms.StaffAskForm, about=it)
    form.person.choices = people(it, but=g.me.id)
    if form.untouched and request.args.get("person"):
        form.person.data = request.args["person"]
    if not form.validate_on_submit():
        return render_template("desk/recusal_ask.html", form=form, case=it), form.status_code
    with transaction(once=form.key.data) as at:
        said = {"ground": form.ground.data, "facts": form.facts.data}
        recusals.ask(at, at.get_one(CaseFile, case), int(form.person.data), **said, actor=g.me, now=clock.now())
    flash(_("Asked. Until it is decided this person does nothing in the case."))
    return redirect(url_for(".listing"), 303)


@bp.route("/case/<int:case>/declare", methods=["GET", "POST"])
def declare(case: int) -> ResponseReturnValue:
    """Declare a conflict of interest of one's own; the file is closed to the reader from then on."""
    it = _case(case)
    form = opened(forms.DeclareForm, about=it)
    if not form.validate_on_submit():
        return render_template("desk/recusal_declare.html", form=form, case=it), form.status_code
    with transaction(once=form.key.data) as at:
        said = {"ground": form.ground.data, "facts": form.facts.data}
        recusals.declare(at, at.get_one(CaseFile, case), **said, actor=g.me, now=clock.now())
    flash(_("Recused: no access and no part in this case from now on."))
    return redirect(url_for(".listing"), 303)


@bp.route("/<int:number>", methods=["GET", "POST"])
def show(number: int) -> ResponseReturnValue:
    """One recusal, and its decision."""
    it = queries_recusals.one(session(), number, g.me) or abort(404)
    form = opened(forms.DecideForm, it)
    may = it.state == "ASKED" and policies.may_decide(session(), it, g.me)
    if not may or not form.validate_on_submit():
        given = {"may": may, "name": _name, "decider": _decider(it), "clocks": _clocks(it)}
        given["party"] = register.party(session(), it.party_id) if it.party_id is not None else None
        given["hide"] = showing.veil(queries_recusals.names(it))
        page = render_template("desk/recusal.html", it=it, form=form, **given)
        return page, (409 if form.is_submitted() and not may else form.status_code)
    with transaction(once=form.key.data) as at:
        mine = at.get_one(Recusal, number)
        verb = recusals.grant if form.choice.data == "grant" else recusals.refuse
        said = {"reasons": form.reasons.data or "", "version": form.version.data}
        verb(at, mine, **said, actor=g.me, now=clock.now())
    flash(_("Decided."))
    return redirect(url_for(".listing"), 303)


def people(it: CaseFile, but: int | None = None) -> list[tuple[str, str]]:
    """Who takes part in a case, as choices of a form; members of a panel know only names and parts."""
    at = session()
    reads = policies_pages.may_read_files(g.me)
    found = queries_recusals.people_for_staff(at, it.id) if reads else queries_recusals.people(at, it.id)
    return [
        (str(each.account_id), each.name + bracketed(labels_recusals.parts(each.parts)))
        for each in found
        if each.account_id != but
    ]


def _case(number: int) -> CaseFile:
    return queries_recusals.case(session(), number, g.me) or abort(404)


def _name(number: int | None) -> str:
    return register.account_name(session(), number)


def _clocks(it: Recusal) -> list[dict[str, Any]]:
    """Until when it is decided, and how that day was counted."""
    return clock_cards.cards(session(), [("recusal", it, "")], clock.today(), language())


def _decider(it: Recusal) -> Any:  # noqa: ANN401 - a lazy sentence
    return policies.WHO_DECIDES[policies.decider(session(), it)[0]]


@panels.beside
def beside(at: Session, case: CaseFile, me: Actor) -> panels.Shown | None:
    """Recusals of a case, beside it, and the way to ask for or declare one."""
    found = queries_recusals.of_case(at, case.id)
    asks = queries_recusals.may_ask(at, me, case.id)
    aside = list(policies.takes_no_part(at, me, case.id, clock.today()))
    return panels.Shown("desk/recusals_card.html", {"case": case, "recusals": found, "asks": asks, "aside": aside})


clock_days.SEATS["K34"] = lambda _session, it: url_for("desk_recusals.show", number=it.subject_id)
