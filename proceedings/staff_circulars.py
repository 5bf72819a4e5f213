"""Who receives a circular, for whoever publishes to look at before publishing."""

from flask import abort, g, render_template
from flask.typing import ResponseReturnValue

from core import clock
from core.db import session
from core.web import blueprint
from notices import circulating
from registry import queries as register
from sanctions import policies_publications, queries

bp = blueprint("proceedings_circulars", __name__, audience="staff", prefix="/staff/publications/<slug>/members")


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """The members of today, how each is served, who is left out, and why."""
    if not policies_publications.may_read(g.me):
        abort(403)
    it, at = queries.publication(session(), slug), session()
    if it is None or it.scope != "MEMBERS":
        abort(404)
    chosen = circulating.recipients(at, clock.today())
    online = register.served_online(at, [each.id for each in chosen])
    return render_template(
        "proceedings/circular_members.html",
        it=it,
        title=policies_publications.text_now(it),
        meant=[(each, each.id in online) for each in chosen if each.skip is None],
        left_out=[each for each in chosen if each.skip is not None],
    )
