"""Forms of the head for ends out of turn."""

from casework.forms_staff import StaffForm
from core.forms import LongText, OneOf, Tick
from core.words import _l


class TerminateForm(StaffForm):
    """Why a track does not go on."""

    drafted = True
    ground = OneOf(
        _l("Ground"),
        [
            ("MISTAKE", _l("Filed by mistake")),
            ("NO_JURISDICTION", _l("No jurisdiction")),
            ("CEASED", _l("The company ceased to exist and has no successor")),
        ],
        missing=_l("Choose why the track is terminated."),
    )
    no_successor = Tick(_l("I have checked that the company has no successor"), required=False)
    reasons = LongText(
        _l("Reasons"),
        most=5000,
        missing=_l("Give the reasons."),
        hint=_l("They stand in the notice to the respondent."),
    )


class UnexecutedForm(StaffForm):
    """Why measures can't be carried out."""

    drafted = True
    ground = OneOf(
        _l("Ground"),
        [
            ("CEASED", _l("The company ceased to exist")),
            ("UNABLE", _l("The company can no longer do what was ordered")),
        ],
        missing=_l("Choose why the measures can't be carried out."),
    )
    reasons = LongText(_l("Reasons"), most=5000, missing=_l("Give the reasons."))
    binding = Tick(
        _l("The order stays binding: should the company be able to carry it out again, it must"),
        required=True,
        missing=_l("Confirm that the order stays binding although it is not carried out now."),
    )
    lessons = LongText(_l("What is to be learnt from the case"), most=3000, rows=3, required=False)
