"""The page of one deed of the staff: its form, and the deed itself once the form is sent and valid."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue

from casework import changes
from core import clock
from core.db import session, transaction
from core.machine import Machine
from desk import approving, deeds

PAGE = "desk/staff_act.html"


def form_page(
    deed: deeds.Deed,
    form: Any,  # noqa: ANN401 - of any deed
    *,
    ref: str,
    about: str,
    back: str,
    crumbs: Sequence[tuple[str, str]],
    text: str = "",
    page: str = PAGE,
    **more: object,
) -> ResponseReturnValue:
    """The form, empty or with its errors."""
    said = {"ref": ref, "about": about, "back": back, "crumbs": crumbs, "text": text, **more}
    shown = render_template(page, deed=deed, form=form, **said)
    return shown, form.status_code


def done(deed: deeds.Deed, thing: Any, form: Any, back: str) -> ResponseReturnValue:  # noqa: ANN401 - of any deed
    """Do it once, say so, and go back."""
    with transaction(once=form.key.data) as at:
        deed.do(at, thing, form, g.me, clock.now())
    flash(str(deed.said))
    return redirect(back, 303)


def act(
    page: str,
    machine: Machine,
    deed: deeds.Deed,
    it: deeds.Thing,
    *,
    shown: Callable[[deeds.StaffForms], str],
    back: str,
    then: str,
) -> ResponseReturnValue:
    """One deed of a page whose documents may need approval: its form, as `shown`, until it is sent and valid.

    Where nobody can do it as things stand, the page of the thing says why (`back`); once done it leads on (`then`).
    """
    form, over = approving.form_of(session(), deed, it), changes.over(it, machine, deed.event)
    new = not (form.is_submitted() or form.filled)
    shut = deeds.closed(session(), machine, deed, it, g.me, clock.now()) if new else None
    if shut is not None:
        flash(str(shut), "warn")
        return redirect(back)
    if not form.validate_on_submit():
        return shown(form), form.status_code
    with transaction(once=form.key.data) as at:
        if over is not None:
            raise over
        said = approving.run(at, page, deed, it, form, actor=g.me)
    flash(str(said))
    return redirect(then, 303)
