"""Tables of accounts: who signs in, in which roles, from which browsers; invitations and locks."""

from flask import g
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import object_session, selectinload

from admin import forms_accounts as forms
from admin.forms import WhyForm
from admin.naming import account_of, by_name, company, party_name, sent_from, tag, worded
from admin.records import Act, Pick, Records, Related, Whether
from core import clock
from core.db import session as current
from core.db import transaction
from core.labels import state_label
from core.show import instant
from core.words import _, _l, _n, joined
from desk import queries_workload
from registry import absences, accounts, addresses, mail_changes, noting, policies, queries, sessions
from registry.models_accounts import REPLACED, ROLES, WITHDRAWN, Account, AccountSecret, Audience, LinkPurpose
from sanctions import bodies

PEOPLE = _l("People")
SYSTEM, SECURITY = "system_admin", "security_admin"
WHY_LOCKED = {WITHDRAWN: _l("Invitation withdrawn"), REPLACED: _l("Somebody else was named administrator instead")}
"""Reasons that nobody wrote, in the reader's words."""


def _roles(_view, _context, row, _name):
    words = sorted(row.role_words - {"respondent"}, key=ROLES[row.audience].index)
    return Markup(" ").join(tag("role", word) for word in words) if words else "—"


def _state(_view, _context, row, _name):
    if row.locked_at:
        return tag("account_state", "LOCKED")
    if not row.invited:
        return tag("account_state", "OPEN")
    return tag("account_state", "TO_CONFIRM" if row.id in _to_confirm() else "INVITED")


def _to_confirm():
    """Whose invitation goes out only once a second person has confirmed it; asked once for a page."""
    if "invitations_to_confirm" not in g:
        waits = queries.waiting_renewals(current())
        g.invitations_to_confirm = {each.account_id for each in waits if each.purpose is LinkPurpose.INVITATION}
    return g.invitations_to_confirm


def _give(at, row, form):
    accounts.give_role(at, row, form.role.data, actor=g.me, now=clock.now())


def _take(at, row, form):
    accounts.take_role(at, row, form.role.data, actor=g.me, now=clock.now())


def _lock(at, row, form):
    accounts.lock(at, row, actor=g.me, why=form.why.data, version=form.version.data, now=clock.now())


def _work_of(at, row):
    """Say what work hangs on the account, if any does: nobody goes on with it until it is handed over."""
    complaints, cases, tracks = queries_workload.hanging(at, row.id)
    if not (complaints or cases or tracks):
        return []
    return [
        _(
            "Open complaints: %(complaints)s, open cases: %(cases)s, investigations: %(tracks)s hang on this account. "
            "They stay with it: tell the head of department, who hands them over on “Workload and absences”.",
            complaints=complaints,
            cases=cases,
            tracks=tracks,
        )
    ]


NOBODY_INSTEAD = _l(
    "Nobody does once the account is locked: tell the head of department, who ends that absence on “Workload and "
    "absences” and enters it anew with another substitute."
)
LESS_INSTEAD = _l(
    "A substitute does what the roles held allow: where the one that is taken was needed, tell the head of department, "
    "who ends that absence on “Workload and absences” and enters it anew with another substitute."
)


def _seats_of(at, row):
    """Say on how many bodies its person has still to vote: nobody votes there until another is drawn."""
    seats = bodies.seats_at_work(at, row.id)
    if not seats:
        return []
    return [
        _n(
            "This person was drawn for %(num)d panel or review that has still to decide, chairing %(chairs)s.",
            "This person was drawn for %(num)d panels or reviews that have still to decide, chairing %(chairs)s.",
            len(seats),
            chairs=sum(seats),
        ),
        _(
            "Without the account, or without the role of that body, the seat becomes free: nobody votes there before "
            "the secretary has drawn somebody else."
        ),
    ]


def _hanging(row, instead):
    """Say what work hangs on the account, and for whom its person stands in; `instead` is what becomes of that."""
    with transaction() as at:
        said = _work_of(at, row) + _seats_of(at, row)
        names = absences.stood_in_for(at, row.id, clock.today())
    if names:
        said += [_("This person stands in for %(names)s.", names=_(", ").join(names)), instead]
    return joined(*said)


def _hangs(form, row):
    """What nobody goes on with once the account is locked."""
    if said := _hanging(row, NOBODY_INSTEAD):
        form.why.description = said


def _can_be_locked(row):
    return row.locked_at is None or policies.locked_by_company(row, accounts.locker(object_session(row), row))


def _put_name_right(at, row, form):
    said = {"actor": g.me, "version": form.version.data, "now": clock.now()}
    accounts.put_name_right(at, row, form.name.data or "", **said)


def _begin_name(form, row):
    if form.untouched:
        form.name.data = row.name


def _unlock(at, row, form):
    accounts.unlock(at, row, actor=g.me, version=form.version.data, now=clock.now())


def _invite_again(at, row, _form):
    accounts.invite_again(at, row, actor=g.me, now=clock.now())


def _ask_mail(at, row, form):
    mail_changes.ask(at, row, form.mail.data or "", actor=g.me, now=clock.now())


def _end_sessions(at, row, _form):
    now = clock.now()
    sessions.end_all(at, row.id, now=now)
    state = "LOCKED" if row.locked_at else "OPEN"
    noting.of_account(at, row.id, "end_sessions", g.me, now, states=(state, state))


def _more(row):
    return [word for word in ROLES[row.audience] if word not in row.role_words]


def _held(row):
    return [word for word in ROLES[row.audience] if word in row.role_words - {"respondent"}]


def _who_gives(row):
    """Say before the form why it will be refused, and else of what to make sure."""
    if policies.brought_in(g.me, row):
        return accounts.INVITED_BY_YOU
    return _("Make sure that this is the person meant, and that the mail address is his: you are the second to look.")


def _offer_new(form, row):
    form.role.choices = _worded(_more(row))


def _offer_held(form, row):
    form.role.choices = _worded(_held(row))
    form.role.description = _hanging(row, LESS_INSTEAD)


def _worded(words):
    return [(word, state_label("role", word).text) for word in words]


class Accounts(Records):
    """Everybody who signs in."""

    seen_by = (SYSTEM, SECURITY)
    kept_by = (SYSTEM,)
    group = PEOPLE
    about = _l(
        "The system administrator invites; roles and locks are the security administrator's. Whoever invited somebody "
        "to the association gives that person no role."
    )
    entry_form, entry_text = forms.InviteForm, _l("Invite somebody")
    column_list = ("name", "audience", "party", "roles", "locked_at")
    column_details_list = (
        "name", "mail", "audience", "party", "roles", "language", "locked_at", "lock_reason", "invited_by",
        "created_at",
    )  # fmt: skip
    column_sortable_list = ("name", "created_at")
    column_default_sort = [("audience", False), ("name", False)]  # noqa: RUF012 - Flask-Admin's own names, here and below
    column_searchable_list = ("name",)
    search_label = _l("Name, or a whole mail address")
    column_labels = {  # noqa: RUF012
        "name": _l("Name"),
        "mail": _l("Email address"),
        "audience": _l("Works at"),
        "party": _l("Party"),
        "roles": _l("Roles"),
        "language": _l("Language"),
        "locked_at": _l("State"),
        "lock_reason": _l("Why it is locked"),
        "invited_by": _l("Invited by"),
        "created_at": _l("Made on"),
    }
    column_formatters = {  # noqa: RUF012
        "audience": worded("audience", "audience"),
        "party": lambda _v, _c, row, _n: party_name(row.party),
        "roles": _roles,
        "locked_at": _state,
        "language": lambda _v, _c, row, _n: {"zh": "中文", "en": "English"}.get(row.language, row.language),
        "invited_by": account_of("invited_by"),
        "lock_reason": lambda _v, _c, row, _n: WHY_LOCKED.get(row.lock_reason, row.lock_reason or "—"),
    }
    column_filters = (
        Pick(Account.audience, _l("Works at"), [(a.value, text) for a, text in forms.AUDIENCES], "audience"),
        Whether(Account.locked_at.is_not(None), _l("Locked"), "locked"),
    )

    def get_query(self):
        """All of them, with their roles at once."""
        return super().get_query().options(selectinload(Account.roles))

    acts = (
        Act("give", _l("Give a role"), _l("Given; open sessions ended, so that the next sign-in has it."), _give,
            forms.RoleForm, roles=(SECURITY,), offer=_offer_new, may=lambda row: bool(_more(row)), note=_who_gives),
        Act("take", _l("Take a role away"), _l("Taken; open sessions ended at once."), _take,
            forms.RoleForm, roles=(SECURITY,), offer=_offer_held, may=lambda row: bool(_held(row))),
        Act("name", _l("Put the name right"), _l("Put right."), _put_name_right, forms.NameForm,
            roles=(SECURITY,), offer=_begin_name, may=lambda row: policies.may_give_roles(g.me, row),
            note=_l("Documents from now on bear it; those that were issued stay as they are. Where it is another "
                    "person, invite that person.")),
        Act("lock", _l("Lock the account"), _l("Locked; its sessions ended at once."), _lock, WhyForm,
            roles=(SECURITY,), may=_can_be_locked, danger=True, offer=_hangs),
        Act("unlock", _l("Open the account again"), _l("The account is open again."), _unlock,
            roles=(SECURITY,), may=lambda row: row.locked_at is not None),
        Act("end", _l("End all its sessions"), _l("All sessions of this account have ended."), _end_sessions,
            roles=(SECURITY,), danger=True),
        Act("invite", _l("Send the invitation again"),
            _l("It goes out again; an invitation into a company waits at “Accounts to confirm” for a second person "
               "first."),
            _invite_again, may=lambda row: policies.awaits_invitation(row) and not _accepted(row)),
        Act("mail", _l("Change the mail address"), _l("Asked for: the security administrator confirms it."),
            _ask_mail, forms.NewMailForm,
            note=_l("The security administrator confirms it at “Accounts to confirm”; then a link goes to the new "
                    "address. Until it is opened the old address holds.")),
    )  # fmt: skip

    def title(self, row):
        """The person's name."""
        return row.name

    def offer(self, form, row):
        """The companies of the register, by name."""
        if row is None:
            by_name(form, "party", now=(party := sent_from("party")))
            form.holds(audience=Audience.PARTY.value if party else None)

    def enter(self, at, form):
        """Invite somebody; a role is given afterwards by the security administrator."""
        return accounts.invite(
            at,
            actor=g.me,
            mail=form.mail.data or "",
            name=form.name.data or "",
            audience=Audience(form.audience.data),
            party=company(at, form.party),
            language=form.language.data,
            now=clock.now(),
        )

    def entered(self, row):
        """Say what comes next: who was invited can do nothing before that."""
        if row.audience is Audience.PARTY:
            return _(
                "Entered. The invitation waits at “Accounts to confirm” until the security administrator, or an "
                "authorised person of the company, has confirmed it."
            )
        return _(
            "Invited. Next a security administrator gives the role, on this page: "
            "without one the account opens nothing."
        )

    def _apply_search(self, query, count_query, joins, count_joins, search):
        if "@" not in search:
            return super()._apply_search(query, count_query, joins, count_joins, search)
        mine = addresses.of_mail(current(), search)
        return query.filter(mine), count_query.filter(mine), joins, count_joins

    def related(self, row):
        """Its open sessions, for whoever may end them."""
        if not any(act.do is _end_sessions for act in self.offered(row)):
            return []
        now = clock.now()
        with transaction() as at:
            rows = [[one.client or "—", instant(one.created_at), instant(one.last_seen_at)]
                    for one in sessions.open_of(at, row.id, now)]  # fmt: skip
        return [Related(_l("Open sessions"), (_l("Browser"), _l("Begun"), _l("Last seen")), rows)]


def _accepted(account):
    with transaction() as at:
        found = select(AccountSecret.password_hash).where(AccountSecret.account_id == account.id)
        return at.scalar(found) is not None


def views():
    """Build the tables of this module."""
    return [Accounts(Account, _l("Accounts"), "accounts")]
