"""The first-run page: the association's own data, which stand on every document."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import session as current
from core.db import transaction
from core.errors import NotAllowed
from core.web import blueprint
from core.words import _
from registry import policies, settings
from registry.forms import AssociationForm
from registry.seeds_settings import ASSOCIATION

bp = blueprint("registry_first_run", __name__, audience="admin", prefix="/first-run")


@bp.route("", methods=["GET", "POST"])
def association() -> ResponseReturnValue:
    """Enter or change them."""
    if not policies.may_keep_settings(g.me):
        raise NotAllowed
    at = current()
    form = AssociationForm(data={**settings.association(at), "version": settings.association_version(at)})
    if not form.validate_on_submit():
        first = settings.waiting_for_first_run(at)
        word = settings.prefix_that_waits(at)
        return render_template("registry/first_run.html", form=form, first=first, waits=word), form.status_code
    data = {name: str(form[name].data or "") for name in ASSOCIATION}
    waits = not settings.waiting_for_first_run(at) and data["prefix"] != settings.association(at)["prefix"]
    with transaction(once=form.key.data) as session:
        settings.enter_association(session, data, actor=g.me, version=form.version.data, now=clock.now())
    flash(_("Kept. From now on this stands on every document."))
    if waits:
        flash(_("The new first word of document numbers counts once another administrator has confirmed it."), "warn")
    return redirect(url_for("registry_account.home"), 303)
