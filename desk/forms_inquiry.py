"""Forms of the investigation: a question to a firm, more time, suspension, referral, questioning, answers on paper."""

from typing import ClassVar

from casework.forms_outward import Outward
from casework.forms_staff import StaffForm
from casework.policies_inquiry import CAUSES
from casework.policies_tracks import NAME_INVESTIGATOR
from core.forms import LongText, ManyOf, OneOf, PastMoment, Text, Tick, Whole
from core.words import _l
from desk.forms_complaints import Referral
from desk.forms_on_paper import ArrivedOnPaperForm
from desk.forms_rows import RowForm, Rows
from filestore.fields_files import Files
from filestore.file_kinds import RECORDINGS, SCANS
from portal.forms_portal import OUTCOMES

ONE_A_LINE = _l("One a line")


class AskOutsiderForm(Outward, StaffForm):
    """What a firm outside the rules is asked."""

    drafted, outward = True, ("asked",)
    investigator = OneOf(_l("Investigator"), (), look="select", missing=NAME_INVESTIGATOR)
    asked = LongText(
        _l("What the firm is asked"),
        most=5000,
        rows=5,
        missing=_l("Say what the company is asked."),
        hint=ONE_A_LINE,
    )
    opinion = LongText(
        _l("Opinion"), most=1000, rows=2, required=False, hint=_l("Empty: “approved that the firm be asked”")
    )


class ExtendForm(StaffForm):
    """More time for the investigation."""

    drafted = True
    reasons = LongText(_l("Reasons"), most=2000, rows=3, missing=_l("Give the reasons."))
    to = Whole(
        _l("In total so many working days from the start"),
        least=1,
        most=1000,
        required=False,
        hint=_l("Empty: as many as the settings allow"),
    )


class SuspendForm(Outward, StaffForm):
    """What the investigation waits for."""

    drafted, outward = True, ("reasons",)
    cause = OneOf(_l("Cause"), list(CAUSES.items()), missing=_l("Choose what the investigation waits for."))
    reasons = LongText(
        _l("Which case or event it is"),
        most=2000,
        rows=3,
        missing=_l("Say which case or event it is."),
        hint=_l("It stands in the notice to the company."),
    )


class ResumeForm(Outward, StaffForm):
    """The cause has ended."""

    drafted, outward = True, ("reasons",)
    ended = Tick(_l("The cause of the suspension has ended"), required=False)
    reasons = LongText(
        _l("How it ended"),
        most=2000,
        rows=3,
        missing=_l("Say how the cause ended."),
        hint=_l("It stands in the notice to the company."),
    )


class ReferPartForm(Referral):
    """An authority is competent for a part."""

    outward: ClassVar[tuple[str, ...]] = ("scope", "facts", "suspected", "own_handling")
    facts = LongText(_l("Facts that are passed on"), most=5000, rows=5, missing=_l("Say which facts are passed on."))
    suspected = LongText(_l("What is suspected"), most=1000, rows=2, missing=_l("Say what is suspected."))
    evidence = ManyOf(_l("Evidence that goes along"), (), required=False)
    own_handling = Text(
        _l("What the association goes on with"),
        most=300,
        required=False,
        hint=_l("Empty: that it goes on with the rest"),
    )


class ReferAllForm(ReferPartForm):
    """The whole matter is an authority's."""

    outward = ("facts", "suspected")
    scope = own_handling = None  # type: ignore[assignment] # what is nothing is no field
    nothing_left = Tick(_l("Nothing is left for the association to deal with"), required=False)


class AnsweredOnPaperForm(ArrivedOnPaperForm):
    """An answer to a forwarding that came on paper: with its outcome, and a text for the complainant."""

    outcome = OneOf(
        _l("What is the outcome?"),
        [(value, word) for value, word, *_hint in OUTCOMES],
        missing=_l("Choose an outcome."),
    )
    to_complainant = LongText(
        _l("For the complainant"), most=5000, rows=7, missing=_l("Write the text for the complainant.")
    )
    scans = Files(_l("The paper, scanned, and what came with it"), kinds=SCANS)


class QuestionForm(Outward, RowForm):
    """The record of a questioning, for the respondent's file: it names who was asked, and nobody else."""

    drafted = True
    outward = ("entry_", "corrections", "refused_because")
    ROWS: ClassVar[tuple[Rows, ...]] = (
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
    )
    started_at = PastMoment(_l("Began at"))
    ended_at = PastMoment(_l("Ended at"))
    place_of = Text(_l("Place"), most=200, missing=_l("Say where the questioning took place."))
    second = OneOf(
        _l("Second officer"), (), look="select", missing=_l("Two officers question, one of them the investigator.")
    )
    person = Text(_l("Person questioned"), most=60, missing=_l("Say who was questioned."), private=True)
    position = Text(_l("Employer and position"), most=150, required=False)
    identity_checked = Text(_l("Identity document, last four"), most=4, required=False, private=True)
    rights_told = Tick(
        _l(
            "The person was told of the duty to be truthful, and of the rights to correct the record and to ask recusal"
        ),
        required=False,
    )
    recusal = OneOf(
        _l("Asked whether an officer should be recused, the person said"),
        [("NONE", _l("Nobody needs to be recused")), ("ASKED", _l("An officer should be recused"))],
        missing=_l("Ask whether the person wants an officer to be recused."),
    )
    corrections = LongText(_l("Corrections asked by the person"), most=2000, rows=2, required=False)
    recording = Files(_l("Recording"), most=1, kinds=RECORDINGS)
    signed_by = Text(_l("Every page was signed by"), most=100, required=False)
    refused_because = Text(_l("Or: why the signature was refused"), most=500, required=False)
    witness = OneOf(_l("Second officer who witnessed the refusal"), (), look="select", required=False)
