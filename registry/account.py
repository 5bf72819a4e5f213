"""Pages of one's own account: home, language, password, open sessions, and confirming another's renewal."""

from datetime import timedelta

from flask import abort, flash, g, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from core import clock
from core.db import session as current
from core.db import transaction
from core.errors import BadInput
from core.i18n import COOKIE, YEAR
from core.web import blueprint, first_entry
from core.words import _, _l
from registry import accounts, browsers, credentials, door, links, policies, queries, sessions, settings, signin
from registry.forms import ChangePasswordForm, LanguageForm
from registry.models_accounts import Account, AccountLink, AccountSecret

bp = blueprint("registry_account", __name__, audience="account", prefix="/account")


WARNED_AFTER = int((sessions.IDLE - timedelta(minutes=5)).total_seconds())
"""So many seconds after a page came, its reader is told that the session ends."""


@bp.get("/home")
def home() -> ResponseReturnValue:
    """Where one's work begins."""
    at = current()
    if policies.may_keep_settings(g.me) and settings.waiting_for_first_run(at):
        return redirect(url_for("registry_first_run.association"))
    if policies.may_confirm_address(g.me) and queries.service_address(at, g.me.party_id) is None:
        return redirect(url_for("registry_portal.address"))
    first = first_entry(g.me.audience)
    return redirect(first.url if first else url_for(".show"))


@bp.get("/")
def show() -> str:
    """One's own account."""
    return _page(LanguageForm(prefix="speak", language=_me().language), ChangePasswordForm(prefix="own"))


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Choose the language of one's pages and mails."""
    form = LanguageForm(prefix="speak")
    if not form.validate_on_submit():
        return _page(form, ChangePasswordForm(prefix="own")), 422
    chosen = str(form.language.data)
    with transaction() as session:
        accounts.speak(session.get_one(Account, g.me.id), chosen)
    answer = make_response(redirect(url_for(".show"), 303))
    answer.set_cookie(COOKIE, chosen, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return answer


@bp.post("/password")
def password() -> ResponseReturnValue:
    """Change one's password: every session ends, and this browser gets a new one."""
    form = ChangePasswordForm(prefix="own")
    if not form.validate_on_submit():
        return _page(LanguageForm(prefix="speak", language=_me().language), form), 422
    if form.password.data != form.again.data:
        raise BadInput("again", _l("The two passwords differ."))
    now = clock.now()
    with transaction() as session:  # a try that fails stays written down, and the next ones wait
        mine = session.get_one(Account, g.me.id)
        refused = signin.wrong_password(session, mine, form.old_password.data, address=door.address(), now=now)
    if refused is not None:
        raise BadInput("old_password", refused.message) if isinstance(refused, BadInput) else refused
    with transaction(once=form.key.data) as session:
        account = session.get_one(Account, g.me.id)
        credentials.change_password(
            session,
            account,
            old=form.old_password.data,
            new=form.password.data,
            actor=g.me,
            now=now,
        )
        token = sessions.begin(session, account, passed=True, client=door.client(), now=now)
    door.let_in(token)
    flash(_("Your password is changed; all other sessions have ended."))
    return redirect(url_for(".show"), 303)


@bp.post("/sessions/end")
def end_others() -> ResponseReturnValue:
    """End all sessions of one's account but this one."""
    now = clock.now()
    with transaction() as session:
        mine = sessions.seen(session, str(cookie.get(door.SIGNED_IN, "")), now)
        sessions.end_all(session, g.me.id, now=now, but=mine.session_id if mine else None)
    flash(_("All other sessions have ended."))
    return redirect(url_for(".show"), 303)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session, here and on the server."""
    with transaction() as session:
        sessions.end(session, str(cookie.get(door.SIGNED_IN, "")), now=clock.now())
    door.leave()
    flash(_("You are signed out."))
    return redirect(url_for("registry_public.sign_in"), 303)


@bp.get("/stay")
def stay() -> ResponseReturnValue:
    """Go on with this session: asking is enough, for the door notes it; whoever is signed out is sent to sign in.

    It answers how many seconds are left until the end that nothing puts off.
    """
    return {"left": g.session_left}


@bp.get("/still")
def still() -> ResponseReturnValue:
    """How many seconds are left without a click, and until the end: a page asks by itself, and keeps nothing open."""
    return {"idle": g.session_idle, "left": g.session_left}


@bp.get("/renewals")
def renewals() -> str:
    """Forgotten passwords and second factors, other addresses and invitations that wait for a second person."""
    if not policies.may_confirm_renewals(g.me):
        abort(403)
    waiting = [found for found in queries.waiting_renewals(current()) if policies.may_settle(g.me, found)]
    return render_template("registry/renewals.html", waiting=waiting, layout=_layout())


@bp.post("/renewals/<int:number>")
def settle_renewal(number: int) -> ResponseReturnValue:
    """Confirm that the person asked himself, or refuse."""
    link = current().get(AccountLink, number)
    if link is None:
        abort(404)
    with transaction(once=request.form.get("key")) as session:
        verb = links.confirm_renewal if request.form.get("settle") == "confirm" else links.refuse_renewal
        verb(session, session.get_one(AccountLink, number), actor=g.me, now=clock.now())
    flash(
        _("Confirmed: the link is on its way by email.")
        if verb is links.confirm_renewal
        else _("Refused; nothing was sent.")
    )
    return redirect(url_for(".renewals"), 303)


def waiting_count() -> int:
    """How many renewals wait for this reader."""
    found = queries.waiting_renewals(current())
    return sum(policies.may_settle(g.me, link) for link in found)


def _me() -> Account:
    with transaction() as session:
        return session.get_one(Account, g.me.id)


def _page(language_form: LanguageForm, password_form: ChangePasswordForm) -> str:
    now = clock.now()
    with transaction() as session:
        account = session.get_one(Account, g.me.id)
        here = sessions.seen(session, str(cookie.get(door.SIGNED_IN, "")), now)
        lines = [
            (
                found.id == (here.session_id if here else None),
                browsers.words(found.client),
                found.created_at,
                found.last_seen_at,
            )
            for found in sessions.open_of(session, account.id, now)
        ]
        second = credentials.needs_code(account, session.get_one(AccountSecret, account.id))
    return render_template(
        "registry/account.html",
        layout=_layout(),
        account=account,
        years=settings.value(current(), "RETENTION_YEARS.complaint"),
        roles=[word for word in sorted(g.me.roles) if word != "respondent"],
        second=second,
        lines=lines,
        language_form=language_form,
        password_form=password_form,
    )


def _layout() -> str:
    return f"layouts/{g.me.audience}.html"
