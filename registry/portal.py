"""Portal pages of this room: where a party is served (D28), and its own people."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import session as current
from core.db import transaction
from core.errors import Changed
from core.throttle import limiter
from core.web import blueprint
from core.words import _
from registry import accounts, links, parties, policies, queries, second_factors, service_addresses, settings
from registry.forms import AddressForm, InviteForm, LettersForm
from registry.models import Party, ServiceAddress
from registry.models_accounts import Account, Audience, LinkPurpose

bp = blueprint("registry_portal", __name__, audience="portal", prefix="/portal")
_OTHER = {"lead": "member", "member": "lead"}
"""What somebody is who may become each."""


@bp.route("/address", methods=["GET", "POST"])
def address() -> ResponseReturnValue:
    """Confirm the service address; anybody of the party may read it, its lead signs."""
    present = queries.service_address(current(), g.me.party_id)
    form = _address_form(present)
    if not _agreed(form):
        letters = LettersForm(prefix="letters", language=current().get_one(Party, g.me.party_id).language)
        return _address_page(present, form, letters), form.status_code
    wanted = service_addresses.NewAddress(
        electronic=bool(form.electronic.data),
        postal_address=form.postal_address.data or "",
        contact_name=form.contact_name.data or "",
        contact_phone=form.contact_phone.data or "",
        signed_name=form.signed_name.data or "",
    )
    with transaction(once=form.key.data) as session:
        seen, agreed = form.version.data, form.rule.data or ""
        service_addresses.confirm(session, actor=g.me, address=wanted, seen=seen, agreed=agreed, now=clock.now())
    flash(_("The service address is confirmed."))
    return redirect(url_for("registry_account.home") if present is None else url_for(".address"), 303)


def _address_form(present: ServiceAddress | None) -> AddressForm:
    stands = {"electronic": present.electronic if present else True, "version": present.id if present else 0}
    form = AddressForm(obj=present, **stands)
    if not form.is_submitted():
        form.signed_name.data = form.signed_name.object_data = g.me.name  # not that of whoever signed the present one
    return form


def _agreed(form: AddressForm) -> bool:
    """Whether it was signed as the page showed it: the rule of service could have changed meanwhile."""
    right = form.validate_on_submit()
    if not right or form.rule.data == service_addresses.served_when(current()):
        return bool(right)
    form.electronic.errors = [_("When a notice counts as served has changed meanwhile. Read it, and sign again.")]
    return False


def _address_page(present: ServiceAddress | None, form: AddressForm, letters: LettersForm) -> str:
    party, may = current().get_one(Party, g.me.party_id), policies.may_confirm_address(g.me)
    form.rule.data = service_addresses.served_when(current())
    if form.outrun or form.electronic.errors or not form.is_submitted():
        form.understood.data = False  # said of another page: whoever reads this one says it anew
    years = settings.value(current(), "RETENTION_YEARS.case")
    deemed = settings.said(current(), service_addresses.DEEMED)
    former = queries.former_service_addresses(current(), g.me.party_id)
    shown = {"present": present, "former": former, "party": party, "may": may, "years": years, "deemed": deemed}
    return render_template("registry/address.html", form=form, letters=letters, **shown)


@bp.post("/address/language")
def language() -> ResponseReturnValue:
    """The lead chooses in which language the association writes to the party."""
    form = LettersForm(prefix="letters")
    if not form.validate_on_submit():
        present = queries.service_address(current(), g.me.party_id)
        return _address_page(present, _address_form(present), form), 422
    with transaction(once=form.key.data) as session:
        party = session.get_one(Party, g.me.party_id, with_for_update=True)
        parties.write_in(session, party, str(form.language.data), actor=g.me, now=clock.now())
    flash(_("Saved. It holds for what is issued from now on."))
    return redirect(url_for(".address"), 303)


def _party() -> str:
    """Whose invitations are counted together."""
    return f"invitations:{g.me.party_id}"


def _never() -> bool:
    """Who may not invite uses up nothing: the verb refuses it."""
    return not policies.may_invite(g.me, Audience.PARTY, g.me.party_id)


few = limiter.shared_limit(
    "20 per hour; 60 per day", scope="invitations", key_func=_party, methods=["POST"], exempt_when=_never
)


@bp.route("/people", methods=["GET", "POST"])
@few
def people() -> ResponseReturnValue:
    """The people of the party; its lead invites others."""
    form = InviteForm()
    if not form.validate_on_submit():
        with transaction() as session:
            having = queries.with_second_factor(session, g.me.party_id)
        page = render_template(
            "registry/people.html",
            form=form,
            people=queries.people_of(current(), g.me.party_id),
            may=policies.may_invite(g.me, Audience.PARTY, g.me.party_id),
            awaits=policies.awaits_invitation,
            may_unlock=lambda it: policies.may_unlock(g.me, it, accounts.locker(current(), it)),
            having=having,
            required=current().get_one(Party, g.me.party_id).second_factor,
            valid=links.GOOD_FOR[LinkPurpose.INVITATION].days,
        )
        return page, form.status_code
    with transaction(once=form.key.data) as session:
        accounts.invite(
            session,
            actor=g.me,
            mail=form.mail.data or "",
            name=form.name.data or "",
            audience=Audience.PARTY,
            party=session.get_one(Party, g.me.party_id),
            roles=[str(form.role.data)],
            now=clock.now(),
        )
    flash(_("Invited: if the address can be used, a link is on its way by email."))
    return redirect(url_for(".people"), 303)


@bp.post("/people/second-factor")
def second_factor() -> ResponseReturnValue:
    """The lead requires a second factor of everybody, or leaves it to each person again."""
    wanted = request.form.get("wanted") == "yes"
    with transaction(once=request.form.get("key")) as session:
        party = session.get_one(Party, g.me.party_id, with_for_update=True)
        second_factors.require(session, party, wanted=wanted, actor=g.me, now=clock.now())
    flash(_("A second factor is required of everybody now.") if wanted else _("Each person chooses from now on."))
    return redirect(url_for(".people"), 303)


@bp.post("/people/<int:number>/role")
def role(number: int) -> ResponseReturnValue:
    """A member becomes a lead, or a lead a member; never oneself, so that one lead always stays."""
    after = request.form.get("wanted", "")
    if after not in _OTHER or current().get(Account, number) is None:
        abort(404)
    with transaction(once=request.form.get("key")) as session:
        account, before, now = session.get_one(Account, number), _OTHER[after], clock.now()
        if before not in account.role_words and after in account.role_words:
            raise Changed  # a page that stood open while a colleague did the same
        if before in account.role_words:  # the association may have given both, or taken either
            accounts.take_role(session, account, before, actor=g.me, now=now)
            session.expire(account)
        if after not in account.role_words:
            accounts.give_role(session, account, after, actor=g.me, now=now)
    flash(_("Changed; this person signs in again."))
    return redirect(url_for(".people"), 303)


@bp.post("/people/<int:number>/lock")
def lock(number: int) -> ResponseReturnValue:
    """Lock somebody out who has left, or open the account again."""
    wanted = request.form.get("wanted", "")
    if wanted not in {"lock", "open"} or current().get(Account, number) is None:
        abort(404)
    with transaction(once=request.form.get("key")) as session:
        account = session.get_one(Account, number)
        if wanted == "lock":
            accounts.lock(session, account, actor=g.me, why=_("By an authorised person of the party"), now=clock.now())
        else:
            accounts.unlock(session, account, actor=g.me, now=clock.now())
    flash(_("Locked; its sessions ended at once.") if wanted == "lock" else _("The account is open again."))
    return redirect(url_for(".people"), 303)


@bp.post("/people/<int:number>/invite")
@few
def invite_again(number: int) -> ResponseReturnValue:
    """Send the invitation again to somebody who has not accepted it."""
    if current().get(Account, number) is None:
        abort(404)
    with transaction(once=request.form.get("key")) as session:
        accounts.invite_again(session, session.get_one(Account, number), actor=g.me, now=clock.now())
    flash(_("Invited: if the address can be used, a link is on its way by email."))
    return redirect(url_for(".people"), 303)


@bp.post("/people/<int:number>/withdraw")
def withdraw(number: int) -> ResponseReturnValue:
    """Take an invitation back before it is accepted."""
    if current().get(Account, number) is None:
        abort(404)
    with transaction(once=request.form.get("key")) as session:
        accounts.withdraw_invitation(session, session.get_one(Account, number), actor=g.me, now=clock.now())
    flash(_("The invitation is withdrawn: its link no longer works."))
    return redirect(url_for(".people"), 303)
