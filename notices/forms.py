"""Forms of official documents: verification, and the steps of service that a person notes."""

from core.forms import Files, Form, OneOf, PastDate, Text
from core.words import _l
from notices.verifying import MEGABYTES

STEPS = (
    ("hand_over", _l("Handed over in person, receipt signed")),
    ("post", _l("Sent by post")),
    ("slip_signed", _l("The postal slip came back signed")),
    ("returned", _l("The post came back, or was lost")),
    ("leave", _l("Left with the recipient after a refusal")),
    ("acknowledge", _l("The recipient states that it was received")),
    ("void", _l("Declare the document void")),
)


class VerifyForm(Form):
    """The check code of a document."""

    code = Text(
        _l("Check code of the document"),
        most=40,
        hint=_l("16 letters and digits in four groups, beside the QR code on the document"),
    )


class VerifyFileForm(Form):
    """The PDF of a document."""

    file = Files(
        _l("PDF of the document"),
        required=True,
        most=1,
        megabytes=MEGABYTES,
        hint=_l("As you received it, not printed or scanned. The file is checked and not kept."),
    )


class OpenForm(Form):
    """Opening a document: one click, whose time is recorded."""


class StepForm(Form):
    """One step of service on paper."""

    step = OneOf(_l("What happened"), STEPS)
    served_on = PastDate(_l("Day on the receipt or slip"), required=False)
    receiver = Text(_l("Who signed, in what position; or the two witnesses"), most=200, required=False, private=True)
    slip_no = Text(_l("Number of the postal slip"), most=60, required=False)
    reason = Text(_l("Reason"), most=500, required=False)
