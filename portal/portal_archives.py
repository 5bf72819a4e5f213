"""Portal page on which a company's lead downloads everything: asked for, watched, cancelled, taken away."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import session, still_there, transaction
from core.forms import Form, OneOf
from core.web import blueprint
from core.words import _, _l, language
from filestore.downloads import served
from portal import company_archives
from registry import batches
from registry.models_batches import Batch
from registry.policies import leads

bp = blueprint("portal_archives", __name__, audience="portal", prefix="/portal/downloads")
REFRESH = 5


class YearForm(Form):
    """The year, or everything."""

    year = OneOf(
        _l("Of which year"),
        (),
        look="select",
        default="0",
        hint=_l("What is more of one year than one file can hold comes in several, one after the other."),
    )


@bp.route("/", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    """Ask for everything, and see what was made before."""
    form, years = YearForm(), company_archives.years(session(), g.me.party_id)
    form.year.choices = [("0", _("All years")), *((str(year), str(year)) for year in years)]
    if not form.validate_on_submit():
        made = company_archives.made(session(), g.me)
        going = any(each.state in batches.GOING for each in made)
        page = render_template(
            "portal/portal_archives.html",
            form=form,
            made=made,
            going=batches.GOING,
            refresh=REFRESH if going else 0,
            lead=leads(g.me, g.me.party_id),
        )
        return page, form.status_code
    year = int(form.year.data or 0) or None
    with transaction(once=form.key.data) as at:
        company_archives.ask(at, year=year, lang=language(), actor=g.me, now=clock.now())
    flash(_("It is being put together. You may leave this page; it waits for you here."))
    return redirect(url_for(".index"), 303)


@bp.post("/<int:number>/cancel")
def cancel(number: int) -> ResponseReturnValue:
    """Cancel what is not needed any more."""
    _own(number)
    with transaction(once=request.form.get("key")) as at:
        batches.cancel(at, still_there(at, Batch, number), actor=g.me, now=clock.now())
    flash(_("Cancelled."))
    return redirect(url_for(".index"), 303)


@bp.get("/<int:number>.zip")
def file(number: int) -> ResponseReturnValue:
    """The ZIP; only for the person who asked and is still the company's lead; journalled."""
    it = _own(number)
    if not leads(g.me, g.me.party_id):
        abort(403)
    if it.sha256 is None:
        abort(404)
    with transaction() as at:
        batches.taken(at, at.get_one(Batch, number), actor=g.me, now=clock.now())
    return served(it.sha256, it.file_name or f"papers-{number}.zip", company_archives.ZIP)


def _own(number: int) -> Batch:
    found = session().get(Batch, number)
    own = found is not None and found.kind == company_archives.NAME and found.started_by == g.me.id
    return found if found is not None and own else abort(404)
