"""Forms of imports: the file, and what each of its columns is."""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from wtforms.validators import ValidationError

from core.fields import Anything
from core.forms import Form, LongText, OneOf, Text
from core.typed_lists import lines
from core.words import _, _l
from filestore.fields_files import Files
from imports.columns import DATE_FORMS, RUNNING, guess, guess_date_form
from imports.mapping import COMPANIES, COMPLAINTS, NEEDED, folded
from imports.uploads import MEGABYTES, SOURCE, TABLES

LEAVE, BESIDE = "leave", "beside"
FIELDS = {
    "received_on": _l("Day on which it was received"),
    "product": _l("Product"),
    "issue": _l("Matter"),
    "facts": _l("What happened"),
    "company": _l("Company complained about"),
    "number": _l("Number in the other register"),
}
"""What a column may hold of a complaint."""
COMPANY_FIELDS = {
    "name_zh": _l("Full name in Chinese"),
    "uscc": _l("Unified social credit code"),
    "kind": _l("Institution or collection firm"),
    "name_en": _l("Name in English"),
    "member_no": _l("Member number"),
    "named_executive": _l("Executive named for collection"),
    "short": _l("Short name"),
    "app": _l("App"),
    "sms_signature": _l("Message signature"),
    "phone": _l("Telephone number"),
    "web": _l("Website"),
    "basis": _l("What binds it"),
    "basis_from": _l("First day it is bound"),
    "basis_to": _l("Last day it is bound"),
    "basis_paper": _l("The paper it rests on"),
    "principal": _l("Code of the institution it collects for"),
    "engaged_from": _l("First day it collects for it"),
    "engaged_to": _l("Last day it collects for it"),
    "contract": _l("Number of the contract"),
    "products": _l("Products it collects for"),
}
"""What a column may hold of a company."""
ENTERED = {
    "companies": _l("New companies"),
    "details": _l("Details that were lacking"),
    "names": _l("Other names"),
    "bases": _l("Memberships, signatures, undertakings"),
    "engagements": _l("Engagements"),
}
"""What a list of companies adds to the register."""
PARTY_KINDS = (("INSTITUTION", _l("Institution")), ("FIRM", _l("Collection firm")))
BASIS_KINDS = (
    ("MEMBERSHIP", _l("Membership")),
    ("SIGNATORY", _l("Signed the convention")),
    ("UNDERTAKING", _l("Signed undertaking")),
)
UNSAID = {
    "party_kind": (_l("What they are, where no column says so"), PARTY_KINDS),
    "basis_kind": (_l("What binds them, where no column says so"), BASIS_KINDS),
}
"""What a list of companies leaves unsaid, and what it may be."""
MEANT = {COMPLAINTS: FIELDS, COMPANIES: COMPANY_FIELDS}
DAYS = {COMPLAINTS: "received_on", COMPANIES: "basis_from"}
"""The column by whose first values the form of days is guessed."""
SAMPLE = datetime(2026, 11, 25, 14, 5)  # noqa: DTZ001 - only written out, as an example
MEANINGS = {
    COMPLAINTS: ((LEAVE, _l("Leave this column out")), *FIELDS.items(), (BESIDE, _l("Keep it beside the complaint"))),
    COMPANIES: ((LEAVE, _l("Leave this column out")), *COMPANY_FIELDS.items()),
}


class BringForm(Form):
    """The file, and what it holds."""

    what = OneOf(
        _l("What does it hold?"),
        ((COMPLAINTS, _l("Complaints of another register")), (COMPANIES, _l("Companies for our register"))),
        default=COMPLAINTS,
    )
    files = Files(
        _l("File (CSV or XLSX)"),
        required=True,
        most=1,
        megabytes=MEGABYTES,
        kinds=TABLES,
        missing=_l("Choose a file."),
        hint=_l("The first row names the columns. A CSV file in UTF-8 or GB 18030, with commas between its cells."),
    )


def _source(_form: object, field: Any) -> None:  # noqa: ANN401 - a field
    if not SOURCE.fullmatch(field.data or ""):
        raise ValidationError(_("Small letters, digits and hyphens, beginning with a letter; not like our own."))


class _WhereNoColumnSaysSo:
    """Left empty or needed, as the columns are told: the label of its field does not call it optional."""

    field_flags: ClassVar = {"together": True}

    def __call__(self, form: object, field: object) -> None:
        """The form as a whole asks for it."""


UNASKED = ("encodings", "earliest", "number_form", "same_product")
"""Rules of a mapping about which no form asks."""


class ColumnsForm(Form):
    """What each column is; each meaning stands once, and those that are needed are there."""

    names: ClassVar[dict[str, str]] = {}
    """By field: the column it asks about."""
    what: ClassVar[str] = COMPLAINTS
    mapped: ClassVar[Table[str, Any]] = {}
    """The mapping by which it was filled in: what no question asks about stays as it says."""
    date_form = OneOf(_l("How days are written"), (), look="select", missing=_l("Say how days are written."))
    save_as = Text(
        _l("Save this mapping as"),
        most=60,
        required=False,
        hint=_l("It is offered wherever a file has the same columns. An own mapping of this name is replaced."),
    )

    def validate(self, extra_validators: Anything = None) -> bool:
        """Each meaning once, and those that every row needs."""
        right, fields = super().validate(extra_validators), MEANT[self.what]
        given = [(name, self[name].data) for name in self.names]
        for place, (name, meaning) in enumerate(given):
            if meaning in fields and meaning in [said for _name, said in given[:place]]:
                self[name].errors = [_("Another column is “%(meaning)s” already.", meaning=fields[meaning])]
                right = False
        for meaning in sorted(NEEDED[self.what] - {said for _name, said in given}):
            self.form_errors.append(_("Say which column is “%(meaning)s”.", meaning=fields[meaning]))
            right = False
        return bool(right)

    def told(self) -> dict[str, Any]:
        """As a mapping file would tell it."""
        meant = {self.names[name]: self[name].data for name in self.names}
        beside, checked = [column for column, said in meant.items() if said == BESIDE], _days_of(self.mapped)
        return {
            **{name: self.mapped[name] for name in UNASKED if name in self.mapped},
            "holds": self.what,
            "date_form": self.date_form.data,
            "columns": {said: column for column, said in meant.items() if said in MEANT[self.what]},
            "also": {
                "texts": [column for column in beside if column not in checked],
                "dates": [column for column in beside if column in checked],
            },
            "left_out": [column for column, said in meant.items() if said == LEAVE],
        }

    def again(self, told: Table[str, Any]) -> None:
        """As it was told before."""


class CompanyColumnsForm(ColumnsForm):
    """Columns of a list of companies, and what none of them says."""

    what = COMPANIES
    party_kind = OneOf(*UNSAID["party_kind"], look="select", required=False)
    basis_kind = OneOf(*UNSAID["basis_kind"], look="select", required=False)

    def told(self) -> dict[str, Any]:
        """As a mapping would tell it; all such lists are of one source."""
        return {
            **super().told(),
            "source": "register",
            "party_kind": self.party_kind.data or "",
            "basis_kind": self.basis_kind.data or "",
        }

    def again(self, told: Table[str, Any]) -> None:
        """As it was told before."""
        self.party_kind.data, self.basis_kind.data = told.get("party_kind", ""), told.get("basis_kind", "")


class ComplaintColumnsForm(ColumnsForm):
    """Columns of complaints, and how the source writes."""

    source = Text(
        _l("Short name of the source"),
        most=20,
        hint=_l(
            "Such as north-register: small letters, digits and hyphens, first a letter. The numbers of what comes in "
            "begin with it. Give the same one each time: what is there already is looked for under it alone."
        ),
        missing=_l("Give the source a short name."),
        checks=[_source],
    )
    lang = OneOf(_l("Language of the texts"), (("zh", "中文"), ("en", "English")), default="zh")
    product = Text(
        _l("Product of all of them, where no column says so"),
        most=200,
        required=False,
        hint=_l("Needed if no column above is the product."),
        checks=[_WhereNoColumnSaysSo()],
    )
    in_scope = LongText(
        _l("Products that are our business, one a line"),
        most=2000,
        rows=3,
        required=False,
        hint=_l("Empty: all of them. What is not listed comes in as out of scope."),
    )

    def validate(self, extra_validators: Anything = None) -> bool:
        """Every complaint has its product: by a column, or one for all of them."""
        right, by_column = super().validate(extra_validators), "product" in {self[name].data for name in self.names}
        if by_column == bool((self.product.data or "").strip()):
            self.product.errors = [
                _("A column says it already: leave this empty.")
                if by_column
                else _("Say which column is the product, or give the one that all of them are about.")
            ]
            right = False
        return right

    def told(self) -> dict[str, Any]:
        """As a mapping file would tell it."""
        said = {
            "source": self.source.data,
            "lang": self.lang.data,
            "in_scope": lines(self.in_scope.data),
        }
        product = (self.product.data or "").strip()
        return {**super().told(), **said, **({"product": product} if product else {})}

    def again(self, told: Table[str, Any]) -> None:
        """As it was told before."""
        self.source.data, self.lang.data = told["source"], told.get("lang", "zh")
        self.product.data = told.get("product", "")
        self.in_scope.data = "\n".join(told.get("in_scope", ()))


FORMS: dict[str, type[ColumnsForm]] = {COMPLAINTS: ComplaintColumnsForm, COMPANIES: CompanyColumnsForm}


def _days_of(told: Table[str, Any]) -> Sequence[str]:
    """The columns kept beside it that hold days, and are checked as such."""
    days: Sequence[str] = told.get("also", {}).get("dates", ())
    return days


def with_columns(
    columns: Sequence[Table[str, Any]], told: Table[str, Any] | None, holds: str = COMPLAINTS
) -> type[ColumnsForm]:
    """The form with a question for each column, answered as it was before, or as it is guessed."""
    known = dict(told["columns"]) if told else guess(columns, holds)
    meanings = {column: field for field, column in known.items()}
    beside = {*(told or {}).get("also", {}).get("texts", ()), *_days_of(told or {})}
    values: list[str] = next((each["values"] for each in columns if meanings.get(each["name"]) == DAYS[holds]), [])
    form = (told or {}).get("date_form") or guess_date_form(values) or None
    rest = BESIDE if holds == COMPLAINTS else LEAVE
    fields: dict[str, Any] = {}
    names: dict[str, str] = {}
    for place, each in enumerate(columns):
        name = each["name"]
        kept = name in beside or (not told and folded(name) not in RUNNING)
        meaning = meanings.get(name, rest if kept else LEAVE)
        fields[f"column_{place}"] = OneOf(name, MEANINGS[holds], look="select", default=meaning)
        names[f"column_{place}"] = name
    forms = dict.fromkeys([*([form] if form else []), *DATE_FORMS])
    fields["date_form"] = OneOf(
        _l("How days are written"),
        [(each, SAMPLE.strftime(each)) for each in forms],
        look="select",
        default=form or (DATE_FORMS[0] if holds == COMPANIES and not values else None),
        missing=_l("Say how days are written."),
    )
    made = FORMS[holds]
    return type(made.__name__, (made,), {**fields, "names": names, "mapped": told or {}, "__doc__": made.__doc__})
