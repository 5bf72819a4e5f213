"""Forms of hearings: for the secretary, for the panel, and for the respondent."""

from typing import ClassVar

from casework.forms_outward import Outward
from casework.forms_staff import StaffForm
from core.forms import Day, Form, LongText, ManyOf, Moment, OneOf, PastMoment, Text, Tick, Version
from core.words import _l
from desk.forms_rows import RowForm, Rows
from filestore.fields_files import Files
from filestore.file_kinds import RECORDINGS
from notices.laid_down import period_of
from proceedings.forms_attendees import ATTENDEES
from sanctions.policies_hearings import GIVES_UP, SAY_WISHES

ONE_A_LINE = _l("One a line")


class HearingForm(Outward, StaffForm):
    """When, where and about what a hearing is held."""

    drafted = True
    outward = ("agenda", "materials")
    at = Moment(
        _l("Day and time of the hearing"),
        missing=_l("Say when the hearing is held."),
        hint=_l("More than %(period)s after its notice is served.", period=period_of("HEARING_NOTICE_WD")),
    )
    place_of = Text(_l("Place of the hearing"), most=200, missing=_l("Say where the hearing is held."))
    agenda = LongText(_l("Points of the hearing"), most=3000, hint=ONE_A_LINE, missing=_l("Name the points."))
    materials = LongText(_l("What to bring"), most=1000, rows=3, required=False, hint=ONE_A_LINE)


class AdjournForm(StaffForm):
    """Why a hearing is adjourned."""

    drafted = True
    reasons = LongText(_l("Reasons"), most=3000, missing=_l("Give the reasons."))


class AbsenceForm(Outward, StaffForm):
    """Nobody came."""

    drafted = True
    of_body = True
    outward = ("situation",)
    started_at = PastMoment(_l("When the hearing was opened"))
    present = ManyOf(_l("Members who were there"), (), missing=_l("Say which members were there."))
    situation = LongText(
        _l("What happened, and what is known of why nobody came"),
        most=3000,
        missing=_l("Say what happened."),
    )
    good_reason = Tick(
        _l("A good reason was given"),
        required=False,
        hint=_l("Adjourn the hearing then. Only if it was adjourned before, note the absence with its good reason."),
    )
    obstacle_ends = Day(
        _l("When the good reason ended, or is expected to end"),
        required=False,
        hint=_l(
            "For %(period)s after it the respondent can ask for its time to run again; the panel votes only then.",
            period=period_of("RESTORATION_DAYS"),
        ),
    )


class MinutesForm(Outward, RowForm):
    """The minutes of a hearing, which the respondent reads and signs, and which name who was present."""

    drafted = True
    of_body = True
    outward = ("entry_", "recusal_answer", "closing", "corrections", "refused_because")
    ROWS: ClassVar[tuple[Rows, ...]] = (
        ATTENDEES,
        Rows(
            "entry",
            {
                "question": lambda: LongText(
                    _l("Question, or point of the hearing"), most=2000, rows=3, required=False
                ),
                "answer": lambda: LongText(_l("What was answered"), most=5000, rows=3, required=False),
            },
            needs=("question", "answer"),
            first=4,
            most=60,
        ),
    )
    started_at = PastMoment(_l("Began at"))
    ended_at = PastMoment(_l("Ended at"))
    present = ManyOf(_l("Members who sat"), (), missing=_l("Say which members sat."))
    shorter_notice = Text(
        _l("Who agreed in writing to a shorter notice"),
        most=200,
        required=False,
        hint=_l("Needed only where the notice was not served in time"),
    )
    rights_told = Tick(
        _l("The respondent was told that it may state its view, submit and examine evidence, and correct the minutes")
    )
    recusal_answer = Text(
        _l("Asked whether it challenges anybody, the respondent answered"),
        most=500,
        missing=_l("Say what the respondent answered."),
    )
    closing = LongText(_l("Last words of the respondent"), most=5000, rows=3, required=False)
    corrections = LongText(_l("Corrections asked at the hearing"), most=2000, rows=2, required=False)
    recording = Files(_l("Recording"), most=1, kinds=RECORDINGS)
    signed_by = Text(
        _l("Every page was signed by"),
        most=100,
        required=False,
        hint=_l("Leave it empty: the respondent then signs the minutes in the portal"),
    )
    refused_because = Text(_l("Or: why the signature was refused"), most=500, required=False)
    second = OneOf(_l("Who witnessed the refusal"), (), look="select", required=False)


class AskHearingForm(Form):
    """What the respondent wants to be heard on."""

    drafted = True
    wishes = LongText(
        _l("What do you want to be heard on?"),
        most=5000,
        missing=SAY_WISHES,
        hint=_l("Points of fact, rules, measures; who would come. Nothing you ask makes the measures harsher."),
    )


class GiveUpForm(Form):
    """The hearing, waived in writing."""

    seen = Version()
    """The round in which the page was opened."""
    confirmed = Tick(
        _l("I give the hearing up for my company, and know that it can't be taken back"),
        required=True,
        missing=GIVES_UP,
    )


class SignMinutesForm(Form):
    """The minutes signed by the respondent."""

    drafted = True
    signed_by = Text(_l("Name and position of who signs"), most=100, missing=_l("Say who signs the minutes."))
    corrections = LongText(
        _l("What should be read differently"),
        most=3000,
        rows=4,
        required=False,
        hint=_l("May be left empty. It is kept beside the minutes, which stay as they are."),
    )
    checked = Tick(
        _l("The minutes above were read page by page and are signed as they stand"),
        required=True,
        missing=_l("Confirm that the minutes were read."),
    )
