"""Pages of the head about entries of the register: one company twice, a successor, a company that ceased."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.forms_staff import opened
from core import clock
from core.db import session, transaction
from core.forms import Form
from core.web import blueprint
from core.words import LazyString, _, _l, language
from desk.choices import by_name
from proceedings import forms_lineage as forms
from proceedings import queries_lineage
from registry import lineage, merging, pointing, policies, successions
from registry.models import Party
from registry.models_lineage import PartyMerge, PartySuccession, SuccessionKind

bp = blueprint("proceedings_lineage", __name__, audience="staff", prefix="/staff/parties")

KINDS = {
    "forwarding": _l("Forwarding"),
    "case_track": _l("Track"),
    "stop_contact": _l("Stop-contact request"),
    "named_company": _l("Complaint that names it"),
    "party_alias": _l("Other name"),
    "basis": _l("Basis"),
    "engagement": _l("Engagement"),
    "account": _l("Account"),
}
LONGEST = 18


@bp.before_request
def only_the_head() -> None:
    """Only the head says which entries are one company."""
    if not policies.may_join_parties(g.me):
        abort(403)


@bp.get("/<int:number>/same")
def same(number: int) -> ResponseReturnValue:
    """Look for another entry of this company."""
    it, text = _party(number), request.args.get("q", "").strip()[:100]
    found = queries_lineage.alike(session(), it, text)
    return render_template("proceedings/party_same.html", party=it, text=text, found=found)


@bp.route("/<int:number>/same/<int:other>", methods=["GET", "POST"])
def merge(number: int, other: int) -> ResponseReturnValue:
    """What belongs to each, what clashes, and which of the two stays."""
    it, beside = _party(number), _party(other)
    form = opened(forms.MergeForm, it)
    form.stands.choices = [(str(each.id), f"{_name(each)} · {each.uscc}") for each in (it, beside)]
    if form.untouched:
        form.beside.data = beside.version
    if not form.validate_on_submit():
        form.beside.data = beside.version
        entries = [queries_lineage.entry(session(), each) for each in (it, beside)]
        page = render_template(
            "proceedings/party_merge.html",
            form=form,
            entries=entries,
            most=queries_lineage.SHOWN,
            clashes=list(queries_lineage.clashes(entries[0], entries[1], clock.today())),
            obstacles=queries_lineage.obstacles(session(), it, beside),
        )
        return page, form.status_code
    kept, gone = (it, beside) if form.stands.data == str(it.id) else (beside, it)
    seen = {it.id: form.version.data, beside.id: form.beside.data}
    with transaction(once=form.key.data) as at:
        parties = (at.get_one(Party, gone.id), at.get_one(Party, kept.id))
        versions = (seen[gone.id], seen[kept.id])
        said = {"reason": form.reason.data, "actor": g.me, "now": clock.now()}
        merging.merge(at, *parties, versions=versions, **said)
        standing = parties[1].id
    flash(_("Merged: both entries are one company from now on."))
    return redirect(url_for("proceedings_parties.show", number=standing), 303)


@bp.route("/merges/<int:number>/undo", methods=["GET", "POST"])
def undo(number: int) -> ResponseReturnValue:
    """Undo a merge, and say what of the time since belongs to which entry."""
    it = lineage.merge(session(), _key(number))
    if it is None or it.undone_at is not None:
        abort(404)
    form = opened(forms.PartForm, it)
    form.back.choices = _choices(pointing.later(session(), it))
    if not form.validate_on_submit():
        moved = queries_lineage.moved(session(), it)
        rows = [(word, moved[table]) for table, word in KINDS.items() if table in moved]
        return render_template("proceedings/party_part.html", form=form, it=it, rows=rows), form.status_code
    with transaction(once=form.key.data) as at:
        said = {"reason": form.reason.data, "back": form.back.data or [], "version": form.version.data}
        mine = at.get_one(PartyMerge, number)
        merging.undo(at, mine, **said, actor=g.me, now=clock.now())
        gone = mine.gone_id
    flash(_("Taken back: they are two companies again."))
    return redirect(url_for("proceedings_parties.show", number=gone), 303)


@bp.route("/<int:number>/successor", methods=["GET", "POST"])
def successor(number: int) -> ResponseReturnValue:
    """Enter which company succeeds this one, and what goes on against it."""
    it = _party(number)
    form = opened(forms.SuccessorForm, it)
    by_name(session(), form.successor)
    form.matters.choices = _choices(successions.open_matters(session(), it.id))
    if form.untouched:
        form.matters.data = [key for key, *_rest in form.matters.choices]
    if not form.validate_on_submit():
        return render_template("proceedings/party_successor.html", form=form, party=it), form.status_code
    with transaction(once=form.key.data) as at:
        said = {
            "kind": SuccessionKind(form.kind.data),
            "from_on": form.from_on.data,
            "evidence": form.evidence.data,
            "matters": form.matters.data or [],
            "version": form.version.data,
        }
        parties = (at.get_one(Party, it.id), at.get_one(Party, form.successor.number))
        successions.record(at, *parties, **said, actor=g.me, now=clock.now())
    flash(_("Entered. What was chosen goes on against the successor."))
    return redirect(url_for("proceedings_parties.show", number=number), 303)


@bp.route("/successions/<int:number>/pass-on", methods=["GET", "POST"])
def pass_on(number: int) -> ResponseReturnValue:
    """Pass open matters on to the successor."""
    it = _succession(number)
    form = opened(forms.PassOnForm, it)
    form.matters.choices = _choices(successions.open_matters(session(), it.predecessor_id))
    if not form.validate_on_submit():
        return _simple(form, it.predecessor, _l("Pass matters on to the successor"), str(it.successor.name_zh))
    with transaction(once=form.key.data) as at:
        mine = at.get_one(PartySuccession, number)
        successions.pass_on(at, mine, matters=form.matters.data, actor=g.me, now=clock.now())
    flash(_("Passed on."))
    return redirect(url_for("proceedings_parties.show", number=it.predecessor_id), 303)


@bp.route("/successions/<int:number>/withdraw", methods=["GET", "POST"])
def withdraw(number: int) -> ResponseReturnValue:
    """Withdraw a succession that was entered by mistake."""
    it = _succession(number)
    form = opened(forms.BackForm, it)
    if not form.validate_on_submit():
        note = _l("What was passed on to the successor goes back, with the letters that hang on it.")
        return _simple(form, it.predecessor, _l("Withdraw the succession"), note)
    with transaction(once=form.key.data) as at:
        said = {"reason": form.reason.data, "version": form.version.data, "now": clock.now()}
        successions.withdraw(at, at.get_one(PartySuccession, number), **said, actor=g.me)
    flash(_("Withdrawn."))
    return redirect(url_for("proceedings_parties.show", number=it.predecessor_id), 303)


@bp.route("/<int:number>/ceased", methods=["GET", "POST"])
def ceased(number: int) -> ResponseReturnValue:
    """Note that a company no longer exists, or that this was a mistake."""
    it = _party(number)
    form = opened(forms.CeasedForm if it.ceased_on is None else forms.BackForm, it)
    if not form.validate_on_submit():
        title = _l("It ceased to exist") if it.ceased_on is None else _l("It exists after all")
        note = _l("Nothing new is sent to it from now on, and complainants are told so. Enter a successor apart.")
        return _simple(form, it, title, note if it.ceased_on is None else it.ceased_evidence)
    with transaction(once=form.key.data) as at:
        mine, said = at.get_one(Party, it.id), {"actor": g.me, "version": form.version.data, "now": clock.now()}
        if mine.ceased_on is None:
            successions.cease(at, mine, on=form.from_on.data, evidence=form.evidence.data, **said)
        else:
            successions.exist(at, mine, reason=form.reason.data, **said)
    flash(_("Noted."))
    return redirect(url_for("proceedings_parties.show", number=number), 303)


def _simple(form: Form, party: Party, title: LazyString, note: str | LazyString | None) -> ResponseReturnValue:
    page = render_template("proceedings/party_act.html", form=form, party=party, title=title, note=note)
    return page, form.status_code


def _choices(found: list[pointing.Matter]) -> list[tuple[str, str]]:
    return [(each.key, f"{KINDS[each.table]} · {each.text}") for each in found]


def _name(party: Party) -> str:
    return party.name(language())


def _key(number: int) -> int:
    return abort(404) if len(str(number)) > LONGEST else number


def _party(number: int) -> Party:
    found = session().get(Party, _key(number)) or abort(404)
    return found if found.merged_into_id is None else abort(404)


def _succession(number: int) -> PartySuccession:
    found = lineage.succession(session(), _key(number))
    return abort(404) if found is None or found.withdrawn_at is not None else found
