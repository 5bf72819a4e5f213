"""Forms of the rulebook, the settings and the calendar."""

from wtforms import HiddenField

from admin import year_notice
from core.forms import Day, Form, LongText, ManyOf, OneOf, Text, Tick, Whole
from core.words import _l
from filestore.fields_files import Files

LEAP = 2000
"""Days of a year that is not known are read as those of one that has them all."""
BASIS_HINT = _l("Article of the charter or rule, meeting, date.")


class ConfirmReadForm(Form):
    """Nothing is typed to confirm a setting; it knows what its reader saw."""

    seen = HiddenField()


class ProvisionForm(Form):
    """A provision, or a new version of one."""

    drafted = True
    instrument_id = OneOf(_l("Instrument"), look="select")
    clause = Text(
        _l("Clause"), most=40, required=False, hint=_l("As it is cited, such as 5.3; empty for the whole instrument.")
    )
    title_zh = Text(_l("What it is about, in Chinese"))
    title_en = Text(_l("What it is about, in English"))
    effective_from = Day(_l("In force from"))
    effective_to = Day(_l("Last day in force"), required=False)
    summary_zh = LongText(_l("What it says, in our own words, in Chinese"), most=2000, required=False)
    summary_en = LongText(_l("What it says, in our own words, in English"), most=2000, required=False)


class ProvisionChangeForm(Form):
    """How a provision is cited, what we say of it, its days."""

    drafted = True
    clause = Text(
        _l("Clause"), most=40, required=False, hint=_l("As it is cited, such as 5.3; empty for the whole instrument.")
    )
    title_zh = Text(_l("What it is about, in Chinese"))
    title_en = Text(_l("What it is about, in English"))
    effective_from = Day(_l("In force from"))
    summary_zh = LongText(_l("What it says, in our own words, in Chinese"), most=2000, required=False)
    summary_en = LongText(_l("What it says, in our own words, in English"), most=2000, required=False)
    effective_to = Day(_l("Last day in force"), required=False)


class InstrumentChangeForm(Form):
    """What is said of a convention, standard or law."""

    drafted = True
    title_zh = Text(_l("Title in Chinese"), most=300)
    title_en = Text(_l("Title in English"), most=300)
    issuer = Text(_l("Issuer"), required=False)
    issued_on = Day(_l("Issued on"), required=False)
    in_force_on = Day(_l("In force from"))
    replaced_on = Day(
        _l("Last day in force"), required=False, hint=_l("Its clauses carry no decision about conduct after that day.")
    )
    note = LongText(_l("Note"), most=2000, rows=3, required=False)


class InstrumentForm(InstrumentChangeForm):
    """A convention, standard or law that is entered."""

    key = Text(_l("Key"), most=40, hint=_l("A short name, such as CONV2018; it never changes."))


class ViolationForm(Form):
    """A kind of violation that the association adds."""

    code = Text(
        _l("Code of the violation"),
        most=5,
        hint=_l("V, a hyphen, a letter for its family and two digits, such as V-X01."),
    )
    zh = Text(_l("What it is called, in Chinese"))
    en = Text(_l("What it is called, in English"))
    severity = OneOf(
        _l("Severity"),
        [(str(number), str(number)) for number in range(1, 6)],
        look="select",
        hint=_l("1 is the lightest; from 3 on, closing a complaint makes a screening task."),
    )
    provision = OneOf(_l("Provision it breaches"), look="select", missing=_l("Choose a provision."))


class CiteForm(Form):
    """A provision that a code cites from now on, or no longer."""

    provision = OneOf(_l("Provision"), look="select", missing=_l("Choose a provision."))


class ConfirmForm(Form):
    """Several settings that the association decided on, by one basis."""

    drafted = True
    keys = ManyOf(_l("Settings"), (), required=False)
    basis = LongText(
        _l("On what the association decided the chosen settings"),
        most=1000,
        rows=2,
        hint=BASIS_HINT,
        missing=_l("Say what these values rest on: rule, meeting and date."),
    )


class TextSettingForm(Form):
    """A setting that is a word or a line."""

    drafted = True
    value = Text(_l("Value"), most=500)
    basis = LongText(_l("What it rests on"), most=1000, rows=3, hint=BASIS_HINT)


class NumberSettingForm(Form):
    """A setting that counts something."""

    drafted = True
    value = Whole(_l("Value"))
    far = Tick(
        required=True, missing=_l("This is far from the value of before: look again, and tick it if it is meant.")
    )
    far_value = HiddenField()
    """What was asked about: of another number that tick says nothing."""
    basis = LongText(_l("What it rests on"), most=1000, rows=3, hint=BASIS_HINT)


class ChoiceSettingForm(Form):
    """A setting that is one of a few."""

    drafted = True
    value = OneOf(_l("Value"))
    basis = LongText(_l("What it rests on"), most=1000, rows=3, hint=BASIS_HINT)


class YesNoSettingForm(Form):
    """A setting that is on or off."""

    drafted = True
    value = OneOf(_l("Value"), [("yes", _l("Yes")), ("no", _l("No"))])
    basis = LongText(_l("What it rests on"), most=1000, rows=3, hint=BASIS_HINT)


class YearForm(Form):
    """A year's notice: which days are off, and which weekends are worked."""

    drafted, named = True, ("year",)
    year = Whole(_l("Year"), least=2000, most=2200, is_year=True)
    notice_no = Text(_l("Number of the official notice"), most=100)
    holidays = LongText(
        _l("Days off"),
        most=8000,
        rows=8,
        required=False,
        hint=_l("One line for each: 2027-01-01, or a period such as 2027-02-05 to 2027-02-11, or 2月5日至11日."),
    )
    workdays = LongText(
        _l("Weekend days that are worked"),
        most=8000,
        rows=4,
        required=False,
        hint=_l("One line for each; none where the notice names none."),
    )
    file = Files(
        _l("Or a CSV file"),
        most=1,
        megabytes=1,
        kinds="CSV",
        hint=_l("Columns date,kind; kind is holiday or workday (放假 or 上班). Its days are added to those typed in."),
    )
    wiped = Tick(_l("What an earlier notice said of these days holds no longer"), required=False)
    """Asked where a notice undoes days that it does not name."""

    def validate(self, extra_validators=None):
        """Say of every line that can't be read what is wrong with it: a notice is typed once."""
        right = super().validate(extra_validators)
        for field in (self.holidays, self.workdays):
            year = LEAP if self.year.errors else self.year.data
            field.errors = field.errors or year_notice.wrong(field.data or "", year, field.name)
        return right and not self.holidays.errors and not self.workdays.errors
