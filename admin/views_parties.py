"""Tables of the register: parties, other names, what binds them, engagements, service addresses."""

from flask import g
from markupsafe import Markup
from sqlalchemy import select

from admin import forms
from admin.naming import SYSTEM, by_name, company, named, party_name, sent_from, tag, worded
from admin.records import Act, Pick, Records, Related, Whether
from core import clock
from core.clock import today
from core.db import session
from core.labels import state_label
from core.plainly import day
from core.words import _, _l, language
from registry import parties, queries, renaming, wrong_kinds
from registry.models import (
    AliasKind,
    Basis,
    BasisKind,
    BasisStatus,
    Engagement,
    Party,
    PartyAlias,
    PartyKind,
    ServiceAddress,
)

LANGUAGES = {"zh": "中文", "en": "English"}
REGISTER = _l("Register of parties")


def _suspended(_view, _context, row, _name):
    return tag("party_state", row.state)


def _rename(at, row, form):
    renaming.rename(
        at,
        row,
        actor=g.me,
        name_zh=form.name_zh.data or "",
        name_en=form.name_en.data or "",
        from_on=form.from_on.data,
        version=form.version.data,
        now=clock.now(),
    )


def _put_kind_right(at, row, form):
    kind = PartyKind(form.kind.data)
    wrong_kinds.put_right(at, row, kind=kind, why=form.why.data, actor=g.me, version=form.version.data, now=clock.now())


def _suspend(at, row, form):
    parties.suspend(at, row, actor=g.me, why=form.why.data, version=form.version.data, now=clock.now())


def _restore(at, row, form):
    parties.restore(at, row, actor=g.me, version=form.version.data, now=clock.now())


def _drop_name(at, row, form):
    renaming.drop_coming_name(at, row, actor=g.me, version=form.version.data, now=clock.now())


def _drop_alias(at, row, form):
    parties.drop_alias(at, row, actor=g.me, why=form.why.data, now=clock.now())


def _coming(_view, _context, row, _name):
    return f"{row.coming_zh} · {day(row.coming_on)}" if row.coming_on else "—"


def _begin_rename(form, row):
    if form.untouched:
        form.name_zh.data, form.name_en.data = row.name_zh, row.name_en


class Parties(Records):
    """Institutions and collection firms."""

    seen_by = kept_by = SYSTEM
    group = REGISTER
    about = _l("Who can be complained about, and who is bound by the rules.")
    entry_form, entry_text = forms.PartyForm, _l("Enter a party")
    change_form, change_text = forms.PartyChangeForm, _l("Change member number, executive or language")
    column_list = ("name_zh", "kind", "uscc", "member_no", "suspended_at")
    column_details_list = (
        "name_zh", "name_en", "coming_on", "kind", "uscc", "member_no", "named_executive", "language", "suspended_at",
        "created_at",
    )  # fmt: skip
    column_sortable_list = (("name_zh", "sort_zh"), "uscc", "member_no")
    column_default_sort = "sort_zh"
    column_searchable_list = ("name_zh", "name_en", "uscc", "member_no")
    column_labels = {  # noqa: RUF012 - Flask-Admin's own names, here and below
        "name_zh": _l("Full name"),
        "name_en": _l("Name in English"),
        "coming_on": _l("Announced name"),
        "kind": _l("Kind"),
        "uscc": _l("Unified social credit code"),
        "member_no": _l("Member number"),
        "named_executive": _l("Executive named for collection"),
        "language": _l("Language of the documents to it"),
        "suspended_at": _l("State"),
        "created_at": _l("Entered on"),
    }
    column_formatters = {  # noqa: RUF012
        "name_zh": lambda _v, _c, row, _n: party_name(row),
        "kind": worded("party_kind", "kind"),
        "suspended_at": _suspended,
    }
    column_formatters_detail = {  # noqa: RUF012
        "kind": worded("party_kind", "kind"),
        "language": lambda _v, _c, row, _n: LANGUAGES[row.language],
        "suspended_at": _suspended,
        "coming_on": _coming,
    }
    column_filters = (
        Pick(Party.kind, _l("Kind"), [(k.value, text) for k, text in forms.KINDS], "kind"),
        Whether(Party.suspended_at.is_not(None), _l("Suspended"), "suspended"),
    )
    acts = (
        Act("rename", _l("Give it a new name"), _l("Renamed; the old name stays as a former name."), _rename,
            forms.RenameForm, offer=_begin_rename, may=lambda row: row.merged_into_id is None,
            note=_l("The old name is kept as a former name: documents and complaints that use it are still found.")),
        Act("kind", _l("It is of the other kind"), _l("Put right."), _put_kind_right, forms.KindForm,
            may=lambda row: row.merged_into_id is None,
            note=_l("Only where it was entered wrongly, and no engagement and no case rests on it yet.")),
        Act("unname", _l("The announced name does not come"), _l("The present name stays."), _drop_name,
            may=lambda row: row.coming_on is not None),
        Act("suspend", _l("Suspend"), _l("Suspended."), _suspend, forms.WhyForm,
            may=lambda row: row.suspended_at is None and row.merged_into_id is None, danger=True,
            note=_l("From now on nothing new is sent to this party, and complainants are told so.")),
        Act("restore", _l("End the suspension"), _l("The suspension has ended."), _restore,
            may=lambda row: row.suspended_at is not None),
    )  # fmt: skip

    def title(self, row):
        """Its name."""
        return party_name(row)

    def enter(self, at, form):
        """Enter an institution or a firm."""
        return parties.create(
            at,
            actor=g.me,
            kind=PartyKind(form.kind.data),
            name_zh=form.name_zh.data or "",
            name_en=form.name_en.data or "",
            uscc=form.uscc.data or "",
            member_no=form.member_no.data,
            named_executive=form.named_executive.data or "",
            now=clock.now(),
        )

    def change(self, at, row, form):
        """Change what is not a name."""
        parties.change(
            at,
            row,
            actor=g.me,
            version=form.version.data,
            named_executive=form.named_executive.data or "",
            member_no=form.member_no.data,
            now=clock.now(),
        )
        parties.write_in(at, row, form.language.data, actor=g.me, now=clock.now())

    def related(self, row):
        """Other names, what binds it, engagements, where it is served."""
        return [_names(self, row), _bases(self, row), _engagements(self, row), _addresses(row), _people(self, row)]


def _link(view, endpoint, row, text):
    return Markup('<a href="{}">{}</a>').format(view.get_url(f"{endpoint}.details_view", id=row.id), text)


def _names(view, party):
    found = session().scalars(
        select(PartyAlias).where(PartyAlias.party_id == party.id).order_by(PartyAlias.kind, PartyAlias.id)
    )
    rows = [[tag("alias_kind", alias.kind), alias.value, day(alias.from_on), day(alias.to_on)] for alias in found]
    return Related(
        _l("Other names"),
        (_l("Kind"), _l("Name, signature or number"), _l("From"), _l("To")),
        rows,
        view.get_url("admin_aliases.create_view", party=party.id),
        _l("Add a name"),
    )


def _bases(view, party):
    found = session().scalars(select(Basis).where(Basis.party_id == party.id).order_by(Basis.from_on.desc(), Basis.id))
    rows = [
        [_link(view, "admin_bases", basis, _bound(basis)), tag("basis_status", basis.status), day(basis.from_on),
         day(basis.to_on), basis.document or "—"]
        for basis in found
    ]  # fmt: skip
    return Related(
        _l("Membership, signature, undertaking"),
        (_l("What binds it"), _l("State"), _l("From"), _l("To"), _l("Paper")),
        rows,
        view.get_url("admin_bases.create_view", party=party.id),
        _l("Add a basis"),
    )


def _bound(basis):
    return state_label("basis", basis.kind).text


def _engagements(view, party):
    mine = (Engagement.institution_id == party.id) | (Engagement.firm_id == party.id)
    found = session().scalars(select(Engagement).where(mine).order_by(Engagement.from_on.desc(), Engagement.id))
    lends = party.kind is PartyKind.INSTITUTION
    rows = [
        [_link(view, "admin_engagements", one, party_name(one.firm if lends else one.institution)), day(one.from_on),
         day(one.to_on), day(one.last_evaluated_on)]
        for one in found
    ]  # fmt: skip
    return Related(
        _l("Engagements"),
        (_l("Collection firm") if lends else _l("Institution"), _l("From"), _l("To"), _l("Last evaluated")),
        rows,
        view.get_url("admin_engagements.create_view", **{"institution" if lends else "firm": party.id}),
        _l("Add an engagement"),
    )


def _addresses(party):
    found = session().scalars(
        select(ServiceAddress)
        .where(ServiceAddress.party_id == party.id)
        .order_by(ServiceAddress.from_on.desc(), ServiceAddress.id.desc())
    )
    rows = [
        [_("Online") if one.electronic else _("On paper"), one.postal_address, one.contact_name, day(one.from_on),
         day(one.to_on)]
        for one in found
    ]  # fmt: skip
    return Related(
        _l("Service address, as its authorised person confirmed it"),
        (_l("How"), _l("Postal address"), _l("Contact"), _l("From"), _l("To")),
        rows,
    )


def _people(view, party):
    rows = [
        [_link(view, "admin_accounts", one, one.name), one.mail,
         Markup(" ").join(tag("role", role) for role in sorted(one.role_words))]
        for one in queries.people_of(session(), party)
    ]  # fmt: skip
    return Related(
        _l("Accounts"),
        (_l("Name"), _l("Email address"), _l("Roles")),
        rows,
        view.get_url("admin_accounts.create_view", party=party.id),
        _l("Invite somebody"),
    )


class Aliases(Records):
    """Apps, message signatures, numbers, websites, short and former names."""

    seen_by = kept_by = SYSTEM
    group = REGISTER
    about = _l("People know the app, the signature of a message or the number, not the company.")
    entry_form, entry_text = forms.AliasForm, _l("Add a name")
    column_list = ("value", "kind", "party", "from_on", "to_on")
    column_details_list = column_list
    column_sortable_list = ("value", "from_on", "to_on")
    column_default_sort = "value"
    column_searchable_list = ("value",)
    column_labels = {  # noqa: RUF012
        "value": _l("Name, signature or number"),
        "kind": _l("Kind"),
        "party": _l("Party"),
        "from_on": _l("From"),
        "to_on": _l("To"),
    }
    column_formatters = {"kind": worded("alias_kind", "kind"), "party": named("party")}  # noqa: RUF012
    column_filters = (Pick(PartyAlias.kind, _l("Kind"), [(k.value, text) for k, text in forms.ALIASES], "kind"),)
    acts = (
        Act("mistake", _l("Entered by mistake"), _l("Taken out; the journal keeps it."), _drop_alias, forms.WhyForm,
            danger=True, gone=True,
            note=_l("From now on no complaint, search or public page knows this name. Documents that were issued stay "
                    "as they are: where one bears it, correct it on its own page.")),
    )  # fmt: skip

    def title(self, row):
        """The name itself."""
        return row.value

    def offer(self, form, _row):
        """The companies of the register, by name."""
        by_name(form, "party", now=sent_from("party"))

    def enter(self, at, form):
        """Note another name."""
        return parties.add_alias(
            at,
            company(at, form.party),
            actor=g.me,
            kind=AliasKind(form.kind.data),
            value=form.value.data or "",
            from_on=form.from_on.data,
            to_on=form.to_on.data,
            now=clock.now(),
        )

    def entered(self, row):
        """Say so where a complaint that names it is matched to nobody from now on, since others are so called too."""
        how = next(how for how, kinds in queries.HOW.items() if row.kind in kinds)
        bearers = queries.match(session(), row.value, how)
        others = [each.name(language()) for each in bearers if each.id != row.party_id]
        if not others:
            return super().entered(row)
        return _(
            "Entered. This is also a name of %(companies)s: where a complaint gives it, staff choose which one is "
            "meant. If one of them is no longer so called, enter its last day.",
            companies=str(_(", ")).join(others),
        )


class Bases(Records):
    """Memberships, signatures and undertakings, with their days."""

    seen_by = kept_by = SYSTEM
    group = REGISTER
    about = _l("Measures reach a party only by what bound it on the day of the conduct.")
    entry_form, entry_text = forms.BasisForm, _l("Add a basis")
    change_form, change_text = forms.BasisEndForm, _l("Suspend or end it")
    column_list = ("party", "kind", "status", "from_on", "to_on", "document")
    column_details_list = column_list
    column_sortable_list = ("from_on", "to_on")
    column_default_sort = ("from_on", True)
    column_labels = {  # noqa: RUF012
        "party": _l("Party"),
        "kind": _l("What binds it"),
        "status": _l("State"),
        "from_on": _l("From"),
        "to_on": _l("To"),
        "document": _l("Paper"),
    }
    column_formatters = {  # noqa: RUF012
        "party": named("party"),
        "kind": worded("basis", "kind"),
        "status": worded("basis_status", "status"),
    }
    column_filters = (
        Pick(Basis.kind, _l("What binds it"), [(k.value, text) for k, text in forms.BASES], "kind"),
        Pick(Basis.status, _l("State"), [(k.value, text) for k, text in forms.STATUSES], "status"),
    )

    def title(self, row):
        """Party and kind."""
        return f"{party_name(row.party)} · {_bound(row)}"

    def offer(self, form, row):
        """The companies of the register, by name."""
        if row is None:
            by_name(form, "party", now=sent_from("party"))

    def enter(self, at, form):
        """Enter what binds a party."""
        return parties.add_basis(
            at,
            company(at, form.party),
            actor=g.me,
            kind=BasisKind(form.kind.data),
            from_on=form.from_on.data,
            to_on=form.to_on.data,
            document=form.document.data or "",
            now=clock.now(),
        )

    def change(self, at, row, form):
        """Suspend or end it."""
        said = {"status": BasisStatus(form.status.data), "to_on": form.to_on.data, "version": form.version.data}
        parties.end_basis(at, row, **said, actor=g.me, now=clock.now())


class Engagements(Records):
    """Which firm collects for which institution."""

    seen_by = kept_by = SYSTEM
    group = REGISTER
    about = _l("A complaint about an institution finds the firm that worked for it on the day of the conduct.")
    entry_form, entry_text = forms.EngagementForm, _l("Add an engagement")
    change_form, change_text = forms.EngagementChangeForm, _l("Note its end or an evaluation")
    column_list = ("institution", "firm", "from_on", "to_on", "last_evaluated_on")
    column_details_list = (
        "institution", "firm", "from_on", "to_on", "contract", "products", "white_list_url", "subcontracting_allowed",
        "last_evaluated_on",
    )  # fmt: skip
    column_sortable_list = ("from_on", "to_on", "last_evaluated_on")
    column_default_sort = ("from_on", True)
    column_labels = {  # noqa: RUF012
        "institution": _l("Institution"),
        "firm": _l("Collection firm"),
        "from_on": _l("From"),
        "to_on": _l("To"),
        "contract": _l("Number of the contract"),
        "products": _l("Products it collects for"),
        "white_list_url": _l("Address of the institution's published list of firms"),
        "subcontracting_allowed": _l("The firm may pass work on to others"),
        "last_evaluated_on": _l("Last evaluated"),
    }
    column_formatters = {"institution": named("institution"), "firm": named("firm")}  # noqa: RUF012
    column_filters = (
        Whether(lambda: Engagement.to_on.is_(None) | (Engagement.to_on >= today()), _l("Running"), "running"),
    )

    def title(self, row):
        """Both sides."""
        return f"{party_name(row.institution)} · {party_name(row.firm)}"

    def offer(self, form, row):
        """Institutions and firms, by name."""
        if row is None:
            by_name(form, "institution", PartyKind.INSTITUTION, now=sent_from("institution"))
            by_name(form, "firm", PartyKind.FIRM, now=sent_from("firm"))

    def enter(self, at, form):
        """Enter that a firm collects for an institution."""
        return parties.engage(
            at,
            actor=g.me,
            institution=company(at, form.institution),
            firm=company(at, form.firm),
            from_on=form.from_on.data,
            to_on=form.to_on.data,
            products=form.products.data or "",
            white_list_url=form.white_list_url.data or "",
            subcontracting_allowed=bool(form.subcontracting_allowed.data),
            contract=form.contract.data or "",
            last_evaluated_on=form.last_evaluated_on.data,
            now=clock.now(),
        )

    def change(self, at, row, form):
        """Note its end, or an evaluation."""
        parties.change_engagement(
            at,
            row,
            actor=g.me,
            version=form.version.data,
            to_on=form.to_on.data,
            last_evaluated_on=form.last_evaluated_on.data,
            now=clock.now(),
        )


class Addresses(Records):
    """Where parties are served; only a party's own lead confirms it."""

    seen_by = SYSTEM
    group = REGISTER
    about = _l("Confirmed by each party's authorised person in the portal; without one, notices go on paper.")
    column_list = ("party", "electronic", "postal_address", "from_on", "to_on")
    column_details_list = ("party", "electronic", "postal_address", "contact_name", "signed_at", "from_on", "to_on")
    column_sortable_list = ("from_on", "to_on")
    column_default_sort = ("from_on", True)
    column_labels = {  # noqa: RUF012
        "party": _l("Party"),
        "electronic": _l("Served online"),
        "postal_address": _l("Postal address"),
        "contact_name": _l("Contact"),
        "signed_at": _l("Confirmed at"),
        "from_on": _l("From"),
        "to_on": _l("To"),
    }
    column_formatters = {"party": named("party")}  # noqa: RUF012
    column_filters = (
        Whether(ServiceAddress.electronic.is_(True), _l("Served online"), "online"),
        Whether(ServiceAddress.to_on.is_(None), _l("In force now"), "current"),
    )

    def title(self, row):
        """Whose it is."""
        return party_name(row.party)


def views():
    """Build the tables of this module, in their order."""
    return [
        Parties(Party, _l("Institutions and firms"), "parties"),
        Aliases(PartyAlias, _l("Other names"), "aliases"),
        Bases(Basis, _l("Memberships and undertakings"), "bases"),
        Engagements(Engagement, _l("Engagements"), "engagements"),
        Addresses(ServiceAddress, _l("Service addresses"), "addresses"),
    ]
