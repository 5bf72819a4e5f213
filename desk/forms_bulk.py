"""Forms of work on many complaints: what is done to each of them."""

from collections.abc import Iterable

from wtforms import HiddenField

from casework.forms_outward import Outward
from casework.policies_complaints import SAY_MISSING
from core.forms import Form, LongText, OneOf, Tick
from core.words import _l
from desk.forms_complaints import MergeForm


class BulkForm(Form):
    """Only the complaints themselves."""


class AssignForm(BulkForm):
    """Who handles them from now on."""

    officer = OneOf(_l("Assign to"), (), look="select", missing=_l("Say who handles them."))


class AskForm(Outward, BulkForm):
    """One question that is asked of each person."""

    outward, to_person = ("missing",), True
    missing = LongText(
        _l("What is missing"),
        most=2000,
        rows=4,
        hint=_l("One point a line; each person reads it in a letter of their own and can be asked once."),
        missing=SAY_MISSING,
    )


class TogetherForm(BulkForm):
    """The complaint that leads, and that they were compared."""

    lead = MergeForm.lead
    same_facts = MergeForm.same_facts


class ExportForm(BulkForm):
    """The format of the export."""

    ending = OneOf(
        _l("Kind of file"), (("xlsx", "XLSX"), ("csv", "CSV")), default="xlsx", missing=_l("Choose a kind of file.")
    )


class CopiesForm(Form):
    """Copies for respondents that nobody has read yet."""

    drafted = True


def with_copies(numbers: Iterable[int]) -> type[CopiesForm]:
    """The form with the copies of these complaints: the version shown, the text, and that it was read."""
    fields: dict[str, object] = {}
    for number in numbers:
        fields |= {
            f"v_{number}": HiddenField(),
            f"copy_{number}": LongText(_l("Copy for the respondents"), most=12000, rows=8, required=False),
            f"read_{number}": Tick(_l("I have read it to its end; it names nobody")),
        }
    return type(CopiesForm.__name__, (CopiesForm,), {**fields, "__doc__": CopiesForm.__doc__})
