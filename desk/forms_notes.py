"""Forms in which staff note what a person says about terms or pressure."""

from casework import labels
from casework.forms_names import identity
from casework.forms_staff import StaffForm
from casework.settlements import SAY_TERMS
from core.fields import Anything
from core.forms import LongText, OneOf, PastDate, Text, Tick, Version
from core.words import _l
from desk.forms_complaints import LONG_AGO, YES_NO, IntakeForm, is_seldom, long_ago
from filestore.fields_files import Files


class SaidForm(StaffForm):
    """What the person said to terms, on which day and how; of which terms."""

    drafted = True
    read = Version()
    said_on = PastDate(
        _l("On which day did the person say so?"),
        missing=_l("Say on which day the person said so, today at the latest."),
    )
    said_how = OneOf(
        _l("How did the person say so?"),
        labels.choices(labels.AGREED),
        look="select",
        missing=_l("Say how the person said so: in writing, by telephone or in person."),
    )


class SettlementNoteForm(SaidForm):
    """Terms that the person agrees to."""

    terms = LongText(_l("What did both sides agree on?"), most=3000, rows=5, missing=SAY_TERMS)
    pressure = OneOf(_l("Did anybody press the person to agree?"), YES_NO)


class TermsOnPaperForm(StaffForm):
    """Terms to which a company agrees in a letter, since it can send nothing in the portal."""

    drafted = True
    read = Version()
    company = OneOf(_l("Which company wrote"), (), missing=_l("Say which company wrote."))
    received_on = PastDate(
        _l("Handed over, or posted by its postmark, on"),
        missing=_l("Say on which day it was handed over, or posted by its postmark."),
    )
    signed_by = Text(_l("Signed by"), most=100, missing=_l("Say who signed it."))
    terms = LongText(_l("What did both sides agree on?"), most=3000, rows=5, missing=SAY_TERMS)
    warned = Tick(_l("I have checked: the text for the complainant shows nothing of the debt"), required=False)
    scans = Files(_l("The paper, scanned, and what came with it"))


class WorseNoteForm(StaffForm):
    """It has become worse since the complaint."""

    drafted = True
    said = LongText(_l("What the person said"), most=5000, rows=4, required=False)


class PersonForm(StaffForm):
    """What was misheard or mistyped about the person; an empty field changes nothing."""

    drafted = True

    name, contact = IntakeForm.name, IntakeForm.contact
    unreached = Tick(
        _l("Drop the contact: it is somebody else's, or the person wants to hear nothing there"),
        hint=_l("Nothing is sent there any more; everything stands on the tracking page, with the receipt code"),
    )
    id_no = identity(_l("Identity number"))
    role = OneOf(
        _l("What has the person to do with the debt?"), labels.choices(labels.ROLE), look="select", required=False
    )
    why = LongText(
        _l("How you know"),
        most=500,
        rows=2,
        missing=_l("Say how you know, for example that the person said so on the telephone."),
        hint=_l("Without names and numbers: it stands in the history"),
    )


class DayForm(StaffForm):
    """On which day a complaint really came."""

    drafted = True
    day = PastDate(_l("Came on"), missing=_l("Say on which day it came."))
    long_ago = long_ago()
    why = LongText(
        _l("How you know"),
        most=500,
        rows=2,
        missing=_l("Say how you know the right day."),
        hint=_l("Without names and numbers: it stands in the history"),
    )

    def __init__(self, *given: Anything, **data: Anything) -> None:
        super().__init__(*given, **data)
        if not is_seldom(self.day.data):
            del self.long_ago

    def validate(self, extra_validators: Anything = None) -> bool:
        """A day of long ago is confirmed, as where it is entered."""
        right = bool(super().validate(extra_validators))
        if "long_ago" in self and not self.long_ago.data:
            self.long_ago.errors, right = [LONG_AGO], False
        return right


class HoldForm(StaffForm):
    """Why personal data are kept beyond their years."""

    drafted = True
    reason = LongText(
        _l("Why it is kept"),
        most=500,
        rows=3,
        missing=_l("Say why it is kept, for example because a court has asked for it."),
        hint=_l("Without names of people: who asked for it, and the number of the matter there"),
    )


class HoldGrantedForm(HoldForm):
    """A complaint is held back though its person was told that the data are deleted early."""

    told = LongText(
        _l("What its person reads of why the deletion waits"),
        most=500,
        rows=3,
        required=False,
        hint=_l("Left empty, it reads that the law requires the association to keep the data for the time being."),
    )


class AskErasingForm(StaffForm):
    """A person wants the data deleted before the years are over."""

    drafted = True
    asked_on = PastDate(_l("Day on which it was asked for"))
    reason = LongText(
        _l("How the person asked, and why"),
        most=500,
        rows=3,
        missing=_l("Say how the person asked for it."),
        hint=_l("Without names and numbers: it stands on the page until the data are deleted"),
    )
