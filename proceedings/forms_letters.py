"""Forms of the adjudication unit for letters: what a report lacks, a reminder, what a principal is written."""

from typing import ClassVar

from casework.forms_outward import Outward
from casework.forms_staff import StaffForm
from core.forms import ComingDate, LongText, OneOf
from core.words import _l
from proceedings.forms_ladder import FactorForm
from registry.company_fields import Company
from sanctions.policies_letters import NO_HEAD

ONE_A_LINE = _l("One a line")


class ReturnForm(StaffForm):
    """What the report lacks."""

    drafted = True
    gaps = LongText(
        _l("Gaps of the report"), most=5000, rows=5, missing=_l("Name the gaps of the report."), hint=ONE_A_LINE
    )


class NothingForm(Outward, StaffForm):
    """Nothing is established."""

    drafted, outward = True, ("reasons",)
    reasons = LongText(_l("Reasons"), most=5000, missing=_l("Give the reasons."))
    approved_by = OneOf(_l("Approved by the head"), (), look="select", missing=NO_HEAD)


class LetterForm(StaffForm):
    """What every end by a letter says."""

    drafted = True
    reasons = LongText(
        _l("Why no measure is taken"),
        most=3000,
        rows=4,
        missing=_l("Give the reasons."),
        hint=_l("Kept with the case; not in the letter"),
    )
    approved_by = OneOf(_l("Approved by the head"), (), look="select", missing=NO_HEAD)
    lessons = LongText(_l("What is to be learnt from the case"), most=3000, rows=3, required=False)


class RemindForm(Outward, LetterForm, FactorForm):
    """What a reminder draws attention to, and the factors by which the ladder comes to no measure."""

    outward = ("attention",)
    departure = None  # type: ignore[assignment]  # WTForms leaves the field out
    levels: ClassVar[tuple[int, ...]] = ()
    """A reminder is no measure."""
    attention = LongText(
        _l("What the company should look at"),
        most=3000,
        rows=4,
        missing=_l("Say what the company should look at."),
        hint=ONE_A_LINE,
    )


class PrincipalForm(Outward, LetterForm):
    """What is written to the principal of a firm outside the rules."""

    outward = ("duties", "reports")
    principal = Company(
        _l("Institution for which the firm collected"),
        missing=_l("Name the institution for which the firm collected."),
    )
    duties = LongText(
        _l("What the principal must see to"),
        most=3000,
        rows=4,
        missing=_l("Say what the principal must see to."),
        hint=ONE_A_LINE,
    )
    reports = LongText(
        _l("What it should report"),
        most=3000,
        rows=3,
        missing=_l("Say what the principal should report."),
        hint=ONE_A_LINE,
    )
    report_by = ComingDate(_l("Until when"), required=False)
