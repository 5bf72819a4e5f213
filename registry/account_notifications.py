"""What one is told and how: a choice for each kind of event, and the mobile number that text messages go to."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock, texts
from core.db import transaction
from core.forms import Form
from core.throttle import limiter
from core.web import blueprint
from core.words import _
from registry import notifications, settings, text_numbers
from registry.events import of_audience
from registry.forms_notifications import FORMS, CodeForm, NumberForm, WaysForm
from registry.models_accounts import Account
from registry.models_notifications import TEXT
from registry.text_numbers import Subject

bp = blueprint("registry_notifications", __name__, audience="account", prefix="/account/notifications")


@bp.before_request
def only_those_who_are_told() -> None:
    """Administrators are told of nothing here."""
    if g.me.audience not in AUDIENCES:
        abort(404)


AUDIENCES = {"staff": "staff", "portal": "party"}
"""Which table of events belongs to whoever is signed in."""


@bp.get("")
def show() -> ResponseReturnValue:
    """What is told now, and the number."""
    return _page()


@bp.post("")
def choose() -> ResponseReturnValue:
    """Choose anew; text messages need a confirmed number."""
    form = _ways_form()
    if not form.validate_on_submit():
        return _page(422, ways=form)
    wanted = {name: str(form[name].data) for name in _choices()}
    with transaction(once=form.key.data) as session:
        number = text_numbers.confirmed(session, _mine())
        lacking = [name for name, way in wanted.items() if way == TEXT and number is None]
        if not lacking:
            notifications.choose(session, session.get_one(Account, g.me.id), wanted)
    if lacking:
        form[lacking[0]].errors = [_("Confirm a mobile number first.")]
        return _page(422, ways=form)
    flash(_("Saved."))
    return redirect(url_for(".show"), 303)


@bp.post("/number")
@limiter.limit("10 per hour")
def number() -> ResponseReturnValue:
    """Send a code to a number."""
    form = NumberForm(prefix="n")
    if not form.validate_on_submit():
        return _page(422, number=form)
    with transaction(once=form.key.data) as session:
        person = session.get_one(Account, g.me.id)
        text_numbers.ask(session, _mine(), form.number.data or "", language=person.language, now=clock.now())
    flash(_("A code is on its way."))
    return redirect(url_for(".show"), 303)


@bp.post("/code")
def code() -> ResponseReturnValue:
    """Confirm the number by the code that came to it."""
    form = CodeForm(prefix="c")
    if not form.validate_on_submit():
        return _page(422, code=form)
    with transaction() as session:
        right = text_numbers.confirm(session, _mine(), form.code.data or "", now=clock.now())
    if not right:
        form.code.errors = [_("This is not the code. Compare it with the message.")]
        return _page(422, code=form)
    flash(_("The number is confirmed."))
    return redirect(url_for(".show"), 303)


@bp.post("/number/end")
def end() -> ResponseReturnValue:
    """End text messages; what came by them comes by mail."""
    with transaction() as session:
        text_numbers.end(session, _mine())
    flash(_("The number is forgotten. What came by text message comes by email now."))
    return redirect(url_for(".show"), 303)


def _mine() -> Subject:
    return "account", g.me.id


def _choices() -> list[str]:
    return list(of_audience(AUDIENCES[g.me.audience]))


def _ways_form(**now: str) -> WaysForm:
    form = FORMS[AUDIENCES[g.me.audience]](prefix="w", data=now)
    if not texts.offered():
        for name in _choices():
            form[name].choices = [each for each in form[name].choices if each.value != TEXT]
    return form


def _page(status: int = 200, **given: Form) -> ResponseReturnValue:
    with transaction() as session:
        ways = notifications.ways(session, session.get_one(Account, g.me.id))
        standing = text_numbers.standing(session, _mine(), clock.now())
        begins, ends = notifications.quiet_hours(session)
        daily = str(settings.value(session, "DIGEST_AT"))
    page = render_template(
        "registry/notifications.html",
        layout=f"layouts/{g.me.audience}.html",
        choices=_choices(),
        ways_form=given.get("ways") or _ways_form(**ways),
        number_form=given.get("number") or NumberForm(prefix="n"),
        code_form=given.get("code") or CodeForm(prefix="c"),
        standing=standing,
        offered=texts.offered(),
        stays=texts.stays(),
        hours={"begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}", "daily": daily},
    )
    return page, status
