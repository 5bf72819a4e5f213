"""The page on which a setting of several values is laid down as rows; the ladder after a look at examples."""

import json

from flask import flash, g, redirect, request

from admin.forms_ladder import FORMS
from admin.forms_shaped import ExtendForm, SeriesForm, is_extension
from casework.forms_staff import opened
from core import clock
from core.db import session, transaction
from core.words import _, joined, language
from registry import settings
from registry.seeded_words import basis_words
from sanctions.ladder_examples import compared
from sanctions.levels import LEVELS

KEEP = "keep"
"""The button that lays the value down; the other one shows what the examples of the ladder would score."""


def has_rows(row):
    """Whether a setting is typed in as rows."""
    return row.key in FORMS or row.key == settings.SERIES or is_extension(row.key)


def _form_of(row):
    if row.key in FORMS:
        return FORMS[row.key].of(row.value)
    if row.key == settings.SERIES:
        return SeriesForm
    return ExtendForm.of(row.value, settings.days(session(), row.key.partition(".")[0]))


def own_basis(row):
    """Give the basis that somebody typed in; a value that came with the system has only a mark of its own."""
    return row.basis if row.laid_down_by else ""


def say_basis(form, row):
    """Say beside the field what the value rests on now."""
    now = _("At present: %(basis)s", basis=basis_words(row.basis) or "—")
    form.basis.description = joined(form.basis.description, now)


def edit(view, row):
    """Change a setting of several values: typed in, looked at where it is the ladder's, laid down."""
    form = opened(_form_of(row), row, basis=own_basis(row))
    say_basis(form, row)
    if form.untouched:
        form.take(row.value)
    if not form.validate_on_submit():
        return _page(view, row, form), form.status_code
    value = form.value()
    if row.key in FORMS:
        seen, keeps = json.dumps(value, sort_keys=True), request.form.get("step") == KEEP
        if not keeps or request.form.get("seen") != seen:
            return _page(view, row, form, examples=compared(session(), {row.key: value}), seen=seen, other=keeps)
    with transaction(once=form.key.data) as at:
        said = {"basis": form.basis.data or "", "version": form.version.data, "now": clock.now()}
        settings.change(at, row, actor=g.me, value=value, **said)
    flash(view.changed(row))
    return redirect(view.get_url(".details_view", id=row.id), 303)


def _page(view, row, form, **shown):
    back = view.get_url(".details_view", id=row.id)
    given = {"examples": (), "seen": "", "other": False} | shown
    return view.render(
        "admin/setting_rows.html",
        row=row,
        form=form,
        back=back,
        heading=view.change_text,
        meaning=row.meaning if language() == "en" else row.meaning_zh,
        measures=_measures,
        looked_at=row.key in FORMS,
        **given,
    )


def _measures(band):
    return " + ".join(str(LEVELS[level].word) for level in band) or _("No measure")
