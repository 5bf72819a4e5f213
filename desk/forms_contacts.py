"""Forms of contacts: one entered by hand, one taken out, a call list brought in and read, counts attached."""

from casework.contacts import MARKS
from casework.forms_staff import StaffForm
from casework.labels import CONTACT, ROLE, choices
from casework.policies_contacts import WHY_OUT
from core.fields import Anything
from core.forms import LongText, OneOf, PastMoment, Phone, Text, Whole
from core.words import _l
from filestore.fields_files import Files

ANSWERS = (
    ("UNKNOWN", _l("Not known")),
    ("SPOKEN", _l("Answered, and the person was spoken to")),
    ("CONNECTED", _l("Connected, but nobody was spoken to (also: an announcement was played)")),
    ("NO", _l("Not answered")),
)
DIRECTIONS = (("IN", _l("The person was contacted")), ("OUT", _l("The person called back")))
OTHERS = tuple((f"m{mark}", _l("Another debtor, no. %(mark)s", mark=mark)) for mark in MARKS)
WHOSE_HINT = _l(
    "The counts are kept for each debtor. People who did not complain are told apart by a number, not a name."
)


class ContactForm(StaffForm):
    """One contact, entered by hand."""

    drafted = True
    whose = OneOf(_l("Which debtor is it about?"), (), look="select", hint=WHOSE_HINT)
    at = PastMoment(_l("When was it?"), hint=_l("In Shanghai time"))
    kind = OneOf(_l("How was the person contacted?"), choices(CONTACT), look="select")
    by = OneOf(_l("By which company?"), (), look="select")
    direction = OneOf(_l("From whom to whom?"), DIRECTIONS, default="IN")
    target_role = OneOf(_l("Who was reached?"), choices(ROLE), look="select", default="DEBTOR")
    answer = OneOf(_l("Calls: was it answered?"), ANSWERS, default="UNKNOWN")
    seconds = Whole(_l("How long did it last, in seconds?"), least=0, most=86_400, required=False)
    from_number = Text(_l("Number or signature it came from"), most=40, required=False)
    number = Phone(_l("Number of the person"), required=False)
    said = LongText(_l("What was said or written?"), most=2000, rows=3, required=False)
    evidence = OneOf(_l("Recording or picture"), (), look="select", required=False)

    def validate(self, extra_validators: Anything = None) -> bool:
        """A call was not answered and unanswered at once, and lasted only where somebody answered."""
        right, kind, answer = bool(super().validate(extra_validators)), self.kind.data or "", self.answer.data
        if (kind, answer) == ("CALL_INTERACTIVE", "NO") or (
            kind == "CALL_ATTEMPT" and answer in {"SPOKEN", "CONNECTED"}
        ):
            said = _l("Above it says otherwise: say in both places whether the call was answered.")
            self.answer.errors, right = [said], False
        elif self.seconds.data and (kind == "CALL_ATTEMPT" or (kind.startswith("CALL") and answer == "NO")):
            said = _l("What was not answered has no length: leave it empty, or say it was answered.")
            self.seconds.errors, right = [said], False
        return right


class OutForm(StaffForm):
    """Why a contact no longer counts."""

    why = Text(_l("Why is it taken out?"), most=300, missing=WHY_OUT)


class BringForm(StaffForm):
    """A call list that somebody handed over."""

    files = Files(
        _l("Call list (CSV or XLSX)"),
        required=True,
        most=1,
        megabytes=20,
        kinds="CSV, XLSX",
        missing=_l("Choose at least one file."),
    )
    giver = OneOf(_l("From whom is it?"), (), look="select")


class CountsForm(StaffForm):
    """Which table is attached to a finding."""

    institution = OneOf(_l("Counted for"), (), missing=_l("Choose a table."))
