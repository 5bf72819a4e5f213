"""Forms of the head for ends out of turn, and for more time."""

from casework.forms_outward import Outward
from casework.forms_staff import StaffForm
from core.forms import LongText, OneOf, PastDate, Text, Tick, Whole
from core.words import _l
from proceedings.forms_ballots import ABSTAIN, BallotForm
from proceedings.forms_staff import LONGEST
from sanctions.ballots import CHOOSE_VOTE


class TerminateForm(Outward, StaffForm):
    """Why a track does not go on."""

    drafted, outward = True, ("reasons",)
    ground = OneOf(
        _l("Ground"),
        [
            ("MISTAKE", _l("Filed by mistake")),
            ("NO_JURISDICTION", _l("No jurisdiction")),
            ("CEASED", _l("The company ceased to exist and has no successor")),
        ],
        missing=_l("Choose why the track is terminated."),
    )
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


class MoreTimeForm(Outward, StaffForm):
    """Which measure gets more time, how much in total, and why."""

    drafted, outward = True, ("why",)
    level = OneOf(_l("Measure"), (), missing=_l("Choose the measure that gets more time."))
    to = Whole(
        _l("Total time, in days from service"),
        least=1,
        most=LONGEST,
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

    drafted = True
    level = OneOf(_l("Measure"), (), missing=_l("Choose the measure."))
    why = LongText(_l("Reasons"), most=2000, rows=3, missing=_l("Give the reasons."))


class ProposedTimeForm(StaffForm):
    """The answer to a company that proposes another time for its interview."""

    drafted = True
    answer = OneOf(
        _l("Answer"),
        [
            ("TAKE", _l("The interview takes place at the time proposed")),
            ("KEEP", _l("The time that counts now stays")),
        ],
        missing=_l("Choose an answer."),
    )
    why = LongText(
        _l("Reasons"),
        most=2000,
        rows=3,
        required=False,
        hint=_l("Needed where the time that counts now stays; the company reads them."),
    )


class CorrectionVoteForm(BallotForm):
    """The secret vote on a correction by one of those who decided."""

    choice = OneOf(
        _l("How do you vote?"),
        [("FOR", _l("For the correction")), ("AGAINST", _l("Against the correction")), ABSTAIN],
        missing=CHOOSE_VOTE,
    )


class CorrectForm(Outward, StaffForm):
    """A clerical error: in which passage it is, how the passage reads without it, and what kind it is."""

    drafted, outward = True, ("right", "reason")
    document = OneOf(_l("Document"), (), look="select", missing=_l("Choose the document that holds the error."))
    wrong = Text(
        _l("Passage as it stands"),
        most=500,
        missing=_l("The document does not hold this passage: copy it exactly."),
        hint=_l("Copied exactly, as long as is needed to find it"),
    )
    right = Text(
        _l("Passage as it should read"), most=500, missing=_l("Write how the passage reads without the error.")
    )
    reason = Text(
        _l("Kind of error"),
        most=300,
        missing=_l("Say what kind of error it is."),
        hint=_l("For example a slip of the pen, a wrong digit in a date, a sum added wrongly"),
    )
