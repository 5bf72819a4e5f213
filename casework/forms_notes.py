"""Forms in which staff note what a person says about terms or pressure."""

from casework.forms_staff import YES_NO, StaffForm
from core.forms import LongText, OneOf
from core.words import _l


class SettlementNoteForm(StaffForm):
    """Terms that the person agrees to."""

    drafted = True
    terms = LongText(
        _l("What did both sides agree on?"), most=3000, rows=5, missing=_l("Write what both sides agree on.")
    )
    pressure = OneOf(_l("Did anybody press the person to agree?"), YES_NO)


class WorseNoteForm(StaffForm):
    """It has become worse since the complaint."""

    drafted = True
    said = LongText(_l("What the person said"), most=5000, rows=4, required=False)
