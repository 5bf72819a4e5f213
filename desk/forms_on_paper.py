"""What came on paper: when it was sent and arrived, who signed it, what it says, its scans."""

from casework.forms_staff import StaffForm
from core.forms import LongText, PastDate, Text, Tick
from core.words import _l
from filestore.fields_files import Files


class ArrivedOnPaperForm(StaffForm):
    """What came on paper and gives the association something to do, for which its time counts from when it had it."""

    drafted = True
    received_on = PastDate(
        _l("Handed over, or posted by its postmark, on"),
        missing=_l("Say on which day it was handed over, or posted by its postmark: whether it is late goes by that."),
    )
    sent_before = Tick(
        _l("It was sent before the letter that it answers was served; the postmark was looked at"),
        required=True,
        missing=_l("By this day the letter was not served yet: put the day right, or tick that it is so."),
    )
    arrived_on = PastDate(
        _l("Arrived on"),
        missing=_l("Say on which day it arrived: the association's own time counts from then."),
        hint=_l("What was handed over arrived on that day; of what was posted, the day of receipt."),
    )
    signed_by = Text(_l("Signed by"), most=100, missing=_l("Say who signed it."))
    text = LongText(_l("What it says"), most=20000, rows=8, missing=_l("Write down what the company wrote."))
    scans = Files(_l("The paper, scanned, and what came with it"))


class AnswerOnPaperForm(ArrivedOnPaperForm):
    """What came on paper and starts no time of the association."""

    arrived_on = None  # type: ignore[assignment] # what is nothing is no field
