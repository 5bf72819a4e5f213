"""Forms of respondents while measures are carried out: asking for more time, signing a page of a record."""

from wtforms import HiddenField

from casework.policies_forwardings import WHY_MORE_TIME
from core.forms import Form, LongText, Moment, OneOf, Tick
from core.words import _l


class MoreTimeForm(Form):
    """Why a measure needs more time."""

    drafted = True
    why = LongText(
        _l("Why you need more time"),
        most=2000,
        missing=WHY_MORE_TIME,
        hint=_l("What is done, what is still to be done, and until when."),
    )


class OtherTimeForm(Form):
    """Another time for the interview, and why."""

    drafted = True
    at = Moment(_l("The time you propose"), missing=_l("Say which time you propose."))
    why = LongText(_l("Why you need another time"), most=2000, rows=3, missing=_l("Say why you need another time."))


class SignPageForm(Form):
    """One page of the record, signed as it stands or with a correction."""

    drafted = True
    seen = HiddenField()
    """The digest of the page as it was shown."""
    correction = LongText(
        _l("What is to be corrected on this page"),
        most=2000,
        rows=3,
        required=False,
        hint=_l("What the page should say instead; it becomes part of the record. May be left empty."),
    )
    name = OneOf(_l("Who signs"), (), missing=_l("Only somebody who came to the interview signs its record."))
    read = Tick(
        _l("I have read this page, and sign it together with the correction above, if there is one"),
        required=True,
        missing=_l("Confirm that you have read the page."),
    )
