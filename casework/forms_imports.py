"""Forms of imports: the file, and what each of its columns is."""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from wtforms.validators import ValidationError

from casework.choices import lines
from casework.import_columns import DATE_FORMS, guess, guess_date_form
from casework.import_mapping import NEEDED
from casework.imports import MEGABYTES, SOURCE
from core.forms import Files, Form, LongText, OneOf, Text
from core.words import _, _l

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
SAMPLE = datetime(2026, 11, 25, 14, 5)  # noqa: DTZ001 - only written out, as an example
MEANINGS = ((LEAVE, _l("Leave this column out")), *FIELDS.items(), (BESIDE, _l("Keep it beside the complaint")))


class BringForm(Form):
    """The file."""

    files = Files(
        _l("File (CSV or XLSX)"),
        required=True,
        most=1,
        megabytes=MEGABYTES,
        missing=_l("Choose a file."),
        hint=_l("The first row names the columns. A CSV file in UTF-8 or GB 18030, with commas between its cells."),
    )


def _source(_form: object, field: Any) -> None:  # noqa: ANN401 - a field
    if not SOURCE.fullmatch(field.data or ""):
        raise ValidationError(_("Small letters, digits and hyphens, beginning with a letter; not like our own."))


class ColumnsForm(Form):
    """What each column is, and how the source writes."""

    names: ClassVar[dict[str, str]] = {}
    """By field: the column it asks about."""
    source = Text(
        _l("Short name of the source"),
        most=20,
        hint=_l("Such as north-register: it begins the numbers of what comes in, and knows it again next time."),
        missing=_l("Give the source a short name."),
        checks=[_source],
    )
    lang = OneOf(_l("Language of the texts"), (("zh", "中文"), ("en", "English")), default="zh")
    date_form = OneOf(_l("How days are written"), (), look="select", missing=_l("Say how days are written."))
    in_scope = LongText(
        _l("Products that are our business, one a line"),
        most=2000,
        rows=3,
        required=False,
        hint=_l("Empty: all of them. What is not listed comes in as out of scope."),
    )
    save_as = Text(
        _l("Save this mapping as"),
        most=60,
        required=False,
        hint=_l("It is offered wherever a file has the same columns. An own mapping of this name is replaced."),
    )

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - as WTForms has it
        """Each meaning once, and those that every complaint needs."""
        right = super().validate(extra_validators)
        given = [(name, self[name].data) for name in self.names]
        for place, (name, meaning) in enumerate(given):
            if meaning in FIELDS and meaning in [said for _name, said in given[:place]]:
                self[name].errors = [_("Another column is “%(meaning)s” already.", meaning=FIELDS[meaning])]
                right = False
        for meaning in sorted(NEEDED - {said for _name, said in given}):
            self.form_errors.append(_("Say which column is “%(meaning)s”.", meaning=FIELDS[meaning]))
            right = False
        return bool(right)

    def told(self) -> dict[str, Any]:
        """As a mapping file would tell it."""
        meant = {self.names[name]: self[name].data for name in self.names}
        return {
            "source": self.source.data,
            "lang": self.lang.data,
            "date_form": self.date_form.data,
            "in_scope": lines(self.in_scope.data),
            "columns": {said: column for column, said in meant.items() if said in FIELDS},
            "also": {"texts": [column for column, said in meant.items() if said == BESIDE]},
            "left_out": [column for column, said in meant.items() if said == LEAVE],
        }


def with_columns(columns: Sequence[Table[str, Any]], told: Table[str, Any] | None) -> type[ColumnsForm]:
    """The form with a question for each column, answered as it was before, or as it is guessed."""
    known = dict(told["columns"]) if told else guess(columns)
    meanings = {column: field for field, column in known.items()}
    also = (told or {}).get("also", {})
    beside = {*also.get("texts", ()), *also.get("dates", ())}
    values: list[str] = next((each["values"] for each in columns if meanings.get(each["name"]) == "received_on"), [])
    form = (told or {}).get("date_form") or guess_date_form(values) or None
    fields: dict[str, Any] = {}
    names: dict[str, str] = {}
    for place, each in enumerate(columns):
        name = each["name"]
        meaning = meanings.get(name, BESIDE if name in beside or not told else LEAVE)
        fields[f"column_{place}"] = OneOf(name, MEANINGS, look="select", default=meaning)
        names[f"column_{place}"] = name
    forms = dict.fromkeys([*([form] if form else []), *DATE_FORMS])
    fields["date_form"] = OneOf(
        _l("How days are written"),
        [(each, SAMPLE.strftime(each)) for each in forms],
        look="select",
        default=form,
        missing=_l("Say how days are written."),
    )
    return type("ColumnsForm", (ColumnsForm,), {**fields, "names": names, "__doc__": ColumnsForm.__doc__})
