"""Forms of stop-contact requests for staff: asked, passed on, declined, and what was reported of a breach."""

from casework.forms_staff import StaffForm
from casework.labels import CONTACT, choices
from casework.policies_stop_contacts import HOLDER_CONFIRMS, KINDS, ONE_NUMBER, TWICE, UNREACHABLE
from core.forms import LongText, OneOf, PastDate, PastMoment, Phone, Text, Tick
from core.words import _l
from filestore.fields_files import Files
from filestore.file_kinds import SCANS
from registry.company_fields import Company

HOLDERS = (
    ("DEBTOR", _l("The borrower")),
    ("GUARANTOR", _l("A guarantor of the debt")),
    (TWICE, _l("Somebody else, and it was passed on before: this request adds nothing")),
    (UNREACHABLE, _l("Somebody else, but the company can't be written to: not registered, suspended or ceased")),
)


class StopNoteForm(StaffForm):
    """A request to stop contact, when it comes by telephone, by letter or at the counter."""

    number = Phone(
        _l("Number that shall not be contacted any more"),
        missing=ONE_NUMBER,
    )
    own = Tick(
        _l("The holder of the number confirmed that it is theirs"),
        required=True,
        missing=HOLDER_CONFIRMS,
    )
    party = Company(_l("Which company is asked"), required=False)
    came_on = PastDate(
        _l("When did it come?"),
        required=False,
        hint=_l("Empty: today. The working day for passing it on counts from then."),
    )


class RelayForm(StaffForm):
    """To which company the letter goes."""

    party = Company(_l("Company that is asked to stop"), missing=_l("Say which company is asked to stop."))


class ConfirmOnPaperForm(StaffForm):
    """On which day the company wrote that it has stopped."""

    received_on = PastDate(
        _l("Handed over, or posted by its postmark, on"),
        missing=_l("Say on which day it was handed over, or posted by its postmark."),
    )
    scan = Files(_l("The paper, scanned"), most=1, kinds=SCANS)


class DeclineForm(StaffForm):
    """Why the number is not passed on."""

    drafted = True
    holder = OneOf(
        _l("To whom does the number belong?"),
        HOLDERS,
        missing=_l("Only a request of the debtor or a guarantor is declined."),
    )
    why = LongText(
        _l("What the person is told"),
        most=2000,
        rows=4,
        missing=_l("Tell the person why."),
        hint=_l(
            "It stands among the messages on the tracking page. Where the company can't be written to, "
            "say where the person can turn."
        ),
    )


class GiveUpForm(StaffForm):
    """What it means for the person that the company no longer exists."""

    drafted = True
    why = LongText(
        _l("What the person is told"),
        most=2000,
        rows=4,
        missing=_l("Tell the person why."),
        hint=_l("It stands among the messages on the tracking page: that nobody can confirm, and where to turn."),
    )


class BreachNoteForm(StaffForm):
    """A contact that the person reported in another way."""

    drafted = True
    at = PastMoment(_l("When was it?"))
    kind = OneOf(_l("How was the number contacted?"), choices(CONTACT, *KINDS), look="select")
    from_number = Text(_l("Number or signature it came from"), most=40, required=False)
    said = LongText(_l("What was said or written?"), most=2000, rows=3, required=False)
    files = Files(_l("Recording or screenshot"), required=False)
    shared = Tick(
        _l("The person agreed that every company complained about may see these files"),
        required=False,
        hint=_l("Only what may be shown to the company can prove that it did not stop."),
    )
