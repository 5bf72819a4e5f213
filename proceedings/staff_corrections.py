"""The page of a correction: those who decided vote, the head acts on the result or takes it back."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import policies_pages
from casework.forms_staff import opened
from core import clock
from core.db import session, transaction
from core.forms import Form
from core.web import blueprint
from core.words import _
from desk import approving
from notices import queries as notices
from proceedings import queries_corrections
from proceedings.forms_endings import CorrectionVoteForm
from sanctions import corrections, policies_corrections
from sanctions.models_corrections import TextCorrection

bp = blueprint("proceedings_corrections", __name__, audience="staff", prefix="/staff/panel/corrections")


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """The correction, and what became of it."""
    return _page(_correction(number))


@bp.post("/<int:number>/vote")
def vote(number: int) -> ResponseReturnValue:
    """The reader's vote; it cannot be changed."""
    it, form = _correction(number), opened(CorrectionVoteForm, prefix="correction")
    if not form.validate_on_submit():
        return _page(it, form), 422
    with transaction(once=form.key.data) as at:
        said = {"choice": form.choice.data or "", "reasons": form.reasons.data or ""}
        corrections.vote(at, at.get_one(TextCorrection, number), **said, actor=g.me, now=clock.now())
    flash(_("Your vote is cast."))
    return redirect(url_for(".show", number=number), 303)


@bp.post("/<int:number>/settle")
def settle(number: int) -> ResponseReturnValue:
    """Act on the result; a carried correction goes out."""
    _correction(number)
    with transaction(once=request.form.get("key")) as at:
        it, now = at.get_one(TextCorrection, number), clock.now()

        def announce() -> None:
            corrections.settle(at, it, actor=g.me, now=now)

        waits = approving.carry_out(at, "sanctions.correction/settle", number, announce, actor=g.me, now=now)
        carried = it.outcome == "CARRIED"
    lost = _("Those who decided are not for it: nothing changes.")
    flash(str(waits or (_("The notice of correction goes out.") if carried else lost)))
    return redirect(url_for(".show", number=number), 303)


@bp.post("/<int:number>/withdraw")
def withdraw(number: int) -> ResponseReturnValue:
    """Take it back, as the head."""
    _correction(number)
    with transaction(once=request.form.get("key")) as at:
        corrections.withdraw(at, at.get_one(TextCorrection, number), actor=g.me, now=clock.now())
    flash(_("The correction is taken back."))
    return redirect(url_for(".show", number=number), 303)


def _correction(number: int) -> TextCorrection:
    """A correction, for those who vote on it and for staff who read the file."""
    it = queries_corrections.one(session(), number) or abort(404)
    if not policies_pages.may_read_files(g.me) and not _of_body(it):
        abort(404)
    return it


def _of_body(it: TextCorrection) -> bool:
    return g.me.id in policies_corrections.body_now(session(), it).people


def _page(it: TextCorrection, form: Form | None = None) -> str:
    at = session()
    body = policies_corrections.body_now(at, it)
    return render_template(
        "proceedings/correction.html",
        it=it,
        document=notices.document(at, it.document_id),
        of_body=g.me.id in body.people,
        vote=queries_corrections.own_vote(at, it, g.me),
        refused=list(corrections.vote_refusals(at, it, body, g.me)),
        voting=form or opened(CorrectionVoteForm, prefix="correction"),
        wrong=form,
        may_settle=policies_corrections.may_settle(g.me),
        settling=list(corrections.settle_refusals(at, it, body, g.me)),
        reads_file=policies_pages.may_read_files(g.me),
    )
