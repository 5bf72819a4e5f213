"""Forms of the head for ends out of turn, and for more time."""

from casework.forms_staff import StaffForm
from core.forms import LongText, OneOf, PastDate, Tick, Whole
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


class MoreTimeForm(StaffForm):
    """Which measure gets more time, how much in total, and why."""

    drafted = True
    level = OneOf(_l("Measure"), (), missing=_l("Choose the measure that gets more time."))
    to = Whole(
        _l("Total time, in days from service"),
        least=6,
        most=90,
        required=False,
        hint=_l("Left empty: the longest that is laid down"),
    )
    asked_on = PastDate(
        _l("Asked for on"),
        required=False,
        hint=_l("Only where it was asked for by letter; a request in the portal has its day already"),
    )
    why = LongText(
        _l("Reasons"),
        most=2000,
        rows=3,
        missing=_l("Give the reasons."),
        hint=_l("They stand in the notice to the respondent."),
    )


class NoMoreTimeForm(StaffForm):
    """Why a measure gets no more time."""

    level = OneOf(_l("Measure"), (), missing=_l("Choose the measure."))
    why = LongText(_l("Reasons"), most=2000, rows=3, missing=_l("Give the reasons."))
