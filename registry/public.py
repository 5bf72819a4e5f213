"""Pages before one is signed in: mail and password, second factor, links by mail, something forgotten."""

from flask import Response, abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from core import clock
from core.db import transaction
from core.errors import BadInput, NotNow
from core.forms import Form
from core.i18n import COOKIE, YEAR, html_lang
from core.web import blueprint, local
from core.words import _, _l, language
from registry import accounts, credentials, door, factor_pictures, links, mail_changes, signin
from registry.forms import CodeForm, ForgottenForm, NewPasswordForm, OwnPasswordForm, SignInForm
from registry.models_accounts import Account, LinkPurpose
from registry.signin import Outcome

bp = blueprint("registry_public", __name__, audience=None, prefix="/sign-in")
HOME = "registry_account.home"
LINK_FORMS = {LinkPurpose.SECOND_FACTOR: OwnPasswordForm, LinkPurpose.MAIL: Form}
"""What a link asks; an invitation and a forgotten password ask for a new one."""


@bp.after_request
def never_kept(answer: Response) -> Response:
    """No browser stores these pages: they hold links that open an account, and the secret of a second factor."""
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


@bp.route("/", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Mail and password."""
    then = local(request.args.get("next"))
    if g.me.id is not None:
        return redirect(then or url_for(HOME), 303)
    form = SignInForm()
    if not form.validate_on_submit():
        with transaction() as session:
            tried = [_line(found) for found in accounts.demonstration_accounts(session)]
        page = render_template(
            "registry/sign_in.html",
            form=form,
            tried=tried,
            password=accounts.DEMONSTRATION_PASSWORD if tried else "",
            then=then or "",
        )
        return page, form.status_code
    with transaction() as session:
        outcome = signin.password(
            session,
            mail=form.mail.data or "",
            password=form.password.data,
            address=door.address(),
            client=door.client(),
            now=clock.now(),
        )
    return _after(outcome, then)


@bp.route("/code", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """The second factor."""
    if g.me.id is not None:
        return redirect(url_for(HOME), 303)
    if not door.who_waits():
        return redirect(url_for(".sign_in"), 303)
    form = CodeForm()
    if not form.validate_on_submit():
        with transaction() as session:
            shown = signin.demonstration_code(session, door.who_waits(), clock.now())
        return render_template("registry/code.html", form=form, shown=shown), form.status_code
    with transaction() as session:
        outcome = signin.code(
            session,
            token=door.who_waits(),
            code=form.code.data or "",
            address=door.address(),
            client=door.client(),
            now=clock.now(),
        )
    return _after(outcome, door.where_to())


@bp.route("/second-factor", methods=["GET", "POST"])
def enrol() -> ResponseReturnValue:
    """Set up the second factor with an authenticator app."""
    if g.me.id is not None:
        return redirect(url_for(HOME), 303)
    form = CodeForm()
    if not form.validate_on_submit():
        with transaction() as session:
            offered = signin.offered_secret(session, door.who_waits(), clock.now())
            shown = factor_pictures.shown(session, *offered, clock.now()) if offered else None
            by_company = offered is not None and credentials.required(offered[0])
        if shown is None:
            return redirect(url_for(".sign_in"), 303)
        return render_template("registry/enrol.html", form=form, shown=shown, by_company=by_company), form.status_code
    with transaction() as session:
        outcome = signin.enrol(
            session,
            token=door.who_waits(),
            code=form.code.data or "",
            client=door.client(),
            now=clock.now(),
        )
    if outcome.refused is None:
        flash(_("Your second factor is set up."))
    return _after(outcome, door.where_to())


@bp.route("/link/<token>", methods=["GET", "POST"])
def link(token: str) -> ResponseReturnValue:
    """Use a link that came by mail: set the password, or set up the second factor again."""
    with transaction() as session:
        found = links.find(session, token, clock.now())
        purpose, name = (found.purpose, found.account.name) if found else (None, "")
        mail = (found.new_mail or found.account.mail) if found else ""
        party = found.account.party.name(language()) if found and found.account.party else ""
    if purpose is None:
        return render_template("registry/link_gone.html"), 410
    form = LINK_FORMS.get(purpose, NewPasswordForm)()
    if not form.validate_on_submit():
        page = render_template(
            "registry/link.html", form=form, purpose=purpose.value, name=name, mail=mail, party=party
        )
        return page, form.status_code
    if purpose is LinkPurpose.MAIL:
        with transaction(once=form.key.data) as session:
            mail_changes.accept(session, token, now=clock.now())
        flash(_("From now on you sign in with %(mail)s.", mail=mail))
        return redirect(url_for(".sign_in"), 303)
    _same_twice(form)
    if found is not None and purpose is LinkPurpose.SECOND_FACTOR:
        with transaction() as session:  # a try that fails stays written down, and the next ones wait
            mine = session.get_one(Account, found.account_id)
            refused = signin.wrong_password(session, mine, form.password.data, address=door.address(), now=clock.now())
        if refused is not None:
            raise refused
    with transaction(once=form.key.data) as session:
        account = links.accept(session, token, password=form.password.data, now=clock.now())
        outcome = signin.after_link(session, account, client=door.client(), now=clock.now(), purpose=purpose)
    return _after(outcome, None)


@bp.route("/forgotten", methods=["GET", "POST"])
def forgotten() -> ResponseReturnValue:
    """Ask for a new password or second factor; the answer is the same whether there is such an account."""
    form = ForgottenForm(data={"what": request.args.get("what")})
    if not form.validate_on_submit():
        return render_template("registry/forgotten.html", form=form), form.status_code
    with transaction(once=form.key.data) as session:
        signin.forgot(
            session,
            mail=form.mail.data or "",
            purpose=LinkPurpose(str(form.what.data)),
            address=door.address(),
            now=clock.now(),
        )
    return redirect(url_for(".asked"), 303)


@bp.get("/asked")
def asked() -> str:
    """What happens now that somebody asked."""
    return render_template("registry/asked.html")


def _after(outcome: Outcome, then: str | None) -> ResponseReturnValue:
    """Go on to the next step; a refusal goes back to the page it came from."""
    if isinstance(outcome.refused, NotNow) and not isinstance(outcome.refused, BadInput) and door.who_waits():
        flash(str(outcome.refused), "warn")
        return redirect(url_for(".sign_in"), 303)
    if outcome.refused is not None:
        raise outcome.refused
    if outcome.step == "OPEN":
        door.let_in(outcome.token)
        answer = make_response(redirect(then or url_for(HOME), 303))
        if COOKIE not in request.cookies:
            answer.set_cookie(
                COOKIE, outcome.language, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure
            )
            if outcome.language != language():
                _tell_of_language()
        return answer
    if outcome.step not in {"CODE", "ENROL"}:
        abort(400)
    door.let_wait(outcome.token, then)
    return redirect(url_for(".code" if outcome.step == "CODE" else ".enrol"), 303)


def _tell_of_language() -> None:
    """The account's language is another than this page's: said in the one that was read so far."""
    said = (
        _("Your account is in Chinese, so your pages are in Chinese now. Choose English at the top for this browser.")
        if language() == "en"
        else _("Your account is in English, so your pages are in English now. Choose 中文 at the top for this browser.")
    )
    link, where = _("Change the language of the account"), url_for("registry_account.show", _anchor="language")
    flash(Markup('<span lang="{}">{} <a href="{}">{}</a></span>').format(html_lang(), said, where, link), "info")


def _same_twice(form: NewPasswordForm | OwnPasswordForm) -> None:
    if isinstance(form, NewPasswordForm) and form.password.data != form.again.data:
        raise BadInput("again", _l("The two passwords differ."))


def _line(account: Account) -> tuple[str, str, list[str], str]:
    """Say who a demonstration account is: name, mail, roles, party."""
    roles = sorted(account.role_words - {"respondent"})
    return account.name, account.mail, roles, account.party.name(language()) if account.party else ""
