"""Tables of the rulebook, the settings and the document series."""

from dataclasses import replace

from flask import abort, g, redirect, url_for
from flask_admin.base import expose
from markupsafe import Markup
from sqlalchemy import select

from admin import forms_rules as forms
from admin import past_years, rows_pages
from admin.naming import SECOND, SYSTEM, account_of, may_confirm, tag
from admin.records import Act, Pick, Records, Related, Whether
from admin.setting_tables import SERVICE, UNITS, governs, said, table_of
from core import clock
from core.db import session
from core.forms import Whole
from core.plainly import day
from core.show import instant
from core.words import _, _l, language
from notices.models import SeriesCounter
from registry import golive, queries, rulebook, rulebook_cites, settings
from registry.models_rulebook import Instrument, Provision, Violation, ViolationCite
from registry.models_settings import Setting
from registry.seeded_words import basis_words, issuer_words, note_words
from registry.settings_bounds import is_leap, within
from registry.settings_shapes import WANTED

RULES = _l("Rulebook")
OFFICE = _l("Association")


def _in_language(zh, en):
    return lambda _view, _context, row, _name: getattr(row, en if language() == "en" else zh) or "—"


def _retire(at, row, form):
    rulebook.retire(at, row, actor=g.me, version=form.version.data, retired=True, now=clock.now())


def _bring_back(at, row, form):
    rulebook.retire(at, row, actor=g.me, version=form.version.data, retired=False, now=clock.now())


def _provisions_of(form, provisions):
    form.provision.choices = [(one.id, f"{one.cited(language())} · {day(one.effective_from)}") for one in provisions]


def _offer_others(form, row):
    there = {one.id for one in rulebook_cites.cited_by(session(), row)}
    _provisions_of(form, [one for one in rulebook.provisions(session()) if one.id not in there])


def _offer_cited(form, row):
    _provisions_of(form, rulebook_cites.cited_by(session(), row))


def _cite(at, row, form):
    provision = at.get_one(Provision, int(form.provision.data))
    rulebook_cites.cite(at, row, provision, actor=g.me, version=form.version.data, now=clock.now())


def _uncite(at, row, form):
    provision = at.get_one(Provision, int(form.provision.data))
    rulebook_cites.uncite(at, row, provision, actor=g.me, version=form.version.data, now=clock.now())


class Violations(Records):
    """The kinds of violations."""

    seen_by = kept_by = SYSTEM
    group = RULES
    about = _l("What a complaint can allege and a finding can say; each code cites its provisions.")
    entry_form, entry_text = forms.ViolationForm, _l("Add a code")
    column_list = ("code", "zh", "severity", "retired")
    column_details_list = ("code", "zh", "en", "severity", "retired")
    column_sortable_list = ("code", "severity")
    column_default_sort = "code"
    column_searchable_list = ("code", "zh", "en")
    column_labels = {  # noqa: RUF012 - Flask-Admin's own names, here and below
        "code": _l("Code of the violation"),
        "zh": _l("What it is called"),
        "en": _l("In English"),
        "severity": _l("Severity"),
        "retired": _l("Retired"),
    }
    column_formatters = {"zh": _in_language("zh", "en")}  # noqa: RUF012
    column_formatters_detail = {}  # noqa: RUF012
    column_filters = (
        Pick(Violation.severity, _l("Severity"), [(str(n), str(n)) for n in range(1, 6)], "severity"),
        Whether(Violation.retired.is_(True), _l("Retired"), "retired"),
    )
    acts = (
        Act("retire", _l("Take it out of the choices"), _l("Retired; what cites it stays."), _retire,
            may=lambda row: not row.retired, danger=True,
            note=_l("Nobody can choose this code any more; what cites it stays.")),
        Act("cite", _l("Cite a provision"), _l("It is cited from now on."), _cite, form=forms.CiteForm,
            offer=_offer_others,
            note=_l("For conduct on a day, a decision cites those provisions that were in force on that day.")),
        Act("uncite", _l("No longer cite a provision"), _l("It is no longer cited."), _uncite, form=forms.CiteForm,
            offer=_offer_cited, note=_l("Documents issued already stay as they are.")),
        Act("restore", _l("Put it back among the choices"), _l("It can be chosen again."), _bring_back,
            may=lambda row: row.retired),
    )  # fmt: skip

    def title(self, row):
        """Code and name."""
        return f"{row.code} {row.name(language())}"

    def offer(self, form, row):
        """All provisions."""
        if row is None:
            _provisions_of(form, rulebook.provisions(session()))

    def enter(self, at, form):
        """Enter a code of the association's own."""
        return rulebook_cites.add_violation(
            at,
            code=form.code.data or "",
            zh=form.zh.data or "",
            en=form.en.data or "",
            severity=int(form.severity.data),
            provision=at.get_one(Provision, int(form.provision.data)),
            actor=g.me,
            now=clock.now(),
        )

    def related(self, row):
        """The provisions it cites."""
        cited = (
            select(Provision)
            .join(ViolationCite, ViolationCite.provision_id == Provision.id)
            .where(ViolationCite.violation_code == row.code)
            .order_by(Provision.instrument_id, Provision.clause, Provision.id)
        )
        rows = [[p.cited(language()), day(p.effective_from), day(p.effective_to), _verified(p)]
                for p in session().scalars(cited)]  # fmt: skip
        return [Related(_l("Provisions it breaches"), (_l("Provision"), _l("From"), _l("To"), _l("State")), rows)]


def _verified(provision):
    return tag("provision_state", "VERIFIED" if provision.verified_at else "UNVERIFIED")


def _verified_when(provision):
    if provision.verified_at is None:
        return _verified(provision)
    return Markup("{} {}").format(_verified(provision), instant(provision.verified_at))


def _verify(at, row, form):
    rulebook.verify(at, row, actor=g.me, version=form.version.data, now=clock.now())


class Provisions(Records):
    """Clauses of instruments, in our own words."""

    seen_by = kept_by = SYSTEM
    group = RULES
    about = _l("Only a provision that somebody compared with its official text may carry a decision.")
    entry_form, entry_text = forms.ProvisionForm, _l("Enter a provision")
    change_form, change_text = forms.ProvisionChangeForm, _l("Correct it")
    column_list = ("instrument", "clause", "title_zh", "effective_from", "effective_to", "verified_at")
    column_details_list = (
        "instrument", "clause", "title_zh", "title_en", "summary_zh", "summary_en", "effective_from", "effective_to",
        "verified_by", "verified_at",
    )  # fmt: skip
    column_sortable_list = ("clause", "effective_from", "effective_to")
    column_default_sort = ("id", False)
    column_searchable_list = ("clause", "title_zh", "title_en", "instrument.title_zh", "instrument.title_en")
    column_labels = {  # noqa: RUF012
        "instrument": _l("Instrument"),
        "clause": _l("Clause"),
        "title_zh": _l("Subject matter"),
        "title_en": _l("In English"),
        "summary_zh": _l("What it says"),
        "summary_en": _l("What it says, in English"),
        "effective_from": _l("From"),
        "effective_to": _l("To"),
        "verified_by": _l("Verified by"),
        "verified_at": _l("State"),
    }
    column_formatters = {  # noqa: RUF012
        "instrument": lambda _v, _c, row, _n: _title(row.instrument),
        "title_zh": _in_language("title_zh", "title_en"),
        "verified_at": lambda _v, _c, row, _n: _verified(row),
    }
    column_formatters_detail = {  # noqa: RUF012
        "instrument": lambda _v, _c, row, _n: " · ".join(
            [_title(row.instrument), *map(str, rulebook.looked_at_first([row]))]
        ),
        "verified_at": lambda _v, _c, row, _n: _verified_when(row),
        "verified_by": lambda _v, _c, row, _n: queries.account_name(session(), row.verified_by) or "—",
    }
    column_filters = (Whether(Provision.verified_at.is_not(None), _l("Verified"), "verified"),)
    acts = (
        Act("verify", _l("Say that it was verified"), _l("Verified."), _verify,
            may=lambda row: row.verified_at is None,
            note=_l("Confirm only with the official text before you: clause, days in force, and what we say of it.")),
    )  # fmt: skip

    def title(self, row):
        """How a document cites it."""
        return row.cited(language())

    def offer(self, form, row):
        """All instruments."""
        if row is None:
            form.instrument_id.choices = [(one.id, _title(one)) for one in rulebook.instruments(session())]

    def enter(self, at, form):
        """Enter a provision, unverified."""
        instrument = at.get_one(Instrument, int(form.instrument_id.data))
        return rulebook.add_provision(at, instrument, _wording(form), actor=g.me, now=clock.now())

    def change(self, at, row, form):
        """Correct it; it must be verified again."""
        said = {"actor": g.me, "version": form.version.data, "now": clock.now()}
        rulebook.change_provision(at, row, _wording(form), **said)

    def related(self, row):
        """The codes that cite it."""
        cites = select(ViolationCite.violation_code).where(ViolationCite.provision_id == row.id)
        codes = [rulebook.violation(session(), code) for code in session().scalars(cites.order_by("violation_code"))]
        rows = [[code.code, code.name(language()), str(code.severity)] for code in codes if code]
        heads = (_l("Code of the violation"), _l("What it is called"), _l("Severity"))
        return [Related(_l("Codes that cite it"), heads, rows)]


def _wording(form):
    texts = {name: form[name].data or "" for name in ("clause", "title_zh", "title_en", "summary_zh", "summary_en")}
    return rulebook.Wording(effective_from=form.effective_from.data, effective_to=form.effective_to.data, **texts)


def _title(instrument):
    return instrument.title_en if language() == "en" else instrument.title_zh


class Instruments(Records):
    """Conventions, standards and laws."""

    seen_by = kept_by = SYSTEM
    group = RULES
    about = _l("The conventions, standards and laws in which the provisions stand.")
    entry_form, entry_text = forms.InstrumentForm, _l("Enter an instrument")
    change_form, change_text = forms.InstrumentChangeForm, _l("Correct it, or say that it is replaced")
    column_list = ("title_zh", "issuer", "issued_on", "in_force_on", "replaced_on")
    column_details_list = ("key", "title_zh", "title_en", "issuer", "issued_on", "in_force_on", "replaced_on", "note")
    column_sortable_list = ("issued_on", "in_force_on")
    column_default_sort = ("id", False)
    column_searchable_list = ("title_zh", "title_en", "key")
    column_labels = {  # noqa: RUF012
        "key": _l("Key"),
        "title_zh": _l("Title"),
        "title_en": _l("In English"),
        "issuer": _l("Issuer"),
        "issued_on": _l("Issued on"),
        "in_force_on": _l("In force from"),
        "replaced_on": _l("Last day in force"),
        "note": _l("Note"),
    }
    column_formatters = {  # noqa: RUF012
        "title_zh": _in_language("title_zh", "title_en"),
        "issuer": lambda _v, _c, row, _n: issuer_words(row.issuer),
    }
    column_formatters_detail = {  # noqa: RUF012
        "issuer": column_formatters["issuer"],
        "note": lambda _v, _c, row, _n: note_words(row.note),
    }

    def title(self, row):
        """Its title."""
        return _title(row)

    def enter(self, at, form):
        """Enter an instrument."""
        about = _about(form)
        return rulebook_cites.add_instrument(at, key=form.key.data, about=about, actor=g.me, now=clock.now())

    def change(self, at, row, form):
        """Correct it; where its days change, its clauses are verified again."""
        said = {"about": _about(form), "version": form.version.data}
        rulebook_cites.change_instrument(at, row, **said, actor=g.me, now=clock.now())

    def related(self, row):
        """Its clauses."""
        clauses = select(Provision).where(Provision.instrument_id == row.id).order_by(Provision.clause, Provision.id)
        rows = [[p.clause or "—", p.title_en if language() == "en" else p.title_zh, day(p.effective_from),
                 day(p.effective_to), _verified(p)] for p in session().scalars(clauses)]  # fmt: skip
        heads = (_l("Clause"), _l("Subject matter"), _l("From"), _l("To"), _l("State"))
        return [Related(_l("Provisions"), heads, rows)]


def _about(form):
    return rulebook_cites.About(
        title_zh=form.title_zh.data or "",
        title_en=form.title_en.data or "",
        issuer=form.issuer.data or "",
        issued_on=form.issued_on.data,
        in_force_on=form.in_force_on.data,
        replaced_on=form.replaced_on.data,
        note=form.note.data or "",
    )


def state_of(_view, _context, row, _name):
    """Whether the association has confirmed a value."""
    return tag("setting_state", "CONFIRMED" if row.confirmed_at else "LAID_DOWN")


def confirm(at, row, form):
    """Say that the association decided a value."""
    past_years.require_read(row, form)
    settings.confirm(at, row, actor=g.me, version=form.version.data, now=clock.now())


def laid_down(row):
    """Say of a value that was laid down what its missing confirmation keeps people from, until somebody gives it."""
    if settings.is_demonstration(session()) or not golive.acts_of(row.key):
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
    change_form, change_text = forms.TextSettingForm, _l("Lay down another value")
    column_list = ("key", "value", "unit", "meaning", "confirmed_at")
    column_details_list = (
        "key", "meaning", "value", "unit", "basis", "laid_down_by", "confirmed_by", "confirmed_at",
    )  # fmt: skip
    column_sortable_list = ("key",)
    column_default_sort = "key"
    column_searchable_list = ("key", "meaning", "meaning_zh", "basis")
    column_labels = {  # noqa: RUF012
        "key": _l("Key"),
        "value": _l("Value"),
        "unit": _l("Unit"),
        "meaning": _l("What it governs"),
        "basis": _l("What it rests on"),
        "laid_down_by": _l("Laid down by"),
        "confirmed_by": _l("Confirmed by"),
        "confirmed_at": _l("State"),
    }
    column_formatters = {  # noqa: RUF012
        "value": lambda _v, _c, row, _n: said(row),
        "unit": lambda _v, _c, row, _n: UNITS.get(row.unit, row.unit),
        "meaning": lambda _v, _c, row, _n: governs(row),
        "confirmed_at": state_of,
        "laid_down_by": account_of("laid_down_by"),
        "confirmed_by": account_of("confirmed_by"),
    }
    column_formatters_detail = column_formatters | {
        "value": lambda _v, _c, row, _n: _("See the table") if table_of(row) else said(row),
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
        """The table of a setting of several values."""
        table = table_of(row)
        return [table] if table else []

    def changed(self, row):
        """That acts are refused until it is confirmed."""
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
        return [(_("What it governs"), governs(row)), (_("Unit"), unit)]

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
    """After how many years files are erased, also for the administrator who confirms them as the second person."""

    seen_by, kept_by = SECOND, SYSTEM
    about = _l(
        "Whatever is older is erased overnight. The years for complaints also apply to emails, text messages and the "
        "addresses of locked accounts; the years for cases also apply to the contact persons of service addresses that "
        "have been replaced. One administrator lays the years down, another confirms them."
    )
    column_list = ("meaning", "value", "confirmed_at")
    column_searchable_list = None
    column_filters = None
    acts = (replace(Settings.acts[0], roles=SECOND),)

    def get_query(self):
        """Only these settings."""
        return super().get_query().filter(Setting.key.startswith(YEARS))

    def get_count_query(self):
        """As many."""
        return super().get_count_query().filter(Setting.key.startswith(YEARS))

    def get_one(self, id):  # noqa: A002 - Flask-Admin's name
        """Find one; other settings are not of this table."""
        row = super().get_one(id)
        return row if row is not None and row.key.startswith(YEARS) else None


YEARS = "RETENTION_YEARS."


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
        Violations(Violation, _l("Violation codes"), "violations"),
        Provisions(Provision, _l("Provisions"), "provisions"),
        Instruments(Instrument, _l("Instruments"), "instruments"),
        Settings(Setting, _l("Settings"), "settings"),
        YearsOfKeeping(Setting, _l("Years of keeping"), "years_of_keeping"),
        Series(SeriesCounter, _l("Document series"), "series"),
    ]
