"""The page of the back office on which a setting of the ladder is laid down, after a look at the worked examples."""

import json

from flask import flash, g, redirect, request

from admin.forms_ladder import FORMS
from core import clock
from core.db import session, transaction
from core.i18n import language
from core.words import _
from registry import settings
from sanctions.ladder_examples import compared
from sanctions.levels import LEVELS

KEEP = "keep"
"""The button that lays the value down; the other one shows what the examples would score."""


def edit(view, row):
    """Change a setting of the ladder: typed in, looked at, laid down."""
    kind = FORMS[row.key].of(row.value)
    form = kind(data={"basis": row.basis, "version": row.version})
    if not form.is_submitted() and not form.brought_back:
        form.take(row.value)
    if not form.validate_on_submit():
        wrong = form.is_submitted() and not form.wants_more
        return _page(view, row, form), (422 if wrong else 200)
    value = form.value()
    seen = json.dumps(value, sort_keys=True)
    if request.form.get("step") != KEEP or request.form.get("seen") != seen:
        examples = compared(session(), {row.key: value})
        return _page(view, row, form, examples=examples, seen=seen, other=request.form.get("step") == KEEP)
    with transaction(once=form.key.data) as at:
        said = {"basis": form.basis.data or "", "version": form.version.data, "now": clock.now()}
        settings.change(at, row, actor=g.me, value=value, **said)
    flash(_("Changed."))
    return redirect(view.get_url(".details_view", id=row.id), 303)


def _page(view, row, form, **shown):
    back = view.get_url(".details_view", id=row.id)
    given = {"examples": (), "seen": "", "other": False} | shown
    return view.render(
        "admin/ladder.html",
        row=row,
        form=form,
        back=back,
        heading=view.change_text,
        meaning=row.meaning if language() == "en" else row.meaning_zh,
        measures=_measures,
        **given,
    )


def _measures(band):
    return " + ".join(str(LEVELS[level].word) for level in band) or _("No measure")
