"""The page of one's own second factor, for people of companies: set up, switched off, set up anew."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from core import clock
from core.db import transaction
from core.errors import NotNow, Refused
from core.web import blueprint
from core.words import _
from registry import credentials, door, factor_pictures, second_factors
from registry.forms import SetUpForm, SwitchOffForm
from registry.models_accounts import Account

bp = blueprint("registry_factor", __name__, audience="account", prefix="/account/second-factor")


@bp.before_request
def only_where_it_is_a_choice() -> None:
    """Only people who may choose come here; the door asks everybody else for a second factor anyway."""
    if g.me.audience != "portal":
        abort(404)


@bp.get("")
def show() -> ResponseReturnValue:
    """Whether it is set up, and the one thing that can be done about it."""
    with transaction() as session:
        has = credentials.secret_of(session, g.me.id).totp_at is not None
    return _page(SwitchOffForm(prefix="off") if has else SetUpForm(prefix="on"))


@bp.post("")
def set_up() -> ResponseReturnValue:
    """Set it up: all other sessions end."""
    form = SetUpForm(prefix="on")
    if not form.validate_on_submit():
        return _page(form, 422)
    with transaction() as session:
        me = session.get_one(Account, g.me.id)
        outcome = second_factors.set_up(session, me, _proof(form), token=_token(), now=clock.now())
    if outcome.refused is not None:
        return _refused(outcome.refused)
    door.let_in(outcome.token)
    flash(_("Your second factor is set up; all other sessions have ended."))
    return redirect(url_for("registry_account.show"), 303)


@bp.post("/off")
def switch_off() -> ResponseReturnValue:
    """Switch it off; where the company requires one, another is set up at once."""
    form = SwitchOffForm(prefix="off")
    if not form.validate_on_submit():
        return _page(form, 422)
    with transaction() as session:
        me = session.get_one(Account, g.me.id)
        outcome = second_factors.switch_off(session, me, _proof(form), now=clock.now())
    if outcome.refused is not None:
        return _refused(outcome.refused)
    if outcome.step == "ENROL":
        door.let_wait(outcome.token, url_for("registry_account.show"))
        return redirect(url_for("registry_public.enrol"), 303)
    door.let_in(outcome.token)
    flash(_("Your second factor is switched off; all other sessions have ended."))
    return redirect(url_for("registry_account.show"), 303)


def _refused(why: Refused) -> ResponseReturnValue:
    """Show the refusal beside its field; if another tab was first, the page as it is now."""
    if not isinstance(why, NotNow):
        raise why
    flash(str(why), "warn")
    return redirect(url_for(".show"), 303)


def _proof(form: SetUpForm | SwitchOffForm) -> second_factors.Proof:
    return second_factors.Proof(form.password.data or "", form.code.data or "", door.address(), door.client())


def _token() -> str:
    return str(cookie.get(door.SIGNED_IN, ""))


def _page(form: SetUpForm | SwitchOffForm, status: int = 200) -> ResponseReturnValue:
    with transaction() as session:
        account = session.get_one(Account, g.me.id)
        since, required = credentials.secret_of(session, account.id).totp_at, credentials.required(account)
        secret = second_factors.offered(session, account, token=_token())
        shown = factor_pictures.shown(session, account, secret, clock.now()) if secret else None
        code = factor_pictures.next_code(session, account, clock.now()) if since else ""
    page = render_template(
        "registry/second_factor.html", form=form, since=since, required=required, shown=shown, code=code
    )
    return page, status
