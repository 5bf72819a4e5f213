"""Forms of respondents: answering a forwarding or a stop, asking for time, returning it, settling, explaining."""

from wtforms import HiddenField

from casework.policies_forwardings import WHY_MORE_TIME
from casework.policies_tracks import EXPLAIN
from casework.settlements import SAY_TERMS
from core.forms import Form, LongText, ManyOf, OneOf, Tick, Version
from core.words import _l
from filestore.fields_files import Files
from filestore.file_kinds import SCANS

OUTCOMES = (
    ("REMEDY_MONEY", _l("Remedied, with money"), {"hint": _l("For example repaid, reduced, waived")}),
    (
        "REMEDY_NONMONEY",
        _l("Remedied: stopped, apologised, deleted"),
        {"hint": _l("For example stopped, apologised, data deleted")},
    ),
    ("EXPLAINED", _l("Explained: no breach found"), {"hint": _l("You found no breach, and say why")}),
    (
        "REJECTED_BY_INST",
        _l("Complaint rejected by the company"),
        {"hint": _l("You do not accept the complaint, and say why")},
    ),
)


class WrittenForm(Form):
    """A text that colleagues prepare together and their lead sends."""

    drafted = written_together = True
    seen = Version()
    """The number of the shared draft that its author saw."""
    gone = ManyOf(_l("Remove files"), (), required=False)


class AnswerForm(WrittenForm):
    """The answer: an outcome, a text for the association, a text for the complainant, files."""

    outcome = OneOf(_l("What is the outcome?"), OUTCOMES, missing=_l("Choose an outcome."))
    to_association = LongText(
        _l("To the association"),
        most=10000,
        rows=9,
        missing=_l("Write what you found."),
        hint=_l("What you checked, what you found on each point, what you did. Only the association reads it."),
    )
    to_complainant = LongText(
        _l("For the complainant"),
        most=5000,
        rows=7,
        missing=_l("Write the text for the complainant."),
        hint=_l("In plain words. The association reads it first, then hands it on exactly as you write it."),
    )
    files = Files(_l("Files for the association"), singly=True, hint=_l("Records, call logs, proof of what you did."))
    files_stamped = Files(
        _l("Stamped answer (scan)"),
        singly=True,
        kinds=SCANS,
        hint=_l(
            "Where you also answer on paper under your company's seal: its scan, as one PDF or pictures of its pages."
        ),
    )


class ExplanationForm(WrittenForm):
    """What the respondent explains to the filing notice."""

    text = LongText(
        _l("Your explanation"),
        most=20000,
        rows=14,
        missing=EXPLAIN,
        hint=_l("Take the points of the notice one by one: what happened, who acted, what you have done since."),
    )
    files = Files(_l("Files"), singly=True, hint=_l("Records, contracts, call logs, rules in force at the time."))


class SendWrittenForm(Form):
    """The last look at what is sent."""

    silent: tuple[str, ...] = ()
    """Points without a text of their own."""
    lacking: tuple[object, ...] = ()
    """What has to be written first."""
    seen = Version()
    """The number of the shared draft that was looked at."""
    warned = Tick(
        _l("I have checked: the text for the complainant shows nothing of the debt"),
        required=True,
        missing=_l("Confirm that the text shows nothing of the debt."),
    )


class MoreTimeForm(Form):
    """Why more time is needed."""

    drafted = True
    why = LongText(
        _l("Why do you need more time?"),
        most=2000,
        rows=5,
        missing=WHY_MORE_TIME,
        hint=_l("For example records that a partner must hand over, and when you will have them."),
    )


class NotOursForm(Form):
    """Why a forwarding does not concern the respondent."""

    drafted = True
    why = LongText(
        _l("Why does this not concern you?"),
        most=2000,
        rows=5,
        missing=_l("Say why this does not concern you."),
        hint=_l("For example no contract with this person, no such product, a number that is not yours."),
    )
    confirmed = Tick(
        _l("We return it, and know that this is possible only once"),
        required=True,
        missing=_l("Tick the box to return the forwarding."),
    )


class TermsForm(Form):
    """Terms that both sides agree on."""

    drafted, leading = True, 4
    read = Version()
    terms = LongText(_l("What did you agree on?"), most=3000, rows=5, missing=SAY_TERMS)
    warned = Tick(
        _l("I have checked: the text for the complainant shows nothing of the debt"),
        required=True,
        missing=_l("Confirm that the text shows nothing of the debt."),
    )


class AgreeForm(Form):
    """Agreement to the terms that were read."""

    terms = HiddenField()
    confirmed = Tick(
        _l("I agree to these terms for my company, and know that this can't be taken back"),
        required=True,
        missing=_l("Tick the box to agree for your company."),
    )


class ConfirmForm(Form):
    """The company says that the number is not contacted any more."""

    done = Tick(
        _l("The number is blocked in our systems and lists, and any firm that contacts people for us was told"),
        required=True,
        missing=_l("Confirm that the number is blocked and that any such firm was told."),
    )
