"""Forms of admitted facts: for the respondent, for the two who sign, and for the head."""

from casework.forms_outward import Outward
from casework.forms_staff import StaffForm
from core.forms import Form, LongText, ManyOf, Text, Tick, Version
from core.words import _l


class AdmitForm(Form):
    """The facts admitted, signed by somebody authorised."""

    drafted = True
    seen = Version()
    """The round in which the page was opened."""
    text = LongText(
        _l("What you want to say to it"),
        most=5000,
        required=False,
        hint=_l("May be left empty; for example what you have corrected since."),
    )
    signed_by = Text(_l("Name of who signs"), most=60, missing=_l("Say who signs the admission."))
    position = Text(_l("Position"), most=60, missing=_l("Say in what position."))
    authorised = Tick(
        _l("This person is authorised by the company to admit the facts"),
        required=True,
        missing=_l("Confirm that this person is authorised."),
    )
    told = Tick(
        _l("The consequences above were read and understood"),
        required=True,
        missing=_l("Confirm that the consequences were read."),
    )


class TakeBackForm(Form):
    """The admission taken back."""

    confirmed = Tick(
        _l("I take the admission back for my company"),
        required=True,
        missing=_l("Confirm that the admission is taken back."),
    )


class OpinionForm(StaffForm):
    """The opinion of somebody who signs an admitted case."""

    drafted = True
    seen = Version()
    """How many statements there were to read."""
    opinion = LongText(
        _l("Your opinion"),
        most=3000,
        rows=4,
        missing=_l("Write your opinion."),
        hint=_l("It stands, with your name, in the approval of the admitted case."),
    )


class RefuseAdmissionForm(StaffForm):
    """Why the facts need a panel."""

    drafted = True
    reasons = LongText(_l("Why the facts need a panel"), most=3000, missing=_l("Say why the facts need a panel."))


class DecideAdmittedForm(Outward, StaffForm):
    """What the head decides on an admitted case."""

    drafted, outward = True, ("reasons", "statement_dealt")
    alone = True
    seen = Version()
    """As above."""
    measures = ManyOf(_l("Measures"), (), missing=_l("Choose at least one measure."))
    reasons = LongText(
        _l("Reasons of the decision"), most=8000, missing=_l("Give the reasons."), hint=_l("As they stand in it")
    )
    statement_dealt = LongText(_l("How the respondent's statement was dealt with"), most=5000, rows=4, required=False)
    opinion = LongText(
        _l("Your opinion"),
        most=3000,
        rows=3,
        required=False,
        hint=_l("It stands, with your name, in the approval of the admitted case."),
    )
