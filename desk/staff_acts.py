"""The page of one deed of the staff: its form, and the deed itself once the form is sent and valid."""

from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue

from core import clock
from core.db import transaction
from desk import deeds

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
