"""Tables of the settings, the years of keeping and the document series."""

from dataclasses import replace

from flask import abort, g, redirect, url_for
from flask_admin.base import expose
from markupsafe import Markup

from admin import forms_rules as forms
from admin import past_years, rows_pages
from admin.naming import SECOND, SYSTEM, account_of, may_confirm, tag
from admin.records import Act, Records, Whether
from admin.setting_tables import SERVICE, UNITS, governs, listed, said, table_of, tables_of, until_confirmed
from core import clock
from core.db import session
from core.forms import Whole
from core.words import _, _l
from notices.models import SeriesCounter
from registry import golive, settings
from registry.models_settings import Setting
from registry.seeded_words import basis_words
from registry.settings_bounds import is_leap, within
from registry.settings_shapes import WANTED

OFFICE = _l("Association")


def state_of(_view, _context, row, _name):
    """Whether the association has confirmed a value."""
    return tag("setting_state", settings.state(row))


def confirm(at, row, form):
    """Say that the association decided a value."""
    past_years.require_read(row, form)
    settings.confirm(at, row, actor=g.me, version=form.version.data, now=clock.now())


def laid_down(row):
    """Say of a value that was laid down what its missing confirmation keeps people from, until somebody gives it."""
    gated = golive.acts_of(row.key) and not settings.is_demonstration(session())
    if row.in_force is not None and (settings.rests_on(session(), row.key) or not gated):
        return _("Changed. Until this is confirmed, what counted before goes on counting.")
    if not gated:
        return _("Changed.")
    return _(
        "Changed. Until it is confirmed whatever rests on it is refused, also to complainants and companies: have it "
        "confirmed at once."
    )


class Settings(Records):
    """What counts days, points, majorities or months, and what stands on documents."""

    seen_by = kept_by = SYSTEM
    group = OFFICE
    about = _l("Whatever counts days, points or shares of votes is laid down here, with what it rests on.")
    change_form, change_text = forms.TextSettingForm, _l("Change the value")
    column_list = ("key", "value", "unit", "meaning", "confirmed_at")
    column_details_list = (
        "key", "meaning", "value", "in_force", "unit", "basis", "laid_down_by", "confirmed_by", "confirmed_at",
    )  # fmt: skip
    column_sortable_list = ("key",)
    column_default_sort = "key"
    column_searchable_list = ("key", "meaning", "meaning_zh", "basis")
    column_labels = {  # noqa: RUF012
        "key": _l("Key"),
        "value": _l("Value"),
        "in_force": _l("Counts until this is confirmed"),
        "unit": _l("Unit"),
        "meaning": _l("What it governs"),
        "basis": _l("What it rests on"),
        "laid_down_by": _l("Laid down by"),
        "confirmed_by": _l("Confirmed by"),
        "confirmed_at": _l("State"),
    }
    column_formatters = {  # noqa: RUF012
        "key": lambda _v, _c, row, _n: Markup("<code>%s</code>") % Markup("_<wbr>").join(row.key.split("_")),
        "value": lambda _v, _c, row, _n: listed(said(row), row),
        "unit": lambda _v, _c, row, _n: UNITS.get(row.unit, row.unit),
        "meaning": lambda _v, _c, row, _n: governs(row),
        "confirmed_at": state_of,
        "laid_down_by": account_of("laid_down_by"),
        "confirmed_by": account_of("confirmed_by"),
    }
    column_formatters_detail = column_formatters | {
        "key": lambda _v, _c, row, _n: row.key,
        "value": lambda _v, _c, row, _n: _("See the table") if table_of(row) else said(row),
        "in_force": lambda _v, _c, row, _n: until_confirmed(row) or "—",
        "basis": lambda _v, _c, row, _n: basis_words(row.basis) or "—",
    }
    column_filters = (Whether(Setting.confirmed_at.is_not(None), _l("Confirmed"), "confirmed"),)
    acts = (
        Act("confirm", _l("Say that the association decided this"), _l("Confirmed."), confirm,
            form=forms.ConfirmReadForm, may=may_confirm, note=past_years.note, facts=past_years.facts),
    )  # fmt: skip

    def title(self, row):
        """Its key."""
        return row.key

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self):
        """Change a setting; those of several values are typed in as rows, some on a page of their own."""
        row = self._row()
        if not self.keeps():
            abort(403)
        if own := PAGES.get(row.key.partition(".")[0]):
            return redirect(url_for(own, id=row.id))
        return rows_pages.edit(self, row) if rows_pages.has_rows(row) else super().edit_view()

    def related(self, row):
        """The table of a setting of several values, the one that counts until it is confirmed, and earlier values."""
        return [*tables_of(row), *past_years.earlier(row)]

    def changed(self, row):
        """What counts until it is confirmed, or that acts are refused."""
        return laid_down(row)

    def form_for(self, row):
        """A form for the kind of value."""
        if row.key == SERVED:
            return forms.ChoiceSettingForm
        if isinstance(row.value, bool):
            return forms.YesNoSettingForm
        if isinstance(row.value, int):
            return forms.NumberSettingForm
        return forms.TextSettingForm

    def offer(self, form, row):
        """What may be chosen, how it is written, from where to where a number goes; what the value rests on now."""
        if row.key == SERVED:
            form.value.choices = list(SERVICE.items())
        if (wanted := WANTED.get(row.key)) and not form.is_submitted():  # else the refusal says it
            form.value.description = wanted
        if isinstance(form.value, Whole):
            if bounds := within(row.key, row.unit):
                form.value.between(*bounds)
            _look_again(form, row)
        rows_pages.say_basis(form, row)

    def facts(self, row):
        """What it governs, and what it counts."""
        chosen = row.key == SERVED or isinstance(row.value, bool)
        unit = None if chosen else UNITS.get(row.unit, row.unit) or None
        return [
            (_("What it governs"), governs(row)),
            (_("Unit"), unit),
            (_("Counts until this is confirmed"), until_confirmed(row)),
        ]

    def present(self, row):
        """The value as its form takes it; what it rests on is said anew, but where somebody said it here."""
        value = ("yes" if row.value else "no") if isinstance(row.value, bool) else row.value
        return {"value": value, "basis": rows_pages.own_basis(row)}

    def change(self, at, row, form):
        """Lay down a value with its basis."""
        settings.change(
            at,
            row,
            actor=g.me,
            value=form.value.data == "yes" if isinstance(row.value, bool) else form.value.data,
            basis=form.basis.data or "",
            version=form.version.data,
            now=clock.now(),
        )


def _look_again(form, row):
    """Ask about a value that is far from the one before; of any other there is nothing to ask."""
    if not is_leap(session(), row.key, row.unit, row.value, form.value.data):
        del form.far, form.far_value
        return
    value = str(form.value.data)
    form.far.label.text = _("%(value)s is meant, where it was %(before)s", value=value, before=row.value)
    form.far.data = bool(form.far.data) and form.far_value.data == value
    form.far_value.data = value


SERVED = "PORTAL_SERVICE"
PAGES = {"APPROVAL_CHAIN": "admin_chains.edit_view", "SEAL_MODE": "admin_seal_modes.edit_view"}
"""Settings of kinds of documents are changed in tables of their own."""


class YearsOfKeeping(Settings):
    """Years of keeping and the words in numbers, also for the administrator who confirms them as the second person."""

    seen_by, kept_by = SECOND, SYSTEM
    about = _l(
        "Whatever is older is erased overnight. The years for complaints also apply to emails, text messages and the "
        "addresses of locked accounts; the years for cases also apply to the contact persons of service addresses that "
        "have been replaced. One administrator lays the years down, or the words in document numbers; another "
        "confirms them."
    )
    column_list = ("meaning", "value", "confirmed_at")
    column_searchable_list = None
    column_filters = None
    acts = (replace(Settings.acts[0], roles=SECOND),)

    def get_query(self):
        """Only these settings."""
        return super().get_query().filter(OF_SECOND)

    def get_count_query(self):
        """As many."""
        return super().get_count_query().filter(OF_SECOND)

    def get_one(self, id):  # noqa: A002 - Flask-Admin's name
        """Find one; other settings are not of this table."""
        row = super().get_one(id)
        return row if row is not None and (row.key in settings.IN_NUMBERS or row.key.startswith(YEARS)) else None


YEARS = "RETENTION_YEARS."
OF_SECOND = Setting.key.startswith(YEARS) | Setting.key.in_(settings.IN_NUMBERS)


class Series(Records):
    """The last number given in each series and year."""

    seen_by = SYSTEM
    group = OFFICE
    about = _l("Numbers are given without a gap, one after the other, when a document is issued.")
    can_view_details = False
    column_list = ("series", "year", "last")
    column_sortable_list = ("series", "year", "last")
    column_default_sort = [("year", True), ("series", False)]  # noqa: RUF012
    column_labels = {"series": _l("Type word"), "year": _l("Year"), "last": _l("Last number")}  # noqa: RUF012


def views():
    """Build the tables of this module, in their order."""
    return [
        Settings(Setting, _l("Settings"), "settings"),
        YearsOfKeeping(Setting, _l("Years of keeping, words in numbers"), "years_of_keeping"),
        Series(SeriesCounter, _l("Document series"), "series"),
    ]
