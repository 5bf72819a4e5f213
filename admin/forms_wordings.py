"""Forms of the back office for the wordings of documents."""

from wtforms.validators import ValidationError

from admin.forms_rules import BASIS_HINT
from core.forms import ComingDate, Form, LongText
from core.words import _l
from notices import wording_checks


def fits(form, field):
    """Whether the text can be the wording of this kind; every fault is told at once."""
    found = [str(problem) for problem in wording_checks.problems(form.kind, form.lang, field.data or "")]
    if found:
        field.errors = [*field.errors, *found[:-1]]
        raise ValidationError(found[-1])


class WordingForm(Form):
    """The text of a wording in its line format."""

    drafted = True
    kind = lang = ""
    text = LongText(
        _l("Wording"),
        most=wording_checks.LONGEST,
        rows=26,
        checks=[fits],
        hint=_l("Text only: marks of HTML, CSS or SVG are printed as they stand."),
    )
    basis = LongText(_l("What it rests on"), most=1000, rows=2, required=False, hint=BASIS_HINT)

    def of(self, kind, lang):
        """Say whose wording it is."""
        self.kind, self.lang = kind, lang
        return self


class ProposeForm(Form):
    """By which decision a draft is to be in force."""

    drafted, leading = True, 5  # sent below the page of the version
    basis = LongText(_l("What it rests on"), most=1000, rows=2, required=False, hint=BASIS_HINT)


class PutInForceForm(Form):
    """From when what was proposed is in force."""

    from_on = ComingDate(_l("In force from"), required=False, hint=_l("Leave it empty to put it in force at once."))


class WithdrawForm(Form):
    """Why a version is not to be used."""

    drafted, leading = True, 5  # sent below the page of the version
    because = LongText(_l("Why"), most=1000, rows=2, missing=_l("Say why."))
