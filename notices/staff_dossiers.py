"""Staff pages of approval: what waits for whom, a draft with its comments and versions, and each step."""

from functools import partial
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock, drafting, keyset
from core.db import session, transaction
from core.web import blueprint
from core.words import _, _l
from notices import (
    approval_steps,
    approvals,
    doers,
    drafts_compared,
    policies_approval,
    policies_reading,
    queries_approval,
    renamed,
    sendings,
    undoing,
)
from notices import forms_approval as forms
from notices.doers import Sent
from notices.models import Dossier
from notices.models_approval import DossierComment
from notices.states import OPEN
from registry import queries as register
from registry import remaining

bp = blueprint("notices_dossiers", __name__, audience="staff", prefix="/staff/approvals")
AS_IT_WAS = _l("Taken back; all is as it was.")
STEPS = {
    "approve": forms.ApproveForm,
    "sign": forms.ApproveForm,
    "back": forms.SendBackForm,
    "drop": forms.DropForm,
    "ask": forms.AskToDropForm,
}

DONE = {
    "approve": _l("Approved; the draft goes to the next person of the chain."),
    "sign": _l("Signed; the documents are issued."),
    "back": _l("Sent back to the drafter."),
    "drop": _l("The draft is dropped."),
    "ask": _l("Your request is noted."),
}


@bp.get("")
def listing() -> ResponseReturnValue:
    """What the reader has to approve, and what they drafted."""
    place, mine = keyset.place_of(request.args), "mine" in request.args
    at, me = session(), g.me.id or 0
    part = queries_approval.drafted_by(at, me, place) if mine else queries_approval.waiting(at, g.me.roles, me, place)
    if not part.rows and place != keyset.BEGINNING:
        return redirect(url_for(".listing", mine=1 if mine else None))
    return render_template(
        "notices/dossiers.html",
        rows=[(it, _title(it), register.account_name(at, it.drafted_by)) for it, _number in part.rows],
        limits=queries_approval.limits_of(at, [it for it, _number in part.rows]),
        left=partial(remaining.in_words, at),
        mine=mine,
        part=part,
    )


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """One draft."""
    return _page(_dossier(number))


@bp.post("/<int:number>/<step>")
def act(number: int, step: str) -> ResponseReturnValue:
    """One step of the chain."""
    it = _dossier(number)
    kind = _kinds(it).get(step) or abort(404)
    form = kind(prefix=step, version=it.version)
    if not form.validate_on_submit():
        return _page(it, {step: form}), 422
    said: dict[str, Any] = {"actor": g.me, "version": form.version.data, "now": clock.now()}
    with transaction(once=form.key.data) as at:
        mine = at.get_one(Dossier, number, with_for_update=True)
        if step == "drop":
            approval_steps.drop(at, mine, reason=form.reason.data or "", **said)
        elif step == "ask":
            approval_steps.ask_to_drop(at, mine, reason=form.reason.data or "", actor=g.me, now=said["now"])
        elif step == "back":
            approval_steps.send_back(at, mine, why=form.comment.data or "", **said)
        elif step == "sign":
            approval_steps.sign(at, mine, said=form.said.data or "", **said)
        else:
            approval_steps.approve(at, mine, said=form.said.data or "", **said)
    flash(str(DONE[step]))
    return redirect(url_for(".show", number=number), 303)


@bp.post("/<int:number>/take-back")
def take_back(number: int) -> ResponseReturnValue:
    """Take it back, as the person who did it, as long as it is not carried out yet."""
    doer, thing, _event = doers.doer_of(_dossier(number))
    with transaction(once=request.form.get("key")) as at:
        undoing.take_back(at, at.get_one(Dossier, number, with_for_update=True), actor=g.me, now=clock.now())
        newest = queries_approval.version_of(at, number)
        back = newest is not None and sendings.give_back(at, Sent.from_json(newest.sent), g.me)
    flash(_("Taken back; what you had written stands in the form again.") if back else str(AS_IT_WAS))
    return redirect(doer.link(session(), thing), 303)


@bp.route("/<int:number>/comment", methods=["GET", "POST"])
def comment(number: int) -> ResponseReturnValue:
    """A comment on the whole draft or on one paragraph of it."""
    it = _dossier(number)
    paper, block = request.args.get("paper", type=int), request.args.get("block", type=int)
    form = forms.CommentForm(version=it.version)
    if not form.validate_on_submit():
        passage = _passage(it, paper, block)
        page = render_template("notices/dossier_comment.html", it=it, title=_title(it), form=form, passage=passage)
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        mine, instead = at.get_one(Dossier, number, with_for_update=True), form.proposed.data or ""
        said: dict[str, Any] = {"actor": g.me, "version": form.version.data, "now": clock.now()}
        approval_steps.comment(at, mine, form.body.data or "", paper=paper, block=block, proposed=instead, **said)
    flash(_("The comment is written."))
    return redirect(url_for(".show", number=number), 303)


@bp.route("/<int:number>/revise", methods=["GET", "POST"])
def revise(number: int) -> ResponseReturnValue:
    """The drafter's form, filled as last sent; what is sent now is the next version."""
    it, posted = _dossier(number), request.method == "POST"
    if not approvals.may_revise(session(), it, g.me) or not (posted or it.state == "DRAFTED"):
        abort(404)
    newest = queries_approval.version_of(session(), number) or abort(404)
    earlier = doers.Sent.from_json(newest.sent)
    doer, thing, event = doers.doer_of(it)
    form = doer.form(session(), thing, event, None if posted else earlier)
    if posted:  # if somebody else sent a version meanwhile, this says so
        before = doer.form(session(), thing, event, earlier)
        form.holds(**{each.short_name: each.data for each in before if each.short_name in form})
    if not (posted and form.validate_on_submit()):
        page = render_template(
            "notices/dossier_revise.html",
            it=it,
            title=_title(it),
            form=form,
            reads=_reads(it),
            files=earlier.files,
            renamed=renamed.in_draft(session(), newest),
            comments=_comments(it, newest.number),
            people=_people({each.account_id for each in queries_approval.comments_of(session(), number)}),
        )
        return page, (422 if posted else 200)
    with transaction(once=form.key.data) as at:
        mine = at.get_one(Dossier, number, with_for_update=True)
        sent = sendings.sent_now(at, earlier)
        seen = request.form.get("draft-version", type=int)
        approvals.revise(at, mine, sent, actor=g.me, version=seen, now=clock.now())
    flash(_("The new version is on its way through the approval."))
    return redirect(url_for(".show", number=number), 303)


def _dossier(number: int) -> Dossier:
    it = queries_approval.dossier(session(), number) or abort(404)
    if not policies_reading.may_read_draft(session(), it, g.me):
        abort(403)
    return it


def _kinds(it: Dossier) -> dict[str, type[forms.StepForm]]:
    """The forms of the steps; sending back asks why, unless comments say it."""
    commented = queries_approval.has_comments(session(), it.id)
    return STEPS | ({"back": forms.SendBackCommentedForm} if commented else {})


def _comments(it: Dossier, number: int) -> list[tuple[DossierComment, str]]:
    """What was written to a version, each with the paragraph that it is about."""
    every = queries_approval.comments_of(session(), it.id)
    return [(each, _passage(it, each.paper, each.block, number)) for each in every if each.of_version == number]


def _title(it: Dossier) -> str:
    doer, thing, event = doers.doer_of(it)
    return doer.title(session(), thing, event)


def _reads(it: Dossier, number: int | None = None) -> list[drafts_compared.Read]:
    versions = queries_approval.versions_of(session(), it.id)
    chosen = next((each for each in versions if each.number == number), versions[-1])
    before: list[dict[str, Any]] = next((each.papers for each in versions if each.number == chosen.number - 1), [])
    comments = [each for each in queries_approval.comments_of(session(), it.id) if each.of_version == chosen.number]
    return drafts_compared.read(chosen.papers, before, comments)


def _passage(it: Dossier, paper: int | None, block: int | None, number: int | None = None) -> str:
    for each in _reads(it, number):
        found = next((one for one in each.passages if one.block == block), None)
        if each.number == paper and found is not None:
            return found.text
    return ""


def _sits(it: Dossier) -> bool:
    """Whether the reader sits on the body that decided it."""
    return it.of_body and g.me.id in doers.body_of(session(), it)


def _people(numbers: set[int]) -> dict[int, str]:
    return {each: register.account_name(session(), each) or "—" for each in numbers}


def _behind(it: Dossier) -> list[Any]:
    """Texts kept on its page in forms that can no longer be used: a new version, and each step."""
    usable = set(STEPS) if it.state == "IN_APPROVAL" else {"drop", "ask"} if it.state in OPEN else set()
    usable |= {"revise"} if it.state == "DRAFTED" else set()
    found = drafting.of_page(url_for(".show", number=it.id))
    return [each for each in found if _form_of(each.place) not in usable]


def _form_of(place: str) -> str:
    """Which step a text is for; a new version has the form of what is drafted, whatever that is."""
    begins = place.partition("#")[2].partition("-")[0]
    return begins if begins in STEPS else "revise"


def _page(it: Dossier, given: dict[str, Any] | None = None) -> str:
    at, given, gone = session(), given or {}, _behind(it)
    step = queries_approval.next_step(at, it.id) if it.state == "IN_APPROVAL" else None
    steps, comments = queries_approval.steps_of(at, it.id), queries_approval.comments_of(at, it.id)
    versions = queries_approval.versions_of(at, it.id)
    shown = request.args.get("version", type=int)
    if shown not in {each.number for each in versions}:
        shown = versions[-1].number
    takes = step is not None and policies_approval.may_take(step, g.me)
    refused = approval_steps.refusals(at, it, g.me, clock.now()) if takes else []
    asked = queries_approval.requests_of(at, it.id)
    people = {it.drafted_by, *(s.done_by for s in steps)} | {each.account_id for each in comments}
    doer, thing, _event = doers.doer_of(it)
    return render_template(
        "notices/dossier.html",
        begun=[each for each in drafting.of_others(url_for(".show", number=it.id)) if each not in gone],
        over=drafting.over(gone),
        it=it,
        title=_title(it),
        link=doer.link(at, thing),
        steps=steps,
        step=step,
        back=queries_approval.next_step(at, it.id) if it.sent_back else None,
        mine=takes and not refused,
        refused=refused,
        asked=asked,
        may_ask=it.state in OPEN and _sits(it) and g.me.id not in {each.account_id for each in asked},
        versions=versions,
        shown=shown,
        newest=versions[-1].number,
        reads=_reads(it, shown),
        renamed=renamed.in_draft(at, versions[-1]) if it.state in OPEN else [],
        whole=[each for each in comments if each.paper is None and each.of_version == shown],
        before=_comments(it, shown - 1),
        people=_people({each for each in people | {a.account_id for a in asked} if each}),
        forms_={name: given.get(name) or kind(prefix=name, version=it.version) for name, kind in _kinds(it).items()},
        may_drop=it.state in OPEN and policies_approval.may_drop(it, steps, g.me),
        may_revise=it.state == "DRAFTED" and approvals.may_revise(at, it, g.me),
        wrong=next(iter(given.values()), None),
        changes=drafts_compared.CHANGES,
    )
