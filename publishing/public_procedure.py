"""The public page that shows the procedure: a diagram and a list of steps for each kind of matter."""

from flask import render_template
from flask.typing import ResponseReturnValue

from core.db import session
from core.web import blueprint
from core.words import language
from publishing import procedure, time_limits

bp = blueprint("publishing_procedure", __name__, audience=None)


@bp.get("/procedure")
def show() -> ResponseReturnValue:
    """All diagrams, as the software runs at this moment, and all time limits, as they count today."""
    return render_template(
        "publishing/procedure.html",
        drawings=procedure.drawings(language()),
        limits=time_limits.limits(session(), language()),
        wide=procedure.WIDE,
        high=procedure.HIGH,
    )
