"""The table of the pool for panels: where its members work, so that nobody decides on an employer."""

from flask import g

from admin import forms_pools as forms
from admin.naming import SYSTEM, by_name, company, party_name
from admin.records import Act, Records, Whether
from admin.views_accounts import PEOPLE
from core import clock
from core.db import session
from core.words import _l
from registry import queries
from registry.models_accounts import Account
from sanctions import pools
from sanctions.models_decisions import PanelBackground


def _end(at, row, form):
    pools.end(at, row, actor=g.me, version=form.version.data, now=clock.now())


class Pool(Records):
    """Where members of panels and review bodies work."""

    seen_by = kept_by = SYSTEM
    group = PEOPLE
    about = _l(
        "Nobody is drawn for a case of the company he works for or of one that works with it, and one member at least "
        "comes from outside. Whoever has no entry here may be drawn, but does not count as from outside."
    )
    entry_form, entry_text = forms.NewPlaceForm, _l("Enter where somebody works")
    change_form, change_text = forms.PlaceForm, _l("Change where this person works")
    column_list = column_details_list = ("account_id", "party_id", "organisation")
    column_sortable_list = ("organisation",)
    column_default_sort = "account_id"
    column_searchable_list = ("organisation",)
    search_label = _l("Organisation")
    column_labels = {  # noqa: RUF012 - Flask-Admin's own name
        "account_id": _l("Member of the pool"),
        "party_id": forms.AT,
        "organisation": forms.ELSEWHERE,
    }
    column_formatters = {  # noqa: RUF012 - Flask-Admin's own name
        "account_id": lambda _v, _c, row, _n: queries.account_name(session(), row.account_id),
        "party_id": lambda _v, _c, row, _n: party_name(queries.party(session(), row.party_id or 0)),
        "organisation": lambda _v, _c, row, _n: row.organisation or "—",
    }
    column_filters = (Whether(PanelBackground.party_id.is_(None), _l("From outside"), "outside"),)
    acts = (
        Act("end", _l("End this entry"), _l("Ended; what it was stays in the journal."), _end,
            note=_l("This person no longer works there."), danger=True),
    )  # fmt: skip

    def title(self, row):
        """The member's name."""
        return queries.account_name(session(), row.account_id)

    def offer(self, form, row):
        """The companies of the register, by name; and everybody of whom nothing is entered."""
        by_name(form, "party", now=row and row.party_id)
        if row is None:
            form.account.choices = [(each.id, each.name) for each in pools.unplaced(session())]

    def present(self, row):
        """Where the person works now; the company is held by `offer`."""
        return {"organisation": row.organisation}

    def enter(self, at, form):
        """Enter it by the verb."""
        return self._place(at, int(form.account.data), form, pools.NOTHING)

    def change(self, at, row, form):
        """Change it by the same verb."""
        self._place(at, row.account_id, form, form.version.data)

    def _place(self, at, number, form, version):
        account = at.get_one(Account, number)
        said = {"party": company(at, form.party), "organisation": form.organisation.data or "", "version": version}
        return pools.place(at, account, **said, actor=g.me, now=clock.now())

    def _page_of(self, _row):
        """The list: an entry that has ended has no page."""
        return self.get_url(".index_view")


def views():
    """Build the table of this module."""
    return [Pool(PanelBackground, _l("Pool for panels"), "pool")]
