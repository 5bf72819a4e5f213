"""Forms of official documents: verification, and the steps of service that a person notes."""

from core.forms import Form, OneOf, PastDate, Text
from core.words import _l
from filestore.fields_files import Files
from notices.verifying import MEGABYTES

STEPS = (
    ("hand_over", _l("Handed over in person, receipt signed")),
    ("attempted", _l("Could not be handed over")),
    ("post", _l("Sent by post")),
    ("slip_signed", _l("The postal slip came back signed")),
    ("returned", _l("The post came back, or was lost")),
    ("leave", _l("Left with the recipient after a refusal")),
    ("acknowledge", _l("The recipient states that it was received")),
    ("bounce", _l("The message to the recipient came back")),
    ("post_publicly", _l("By public notice, after two other ways failed")),
    ("void", _l("Declare the document void")),
)
PUBLICLY = "post_publicly"
TOLD = {
    "hand_over": ("served_on", "location", "receiver", "position", "relation", "file"),
    "attempted": ("served_on", "location", "reason", "file"),
    "post": ("served_on", "slip_no", "file"),
    "slip_signed": ("served_on", "location", "receiver", "position", "relation", "file"),
    "returned": ("served_on", "reason", "file"),
    "leave": ("served_on", "location", "receiver", "position", "relation", "reason", "file"),
    "acknowledge": ("served_on", "location", "receiver", "position", "relation", "file"),
    "void": ("reason",),
}
"""What the form asks about each step."""


class VerifyForm(Form):
    """The check code of a document."""

    code = Text(
        _l("Check code of the document"),
        most=40,
        hint=_l("16 letters and digits in four groups, beside the QR code on the document"),
        missing=_l("Type in the check code."),
    )


class VerifyFileForm(Form):
    """The PDF of a document."""

    file = Files(
        _l("PDF of the document"),
        required=True,
        most=1,
        megabytes=MEGABYTES,
        kinds="PDF",
        hint=_l("As you received it, not printed or scanned. The file is checked and not kept."),
    )


class OpenForm(Form):
    """Opening a document: one click, whose time is recorded."""


class StepForm(Form):
    """One step of service that a person notes, with what the receipt says."""

    step = OneOf(_l("What happened"), STEPS)
    served_on = PastDate(
        _l("Day on the receipt or slip"),
        required=False,
        hint=_l("Of a letter that is sent by post the day of its posting, of a failed attempt its day; empty: today."),
    )
    location = Text(_l("Place"), most=200, required=False, hint=_l("Empty: the address on the document."))
    receiver = Text(
        _l("Who signed for it; or the two witnesses of a refusal"),
        most=200,
        required=False,
        private=True,
        hint=_l("Two witnesses are separated by a comma."),
    )
    position = Text(_l("Position of who signed"), most=100, required=False)
    relation = Text(
        _l("Relation to the recipient"), most=100, required=False, hint=_l("For example employee, reception, proxy.")
    )
    slip_no = Text(_l("Number of the postal slip"), most=60, required=False)
    reason = Text(
        _l("Reason"),
        most=500,
        required=False,
        hint=_l(
            "Of the refusal, return or failed attempt, or why it is void. "
            "The register of numbers shows it: name no people."
        ),
    )
    file = Files(
        _l("Signed receipt, slip or recording"),
        most=1,
        hint=_l("A scan, or the video of a refusal. It stays in the file."),
    )
