"""Forms of staff for measures: proposed, ordered, carried out, verified; votes and decisions of panels."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import HiddenField

from casework.forms_outward import Outward
from casework.forms_staff import StaffForm
from core.fields import Anything
from core.forms import IN_A_WEEK, ComingDate, LongText, ManyOf, Moment, OneOf, PastDate, PastMoment, Text, Tick, Whole
from core.typed_lists import lines
from core.words import _, _l
from desk.forms_rows import RowForm, Rows
from filestore.fields_files import Files
from filestore.file_kinds import RECORDINGS
from notices.laid_down import number_of
from proceedings.forms_attendees import ATTENDEES
from proceedings.forms_ballots import ABSTAIN, MeasuresBallotForm
from proceedings.forms_ladder import WHY, FactorForm
from sanctions import panels
from sanctions.ballots import CHOOSE_VOTE
from sanctions.ladder_factors import NO
from sanctions.levels import INTERVIEW, LEVELS, RECTIFICATION, TRAINING
from sanctions.plans import Result
from sanctions.policies_execution import TWO_PEOPLE

NEEDED: dict[int, tuple[str, ...]] = {
    RECTIFICATION: ("days",),
    INTERVIEW: ("purpose", "topics", "must_attend"),
    TRAINING: ("who", "minimum", "subjects", "hours", "pass_mark"),
}
"""What must be said of a measure before it can be proposed."""
MAY_SAY: dict[int, tuple[str, ...]] = {
    RECTIFICATION: ("item_", "remedies", "firm_duty"),
    INTERVIEW: ("materials",),
    TRAINING: ("manner",),
}
"""What may be said of it beside; of rows the beginning of their names."""
LONGEST = 1000
"""The longest number of days that fits the field; what is allowed is a setting, checked by the verb."""
MAY_BE_EMPTY = _l("May be left empty")
MAY_BE_EMPTY_LINES = _l("One a line; may be left empty")
IF_CHOSEN = _l("Needed if this measure is chosen")
LINES_IF_CHOSEN = _l("One a line; needed if this measure is chosen")


class ToldForm(StaffForm):
    """When a letter reached a respondent which reads nothing in the portal."""

    told_on = PastDate(
        _l("The letter reached the respondent on"),
        missing=_l(
            "Say on which day the letter reached the respondent: its days to ask for a recusal count from then."
        ),
        hint=_l("As the slip of delivery or the receipt says."),
    )


class ProposeForm(Outward, FactorForm):
    """Which measures, what each orders, and why."""

    drafted = True
    outward = (
        *("item", "remedies", "firm_duty", "purpose", "topics", "must_attend", "who", "reasons", "departure"),
        *("new_facts", *(f"{name}{WHY}" for name in (*FactorForm.JUDGED, *FactorForm.CORRECTED))),
    )
    suggested = HiddenField()
    """What the ladder suggested by the answers on the page."""
    ROWS: ClassVar[tuple[Rows, ...]] = (
        Rows(
            "item",
            {
                "problem": lambda: LongText(_l("Problem"), most=2000, rows=3, required=False),
                "correction": lambda: LongText(_l("What must be corrected"), most=2000, rows=3, required=False),
                "proof": lambda: Text(_l("Proof to be filed"), most=500, required=False),
                "days": lambda: Whole(
                    _l("Days"), least=1, most=LONGEST, required=False, hint=_l("Empty: the time for all of it")
                ),
            },
            needs=("problem", "correction", "proof"),
        ),
    )
    measures = ManyOf(_l("Measures"), [(str(number), level.word) for number, level in LEVELS.items()])
    days = Whole(
        _l("Time for all of it, in days"),
        least=1,
        most=LONGEST,
        required=False,
        hint=_l(
            "Needed if this measure is chosen: %(shortest)s to %(longest)s days from service; the time of one problem "
            "is never longer",
            shortest=number_of("K22.least"),
            longest=number_of("K22.most"),
        ),
    )
    remedies = LongText(
        _l("Remedies for the people affected"),
        most=2000,
        rows=2,
        required=False,
        hint=MAY_BE_EMPTY_LINES,
    )
    firm_duty = Text(_l("What the lender must see to at its firm"), most=500, required=False, hint=MAY_BE_EMPTY)
    purpose = LongText(_l("What the interview is for"), most=1000, rows=2, required=False, hint=IF_CHOSEN)
    topics = LongText(_l("What will be talked about"), most=2000, rows=3, required=False, hint=LINES_IF_CHOSEN)
    must_attend = Text(_l("Who must attend"), most=300, required=False, hint=IF_CHOSEN)
    materials = LongText(_l("What to bring"), most=1000, rows=3, required=False, hint=MAY_BE_EMPTY_LINES)
    who = Text(_l("Who must be trained"), most=300, required=False, hint=IF_CHOSEN)
    minimum = Whole(_l("At least how many people"), least=1, most=10000, required=False, hint=IF_CHOSEN)
    subjects = LongText(_l("Subjects"), most=2000, rows=3, required=False, hint=LINES_IF_CHOSEN)
    hours = Whole(_l("Hours"), least=1, most=400, required=False, hint=_l("Needed if this measure is chosen: 1 to 400"))
    manner = Text(_l("In which form"), most=200, required=False, hint=MAY_BE_EMPTY)
    pass_mark = Whole(
        _l("Pass mark"), least=1, most=100, required=False, hint=_l("Needed if this measure is chosen: 1 to 100")
    )
    reasons = LongText(
        _l("Reasons"),
        most=5000,
        rows=5,
        required=False,
        hint=_l("They stand in the advance notice, before the measures."),
    )

    def __init__(self, *given: Anything, **data: Anything) -> None:
        super().__init__(*given, **data)
        for name in {name for names in NEEDED.values() for name in names}:
            self[name].flags.required = True  # unless its measure is not chosen, as its hint says

    @property
    def levels(self) -> list[int]:
        """The chosen measures; a value that was not offered is refused by its field, and ignored here."""
        offered = {choice.value for choice in self.measures.iter_choices()}
        return sorted(int(each) for each in self.measures.data or () if each in offered)

    def is_read(self, name: str) -> bool:
        """Whether a field's text goes out: not of a measure that is not chosen, or a circumstance that is not given."""
        if name.endswith(WHY):
            return self[name.removesuffix(WHY)].data not in {None, "", NO}
        return not any(
            name in NEEDED[level] or name.startswith(MAY_SAY[level]) for level in NEEDED if level not in self.levels
        )

    def limit(self, shortest: int, longest: int) -> None:
        """Set how long a rectification may take, by the settings."""
        for field in (self.days, *(row["days"] for row in self.rows("item"))):
            field.between(shortest, longest, said=False)

    def validate(self, extra_validators: Anything = None) -> bool:
        """What is chosen must be complete; what is not chosen is not looked at."""
        super().validate(extra_validators=extra_validators)
        for field in self:
            if not self.is_read(field.name):
                field.errors = []
        right = not self.problems
        for level in self.levels:
            for name in NEEDED.get(level, ()):
                field = self[name]
                if field.data in (None, "") and not field.errors:
                    field.errors = [_("Fill in: %(label)s", label=str(field.label.text))]
                    right = False
        if RECTIFICATION in self.levels and not self.given("item"):
            first = self.rows("item")[0]["problem"]
            first.errors = [_("A rectification order names at least one problem.")]
            right = False
        return right

    def terms(self) -> dict[int, dict[str, Any]]:
        """What each measure orders."""
        longest = self.days.data
        items = [{**row, "days": min(row["days"] or longest or 0, longest or 0)} for row in self.given("item")]
        return {
            RECTIFICATION: {
                "days": longest,
                "items": items,
                "remedies": lines(self.remedies.data),
                "firm_duty": self.firm_duty.data or "",
            },
            INTERVIEW: {
                "purpose": self.purpose.data or "",
                "topics": lines(self.topics.data),
                "materials": lines(self.materials.data),
                "must_attend": self.must_attend.data or "",
            },
            TRAINING: {
                "who": self.who.data or "",
                "minimum": self.minimum.data,
                "subjects": lines(self.subjects.data),
                "hours": self.hours.data,
                "form": self.manner.data or "",
                "pass_mark": self.pass_mark.data,
            },
        }


class PlanForm(StaffForm):
    """When and where an interview or a training takes place; what is not ordered is removed from the form."""

    drafted = True
    at = Moment(_l("Day and time of the interview"), missing=_l("Say when the interview takes place."))
    place_of = Text(_l("Place of the interview"), most=200, missing=_l("Say where the interview takes place."))
    interviewers = ManyOf(_l("Interviewers"), (), missing=TWO_PEOPLE, hint=_l("At least two"))
    first_on = ComingDate(_l("First day of the training"), missing=_l("Say when the training takes place."))
    last_on = ComingDate(_l("Last day, if it takes more than one"), required=False)
    sessions = LongText(
        _l("Sessions"),
        most=2000,
        rows=3,
        required=False,
        hint=_l(
            "One a line, beginning with its day, for example “%(day)s, 2 hours, rules of collection”; attendance is "
            "taken at each. Left empty: one session",
            day=IN_A_WEEK,
        ),
    )
    training_place = Text(_l("Place of the training"), most=200, missing=_l("Say where the training takes place."))


class TrainingsForm(PlanForm):
    """One plan for the trainings of many decisions."""

    at = place_of = interviewers = None  # type: ignore[assignment]


class AgainForm(PlanForm):
    """How what failed is ordered again."""


class MissedForm(PlanForm):
    """Nobody came, as two officers note; the first time the interview gets another day."""

    situation = LongText(_l("What happened"), most=2000, rows=3, missing=_l("Say what happened."))
    second = OneOf(_l("Second officer who notes it"), (), look="select", missing=_l("Name the second officer."))


class RecordForm(Outward, RowForm):
    """The record of an interview, which those who came read and sign, and which names them."""

    drafted = True
    outward = ("entry_", "promise_", "recusal_answer")
    ROWS: ClassVar[tuple[Rows, ...]] = (
        ATTENDEES,
        Rows(
            "entry",
            {
                "question": lambda: LongText(_l("Question"), most=2000, rows=3, required=False),
                "answer": lambda: LongText(_l("What was answered"), most=5000, rows=3, required=False),
            },
            needs=("question", "answer"),
            first=4,
            most=60,
        ),
        Rows(
            "promise",
            {
                "commitment": lambda: Text(_l("Commitment"), most=500, required=False),
                "due": lambda: Text(_l("Until when"), most=60, required=False),
            },
            needs=("commitment",),
            first=2,
            most=20,
        ),
    )
    started_at = PastMoment(_l("Began at"))
    ended_at = PastMoment(_l("Ended at"))
    rights_told = Tick(_l("The attendees were told that they may state their view, correct the record and ask recusal"))
    recusal_answer = Text(
        _l("Asked whether they challenge anybody, the attendees answered"),
        most=500,
        missing=_l("Say what the attendees answered."),
        hint=_l("Enter a challenge under recusals of the case as well: it is decided before the record is closed."),
    )
    recording = Files(_l("Recording"), most=1, kinds=RECORDINGS)


class HoldForm(StaffForm):
    """The record is closed: every page is signed, or a reason says why not."""

    refused_because = Text(
        _l("Why the signature was refused"),
        most=500,
        required=False,
        hint=_l("Only where a page is not signed"),
    )
    second = OneOf(_l("Second officer who witnessed the refusal"), (), look="select", required=False)


class EnrolForm(StaffForm):
    """Who takes part in a training."""

    drafted = True
    people = LongText(
        _l("People"),
        most=10000,
        hint=_l("One a line: name, then a comma and the position"),
        missing=_l("Name at least one person."),
    )


class TrainingForm(StaffForm):
    """Attendance and result of everybody enrolled, with a pair of fields for each person."""

    people: ClassVar[tuple[int, ...]] = ()

    @property
    def results(self) -> dict[int, Result]:
        """By person: whether they attended, their mark, and how it was made up for."""
        return {
            each: Result(
                bool(self[f"came_{each}"].data),
                self[f"mark_{each}"].data,
                self[f"again_{each}"].data,
                self[f"remark_{each}"].data,
            )
            for each in self.people
        }


def training_form(people: Mapping[int, str]) -> type[TrainingForm]:
    """The form for these people; what is wrong with a mark says whose it is."""
    fields: dict[str, Any] = {"people": tuple(people), "__doc__": TrainingForm.__doc__}
    for each, name in people.items():
        fields[f"came_{each}"] = Tick(_l("Attended"))
        fields[f"mark_{each}"] = Whole(_l("Mark of %(name)s", name=name), least=0, most=100, required=False)
        fields[f"again_{each}"] = PastDate(_l("Made up on"), required=False)
        made_up = _l("Mark of %(name)s in the make-up", name=name)
        fields[f"remark_{each}"] = Whole(made_up, least=0, most=100, required=False)
    return type("TrainingForm", (TrainingForm,), fields)


class OfAPerson:
    """Marks a group of ticks below somebody's name: nobody reads that a person is optional."""

    field_flags: ClassVar = {"together": True}

    def __call__(self, _form: object, _field: object) -> None:
        """Nothing: whoever missed all of it has no tick."""


class AttendanceForm(StaffForm):
    """Who came to which session, with a group of ticks for each person, and the mark of the test."""

    people: ClassVar[tuple[int, ...]] = ()

    @property
    def came(self) -> dict[int, list[int]]:
        """By person: the sessions attended."""
        return {each: [int(no) for no in self[f"sessions_{each}"].data or ()] for each in self.people}

    @property
    def marks(self) -> dict[int, int | None]:
        """By person: the mark of the test."""
        return {each: self[f"mark_{each}"].data for each in self.people}


def attendance_form(people: Mapping[int, str], sessions: Sequence[str]) -> type[AttendanceForm]:
    """The form for these people and sessions."""
    choices = [(str(no), said) for no, said in enumerate(sessions, 1)]
    fields: dict[str, Any] = {"people": tuple(people), "__doc__": AttendanceForm.__doc__}
    for number, name in people.items():
        fields[f"sessions_{number}"] = ManyOf(name, choices, required=False, checks=[OfAPerson()])
        fields[f"mark_{number}"] = Whole(_l("Mark of %(name)s", name=name), least=0, most=100, required=False)
    return type("AttendanceForm", (AttendanceForm,), fields)


class VerifyForm(StaffForm):
    """What an officer finds about one correction."""

    drafted = True
    result = OneOf(
        _l("Is the problem corrected?"),
        [("PASS", _l("Passed")), ("FAIL", _l("Failed"))],
        missing=_l("Choose: passed or failed."),
    )
    note = LongText(
        _l("What was found, and by which proof"),
        most=3000,
        rows=3,
        hint=_l("The company reads this as you write it: in the letter on the result, or in the second order."),
        missing=_l("Say what you found."),
    )


class PassForm(StaffForm):
    """All was carried out."""

    drafted = True
    second = OneOf(_l("Second officer"), (), look="select", missing=_l("Name the second officer."))
    lessons = LongText(_l("What is to be learnt from the case"), most=3000, rows=3, required=False)


class CloseFailedForm(StaffForm):
    """The second try failed too."""

    drafted = True
    lessons = LongText(_l("What is to be learnt from the case"), most=3000, rows=3, required=False)


class VoteForm(MeasuresBallotForm):
    """One member's secret vote on what is proposed."""

    lighter = panels.QUESTION.lighter
    choice = OneOf(
        _l("How do you vote?"),
        [
            ("PROPOSED", _l("For the measures as proposed")),
            (
                "LIGHTER",
                _l("For fewer or lighter measures"),
                {"hint": _l("You count as a no to anything heavier, and as a yes to what you tick if it is put.")},
            ),
            ("NONE", _l("For no measure")),
            ABSTAIN,
        ],
        missing=CHOOSE_VOTE,
    )


class DecideForm(Outward, StaffForm):
    """The reasons of the decision, and how the statement was dealt with."""

    drafted, outward, of_body = True, ("reasons", "statement_dealt", "immediate_reasons"), True
    alone = True
    reasons = LongText(
        _l("Reasons of the decision"),
        most=8000,
        rows=6,
        missing=_l("Give the reasons."),
        hint=_l("As they stand in it"),
    )
    statement_dealt = LongText(_l("How the respondent's statement was dealt with"), most=5000, rows=4, required=False)
    immediate = ManyOf(
        _l("Orders that can't wait for a review"),
        [("STOP_CONTACT", _l("Stop the contact")), ("DELETE_DATA", _l("Delete the data"))],
        required=False,
        hint=_l("Only of a major decision that orders a rectification; a review does not stay them."),
    )
    immediate_reasons = LongText(_l("Why they can't wait"), most=2000, rows=2, required=False)
