"""Forms of respondents while measures are carried out: more time asked for."""

from core.forms import Form, LongText
from core.words import _l


class MoreTimeForm(Form):
    """Why a measure needs more time."""

    drafted = True
    why = LongText(
        _l("Why you need more time"),
        most=2000,
        missing=_l("Say why more time is needed."),
        hint=_l("What is done, what is still to be done, and until when."),
    )
