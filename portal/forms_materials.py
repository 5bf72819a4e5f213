"""Forms of material between an institution and its firm."""

from core.forms import ComingDate, Form, LongText, ManyOf, OneOf
from core.words import _l
from filestore.fields_files import Files
from portal.forms_portal import WrittenForm


class AskForm(Form):
    """What an institution asks its firm for, and by when."""

    drafted = True
    firm = OneOf(_l("Which firm"), (), look="select", missing=_l("Choose the firm."))
    asked = LongText(
        _l("What you need"),
        most=5000,
        rows=8,
        missing=_l("Write what you need from your firm."),
        hint=_l(
            "The firm reads this text and nothing else of the matter. Name the account by your own number, "
            "and nothing of the complainant that the firm does not already have."
        ),
    )
    due_on = ComingDate(_l("Until when"), missing=_l("Say until when."))


class MaterialForm(WrittenForm):
    """What the firm answers, with its files."""

    text = LongText(_l("Your answer"), most=20000, rows=12, missing=_l("Write your answer."))
    files = Files(_l("Files"), singly=True, hint=_l("Records, contracts, call logs, rules in force at the time."))


class TakeOverForm(Form):
    """Which parts of an answer go into the institution's own draft."""

    drafted, leading = True, 4
    text = LongText(
        _l("Text that you take over"),
        most=20000,
        rows=8,
        required=False,
        hint=_l("It is added to your company's draft; shorten it here as you need. Left empty, no text is taken over."),
    )
    files = ManyOf(_l("Files that you take over"), (), required=False)


class TakeBackForm(Form):
    """Why the material is no longer needed."""

    drafted, leading = True, 4
    why = LongText(_l("Why it is not needed any more"), most=500, rows=2, required=False)
