"""Forms of figures."""

from core.forms import Form, LongText
from core.words import _l


class CorrectForm(Form):
    """Why a closed month is counted anew."""

    drafted = True
    reason = LongText(
        _l("Why are the figures of this month corrected?"),
        most=1000,
        rows=3,
        hint=_l("Everybody who reads the figures sees this reason. Name no persons."),
    )
