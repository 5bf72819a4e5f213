"""Forms of staff for cases and their tracks: opened, alleged, found, filed, reported."""

from wtforms.validators import ValidationError

from casework import labels, taking_over
from casework.cases import SAY_ACTS
from casework.form_checks import after_the_first
from casework.forms_outward import Outward
from casework.forms_staff import StaffForm
from casework.policies_tracks import NAME_INVESTIGATOR
from core.fields import Anything
from core.forms import LongText, ManyOf, OneOf, PastDate, Text, Whole
from core.words import _, _l
from filestore.fields_files import Files
from registry.company_fields import Company


def only_without_complaints(form: Anything, field: Anything) -> None:
    """A case that rests on complaints takes their days: others would be dropped."""
    if field.data and form.complaints.data:
        raise ValidationError(_("Leave this empty: the days of the complaints are taken."))


class OpenCaseForm(Outward, StaffForm):
    """A case from complaints, or from another source on named companies."""

    drafted, outward = True, ("title",)
    complaints = ManyOf(_l("Complaints on which it rests"), (), required=False)
    source = OneOf(_l("Where the lead comes from"), labels.choices(labels.SOURCE), look="select")
    parties = Company(
        _l("Companies besides those the complaints concern"),
        most=20,
        required=False,
        hint=_l("Without complaints: the companies that the case is about"),
    )
    title = Text(_l("Title"), most=120, required=False, hint=_l("Empty: made from the company and what is alleged"))
    lead = LongText(
        _l("What the lead says"),
        most=5000,
        rows=5,
        required=False,
        hint=_l("Empty: the masked text of the complaints"),
    )
    conduct_from = PastDate(
        _l("Conduct from"), required=False, hint=_l("Only without complaints"), checks=[only_without_complaints]
    )
    conduct_to = PastDate(_l("Conduct until"), required=False, checks=[only_without_complaints, after_the_first])


class AttachForm(StaffForm):
    """One more complaint."""

    complaint = Text(_l("Number of the complaint"), most=20)


class AddTrackForm(StaffForm):
    """One more company."""

    drafted = True
    party = Company(_l("Company"))
    lead = LongText(_l("What the lead says"), most=5000, rows=4, required=False)


class AllegeForm(Outward, StaffForm):
    """A kind of violation and the facts, which the company reads."""

    drafted, outward = True, ("facts",)
    code = OneOf(_l("Kind of violation"), (), look="select", missing=_l("Choose a kind of violation from the list."))
    facts = LongText(_l("What was done, when and how"), most=3000, rows=4, missing=SAY_ACTS)
    persons = Whole(_l("Persons affected"), least=1, most=1_000_000, default=1)
    acts = Whole(_l("Acts (calls, messages, visits)"), least=1, most=1_000_000, default=1)


class ReviseForm(Outward, StaffForm):
    """An allegation made more exact."""

    drafted, outward = True, ("facts",)
    facts = LongText(_l("What was done, when and how"), most=3000, rows=4, missing=SAY_ACTS)
    persons = Whole(_l("Persons affected"), least=1, most=1_000_000)
    acts = Whole(_l("Acts (calls, messages, visits)"), least=1, most=1_000_000)


class FindForm(Outward, StaffForm):
    """What was found about an allegation, by which evidence and why; notice and decision repeat it."""

    drafted, outward = True, ("reason",)
    finding = OneOf(
        _l("Finding"),
        labels.choices(labels.FINDING, "ESTABLISHED", "NOT_ESTABLISHED", "UNPROVEN"),
        missing=_l("Choose: established, not established or unproven."),
    )
    evidence = ManyOf(
        _l("Evidence on which it rests"), (), required=False, hint=_l("Needed where the violation is established")
    )
    reason = LongText(_l("Reasons"), most=5000, rows=5, missing=_l("Give the reasons."))

    def __init__(self, *given: Anything, **data: Anything) -> None:
        super().__init__(*given, **data)
        self.evidence.flags.required = True  # unless nothing is established, as its hint says


class FileForm(StaffForm):
    """The head files and names the investigator."""

    drafted = True
    investigator = OneOf(_l("Investigator"), (), look="select", missing=NAME_INVESTIGATOR)
    opinion = LongText(_l("Opinion"), most=1000, rows=2, required=False, hint=_l("Empty: “filing approved”"))


class DeclineForm(Outward, StaffForm):
    """The head does not file."""

    drafted, outward, to_person = True, ("reasons",), True
    reasons = LongText(_l("Reasons, which the complainant reads"), most=3000, missing=_l("Give the reasons."))


class ReportForm(StaffForm):
    """The investigator's report."""

    drafted = True
    course = LongText(_l("What was done"), most=8000, rows=5, missing=_l("Say what was done: it stands in the report."))
    conclusion = LongText(
        _l("What the inquiry found"),
        most=8000,
        rows=6,
        missing=_l("Say what the inquiry found: it stands in the report."),
    )
    proposal = LongText(
        _l("What is proposed"), most=4000, rows=3, missing=_l("Say what is proposed: it stands in the report.")
    )
    handling = LongText(
        _l("How the respondent's explanation was dealt with"),
        most=4000,
        rows=3,
        required=False,
        hint=_l("Empty: that it was considered together with the findings"),
    )


class ReassignForm(StaffForm):
    """Another investigator."""

    investigator = OneOf(_l("Investigator"), (), look="select", missing=NAME_INVESTIGATOR)


class AssignCaseForm(StaffForm):
    """Who keeps the case."""

    officer = OneOf(_l("Officer"), (), look="select")


class RenameForm(Outward, StaffForm):
    """Another title, which the companies read."""

    outward = ("title",)
    title = Text(_l("Title"), most=120, missing=_l("Write a title."))


class CaseEvidenceForm(StaffForm):
    """A file collected by the association."""

    files = Files(_l("Files"), required=True, missing=_l("Choose at least one file."))
    shows = Text(_l("What it shows"), most=300, required=False)
    track = OneOf(_l("Belongs to"), (), look="select", required=False, hint=_l("Empty: to the whole case"))


class TakeOverForm(StaffForm):
    """What of the answers becomes evidence."""

    chosen = ManyOf(_l("Answers and their files"), (), gone=taking_over.GONE)
    shows = Text(_l("What it shows"), most=200, required=False, hint=_l("Empty: only whose answer it is"))


class DescribeForm(StaffForm):
    """What a piece of evidence shows."""

    shows = Text(_l("What it shows"), most=300, required=False)
