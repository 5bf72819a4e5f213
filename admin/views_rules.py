"""Tables of the rulebook: kinds of violation, provisions, instruments."""

from flask import g
from markupsafe import Markup
from sqlalchemy import select

from admin import forms_rules as forms
from admin.naming import SYSTEM, tag
from admin.records import Act, Pick, Records, Related, Whether
from core import clock
from core.db import session
from core.plainly import day
from core.show import instant
from core.words import _l, language
from registry import queries, rulebook, rulebook_cites
from registry.models_rulebook import Instrument, Provision, Violation, ViolationCite
from registry.seeded_words import issuer_words, note_words

RULES = _l("Rulebook")


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


def views():
    """Build the tables of this module, in their order."""
    return [
        Violations(Violation, _l("Violation codes"), "violations"),
        Provisions(Provision, _l("Provisions"), "provisions"),
        Instruments(Instrument, _l("Instruments"), "instruments"),
    ]
