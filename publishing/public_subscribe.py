"""Mails about bulletins: asking for them, confirming the address, their language, and their end."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.receipts import LINK_OVER
from core import clock
from core.db import transaction
from core.throttle import limiter
from core.web import csrf
from core.words import _, language
from publishing import subscriptions
from publishing.forms_public import MailLanguageForm, SubscribeForm, SureForm
from publishing.public import bp


@bp.route("/bulletins/subscribe", methods=["GET", "POST"])
@limiter.limit("60 per minute", methods=["POST"])
def subscribe() -> ResponseReturnValue:
    """The same answer for every address; a link goes to it."""
    form = SubscribeForm()
    if not form.validate_on_submit():
        page = render_template("publishing/subscribe.html", form=form)
        return page, form.status_code
    _ask(form)
    flash(
        _(
            "An email with a link is on its way, unless the address gets these emails already or was sent a link "
            "lately. Open the link to confirm."
        )
    )
    return redirect(url_for(".listing"), 303)


@limiter.limit("5 per minute; 20 per hour")
def _ask(form: SubscribeForm) -> None:
    """Only this is counted closely: it may send a mail, and what was typed wrong sends none."""
    with transaction(once=form.key.data) as at:
        subscriptions.ask(at, form.mail.data or "", lang=language(), now=clock.now())


@bp.route("/bulletins/subscribe/<token>", methods=["GET", "POST"])
@limiter.limit("20 per minute", methods=["POST"])
def confirm_subscription(token: str) -> ResponseReturnValue:
    """A button, so that a program that only looks at links confirms nothing."""
    form = SureForm()
    with transaction() as at:
        done, known = subscriptions.is_confirmed(at, token), subscriptions.of_token(at, token, "confirm") is not None
    if not known and not form.is_submitted():
        flash(LINK_OVER, "warn")
        return redirect(url_for(".subscribe"))
    if done and not form.is_submitted():
        flash(
            _(
                "This address is confirmed already. You get an email when a bulletin is published, corrected or "
                "withdrawn."
            )
        )
        return redirect(url_for(".listing"))
    if not form.validate_on_submit():
        page = render_template("publishing/subscribe_sure.html", form=form)
        return page, form.status_code, NEVER_KEPT
    with transaction() as at:
        subscriptions.confirm(at, token, now=clock.now())
    flash(_("Confirmed. You get an email when a bulletin is published, corrected or withdrawn."))
    return redirect(url_for(".listing"), 303)


@bp.route("/bulletins/unsubscribe/<token>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
def unsubscribe(token: str) -> ResponseReturnValue:
    """One click, also of a mail program (RFC 8058), which has no form of ours: the token alone says what ends."""
    if not SureForm(meta={"csrf": False}).is_submitted():
        with transaction() as at:
            spoken = subscriptions.language_of(at, token)
        return _own(token, MailLanguageForm(language=spoken) if spoken is not None else None)
    with transaction() as at:
        subscriptions.end(at, token)
    return render_template("publishing/subscribe_ended.html"), 200, NEVER_KEPT


@bp.post("/bulletins/unsubscribe/<token>/language")
@limiter.limit("20 per minute")
def speak(token: str) -> ResponseReturnValue:
    """Choose the language of further mails."""
    form = MailLanguageForm()
    if not form.validate_on_submit():
        return _own(token, form)
    with transaction() as at:
        subscriptions.speak(at, token, str(form.language.data))
    flash(_("Kept: further emails come in the language you chose."))
    return redirect(url_for(".unsubscribe", token=token), 303)


def _own(token: str, form: MailLanguageForm | None) -> ResponseReturnValue:
    """The page of a subscription, to which each of its mails leads; of a link about nobody it only says what ends."""
    page = render_template("publishing/subscription.html", form=form, sure=SureForm(formdata=None), token=token)
    return page, form.status_code if form is not None else 200, NEVER_KEPT


NEVER_KEPT = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
