"""Forms of stop-contact requests: asked and followed up by the person."""

from casework.labels import CONTACT, choices
from casework.policies_stop_contacts import HOLDER_CONFIRMS, HOW, KINDS, ONE_NUMBER
from core.forms import Form, LongText, OneOf, PastMoment, Phone, Text, Tick
from core.words import _l
from filestore.fields_files import Files


class StopForm(Form):
    """A number that shall not be contacted any more."""

    number = Phone(
        _l("Telephone number that shall not be contacted any more"),
        hint=_l("Check each digit: once sent, it cannot be changed here."),
        missing=ONE_NUMBER,
    )
    own = Tick(
        _l("This is my own number"),
        required=True,
        missing=HOLDER_CONFIRMS,
    )


class BreachForm(Form):
    """A contact to the number after the company was asked to stop."""

    which = OneOf(
        _l("Which company did you ask to stop?"),
        (),
        look="select",
        missing=_l("Choose the company that you asked to stop."),
    )
    at = PastMoment(_l("When was it?"))
    kind = OneOf(_l("How were you contacted?"), choices(CONTACT, *KINDS), look="select", missing=HOW)
    from_number = Text(_l("Number or signature it came from"), most=40, required=False)
    said = LongText(_l("What was said or written?"), most=2000, rows=3, required=False)
    files = Files(_l("Recording or screenshot"), required=False)
    shared = Tick(
        _l("Every company I complain about may see these files, without the file names and hidden data"),
        required=False,
        hint=_l("Only what may be shown to the company can prove that it did not stop."),
    )
